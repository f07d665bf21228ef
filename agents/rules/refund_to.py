from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine

WAYS = [
    ("original", "the way it was paid"),
    ("gift_card", "a gift card they have"),
    ("store_credit", "store credit"),
]


@dataclass(frozen=True, kw_only=True)
class RefundTo(Rule):
    """Where money goes is its kind's to say (`Kind.pays_to`)."""

    name: ClassVar[str] = "refund_to"
    label: ClassVar[str] = "Where money goes back to"
    about: ClassVar[str] = "The way it was paid, a gift card the shopper has, store credit."
    is_public: ClassVar[bool] = True

    ways: tuple[str, ...] = fields.many("Only to", lambda: WAYS, default=("original",), need=True)

    def says(self) -> str:
        return f"only to {fields.joined(dict(WAYS)[each] for each in self.ways)}"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        to = case.money_goes_to
        if to is None:
            return None
        return self.agrees() if to in self.ways else self.forbids(f"This goes to {dict(WAYS)[to]}.")
