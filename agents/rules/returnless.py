from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class Returnless(Rule):
    name: ClassVar[str] = "returnless"
    label: ClassVar[str] = "Refund without return"
    about: ClassVar[str] = "Up to which amount goods are left with the shopper."

    currency: str = fields.currency()
    limit: Decimal = fields.amount("Up to", default=Decimal("25.00"), need=True)
    is_firm: bool = fields.yes("Above it never", False, "Else an admin may still allow it.")

    def says(self) -> str:
        limit = Money(self.limit, self.currency) if self.currency else f"{self.limit:.2f}"
        return f"only up to {limit}, above that {'never' if self.is_firm else 'with an admin’s yes'}"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if self.currency and case.action.currency != self.currency:
            return None
        if case.amount <= self.limit:
            return self.agrees()
        detail = f"This is {Money(case.amount, case.action.currency)}."
        return self.forbids(detail) if self.is_firm else self.asks(detail, "admin", by_another=True)
