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

AFTER = [("delivery", "delivery"), ("purchase", "the order was placed")]


@dataclass(frozen=True, kw_only=True)
class Window(Rule):
    name: ClassVar[str] = "window"
    label: ClassVar[str] = "Time window"
    about: ClassVar[str] = "How long a shopper has, by channel and by goods."
    is_public: ClassVar[bool] = True

    days: int = fields.number("Days", 30, least=1)
    after: str = fields.one("Counted from", AFTER, "delivery")
    but_for: tuple[str, ...] = fields.many(
        "Not when the reason is", fields.reason_choices, "What is broken or wrong has a warranty instead."
    )

    def says(self) -> str:
        text = f"only within {counted(self.days, 'day,days')} after {dict(AFTER)[self.after]}"
        if self.but_for:
            text += (
                f", unless it is {fields.joined(fields.reason_words(each).lower() for each in self.but_for)}"
            )
        return text

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.order is None or case.reason in self.but_for:
            return None
        since_purchase = (case.at - case.order.placed_at).days
        if self.after == "purchase":
            begun, what = since_purchase, "It was placed"
        elif case.delivered_at:
            begun, what = (case.at - case.delivered_at).days, "It was delivered"
        else:
            late = since_purchase > self.days
            return self.asks("When it was delivered is not known.") if late else None
        detail = f"{what} {counted(begun, 'day,days')} ago."
        return self.agrees(detail) if begun <= self.days else self.forbids(detail)
