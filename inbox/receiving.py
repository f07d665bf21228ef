"""Messages of customers become rows: many at once, in a few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.record import Actor, Deed, record_all
from config.tenancy import current_organization_id
from connectors.events import MessageReceived
from connectors.hidden import reveal
from inbox import live, people
from inbox.models import Channel, Conversation, Message, heard
from inbox.proofs import said_by
from inbox.signals import messages_received
from inbox.threading import Arrival, Note, place


def receive(facts: Sequence[tuple[Channel, MessageReceived]], *, past: bool = False) -> None:
    """In the caller's scope. The same message twice is one message. Nobody reads and drafts for what is `past`."""
    facts = [(channel, _revealed(event)) for channel, event in facts]
    known = people.behind([said_by(channel, event) for channel, event in facts])
    arrivals = [Arrival(channel, event, each) for (channel, event), each in zip(facts, known, strict=True)]
    note = Conversation.recall if past else Conversation.hear
    written: list[Message] = []
    for together in _rounds(_new(arrivals)):
        place(together, note)
        written += _write(together, note, past)
    if to_read := [message.pk for message in written if not message.automatic and not past]:
        tell = partial(messages_received.send, sender=Message, organization_id=current_organization_id())
        transaction.on_commit(partial(tell, message_ids=to_read))


def _revealed(event: MessageReceived) -> MessageReceived:
    """As its reader sees it: whatever it holds beside that is told, and stands in no text from here on."""
    text, hidden = reveal(event.text)
    subject, in_subject = reveal(event.subject)
    quoted, _ = reveal(event.quoted)
    return replace(
        event,
        text=text,
        subject=subject,
        quoted=quoted,
        sender=replace(event.sender, display=reveal(event.sender.display)[0]),
        files=tuple(replace(file, name=reveal(file.name)[0]) for file in event.files),
        hidden=(*event.hidden, *in_subject, *hidden),
    )


def _new(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Looked up after the customers were locked, so a rival with the same message has committed or waits."""
    here = Message.here((each.channel, each.event.external_id) for each in arrivals)
    new: dict[tuple[UUID, str], Arrival] = {}
    for each in arrivals:
        name = (each.channel.pk, each.event.external_id)
        if name not in here:
            new.setdefault(name, each)
    return list(new.values())


def _rounds(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """No two of one customer or one thread in a round: the second one must see what became of the first."""
    while arrivals:
        taken: set[object] = set()
        now: list[Arrival] = []
        later: list[Arrival] = []
        for each in arrivals:
            mine = {each.customer.pk, (each.channel.pk, each.thread)}
            (later if taken & mine else now).append(each)
            taken |= mine
        yield now
        arrivals = later


def _write(arrivals: Sequence[Arrival], note: Note, past: bool) -> list[Message]:
    placed = [(each, each.conversation) for each in arrivals if each.conversation]
    messages = Message.receive(
        [(each.channel, conversation, each.event, each.known.persona) for each, conversation in placed],
        past=past,
    )
    older = [(each, conversation) for each, conversation in placed if not each.is_first]
    for each, conversation in older:
        note(conversation, each.event)
    heard.keep([conversation for _, conversation in older])
    live.changed(current_organization_id(), *(conversation.pk for _, conversation in placed))
    kind = "message.imported" if past else "message.received"
    record_all(_deed(kind, each, message) for each, message in zip(arrivals, messages, strict=True))
    return messages


def _deed(kind: str, arrival: Arrival, message: Message) -> Deed:
    channel, event = arrival.channel, arrival.event
    return Deed(
        kind,
        actor=Actor("customer", str(arrival.known.persona.pk)),
        subject=message,
        conversation_id=message.conversation_id,
        customer_id=arrival.known.persona.pk,
        data={"channel": str(channel.pk), "kind": channel.kind, "automatic": event.automatic},
        personal={"text": event.text, "subject": event.subject},
    )
