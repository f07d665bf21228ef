from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import Facts, NotPossible, Wish
from agents.actions.ordered import AboutOrder
from agents.actions.wishing import WishForm
from connectors.commands import RefuseCancellation

if TYPE_CHECKING:
    from agents.models import Action


class RefuseForm(WishForm):
    tracking_number = forms.CharField(required=False, max_length=60, help_text="Of the parcel that left.")
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class Refuse(AboutOrder):
    """The shopper asked the platform to cancel, and it has left."""

    name = "refuse_cancellation"
    label = "Refuse cancellation"
    icon = "ban"
    command_type = RefuseCancellation
    form_class = RefuseForm

    def suggest(self, action: Action) -> Wish:
        numbers = action.the_order.shipments.exclude(tracking_number="").values_list(
            "tracking_number", flat=True
        )
        return {"tracking_number": next(iter(numbers), "")}

    def check(self, action: Action) -> None:
        super().check(action)
        order = action.the_order
        if order.cancelled_at:
            raise NotPossible(f"{order.number} is cancelled already.")
        if order.cancel_requested_at is None:
            raise NotPossible(f"Nobody has asked the platform to cancel {order.number}.")

    def facts(self, action: Action) -> Facts:
        asked = action.the_order.cancel_requested_at
        return {
            **super().facts(action),
            "Cancellation asked for": asked.date().isoformat() if asked else "no",
        }

    def effect(self, action: Action) -> str:
        number = action.wish.get("tracking_number")
        why = f", with parcel {number} as the reason" if number else ""
        return (
            f"The wish to cancel {action.the_order.number} is refused at the platform{why}. The order stands."
        )

    def command(self, action: Action) -> RefuseCancellation:
        return RefuseCancellation(
            order_id=action.the_order.external_id,
            tracking_number=action.wish.get("tracking_number", ""),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        return (
            f"We could not cancel your order {action.the_order.number}: it has left already. "
            "You can send it back once it is there."
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page and refuse the wish to cancel it.",
            "Save what the page shows afterwards as proof.",
        ]
