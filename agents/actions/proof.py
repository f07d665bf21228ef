"""What speaks for the seller in a dispute: the parcel's way, its hand-over, and the words that were exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agents.actions.picture import pictures
from connectors.events import File, ParcelStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Conversation, Message, Shipment

_MESSAGES = 60  # the newest ones


def best_parcel(action: Action) -> Shipment | None:
    """The one that was delivered, if there is one with a number."""
    if action.order is None:
        return None
    parcels = list(action.order.shipments.exclude(tracking_number=""))
    return min(parcels, key=lambda each: each.status != ParcelStatus.DELIVERED, default=None)


def said_of(parcel: Shipment) -> str:
    """ "UPS delivered parcel 1Z… on 2026-11-20, signed by OKAFOR, left at the front door."."""
    carrier = parcel.carrier.upper() or "The carrier"
    if parcel.status != ParcelStatus.DELIVERED or not parcel.delivered_at:
        return f"{carrier} has parcel {parcel.tracking_number}: {parcel.get_status_display().lower()}."
    signed = f", signed by {parcel.signed_by}" if parcel.signed_by else ""
    left = f", left at {parcel.left_at}" if parcel.left_at else ""
    on = parcel.delivered_at.date().isoformat()
    return f"{carrier} delivered parcel {parcel.tracking_number} on {on}{signed}{left}."


def of_parcel(parcel: Shipment) -> list[File]:
    """Its scans as the carrier told them."""
    lines = [
        f"Order {parcel.order.number}, parcel {parcel.tracking_number}",
        said_of(parcel),
        f"Proof of delivery: {parcel.proof_url}" if parcel.proof_url else "",
        "",
    ]
    scans = parcel.scans.order_by("at", "key")
    return pictures("tracking", [*lines, *(f"{_at(each.at)}  {each.text}  {each.place}" for each in scans)])


def of_conversation(conversation: Conversation, until: datetime) -> list[File]:
    """What was written up to a moment, oldest first; who reads it later gets the same."""
    lines = [
        f"{conversation.organization.name}: {conversation.subject}",
        f"Channel: {conversation.channel}",
        "",
    ]
    for message in said(conversation, until):
        lines += [f"{_at(message.sent_at or message.created_at)}  {_who(message)}", message.text, ""]
    return pictures("conversation", lines)


def said(conversation: Conversation, until: datetime) -> Iterator[Message]:
    written = conversation.messages.filter(created_at__lte=until).exclude(
        send_state__in=["cancelled", "failed"]
    )
    yield from reversed(list(written.order_by("-created_at", "-id")[:_MESSAGES]))


def _who(message: Message) -> str:
    return "We wrote:" if message.is_out else "The customer wrote:"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
