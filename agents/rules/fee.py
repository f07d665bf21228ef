from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, ClassVar

from agents.actions.ordered import paid_for
from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine

CENT, ZERO = Decimal("0.01"), Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class RestockingFee(Rule):
    """Where a wish names a `restocking_fee` that one is compared; else what goes back is."""

    name: ClassVar[str] = "fee"
    label: ClassVar[str] = "Restocking fee"
    about: ClassVar[str] = "The share of the price that is kept when goods come back."
    is_public: ClassVar[bool] = True

    percent: Decimal = fields.percent("Percent of what was paid", Decimal(15))
    but_for: tuple[str, ...] = fields.many("Not when the reason is", fields.reason_choices)

    def says(self) -> str:
        text = f"with {self.percent.normalize():f} % kept as a restocking fee"
        if self.but_for:
            text += (
                f", unless it is {fields.joined(fields.reason_words(each).lower() for each in self.but_for)}"
            )
        return text

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        fee = self.of(case, lines)
        if case.order is None or case.reason in self.but_for or not fee:
            return None
        kept = self._kept(case, lines)
        detail = f"That is {Money(fee, case.order.currency)}; {Money(kept, case.order.currency)} is kept."
        return self.agrees(detail) if kept >= fee else self.asks(detail, "supervisor")

    def of(self, case: Case, lines: Sequence[OrderLine]) -> Decimal:
        """What is to be kept of these lines."""
        return (_paid(case, lines) * self.percent / 100).quantize(CENT, ROUND_HALF_UP)

    def _kept(self, case: Case, lines: Sequence[OrderLine]) -> Decimal:
        if "restocking_fee" in case.wish:
            return Decimal(str(case.wish["restocking_fee"] or 0))
        return max(_paid(case, lines) - case.amount, ZERO) if case.moves_money else ZERO


def _paid(case: Case, lines: Sequence[OrderLine]) -> Decimal:
    named = case.wish.get("lines") or {}
    return sum((paid_for(line, named.get(line.external_id, line.quantity)) for line in lines), ZERO)
