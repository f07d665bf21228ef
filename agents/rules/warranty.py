from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason
from inbox.templatetags.words import counted

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine

MONTH = 30.44  # days


@dataclass(frozen=True, kw_only=True)
class Warranty(Rule):
    name: ClassVar[str] = "warranty"
    label: ClassVar[str] = "Warranty"
    about: ClassVar[str] = "How long goods that break are made good."
    is_public: ClassVar[bool] = True

    months: int = fields.number("Months after delivery", 12, least=1, most=240)
    reasons: tuple[str, ...] = fields.many(
        "When the reason is", fields.reason_choices, default=("defective",), need=True
    )

    def says(self) -> str:
        why = fields.joined(fields.reason_words(each).lower() for each in self.reasons)
        return f"for what is {why} only within {counted(self.months, 'month,months')} after delivery"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.order is None or case.reason not in self.reasons:
            return None
        begun = case.delivered_at or case.order.placed_at
        days = (case.at - begun).days
        detail = f"That was {counted(days, 'day,days')} ago."
        return self.agrees(detail) if days <= self.months * MONTH else self.forbids(detail)
