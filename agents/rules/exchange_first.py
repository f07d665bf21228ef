from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine

_OFFER = re.compile(r"\b(?:exchang\w*|swap\w*|replac\w*|umtausch\w*|échang\w*|cambi\w*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ExchangeFirst(Rule):
    """Offered means: an exchange was proposed for the order, or an answer that went out speaks of one."""

    name: ClassVar[str] = "exchange_first"
    label: ClassVar[str] = "Exchange first"
    about: ClassVar[str] = "Before money goes back, another size, colour or piece is offered."
    is_public: ClassVar[bool] = True

    reasons: tuple[str, ...] = fields.many(
        "Only when the reason is", fields.reason_choices, "None ticked: whatever it is."
    )

    def says(self) -> str:
        text = "only after an exchange was offered"
        if self.reasons:
            text += (
                f", when it is {fields.joined(fields.reason_words(each).lower() for each in self.reasons)}"
            )
        return text

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if self.reasons and case.reason not in self.reasons:
            return None
        proposed = type(case.action).objects.filter(
            order=case.order, kind="exchange", proposed_at__lte=case.at
        )
        offered = any(each.is_out and _OFFER.search(each.text) for each in case.heard)
        if offered or (case.order is not None and proposed.exists()):
            return self.agrees("It was offered.")
        return self.asks("None was offered yet.", "supervisor")
