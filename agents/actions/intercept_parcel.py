from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from agents.actions.addresses import AddressForm, address_of, in_words
from agents.actions.kind import Facts, Files, NotPossible, Wish
from agents.actions.ordered import AboutOrder
from agents.actions.wishing import WishForm
from connectors.commands import InterceptParcel
from connectors.events import ParcelStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Channel, Shipment

_OVER = {ParcelStatus.DELIVERED, ParcelStatus.RETURNED, ParcelStatus.FAILURE}


class InterceptForm(AddressForm):
    parcel = forms.ChoiceField(label="Which parcel")

    field_order = ("parcel",)

    def __init__(self, parcels: list[Shipment], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parcel"].choices = [  # type: ignore[attr-defined]
            (each.tracking_number, f"{each.carrier.upper()} {each.tracking_number}") for each in parcels
        ]
        for name in ("name", "lines", "city", "postal_code", "country"):
            self.fields[name].required = False
        self.fields["lines"].help_text = "Leave the address empty to have it sent back to you."


class StopParcel(AboutOrder):
    """What left already is stopped by its carrier, and comes back or goes elsewhere. The carrier charges for it."""

    name = "intercept_parcel"
    label = "Stop parcel"
    icon = "octagon-pause"
    command_type = InterceptParcel

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        return InterceptForm(_moving(action), data, files, initial=action.wish or self.suggest(action))

    def suggest(self, action: Action) -> Wish:
        moving = _moving(action)
        return {"parcel": moving[0].tracking_number} if moving else {}

    def place(self, action: Action) -> Channel | None:
        """The carrier where it is connected and can; else the shop's platform, or a person."""
        from inbox.models import Channel, ChannelState

        parcel = _named(action)
        carriers = Channel.objects.filter(state=ChannelState.ACTIVE, kind=parcel.carrier if parcel else "")
        return next((each for each in carriers if InterceptParcel in each.connector.commands), None)

    def check(self, action: Action) -> None:
        super().check(action)
        parcel = _named(action)
        if parcel is None:
            raise NotPossible(f"No parcel of {action.the_order.number} is on its way.")
        if parcel.status in _OVER:
            state = parcel.get_status_display().lower()
            raise NotPossible(f"Parcel {parcel.tracking_number} is {state} already: it can't be stopped.")
        if _goes_elsewhere(action):
            address_of(action.wish)

    def facts(self, action: Action) -> Facts:
        parcel = _parcel(action)
        return {**super().facts(action), f"Parcel {parcel.short_number}": _state(parcel)}

    def effect(self, action: Action) -> str:
        parcel = _parcel(action)
        to = f"goes to {in_words(address_of(action.wish))}" if _goes_elsewhere(action) else "comes back to us"
        return (
            f"{parcel.carrier.upper()} parcel {parcel.tracking_number} of {action.the_order.number} is stopped and {to}. "
            "The carrier charges for it, and may not manage it."
        )

    def command(self, action: Action) -> InterceptParcel:
        parcel = _parcel(action)
        return InterceptParcel(
            tracking_number=parcel.tracking_number,
            carrier=parcel.carrier,
            address=address_of(action.wish) if _goes_elsewhere(action) else None,
            order_id=action.the_order.external_id,
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        to = f"bring it to {in_words(address_of(action.wish))}" if _goes_elsewhere(action) else "send it back"
        return (
            f"We have asked the carrier to stop the parcel of your order {action.the_order.number} and {to}."
        )

    def steps(self, action: Action) -> list[str]:
        parcel = _parcel(action)
        to = f"send it to {in_words(address_of(action.wish))}" if _goes_elsewhere(action) else "send it back"
        return [
            f"Open parcel {parcel.tracking_number} on the business page of {parcel.carrier.upper()}.",
            f"Ask to stop it and {to}.",
            "Save the confirmation as proof.",
        ]


def _moving(action: Action) -> list[Shipment]:
    parcels = action.the_order.shipments.exclude(tracking_number="").exclude(status__in=_OVER)
    return list(parcels.order_by("external_id"))


def _named(action: Action) -> Shipment | None:
    number = action.wish.get("parcel", "")
    return action.the_order.shipments.filter(tracking_number=number).first() if number else None


def _parcel(action: Action) -> Shipment:
    parcel = _named(action)
    if parcel is None:
        raise NotPossible("This parcel is not known any more.")
    return parcel


def _goes_elsewhere(action: Action) -> bool:
    return bool(action.wish.get("lines") or action.wish.get("postal_code"))


def _state(parcel: Shipment) -> str:
    """Whether it can still be stopped, not where it is: each scan would change that."""
    return "delivered" if parcel.status in _OVER else "on its way"
