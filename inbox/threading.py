"""Which conversation a message belongs to. Neither a new one for every reply, nor somebody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from connectors.events import MessageReceived
from inbox.models import Channel, Conversation, ConversationState, Customer, Message

# Two messages without any thread, this close together, are one matter.
QUICK = timedelta(hours=1)


def conversation_for(channel: Channel, customer: Customer, event: MessageReceived) -> Conversation:
    """Found by proof (reply token, platform thread, what it answers), or made. Locked until commit.

    The caller holds the customer's identity locked, so two quick messages of one person cannot race.
    """
    found = (
        _by_token(channel, event)
        or _by_thread(channel, event)
        or _by_answered(channel, customer, event)
        or _by_closeness(channel, customer, event)
    )
    return found or _open(channel, customer, event)


def _locked(**wanted: object) -> Conversation | None:
    return Conversation.objects.select_for_update(of=("self",)).filter(**wanted).first()


def _by_token(channel: Channel, event: MessageReceived) -> Conversation | None:
    """The connector checked the token's signature, so whoever holds it was written to by us."""
    try:
        return _locked(channel=channel, pk=UUID(hex=event.thread)) if event.thread else None
    except ValueError:
        return None


def _by_thread(channel: Channel, event: MessageReceived) -> Conversation | None:
    return _locked(channel=channel, thread=event.thread) if event.thread else None


def _by_answered(channel: Channel, customer: Customer, event: MessageReceived) -> Conversation | None:
    """Message ids can be copied by anybody: they count only for the customer they were written to."""
    if not event.replies_to:
        return None
    answered = (
        Message.objects.filter(
            external_id__in=event.replies_to, channel=channel, conversation__customer=customer
        )
        .order_by("-created_at")
        .values_list("conversation_id", flat=True)
        .first()
    )
    return _locked(pk=answered) if answered else None


def _by_closeness(channel: Channel, customer: Customer, event: MessageReceived) -> Conversation | None:
    if event.thread:
        return None
    return (
        Conversation.objects.select_for_update(of=("self",))
        .filter(
            channel=channel,
            customer=customer,
            order_number__in=["", event.order_number],
            last_message_at__gte=event.sent_at - QUICK,
        )
        .exclude(state=ConversationState.CLOSED)
        .order_by("-last_message_at")
        .first()
    )


def _open(channel: Channel, customer: Customer, event: MessageReceived) -> Conversation:
    conversation, _ = Conversation.objects.get_or_create(
        channel=channel,
        thread=event.thread or event.external_id,
        defaults={
            "customer": customer,
            "subject": event.subject[:300],
            "order_number": event.order_number,
            "opened_at": event.sent_at,
            "last_message_at": event.sent_at,
        },
    )
    return conversation
