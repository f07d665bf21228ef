from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from agents.actions.kind import NotPossible, Wish, amount_of
from agents.actions.lines import LinesForm
from agents.actions.ordered import SHIPPING, AboutOrder, all_lines, chosen, paid_for, refundable
from agents.actions.reasons import REASONS
from connectors.commands import Command, Reason, RefundLine, RefundOrder
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action


class RefundForm(LinesForm):
    amount = forms.DecimalField(
        min_value=Decimal("0.01"), max_digits=12, decimal_places=2, help_text="At most what is left."
    )
    reason = forms.ChoiceField(choices=REASONS, initial=Reason.GOODWILL.value)
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class Refund(AboutOrder):
    """Money back, whole or in part. Without lines it is for the order as a whole."""

    name = "refund"
    label = "Refund"
    icon = "banknote"
    command_type: ClassVar[type[Command] | None] = RefundOrder
    moves_money = True
    form_class = RefundForm

    def suggest(self, action: Action) -> Wish:
        return {"amount": str(refundable(action)), "reason": Reason.GOODWILL.value, "lines": {}}

    def check(self, action: Action) -> None:
        super().check(action)
        order, amount, left = action.the_order, amount_of(action.wish), refundable(action)
        if not left:
            raise NotPossible(f"Nothing of {order.number} is left to refund.")
        if amount > left:
            raise NotPossible(f"Only {Money(left, order.currency)} of {order.number} can still go back.")
        lines = chosen(action)
        if lines and amount > (most := sum(paid_for(*each) for each in lines)):
            raise NotPossible(
                f"No more than {Money(Decimal(most), order.currency)} was paid for these items."
            )

    def money(self, action: Action) -> Money:
        return Money(amount_of(action.wish), action.the_order.currency)

    def holds(self, action: Action) -> set[str]:
        """Without lines nobody can tell whose money it is: everything is held."""
        return set(action.wish.get("lines") or {}) or {*all_lines(action.the_order), SHIPPING}

    def effect(self, action: Action) -> str:
        order, money = action.the_order, self.money(action)
        left = refundable(action) - money.amount
        rest = f"{Money(left, order.currency)} stays with us." if left else "That is all that was paid."
        return f"{money} of {order.number} goes back the way it was paid. {rest}"

    def command(self, action: Action) -> RefundOrder:
        order, money = action.the_order, self.money(action)
        return RefundOrder(
            order_id=order.external_id,
            amount=money,
            reason=Reason(action.wish.get("reason", Reason.OTHER)),
            lines=_shared(chosen(action), money),
            return_id=action.back.external_id if action.back else "",
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        return f"We have refunded {self.money(action)} for your order {action.the_order.number}."


def _shared(lines: list[tuple[Any, int]], money: Money) -> tuple[RefundLine, ...]:
    """The amount over the lines, by what was paid for each; the last one takes what rounding leaves."""
    paid = [paid_for(*each) for each in lines]
    whole, given, shared = sum(paid), Decimal("0.00"), []
    for number, ((line, quantity), share) in enumerate(zip(lines, paid, strict=True), 1):
        part = (
            (money.amount * share / whole).quantize(Decimal("0.01"))
            if number < len(lines)
            else money.amount - given
        )
        given += part
        shared.append(RefundLine(line.external_id, quantity, Money(part, money.currency)))
    return tuple(shared)
