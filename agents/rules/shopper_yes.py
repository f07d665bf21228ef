from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules.rule import Rule
from agents.verdict import SHOPPER_YES, Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class ShopperYes(Rule):
    """Which yes counts is said in agents.models.consent."""

    name: ClassVar[str] = SHOPPER_YES
    label: ClassVar[str] = "The shopper’s yes"
    about: ClassVar[str] = "Nothing is done before the shopper was told exactly what, and said yes to it."
    is_public: ClassVar[bool] = True

    def says(self) -> str:
        return "only after the shopper has said yes to exactly that"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        from agents.models import Consent

        consent = Consent.to(case.action)
        if consent is None:
            return self.asks("They have not said so yet.")
        return self.agrees(consent.words)
