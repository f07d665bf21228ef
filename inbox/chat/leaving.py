"""Whoever has left the shop's page gets the answer by e-mail, in the same conversation, and answers there by mail.

An answer in the chat is there at once. If nobody has seen it and nobody looks any more, the same message goes on over the
organization's mailbox: one row, one key, first on the page and then by mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, UUIDField
from django.db.models.functions import Cast
from django.utils import timezone

from audit.record import MACHINE, record
from config.tenancy import scope
from connectors import registry
from connectors.channels.chat.widget import Widget
from connectors.commands import SendMessage
from connectors.contract import Capability
from connectors.events import File, Party
from inbox.chat.presence import look
from inbox.models import Channel, Conversation, Direction, Message, OutgoingState, Upload, Visitor

LEFT_FOR = timedelta(minutes=2)  # a page that is loaded again, or a tunnel on the way, is no leaving
RECENT = timedelta(days=1)  # what was not seen for so long was seen to by somebody
AT_ONCE = 200  # messages


def follow(organization_id: UUID) -> None:
    """Send on what nobody saw, and throw away files nobody said anything with."""
    with scope(organization_id):
        kinds = [each.kind for each in registry.with_capability(Capability.WIDGET)]
        chats = {each.pk: each for each in Channel.objects.filter(kind__in=kinds)}
        if not chats:
            return
        Upload.discard(before=timezone.now() - RECENT)
        mailbox = Channel.mailbox()
        if mailbox is None:
            return
        gone = (each for each in _unseen(chats) if _has_left(each, chats[each.channel_id]))
        for message in islice(gone, AT_ONCE):
            _send_on(message, mailbox)


def _unseen(chats: dict[UUID, Channel]) -> QuerySet[Message]:
    """By those who left an address, the oldest first."""
    since = timezone.now() - RECENT
    lively = Conversation.objects.filter(channel__in=chats, last_message_at__gte=since)
    rows = Message.objects.filter(
        conversation__in=lively,
        channel__in=chats,
        direction=Direction.OUT,
        send_state=OutgoingState.SENT,
        read_at=None,
        sent_at__gte=since,
    )
    visitor = Cast(OuterRef("conversation__thread"), UUIDField())
    addressed = Visitor.objects.filter(pk=visitor, channel=OuterRef("channel")).exclude(email="")
    found: QuerySet[Message] = rows.filter(Exists(addressed))
    return found.select_related("conversation").order_by("created_at")


def _send_on(message: Message, mailbox: Channel) -> None:
    if message.send_on(mailbox):
        record(
            "message.sent_on",
            actor=MACHINE,
            subject=message,
            conversation_id=message.conversation_id,
            customer_id=message.conversation.persona_id,
            data={"channel": str(mailbox.pk), "kind": mailbox.kind},
        )
        message.conversation.tell()


def _has_left(message: Message, chat: Channel) -> bool:
    """Outside office hours nobody waits for them to come back."""
    there = look(UUID(hex=message.conversation.thread))
    if there is None or there.is_here:
        return False
    left = there.left_at or message.conversation.opened_at
    return left < timezone.now() - LEFT_FOR or not _is_open(chat, timezone.now())


def _is_open(chat: Channel, now: datetime) -> bool:
    return Widget.of(chat.account()).hours.is_open(now)


def visitor_of(conversation: Conversation) -> Visitor | None:
    """Who they are in the chat; None where they did not write there."""
    if not conversation.channel.can(Capability.WIDGET):
        return None
    found: Visitor | None = Visitor.objects.filter(
        channel=conversation.channel_id, pk=conversation.thread
    ).first()
    return found


def letter(message: Message) -> SendMessage:
    """The same words as a mail. Its signed reply address leads back into the conversation."""
    conversation = message.conversation
    visitor = visitor_of(conversation)
    name = conversation.organization.name
    mails = (
        conversation.messages.filter(channel=message.channel_id)
        .exclude(pk=message.pk)
        .exclude(external_id=None)
    )
    earlier = mails.order_by("-created_at").values_list("external_id", flat=True)[:20]
    return SendMessage(
        to=Party({"email": visitor.email if visitor else ""}, conversation.writer.name),
        text=f"{message.text}\n\n{_WHY.format(name=name)}",
        subject=f"Your chat with {name}",
        replies_to=tuple(each for each in earlier if each),
        reply_token=conversation.pk.hex,
        sender_name=conversation.organization.signature or name,
        files=tuple(File(a.name, a.content_type, a.file.read()) for a in message.attachments.all()),
        by_person=not message.is_by_machine,
    )


_WHY = (
    "You asked this in the chat of {name} and had left the page when we answered. Answer this mail and it goes on in the "
    "same conversation. If it was not you, somebody mistyped an address: tell us, and do nothing else."
)
