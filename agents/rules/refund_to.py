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
    ("gift_card", "an existing gift card"),
    ("store_credit", "store credit"),
    ("other", "anywhere else"),
]


@dataclass(frozen=True, kw_only=True)
class RefundTo(Rule):
    """Where money goes stands in the wish as `to`; a wish without it goes the way it was paid."""

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
        if to == "gift_card" and to in self.ways and not case.gift_card_exists:
            return self.forbids("The shopper has no such gift card.")
        return self.agrees() if to in self.ways else self.forbids(f"Wanted is {dict(WAYS).get(to, to)}.")
