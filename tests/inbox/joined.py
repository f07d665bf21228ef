"""Shoppers of several channels, and whose everything is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from connectors.events import Authentication, MessageReceived, Party, SenderCheck
from inbox import intake
from inbox.models import Channel, Conversation, Dispute, Identity, Message, Order
from tests.world import World

UNCHECKED = Authentication()
PASSED = Authentication(SenderCheck.PASSED, "dmarc pass")
FAILED = Authentication(SenderCheck.FAILED, "dmarc fail")


def platform(world: World, kind: str = "ebay") -> Channel:
    """A channel whose platform says who writes."""
    with world.inside():
        channel: Channel = Channel.objects.create(
            kind=kind, name=kind, external_id=f"{kind}-{uuid4().hex[:6]}", credentials={}
        )
    return channel


def says(
    world: World, channel: Channel, names: dict[str, str], text: str = "Hello?", **facts: Any
) -> Message:
    event = MessageReceived(
        external_id=f"m-{uuid4().hex}",
        sender=Party(names, facts.pop("display", "")),
        text=text,
        sent_at=datetime.now(UTC),
        thread=facts.pop("thread", "") or f"t-{uuid4().hex}",
        **facts,
    )
    with world.inside():
        intake.receive(channel, event)
    with world.inside():
        return Message.objects.select_related("conversation__customer").get(
            channel=channel, external_id=event.external_id
        )


def owners(world: World) -> dict[tuple[str, UUID], tuple[UUID, UUID | None]]:
    """Whose every row is: {(kind, id): (customer, persona)}."""
    with world.inside():
        return {
            (model.__name__, row.pk): (row.customer_id, row.came_as_id)
            for model in (Identity, Conversation, Order, Dispute)
            for row in model.objects.all()
        }
