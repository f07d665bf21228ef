"""The only door from outside: a delivery becomes events, an event becomes rows.

One table from event type to a short function. A delivery is applied in the transaction that also settles it, so
the same delivery a hundred times makes one message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeGuard
from uuid import UUID

from django.db.models.functions import Length

from audit.record import PLATFORM, record
from config.tenancy import scope
from config.wake import quiet, wake_once
from connectors.errors import Unparsable
from connectors.events import (
    CallChanged,
    Changed,
    CommandSettled,
    Disconnected,
    DisputeChanged,
    ErasureAsked,
    Event,
    MessageBounced,
    MessageEdited,
    MessageHidden,
    MessageProgressed,
    MessageReceived,
    MessageRemoved,
    NoticeReceived,
    OpeningsRead,
    OptedIn,
    OptedOut,
    OrderChanged,
    ParcelTracked,
    Party,
    PartyNamed,
    PerformanceReported,
    ProductChanged,
    Renamed,
    ReturnChanged,
    TemplatesRead,
)
from inbox import (
    answering,
    calls,
    disputes,
    mirror,
    people,
    progressing,
    recalling,
    receiving,
    renaming,
    returning,
    sorting,
    standing,
    streams,
    templating,
)
from inbox.models import (
    Channel,
    Conversation,
    Customer,
    Delivery,
    DeliveryState,
    Erasure,
    Identity,
    OptOut,
    Refetch,
)
from inbox.proofs import met_on

log = logging.getLogger(__name__)

Fact = tuple[Channel, Event]
Receiver = Callable[[Channel, Any], None]

BATCH = 100  # deliveries in one transaction,
BATCH_OF_PAST = 25  # since live ones may come meanwhile,
MOST_BYTES = 16 * 1024 * 1024  # and no more than this in memory, except for a single one


def drain(organization_id: UUID, channel_id: UUID | None = None, limit: int = 10_000) -> int:
    """Apply the waiting deliveries of a channel, or of each, oldest first; how many were settled. Several workers share
    the work."""
    done = 0
    for each in [channel_id] if channel_id else _waited_for(organization_id):
        while done < limit and (settled := drain_batch(organization_id, each)):
            done += settled
    return done


def sweep(organization_id: UUID) -> None:
    """Wakes a worker for what nobody was woken for. Each channel has a task of its own, to hold up nobody here."""
    for channel_id in _waited_for(organization_id):
        wake_once("inbox.tasks.apply", organization_id, channel_id=channel_id)


def _waited_for(organization_id: UUID) -> list[UUID]:
    """Channels by what they wait with: live things before those of the past."""
    with scope(organization_id):
        waiting = Delivery.objects.filter(state=DeliveryState.RECEIVED)
        return list(dict.fromkeys(waiting.order_by("past").values_list("channel_id", flat=True).distinct()))


def drain_batch(organization_id: UUID, channel_id: UUID) -> int:
    """Of one channel, so that a word in a chat waits for no flood of comments elsewhere. All in one transaction; if that
    fails, each in its own, so that only what does not fit fails."""
    batch: list[UUID] = []
    try:
        with scope(organization_id):
            batch = _waiting(channel_id)
            apply(_take(batch))
    except Exception as error:
        log.info("%s deliveries one by one, since together: %s", len(batch), error)
        for delivery_id in batch:
            _apply_alone(organization_id, delivery_id)
    return len(batch)


def _waiting(channel_id: UUID) -> list[UUID]:
    """The oldest ones nobody else holds, locked, as many as fit; those of the past when nothing live waits."""
    return _oldest(channel_id, past=False, most=BATCH) or _oldest(channel_id, past=True, most=BATCH_OF_PAST)


def _oldest(channel_id: UUID, *, past: bool, most: int) -> list[UUID]:
    rows = (
        Delivery.objects.filter(state=DeliveryState.RECEIVED, past=past, channel=channel_id)
        .order_by("received_at")
        .select_for_update(skip_locked=True)
        .annotate(size=Length("body"))
        .values_list("pk", "size")[:most]
    )
    batch: list[UUID] = []
    total = 0
    for pk, size in rows:
        total += size
        if batch and total > MOST_BYTES:
            break
        batch.append(pk)
    return batch


def _take(delivery_ids: Sequence[UUID]) -> list[Delivery]:
    return list(
        Delivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.RECEIVED)
        .order_by("received_at")
        .select_for_update(skip_locked=True)
        .prefetch_related("channel")
    )


def _apply_alone(organization_id: UUID, delivery_id: UUID) -> None:
    try:
        with scope(organization_id):
            apply(_take([delivery_id]))
    except Exception as error:
        log.exception("Delivery %s could not be applied", delivery_id)
        with scope(organization_id):
            for delivery in _take([delivery_id]):
                _fail(delivery, error)


def apply(deliveries: Sequence[Delivery]) -> None:
    """Whatever cannot be parsed is kept with the reason, and can be replayed after a fix. Anything else raises."""
    live: list[Fact] = []
    past: list[Fact] = []
    applied: dict[UUID, int] = {}
    for delivery in deliveries:
        channel = delivery.channel
        try:
            events = channel.connector.parse(channel.account(), delivery.raw())
        except Exception as error:
            if not isinstance(error, Unparsable):
                log.exception("Delivery %s could not be parsed", delivery.pk)
            _fail(delivery, error)
            continue
        for event in events:
            (past if recalling.is_past(delivery, event) else live).append((channel, event))
        applied[delivery.pk] = len(events)
    _receive_all(live)
    with quiet(), recalling.answers(past):
        _receive_all(past, past=True)
    Delivery.settle(applied)


def _fail(delivery: Delivery, error: Exception) -> None:
    delivery.fail(error.message if isinstance(error, Unparsable) else f"{type(error).__name__}: {error}")
    record("delivery.failed", actor=PLATFORM, subject=delivery, data={"topic": delivery.topic})


def _receive_all(facts: Sequence[Fact], *, past: bool = False) -> None:
    """In their order; messages of customers that follow each other go together."""
    for is_said, run in groupby(sorting.sort(facts), key=lambda fact: _is_said(fact[1])):
        if is_said:
            said = streams.receive([(channel, event) for channel, event in run if _is_said(event)])
            receiving.receive(said, past=past)
        else:
            for channel, event in run:
                _RECEIVERS[type(event)](channel, event)


def receive(channel: Channel, event: Event) -> None:
    """Turn one fact into rows, inside the caller's scope."""
    _receive_all([(channel, event)])


def _is_said(event: Event) -> TypeGuard[MessageReceived]:
    """A customer said it."""
    return isinstance(event, MessageReceived) and not event.ours


def _changed(channel: Channel, event: Changed) -> None:
    """The payload was a hint; the platform is the truth, and is asked after commit."""
    Refetch.ask(channel, event.kind, event.external_id)


def _disconnected(channel: Channel, event: Disconnected) -> None:
    channel.lose(event.reason)


def _erasure_asked(channel: Channel, event: ErasureAsked) -> None:
    """Platforms tell it of all their shoppers; nearly all are strangers here."""
    for known in people.called(met_on(channel, event.who)):
        Erasure.ask(known.customer, PLATFORM, channel=channel)


def _party_named(channel: Channel, event: PartyNamed) -> None:
    """Whoever was erased meanwhile is nobody here."""
    for known in people.called(met_on(channel, event.party)):
        known.persona.learn(event.party, {})


def _written_by_us(channel: Channel, event: MessageReceived) -> None:
    if not streams.keep_ours(channel, event):
        answering.receive(channel, event)


def _wherever_it_is(in_talk: Receiver, in_live: Receiver) -> Receiver:
    """What was said is in a conversation, under a live, or in both."""

    def receive(channel: Channel, event: Any) -> None:
        in_talk(channel, event)
        in_live(channel, event)

    return receive


def _opted_out(channel: Channel, event: OptedOut) -> None:
    """What they still wait for may not be said here any more."""
    OptOut.begin(channel, _who(channel, event), event.who, event.at, event.said)
    for conversation in _with(channel, event.who):
        if conversation.silence:  # not where they write by another name
            conversation.waits(None)
            conversation.mark(add="opted_out")


def _opted_in(channel: Channel, event: OptedIn) -> None:
    OptOut.end(channel, _who(channel, event), event.who, event.at, event.said)
    for conversation in _with(channel, event.who):
        if not conversation.silence:
            conversation.mark(remove=("opted_out",))


def _with(channel: Channel, who: Party) -> list[Conversation]:
    whose = Identity.among(who).values("customer")
    return list(Conversation.objects.filter(channel=channel, customer__in=whose).select_related("channel"))


def _who(channel: Channel, event: OptedOut | OptedIn) -> Customer:
    return people.known_as(met_on(channel, event.who)).persona


_RECEIVERS: dict[type, Receiver] = {
    MessageReceived: _written_by_us,  # customers' go together
    MessageBounced: progressing.bounced,
    MessageEdited: _wherever_it_is(progressing.edited, streams.edited),
    MessageRemoved: _wherever_it_is(progressing.removed, streams.removed),
    MessageProgressed: progressing.progressed,
    MessageHidden: _wherever_it_is(progressing.hidden, streams.hidden),
    PartyNamed: _party_named,
    Renamed: renaming.renamed,
    CallChanged: calls.changed,
    OptedOut: _opted_out,
    OptedIn: _opted_in,
    NoticeReceived: sorting.receive,
    Changed: _changed,
    OrderChanged: mirror.order,
    ReturnChanged: returning.changed,
    DisputeChanged: disputes.changed,
    CommandSettled: standing.settled,
    OpeningsRead: standing.openings,
    TemplatesRead: templating.read,
    PerformanceReported: standing.performance,
    ParcelTracked: mirror.parcel,
    ProductChanged: mirror.product,
    Disconnected: _disconnected,
    ErasureAsked: _erasure_asked,
}
