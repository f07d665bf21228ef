from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible, Wish, amount_of
from agents.actions.ordered import SHIPPING, AboutOrder, refundable
from agents.actions.reasons import REASONS
from agents.actions.wishing import WishForm
from connectors.commands import Reason, RefundOrder
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action


class ShippingForm(WishForm):
    amount = forms.DecimalField(
        min_value=Decimal("0.01"), max_digits=12, decimal_places=2, help_text="At most what shipping cost."
    )
    reason = forms.ChoiceField(choices=REASONS)
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class RefundShipping(AboutOrder):
    """The postage back, for a parcel that came late; the goods stay paid."""

    name = "refund_shipping"
    label = "Refund shipping"
    icon = "truck"
    command_type = RefundOrder
    moves_money = True
    form_class = ShippingForm

    def suggest(self, action: Action) -> Wish:
        return {"amount": str(_left(action)), "reason": Reason.LATE.value}

    def check(self, action: Action) -> None:
        super().check(action)
        order, amount, left = action.the_order, amount_of(action.wish), _left(action)
        if not order.shipping:
            raise NotPossible(f"Nothing was paid for the shipping of {order.number}.")
        if not left:
            raise NotPossible(f"No shipping of {order.number} is left to refund.")
        if amount > left:
            raise NotPossible(f"Only {Money(left, order.currency)} of the shipping can still go back.")

    def money(self, action: Action) -> Money:
        return Money(amount_of(action.wish), action.the_order.currency)

    def holds(self, action: Action) -> set[str]:
        return {SHIPPING}

    def effect(self, action: Action) -> str:
        return (
            f"{self.money(action)} of the shipping of {action.the_order.number} goes back the way it was paid. "
            "The goods stay paid."
        )

    def command(self, action: Action) -> RefundOrder:
        money = self.money(action)
        return RefundOrder(
            order_id=action.the_order.external_id,
            amount=money,
            reason=Reason(action.wish.get("reason", Reason.LATE)),
            shipping=money,
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        return (
            f"We have refunded {self.money(action)} of the shipping for your order {action.the_order.number}."
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page.",
            f"Choose to refund shipping only, and enter {self.money(action)}.",
            "Save what the page shows afterwards as proof.",
        ]


def _left(action: Action) -> Decimal:
    """Of what shipping cost, less what this and other open actions gave back of it already."""
    from agents.models import ActionState, Ended

    others = type(action).objects.filter(order=action.order, kind=action.kind, state=ActionState.APPROVED)
    given = others.exclude(pk=action.pk).exclude(ended=Ended.REFUSED).values_list("amount", flat=True)
    left = action.the_order.shipping - sum(given, Decimal("0.00"))
    return max(min(left, refundable(action)), Decimal("0.00"))
