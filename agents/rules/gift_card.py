from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules.rule import Rule
from agents.verdict import Reason
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class GiftCard(Rule):
    """The wish says what pays (`pays_with`) and what is left on the card (`card_balance`), as somebody looked it up."""

    name: ClassVar[str] = "gift_card"
    label: ClassVar[str] = "Gift card covers the difference"
    about: ClassVar[str] = "A change that costs more is paid with a gift card only if enough is left on it."
    is_public: ClassVar[bool] = True

    def says(self) -> str:
        return "with a gift card only if it covers the whole difference"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.wish.get("pays_with") != "gift_card" or case.order is None:
            return None
        balance, due = case.card_balance, case.due
        if balance is None or due is None:
            return self.asks("What is left on the card, or due, is not known.")
        detail = f"{Money(balance, case.order.currency)} is left, {Money(due, case.order.currency)} is due."
        return self.agrees(detail) if balance >= due else self.forbids(detail)
