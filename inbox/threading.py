"""Which conversation a message belongs to. Neither a new one for every reply, nor somebody else's.

Asked for many messages at once, each question is one statement, and only about those not answered yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from connectors.contract import Capability
from connectors.events import MessageReceived
from inbox import live
from inbox.models import Channel, Conversation, ConversationState, Customer, Message, heard
from inbox.people import Known

# Two messages without any thread, this close together, are one matter.
QUICK = timedelta(hours=1)

Note = Callable[[Conversation, MessageReceived], None]


@dataclass
class Arrival:
    """A message on its way into its conversation."""

    channel: Channel
    event: MessageReceived
    known: Known
    conversation: Conversation | None = None
    is_first: bool = False  # the conversation begins with it, and knows of it already

    @property
    def customer(self) -> Customer:
        return self.known.customer

    @property
    def thread(self) -> str:
        """What a conversation that begins with this is called."""
        return self.event.thread or self.event.external_id


def place(arrivals: Sequence[Arrival], note: Note | None = None) -> None:
    """Give each its conversation, found by proof (reply token, platform thread, what it answers), or made. `note` tells
    one that is made what was said, before it is written down.

    Locked until commit. No two may be of one customer or one thread, and the caller holds the customers' identities
    locked, so two quick messages of one person cannot race.
    """
    for look in (_by_thread, _by_answered, _by_closeness, partial(_open, note)):
        if left := [each for each in arrivals if each.conversation is None]:
            look(left)


def _locked(wanted: Q, arrivals: Iterable[Arrival]) -> list[Conversation]:
    channels = {each.channel.pk: each.channel for each in arrivals}
    rows = Conversation.objects.select_for_update(of=("self",)).filter(wanted, channel__in=channels)
    found = list(rows.order_by("id"))  # in one order everywhere, so that nobody waits in a ring
    for row in found:
        row.channel = channels[row.channel_id]  # its clock is asked for with every message
    return found


def _by_thread(arrivals: Sequence[Arrival]) -> None:
    """The connector checked a token's signature, so whoever holds it was written to by us."""
    threaded = [each for each in arrivals if each.event.thread]
    if not threaded:
        return
    tokens = [token for each in threaded if (token := _token(each.event.thread))]
    rows = _locked(Q(pk__in=tokens) | Q(thread__in=[each.event.thread for each in threaded]), threaded)
    by_token = {(row.channel_id, row.pk): row for row in rows}
    by_thread = {(row.channel_id, row.thread): row for row in rows}
    for each in threaded:
        token = _token(each.event.thread)
        each.conversation = (token and by_token.get((each.channel.pk, token))) or by_thread.get(
            (each.channel.pk, each.event.thread)
        )
    _gone_on([each for each in threaded if each.conversation is None and each.channel.can(Capability.MAIL)])


def _gone_on(arrivals: Sequence[Arrival]) -> None:
    """What began elsewhere and went on by mail: the token is signed, and this mailbox carried answers of that conversation."""
    tokens = {each.event.thread: token for each in arrivals if (token := _token(each.event.thread))}
    if not tokens:
        return
    carried = Exists(
        Message.objects.filter(
            conversation=OuterRef("pk"), channel__in={each.channel.pk for each in arrivals}
        )
    )
    rows = Conversation.objects.select_for_update(of=("self",)).filter(carried, pk__in=tokens.values())
    known = {row.pk: row for row in rows.select_related("channel").order_by("id")}
    for each in arrivals:
        if token := tokens.get(each.event.thread):
            each.conversation = known.get(token)


def _token(thread: str) -> UUID | None:
    try:
        return UUID(hex=thread)
    except ValueError:
        return None


def _by_answered(arrivals: Sequence[Arrival]) -> None:
    """Message ids can be copied by anybody: they count only for the customer they were written to."""
    answering = [each for each in arrivals if each.event.replies_to]
    if not answering:
        return
    rows = (
        Message.objects.filter(
            external_id__in={name for each in answering for name in each.event.replies_to},
            channel__in={each.channel.pk for each in answering},
            conversation__customer__in={each.customer.pk for each in answering},
        )
        .order_by("created_at")
        .values_list(
            "channel_id", "conversation__customer_id", "external_id", "created_at", "conversation_id"
        )
    )
    answered = {(channel, customer, name): (at, pk) for channel, customer, name, at, pk in rows}
    newest = {}
    for each in answering:
        names = [(each.channel.pk, each.customer.pk, name) for name in each.event.replies_to]
        if found := [answered[name] for name in names if name in answered]:
            newest[each.event.external_id] = max(found)[1]
    known = {row.pk: row for row in _locked(Q(pk__in=newest.values()), answering)} if newest else {}
    for each in answering:
        if answered_in := newest.get(each.event.external_id):
            each.conversation = known.get(answered_in)


def _by_closeness(arrivals: Sequence[Arrival]) -> None:
    loose = [each for each in arrivals if not each.event.thread]
    if not loose:
        return
    recent = Q(
        customer__in={each.customer.pk for each in loose},
        last_message_at__gte=min(each.event.sent_at for each in loose) - QUICK,
    )
    rows = _locked(recent & ~Q(state=ConversationState.CLOSED), loose)
    for each in loose:
        each.conversation = max(
            (row for row in rows if _is_close(row, each)), key=lambda row: row.last_message_at, default=None
        )


def _is_close(row: Conversation, arrival: Arrival) -> bool:
    return (
        row.channel_id == arrival.channel.pk
        and row.customer_id == arrival.customer.pk
        and row.order_number in {"", arrival.event.order_number}
        and row.last_message_at >= arrival.event.sent_at - QUICK
    )


def _open(note: Note | None, arrivals: Sequence[Arrival]) -> None:
    made = [(each, _begun(each)) for each in arrivals]
    if note:
        for each, conversation in made:
            note(conversation, each.event)
    written = heard.begin([conversation for _, conversation in made])
    for each, conversation in made:
        if conversation.pk in written:
            each.conversation, each.is_first = conversation, True
    if beaten := [each for each in arrivals if not each.is_first]:  # a rival has opened the same thread
        rows = _locked(Q(thread__in=[each.thread for each in beaten]), beaten)
        known = {(row.channel_id, row.thread): row for row in rows}
        for each in beaten:
            each.conversation = known[each.channel.pk, each.thread]
    live.opened(each.conversation for each in arrivals if each.conversation)


def _begun(arrival: Arrival) -> Conversation:
    event = arrival.event
    return Conversation(
        channel=arrival.channel,
        thread=arrival.thread,
        customer=arrival.customer,
        came_as_id=arrival.known.came_as_id,
        is_public=event.public,
        subject=event.subject[:300],
        order_number=event.order_number,
        opened_at=event.sent_at,
        last_message_at=event.sent_at,
    )
