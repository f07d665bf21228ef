"""A shopper asks for a person: the conversation is one at once, and they are told, truly, who is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from config.tenancy import scope
from connectors.channels.chat.widget import Widget
from inbox import live
from inbox.chat.hearing_out import hear_out
from inbox.models import Channel, Conversation, Direction, Priority, Visitor

WANTED = "person"  # the quick reply's name
LATELY = timedelta(minutes=15)
_SAID = "person-"  # how the keys of such words begin


def call(organization_id: UUID, channel_id: UUID, visitor: UUID, key: str) -> None:
    """Hands over, and says so once. Whoever has a person already needs no second one."""
    hear_out(organization_id, channel_id, visitor)
    is_somebody_there = live.is_watched(organization_id)
    with scope(organization_id):
        channel = Channel.objects.get(pk=channel_id)
        rows = Conversation.objects.select_for_update(of=("self",)).select_related("channel", "organization")
        conversation = rows.filter(channel=channel, thread=visitor.hex).first()
        if conversation is None or _is_told(conversation):
            return
        if not conversation.taken_at:
            because = "The customer asked for a person in the chat."
            conversation.hand_over(None, because=because, priority=Priority.HIGH)
        has_address = Visitor.objects.filter(pk=visitor).exclude(email="").exists()
        text = words(channel, timezone.now(), is_somebody_there, has_address)
        conversation.reply(text, key=f"{_SAID}{key}"[:64], keeps_waiting=True, news=True)


def _is_told(conversation: Conversation) -> bool:
    """A person answers already, or it was said a moment ago."""
    lately = conversation.messages.filter(direction=Direction.OUT, created_at__gte=timezone.now() - LATELY)
    return lately.filter(Q(author__isnull=False) | Q(send_key__startswith=_SAID)).exists()


def words(channel: Channel, now: datetime, is_somebody_there: bool, has_address: bool) -> str:
    hours = Widget.of(channel.account()).hours
    opens = hours.opens_at(now)
    mail = "by e-mail" if has_address else "by e-mail if you leave your address"
    if opens:
        when = f"{opens:%A} at {opens:%-H:%M} ({hours.zone.key})"
        return f"Our team is not here right now. They have your message, are back on {when}, and answer here, or {mail}."
    if is_somebody_there:
        return "Somebody of our team is here and has just been told. They answer in this window."
    return (
        f"Nobody of our team is at their screen this minute. They have been told, and answer here, or {mail}."
    )
