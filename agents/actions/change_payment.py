from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import Facts, NotPossible
from agents.actions.ordered import SHIPPING, AboutOrder, all_lines
from agents.actions.wishing import WishForm
from connectors.contract import Money
from connectors.events import FulfillmentStatus

if TYPE_CHECKING:
    from agents.models import Action


class PaymentForm(WishForm):
    pays_with = forms.ChoiceField(
        label="Instead it is paid with",
        choices=[("gift_card", "A gift card they have"), ("other", "Something else")],
    )
    method = forms.CharField(
        max_length=60, label="Which one", help_text="“card ending in 4242”. Never a whole number."
    )
    card_balance = forms.DecimalField(
        required=False, min_value=Decimal(0), max_digits=12, decimal_places=2, label="Left on the gift card"
    )
    note = forms.CharField(required=False, max_length=300, help_text="For the trail.")


class ChangePayment(AboutOrder):
    """Of an order that has not left: charged anew, and what was paid goes back. No platform offers it to others."""

    name = "change_payment"
    label = "Change payment method"
    icon = "credit-card"
    moves_money = True
    form_class = PaymentForm

    def check(self, action: Action) -> None:
        super().check(action)
        order, method = action.the_order, str(action.wish.get("method") or "").strip()
        if order.cancelled_at:
            raise NotPossible(f"{order.number} is cancelled.")
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED:
            raise NotPossible(f"{order.number} has left already: how it was paid can't be changed any more.")
        if not method:
            raise NotPossible("Say what it is paid with instead.")
        if sum(letter.isdigit() for letter in method) > 6:
            raise NotPossible("Keep only the last digits of a card.")

    def holds(self, action: Action) -> set[str]:
        return {*all_lines(action.the_order), SHIPPING}

    def facts(self, action: Action) -> Facts:
        order = action.the_order
        return {**super().facts(action), "Total": str(Money(order.total, order.currency))}

    def effect(self, action: Action) -> str:
        order = action.the_order
        total = Money(order.total, order.currency)
        return (
            f"{order.number} is paid with {action.wish['method']} instead: {total} is charged there, "
            "and what was paid before goes back the way it came."
        )

    def news(self, action: Action) -> str:
        return f"Your order {action.the_order.number} is now paid with {action.wish['method']}."

    def steps(self, action: Action) -> list[str]:
        order = action.the_order
        return [
            f"Open {order.number} on the seller's page and make sure that it has not left.",
            f"Charge {Money(order.total, order.currency)} to {action.wish['method']}.",
            "Refund the first payment, and save what the page shows afterwards as proof.",
        ]
