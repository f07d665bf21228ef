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

ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Amount(Rule):
    """Counted is what has gone back for the same order already, so that nobody asks for it in small pieces."""

    name: ClassVar[str] = "amount"
    label: ClassVar[str] = "Who approves how much"
    about: ClassVar[str] = (
        "Up to which amount nobody, a member, a supervisor or only an admin has to say yes."
    )

    currency: str = fields.currency()
    nobody_to: Decimal = fields.amount("Up to here nobody has to approve", default=ZERO, need=True)
    member_to: Decimal = fields.amount("Up to here any member may", default=ZERO, need=True)
    supervisor_to: Decimal | None = fields.amount(
        "Up to here a supervisor", "Above it only an admin. Empty: a supervisor may approve any amount."
    )
    by_another: bool = fields.yes("Never the one who asked for it", True)

    def says(self) -> str:
        parts = []
        if self.nobody_to:
            parts.append(f"up to {self._said(self.nobody_to)} without approval")
        if self.member_to > self.nobody_to:
            parts.append(f"up to {self._said(self.member_to)} with any member’s yes")
        if self.supervisor_to is None:
            parts.append("above that with a supervisor’s yes" if parts else "only with a supervisor’s yes")
        else:
            parts += [
                f"up to {self._said(self.supervisor_to)} with a supervisor’s yes",
                "above that an admin’s",
            ]
        another = ", and never by the one who asked for it" if self.by_another else ""
        return f"{', '.join(parts)}{another}"

    def check(self) -> None:
        limits = [self.nobody_to, self.member_to or self.nobody_to, self.supervisor_to]
        known = [each for each in limits if each is not None]
        if known != sorted(known):
            raise ValueError("Each amount must be at least as high as the one before it.")

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if not case.moves_money:
            return None
        currency = case.action.currency
        if self.currency and currency and currency != self.currency:
            return None
        counted = case.worth + case.given_back
        detail = (
            f"This makes {counted:.2f} {currency} for the order.".replace("  ", " ")
            if case.given_back
            else ""
        )
        if self.nobody_to and counted <= self.nobody_to:
            return self.agrees(detail, grants=True)
        if counted <= self.member_to:
            return self.asks(detail, by_another=self.by_another)
        is_high = self.supervisor_to is not None and counted > self.supervisor_to
        return self.asks(detail, "admin" if is_high else "supervisor", self.by_another)

    def _said(self, amount: Decimal) -> str:
        return str(Money(amount, self.currency)) if self.currency else f"{amount:.2f}"
