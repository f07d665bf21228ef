"""What becomes of a message after it was said: its words change, are taken back, or it is seen at the other end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from audit.record import PLATFORM, Actor, record
from connectors.events import (
    MessageBounced,
    MessageEdited,
    MessageHidden,
    MessageProgressed,
    MessageRemoved,
    Progress,
)
from connectors.hidden import reveal
from inbox.models import Channel, Direction, Message, OutgoingState
from inbox.signals import messages_received


def edited(channel: Channel, event: MessageEdited) -> None:
    """The words as they are now; the trail keeps, sealed, how they were."""
    message = _said(channel, event.external_id)
    if message is None:
        return
    before = message.text
    if message.edit(reveal(event.text)[0], event.at):
        message.conversation.resay()
        _record("message.edited", message, {"before": before, "text": message.text})
        if not message.past:
            tell = partial(messages_received.send, sender=Message, organization_id=channel.tenant)
            transaction.on_commit(partial(tell, message_ids=[message.pk], again=True))


def removed(channel: Channel, event: MessageRemoved) -> None:
    message = _said(channel, event.external_id)
    if message and message.remove(event.at):
        message.conversation.resay()
        _record("message.removed", message)


def hidden(channel: Channel, event: MessageHidden) -> None:
    message = _said(channel, event.external_id)
    if message and message.cover(event.hidden, event.at):
        message.conversation.tell()
        _record("message.hidden" if event.hidden else "message.shown", message, actor=PLATFORM)


def progressed(channel: Channel, event: MessageProgressed) -> None:
    """Told late, twice or in any order, an answer never steps back; who read it has received it."""
    if event.key:
        _arrived(channel, event.key, event.external_id, event.at)
    if event.progress is Progress.SENT:
        return
    sent = Message.objects.filter(
        channel=channel, direction=Direction.OUT, send_state=OutgoingState.SENT, removed_at=None
    )
    if event.external_id:
        sent = sent.filter(external_id=event.external_id)
    else:
        sent = sent.filter(conversation__thread=event.thread, sent_at__lte=event.at)
    news = {"delivered_at": Coalesce("delivered_at", event.at)}
    missing = Q(delivered_at=None)
    if event.progress is Progress.READ:
        news["read_at"] = Coalesce("read_at", event.at)
        missing |= Q(read_at=None)
    rows = list(sent.filter(missing).select_related("conversation").order_by("id"))
    if Message.objects.filter(pk__in=[each.pk for each in rows]).update(**news):
        rows[0].conversation.tell()


def bounced(channel: Channel, event: MessageBounced) -> None:
    """What was delivered did not come back, whatever is told later."""
    if event.key:
        _arrived(channel, event.key, event.external_id, event.at)
    rows = Message.objects.select_related("conversation").filter(channel=channel, direction=Direction.OUT)
    if message := rows.filter(external_id=event.external_id, delivered_at=None).first():
        message.come_back(event.reason)


def _arrived(channel: Channel, key: str, external_id: str, at: datetime) -> None:
    """The platform names a message by our own key: it was taken, also where its answer to us was lost."""
    waiting = Message.objects.filter(channel=channel, send_key=key, external_id=None)
    message = waiting.select_related("conversation").first()
    if message and message.arrive(external_id, at):
        _record("message.reconciled", message)
        message.conversation.mark(remove=("not_delivered",))
        message.conversation.tell()


def _said(channel: Channel, external_id: str) -> Message | None:
    rows = Message.objects.select_for_update(of=("self",)).select_related("conversation")
    return rows.filter(channel=channel, external_id=external_id, direction=Direction.IN).first()


def _record(
    kind: str, message: Message, personal: dict[str, str] | None = None, actor: Actor | None = None
) -> None:
    customer = message.conversation.persona_id
    record(
        kind,
        actor=actor or (Actor("customer", str(customer)) if message.customer_id else PLATFORM),
        subject=message,
        conversation_id=message.conversation_id,
        customer_id=customer,
        personal=personal,
    )
