"""The seller answered outside Waybill, at the platform or by mail: it stands in the thread, and nobody waits for it."""

from __future__ import annotations

from audit.record import PLATFORM, record
from connectors.events import MessageReceived
from inbox import privately
from inbox.models import Channel, Conversation, Message
from inbox.people import known_as
from inbox.proofs import met_on
from inbox.threading import Arrival, place


def receive(channel: Channel, event: MessageReceived) -> None:
    """The same answer twice is one. What Waybill sent and the platform shows again is Waybill's own message."""
    if event.sent_under and (
        own := Message.objects.filter(channel=channel, send_key=event.sent_under).first()
    ):
        _seen(own, event)
        return
    conversation = _conversation(channel, event)
    if Message.here([(channel, event.external_id)]):
        return
    if conversation is None:
        record(
            "message.unplaced",
            actor=PLATFORM,
            subject=channel,
            data={"external_id": event.external_id, "thread": event.thread},
        )
        return
    if own := Message.on_its_way(conversation, event.text):
        _seen(own, event)
        return
    message = Message.written_elsewhere(conversation, event)
    conversation.answered(event)
    _record(message, "message.written_elsewhere")


def _seen(own: Message, event: MessageReceived) -> None:
    """The platform shows what we sent, perhaps before it has told the worker that did."""
    if own.arrive(event.external_id, event.sent_at):
        _record(own, "message.reconciled", found=True)
        own.conversation.tell()
    if event.recipient:
        privately.arrived(own, event.thread, event.recipient.names)


def _conversation(channel: Channel, event: MessageReceived) -> Conversation | None:
    """By its thread, or with the shopper it went to; locked. None when neither is known."""
    if event.recipient and any(event.recipient.names.values()):
        arrival = Arrival(channel, event, known_as(met_on(channel, event.recipient)))
        place([arrival])
        return arrival.conversation
    return (
        Conversation.objects.select_for_update(of=("self",))
        .filter(channel=channel, thread=event.thread)
        .first()
        if event.thread
        else None
    )


def _record(message: Message, kind: str, **data: object) -> None:
    record(
        kind,
        actor=PLATFORM,
        subject=message,
        conversation_id=message.conversation_id,
        customer_id=message.conversation.persona_id,
        data={"external_id": message.external_id, **data},
        personal={"text": message.text},
    )
