"""What was said before a channel was connected: it stands in its thread, and nobody drafts an answer to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from connectors.events import Event, MessageReceived
from inbox.models import Channel, Conversation, ConversationState, Delivery, Direction, Message

# Whoever wrote this lately waits for an answer, whichever way it came.
LATELY = timedelta(hours=1)


def is_past(delivery: Delivery, event: Event) -> bool:
    """Read by a back-fill, or from before the channel was connected: a live cursor may begin early."""
    if not isinstance(event, MessageReceived):
        return delivery.past
    if event.sent_at >= timezone.now() - LATELY:
        return False
    return delivery.past or event.sent_at < delivery.channel.connected_at - LATELY


@contextmanager
def answers(facts: Sequence[tuple[Channel, Event]]) -> Iterator[None]:
    """Around the receiving of what is past: the seller's answers get their place in the thread and close it.

    A conversation with anything live in it is left to those who work on it.
    """
    ours = [
        (channel, event.external_id)
        for channel, event in facts
        if isinstance(event, MessageReceived) and event.ours
    ]
    known = Message.here(ours) if ours else set()
    yield
    new = {external_id for channel, external_id in ours if (channel.pk, external_id) not in known}
    if not new:
        return
    elsewhere = Message.objects.filter(
        direction=Direction.OUT,
        send_key="",
        external_id__in=new,
        channel__in={channel for channel, _ in ours},
    )
    elsewhere.update(past=True, created_at=F("sent_at"))
    answered = Conversation.objects.filter(
        pk__in=elsewhere.values("conversation"), state=ConversationState.OPEN, waiting_since=None
    )
    living = Message.objects.filter(conversation=OuterRef("pk"), past=False)
    answered.exclude(Exists(living)).update(state=ConversationState.CLOSED, unread=False)
