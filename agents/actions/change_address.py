from __future__ import annotations

from typing import TYPE_CHECKING

from agents.actions.addresses import AddressForm, address_of, in_words, kept_address, suggested
from agents.actions.kind import Facts, NotPossible, Wish
from agents.actions.ordered import AboutOrder
from connectors.commands import ChangeAddress
from connectors.events import FulfillmentStatus

if TYPE_CHECKING:
    from agents.models import Action


class ChangeTheAddress(AboutOrder):
    """Of an order that has not left. After that only the carrier can (intercept_parcel)."""

    name = "change_address"
    label = "Change address"
    icon = "map-pin"
    command_type = ChangeAddress
    form_class = AddressForm

    def suggest(self, action: Action) -> Wish:
        return suggested(action.the_order.shipping_address)

    def check(self, action: Action) -> None:
        super().check(action)
        order = action.the_order
        if order.cancelled_at:
            raise NotPossible(f"{order.number} is cancelled.")
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED or order.shipments.exists():
            raise NotPossible(
                f"{order.number} has left already: its address can't be changed any more. Stop the parcel instead."
            )
        new = address_of(action.wish)
        if new == kept_address(order.shipping_address):
            raise NotPossible("That is the address it goes to already.")

    def facts(self, action: Action) -> Facts:
        now = in_words(kept_address(action.the_order.shipping_address))
        return {**super().facts(action), "Address now": now or "not known"}

    def effect(self, action: Action) -> str:
        now = in_words(kept_address(action.the_order.shipping_address))
        to = in_words(address_of(action.wish))
        return f"{action.the_order.number} goes to {to} instead of {now or 'the address the platform has'}."

    def command(self, action: Action) -> ChangeAddress:
        return ChangeAddress(
            order_id=action.the_order.external_id,
            address=address_of(action.wish),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        to = in_words(address_of(action.wish))
        return f"Your order {action.the_order.number} now goes to this address: {to}."

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page and make sure that it has not left.",
            f"Enter this address: {in_words(address_of(action.wish))}",
            "Save what the page shows afterwards as proof.",
        ]
