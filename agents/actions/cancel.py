from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible, Wish
from agents.actions.lines import LinesForm
from agents.actions.ordered import SHIPPING, AboutOrder, all_lines, chosen, in_words, paid_for, refundable
from connectors.commands import CancelOrder, Reason
from connectors.contract import Money
from connectors.events import FulfillmentStatus

if TYPE_CHECKING:
    from agents.models import Action

REASONS = [
    (Reason.CHANGED_MIND.value, "No longer needed"),
    (Reason.OTHER.value, "Ordered by mistake"),
    (Reason.PRICE.value, "Found it cheaper"),
    (Reason.LATE.value, "Takes too long"),
    (Reason.OUT_OF_STOCK.value, "Out of stock"),
    (Reason.ADDRESS.value, "Address can't be delivered to"),
    (Reason.FRAUD.value, "Suspected fraud"),
]


class CancelForm(LinesForm):
    reason = forms.ChoiceField(choices=REASONS)
    note = forms.CharField(required=False, max_length=300)


class Cancel(AboutOrder):
    """Before it leaves. What was paid for it goes back by the platform's own hand."""

    name = "cancel"
    label = "Cancel order"
    icon = "circle-x"
    command_type = CancelOrder
    moves_money = True
    form_class = CancelForm

    def suggest(self, action: Action) -> Wish:
        return {"reason": Reason.CHANGED_MIND.value, "lines": {}}

    def check(self, action: Action) -> None:
        super().check(action)
        order = action.the_order
        if order.cancelled_at:
            raise NotPossible(f"{order.number} is cancelled already.")
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED and not action.wish.get("lines"):
            raise NotPossible(
                f"{order.number} has left already: it can't be cancelled any more, only returned."
            )
        shipped = {line for parcel in order.shipments.all() for line in parcel.lines}
        if gone := [line for line, _ in chosen(action) if line.external_id in shipped]:
            raise NotPossible(f"{in_words([(line, 1) for line in gone])} has left already.")

    def money(self, action: Action) -> Money | None:
        order = action.the_order
        if lines := chosen(action):
            amount = min(sum(paid_for(*each) for each in lines), refundable(action))
        else:
            amount = refundable(action)
        return Money(amount, order.currency) if amount else None

    def holds(self, action: Action) -> set[str]:
        return set(action.wish.get("lines") or {}) or {*all_lines(action.the_order), SHIPPING}

    def effect(self, action: Action) -> str:
        order, lines, money = action.the_order, chosen(action), self.money(action)
        what = f"{in_words(lines)} of {order.number}" if lines else f"The whole order {order.number}"
        back = (
            f"{money} goes back the way it was paid."
            if money
            else "Nothing was charged yet, so nothing goes back."
        )
        return f"{what} is cancelled before it leaves. {back}"

    def command(self, action: Action) -> CancelOrder:
        return CancelOrder(
            order_id=action.the_order.external_id,
            reason=Reason(action.wish.get("reason", Reason.OTHER)),
            lines=tuple((line.external_id, quantity) for line, quantity in chosen(action)),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        money = self.money(action)
        back = f" {money} goes back the way you paid." if money else ""
        what = in_words(chosen(action))
        return f"We have cancelled {f'{what} of ' if what else ''}your order {action.the_order.number}.{back}"
