"""A wrong sorting put right by a member: a message that is a notice, a notice that is a message. What they teach is
remembered for the sender and the kind of subject; `was` takes it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from audit.record import MACHINE, record
from connectors.events import MessageReceived, NoticeKind, Party
from inbox import receiving
from inbox.linking import order_of
from inbox.models import Conversation, Membership, Message, Notice, Order, OrderLine, SortingRule
from inbox.patterns import pattern_of
from inbox.signals import messages_received
from inbox.sorting import address_of

MARK = "notice"
EVERYTHING = "*"  # the pattern that fits any subject


class Rooted(Exception):
    """Why this stays a conversation, in words for the person who tried."""


def to_notices(conversation: Conversation, by: Membership, *, was: str | None = None) -> tuple[Notice, str]:
    """No customer wrote this: it leaves the queue, nothing of it is lost. The newest notice, and what was taught
    before ("", "notice" or "message"). With `was`, that is restored instead. Raises Rooted."""
    if conversation.messages.filter(direction="out").exclude(send_state="cancelled").exists():
        raise Rooted("Somebody answered here, so it stays a conversation. Mark it done instead.")
    order = order_of(conversation.channel, number=conversation.order_number)
    messages = list(conversation.messages.filter(direction="in").order_by("created_at", "id"))
    if was is not None and _known(conversation) < len(messages):
        raise Rooted("It went into a conversation that goes on. Nothing was changed.")
    notices = [_as_notice(conversation, message, order) for message in messages]
    notice = notices[-1]
    taught = _teach(notice, order, by, is_notice=True, was=was)
    conversation.close(by)
    conversation.mark(add=MARK)
    record(
        "conversation.sorted",
        actor=by.actor,
        subject=conversation,
        conversation_id=conversation.pk,
        customer_id=conversation.persona_id,
        data={"as": "notice", "remembered": was is None},
        personal={"sender": notice.sender, "subject": notice.subject},
    )
    return notice, taught


def to_inbox(notice: Notice, by: Membership, *, was: str | None = None) -> tuple[Conversation, str]:
    """A customer wrote this: it becomes a message like any other. The rest as in `to_notices`."""
    message = _message_of(notice) or _arrive(notice)
    conversation: Conversation = Conversation.objects.select_for_update(of=("self",)).get(
        pk=message.conversation_id
    )
    Notice.objects.filter(
        channel=notice.channel_id, external_id__in=conversation.messages.values("external_id")
    ).update(message=message, seen=True)
    conversation.mark(remove=(MARK,))
    conversation.reopen(by)
    taught = _teach(notice, notice.order, by, is_notice=False, was=was)
    record(
        "notice.sorted",
        actor=by.actor,
        subject=notice,
        conversation_id=conversation.pk,
        customer_id=conversation.persona_id,
        data={"as": "message", "remembered": was is None},
        personal={"sender": notice.sender, "subject": notice.subject},
    )
    return conversation, taught


def sender_of(conversation: Conversation) -> str:
    """Whom a rule about this conversation is about; "" where nobody is known."""
    return address_of(Party(conversation.handles))


def block(conversation: Conversation, by: Membership | None) -> None:
    """Whatever this sender writes is a notice from now on. A member who moves one of them to the inbox teaches a
    narrower rule, which counts for more."""
    rule: dict[str, Any] = {
        "channel_id": conversation.channel_id,
        "sender": sender_of(conversation),
        "pattern": EVERYTHING,
    }
    SortingRule.objects.update_or_create(**rule, defaults={"is_notice": True, "by": by})
    conversation.close(by)
    conversation.mark(add=MARK)
    record(
        "sender.blocked",
        actor=by.actor if by else MACHINE,
        subject=conversation,
        conversation_id=conversation.pk,
        customer_id=conversation.persona_id,
        personal={"sender": rule["sender"]},
    )


def _known(conversation: Conversation) -> int:
    """How many of its messages were notices."""
    names = conversation.messages.values("external_id")
    return Notice.objects.filter(channel=conversation.channel_id, external_id__in=names).count()


def _as_notice(conversation: Conversation, message: Message, order: Order | None) -> Notice:
    party = Party(conversation.handles)
    notice, _ = Notice.objects.update_or_create(
        channel_id=conversation.channel_id,
        external_id=message.external_id,
        defaults={"message": None, "seen": True},
        create_defaults={
            "order": order,
            "kind": NoticeKind.OTHER,
            "sender": address_of(party),
            "names": dict(party.names),
            "subject": message.subject,
            "text": message.text,
            "order_number": conversation.order_number,
            "at": message.sent_at or message.created_at,
            "seen": True,
        },
    )
    return notice


def _message_of(notice: Notice) -> Message | None:
    """It was a message once: it is taken back, and read if nobody did."""
    message = Message.objects.filter(
        channel=notice.channel_id, external_id=notice.external_id, direction="in"
    ).first()
    if message:
        tell = partial(messages_received.send, sender=Message, organization_id=message.tenant)
        transaction.on_commit(partial(tell, message_ids=[message.pk]))
    return message


def _arrive(notice: Notice) -> Message:
    said = MessageReceived(
        external_id=notice.external_id,
        sender=Party(notice.names),
        text=notice.text,
        sent_at=notice.at,
        subject=notice.subject,
        order_number=notice.order_number,
    )
    receiving.receive([(notice.channel, said)])
    message: Message = Message.objects.get(channel=notice.channel_id, external_id=notice.external_id)
    return message


def _teach(notice: Notice, order: Order | None, by: Membership, *, is_notice: bool, was: str | None) -> str:
    """Remember it, or go back to what was taught before; what was taught until now."""
    key: dict[str, Any] = {
        "channel_id": notice.channel_id,
        "sender": notice.sender,
        "pattern": pattern_of(notice.subject, _own_words(order)),
    }
    before = SortingRule.objects.filter(**key).first()
    if was == "":
        SortingRule.objects.filter(**key).delete()
    else:
        wanted = is_notice if was is None else was == "notice"
        SortingRule.objects.update_or_create(**key, defaults={"is_notice": wanted, "by": by})
    return "" if before is None else "notice" if before.is_notice else "message"


def _own_words(order: Order | None) -> list[str]:
    """What of a subject belongs to this order alone."""
    if order is None:
        return []
    titles = OrderLine.objects.filter(order=order).values_list("title", flat=True)
    return [order.customer.name, order.number, *titles]
