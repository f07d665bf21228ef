"""The only door from outside: a delivery becomes events, an event becomes rows.

One table from event type to a short function. Each delivery is applied in one transaction that also settles it, so
the same delivery a hundred times makes one message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.record import PLATFORM, Actor, record
from config.tenancy import scope
from connectors.errors import Unparsable
from connectors.events import (
    Changed,
    Disconnected,
    Event,
    MessageBounced,
    MessageReceived,
    OrderChanged,
    ParcelTracked,
    ProductChanged,
)
from inbox import mirror, threading
from inbox.models import Channel, Customer, Delivery, DeliveryState, Message, OutgoingState, Refetch
from inbox.signals import message_received

log = logging.getLogger(__name__)

BATCH = 100


def drain(organization_id: UUID, limit: int = 10_000) -> int:
    """Apply waiting deliveries, oldest first; how many were settled. Several workers share the work."""
    done = 0
    while done < limit:
        applied = _drain_batch(organization_id)
        done += applied
        if not applied:
            break
    return done


def _drain_batch(organization_id: UUID) -> int:
    with scope(organization_id):
        waiting = list(
            Delivery.objects.filter(state=DeliveryState.RECEIVED)
            .order_by("received_at")
            .values_list("pk", flat=True)[:BATCH]
        )
    return sum(apply(organization_id, pk) for pk in waiting)


def apply(organization_id: UUID, delivery_id: UUID) -> bool:
    """Apply one delivery; False when somebody else has it, or has settled it already."""
    try:
        with scope(organization_id):
            delivery = _take(delivery_id)
            if delivery is None:
                return False
            events = delivery.channel.connector.parse(delivery.channel.account(), delivery.raw())
            for event in events:
                receive(delivery.channel, event)
            delivery.mark_applied(len(events))
    except Unparsable as error:
        _fail(organization_id, delivery_id, error.message)
    except Exception as error:
        # Whatever went wrong, the raw delivery is kept with its reason and can be replayed after a fix.
        log.exception("Delivery %s could not be applied", delivery_id)
        _fail(organization_id, delivery_id, f"{type(error).__name__}: {error}")
    return True


def _take(delivery_id: UUID) -> Delivery | None:
    return (
        Delivery.objects.select_related("channel")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=delivery_id, state=DeliveryState.RECEIVED)
        .first()
    )


def _fail(organization_id: UUID, delivery_id: UUID, reason: str) -> None:
    with scope(organization_id):
        delivery = _take(delivery_id)
        if delivery:
            delivery.fail(reason[:2000])
            record("delivery.failed", actor=PLATFORM, subject=delivery, data={"topic": delivery.topic})


def receive(channel: Channel, event: Event) -> None:
    """Turn one fact into rows, inside the caller's scope."""
    _RECEIVERS[type(event)](channel, event)


def _message_received(channel: Channel, event: MessageReceived) -> None:
    customer = Customer.known_as(event.sender)
    if Message.is_here(channel, event.external_id):
        return
    conversation = threading.conversation_for(channel, customer, event)
    message = Message.receive(conversation, event, customer)
    conversation.handles = dict(event.sender.names)
    conversation.heard(event.text, event.sent_at)
    record(
        "message.received",
        actor=Actor("customer", str(customer.pk)),
        subject=message,
        conversation_id=conversation.pk,
        customer_id=customer.pk,
        data={"channel": str(channel.pk), "kind": channel.kind, "automatic": event.automatic},
        personal={"text": event.text, "subject": event.subject},
    )
    if not event.automatic:
        transaction.on_commit(
            partial(
                message_received.send,
                sender=Message,
                organization_id=channel.organization_id,
                conversation_id=conversation.pk,
                message_id=message.pk,
            )
        )


def _message_bounced(channel: Channel, event: MessageBounced) -> None:
    message = (
        Message.objects.select_related("conversation")
        .filter(channel=channel, external_id=event.external_id, direction="out")
        .first()
    )
    if message is None:
        return
    changed = Message.objects.filter(pk=message.pk).exclude(send_state=OutgoingState.FAILED)
    if changed.update(send_state=OutgoingState.FAILED, problem=event.reason):
        message.conversation.reopen(because="bounce")
        message.conversation.mark(add="not_delivered")
        record(
            "message.bounced",
            actor=PLATFORM,
            subject=message,
            conversation_id=message.conversation_id,
            customer_id=message.conversation.customer_id,
            personal={"reason": event.reason},
        )


def _changed(channel: Channel, event: Changed) -> None:
    """The payload was a hint; the platform is the truth, and is asked after commit."""
    Refetch.ask(channel, event.kind, event.external_id)


def _disconnected(channel: Channel, event: Disconnected) -> None:
    channel.lose(event.reason)
    record(
        "channel.lost",
        actor=PLATFORM,
        subject=channel,
        data={"kind": channel.kind, "at": timezone.now().isoformat()},
    )


_RECEIVERS: dict[type, Callable[[Channel, Any], None]] = {
    MessageReceived: _message_received,
    MessageBounced: _message_bounced,
    Changed: _changed,
    OrderChanged: mirror.order,
    ParcelTracked: mirror.parcel,
    ProductChanged: mirror.product,
    Disconnected: _disconnected,
}
