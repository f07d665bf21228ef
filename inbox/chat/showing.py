"""A conversation as its own shopper sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Greatest
from django.utils import timezone

from inbox.models import Attachment, Channel, Conversation, Message, Visitor

MOST = 100  # messages at once
OVERLAP = timedelta(seconds=5)  # what was begun before a cursor may be committed after it
FILES_FOR = 24 * 3600  # seconds for which a file's address works
ELSEWHERE = "(You answered by e-mail.)"


@dataclass(frozen=True)
class Shown:
    """`cursor` is where to go on from; the same message may come again, by its id, and then replaces what was shown."""

    messages: list[dict[str, Any]]
    cursor: str


def conversation_of(channel: Channel, visitor: UUID) -> Conversation | None:
    """In the caller's scope, as are the others."""
    rows = Conversation.objects.filter(channel=channel, thread=visitor.hex)
    found: Conversation | None = rows.select_related("organization").first()
    return found


def messages(channel: Channel, visitor: UUID, conversation: Conversation | None, after: str = "") -> Shown:
    """What is new or changed since `after`, oldest first; without it the newest ones."""
    if conversation is None:
        return Shown([], after)
    rows, since = _visible(conversation), moment(after)
    if since:
        found = list(rows.filter(changed_at__gt=since - OVERLAP).order_by("changed_at")[:MOST])
    else:
        found = list(rows.order_by("-created_at", "-id")[:MOST])
    changed = [round(each.changed_at.timestamp() * 1_000_000) for each in found]
    cursor = max([int(after) if since else 0, *changed])
    is_proven = _is_proven(visitor, found, channel)
    found.sort(key=lambda each: (each.created_at, each.pk))
    return Shown([_shown(each, channel, conversation, is_proven) for each in found], str(cursor))


def moment(cursor: str) -> datetime | None:
    """When what it leads up to had happened; None for a cursor we never gave."""
    try:
        return datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) if cursor.isdecimal() else None
    except (ValueError, OverflowError):
        return None


def _visible(conversation: Conversation) -> QuerySet[Any]:
    """Theirs, and ours once they are there."""
    there = Case(When(direction="out", then=F("sent_at")), default=F("created_at"))
    rows: QuerySet[Any] = conversation.messages.filter(automatic=False).exclude(direction="out", sent_at=None)
    return (
        rows.annotate(changed_at=Greatest(there, F("edited_at"), F("removed_at")))
        .select_related("author__user")
        .prefetch_related("attachments")
    )


def _is_proven(visitor: UUID, found: list[Any], channel: Channel) -> bool:
    """Whoever left somebody else's address in the chat does not read what that person answered by mail."""
    if all(each.channel_id == channel.pk for each in found):
        return True
    return Visitor.objects.filter(pk=visitor, proven_until__gt=timezone.now()).exists()


def _shown(message: Any, channel: Channel, conversation: Conversation, is_proven: bool) -> dict[str, Any]:
    is_mine = not message.is_out and message.channel_id == channel.pk
    is_hidden = not message.is_out and not is_mine and not is_proven
    return {
        "id": message.pk.hex,
        "key": (message.external_id or "").partition(":")[2] or None if is_mine else None,
        "from": "shopper" if not message.is_out else "machine" if message.is_by_machine else "team",
        "name": _name(message, conversation),
        "text": ELSEWHERE if is_hidden else message.text,
        "at": (message.created_at if message.is_out else message.sent_at or message.created_at).isoformat(),
        "files": [] if is_hidden else [_file(each, channel) for each in message.attachments.all()],
        "edited": message.edited_at is not None,
        "removed": message.removed_at is not None,
    }


def _name(message: Message, conversation: Conversation) -> str:
    if not message.is_out:
        return ""
    return (message.author and message.author.user.first_name) or conversation.organization.name


def _file(attachment: Attachment, channel: Channel) -> dict[str, Any]:
    token = signing.dumps(attachment.pk.hex, salt=_salt(channel))
    return {
        "name": attachment.name,
        "type": attachment.content_type,
        "size": attachment.size,
        "url": f"{settings.PUBLIC_URL}/chat/{channel.external_id}/files/{token}",
    }


def file_of(channel: Channel, token: str) -> UUID | None:
    """Which attachment an address leads to; whoever was shown it may pass it on for a day."""
    try:
        return UUID(hex=signing.loads(token, salt=_salt(channel), max_age=FILES_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _salt(channel: Channel) -> str:
    return f"inbox.chat.file:{channel.pk.hex}"
