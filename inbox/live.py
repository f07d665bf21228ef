"""Screens hear only that something changed; they fetch the fragment through the ordinary view.

Published with the plain client: the channel layer's own `group_send` would open an event loop and a connection
for each call. The layer still decides the encoding.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from config.valkey import valkey

if TYPE_CHECKING:
    from inbox.models import Conversation

log = logging.getLogger(__name__)
REMEMBERED = 300  # seconds; a page's socket opens sooner, and later the page looks again anyway


def group(organization_id: UUID) -> str:
    return f"organization.{organization_id.hex}"


def conversation_group(conversation_id: UUID) -> str:
    """For whoever looks at this conversation alone: its own shopper."""
    return f"conversation.{conversation_id.hex}"


def thread_group(channel_id: UUID, thread: str) -> str:
    """For whoever waits until it becomes a conversation."""
    return f"thread.{channel_id.hex}.{hashlib.sha256(thread.encode()).hexdigest()[:32]}"


def changed(organization_id: UUID, *conversation_ids: UUID) -> None:
    """After commit: to members, these conversations, and with them the list, look different now."""
    transaction.on_commit(partial(_publish, organization_id, conversation_ids))


def begun(organization_id: UUID, conversation_id: UUID) -> None:
    """After commit: the machine is at this conversation. No list shows that, so only its own page looks again."""
    transaction.on_commit(partial(_publish, organization_id, [conversation_id], alone=True))


def said(*conversation_ids: UUID) -> None:
    """After commit: what their shoppers see is more, or other words, now."""
    told = [(conversation_group(each), {"type": "changed"}) for each in conversation_ids]
    transaction.on_commit(partial(_send, told))


def stream_changed(organization_id: UUID, stream_id: UUID) -> None:
    """After commit: so many comments come that only the page of this live looks again, in its own time."""
    transaction.on_commit(partial(_publish, organization_id, [f"stream:{stream_id}"]))


def everything_changed(organization_id: UUID) -> None:
    """After commit: whatever a screen shows, it looks again."""
    transaction.on_commit(partial(_publish, organization_id, "*"))


def opened(conversations: Iterable[Conversation]) -> None:
    """After commit: these threads have become conversations."""
    told = [
        (thread_group(each.channel_id, each.thread), {"type": "opened", "conversation": str(each.pk)})
        for each in conversations
    ]
    transaction.on_commit(partial(_send, told))


def visited(organization_id: UUID, visitor: UUID) -> None:
    """Somebody in the chat came, left, writes, or looks at another page. Nothing of it is stored."""
    _send([(group(organization_id), {"type": "visited", "thread": visitor.hex})])


def writing(conversation_id: UUID, name: str | None) -> None:
    """A member is writing an answer to the shopper of this conversation."""
    _send([(conversation_group(conversation_id), {"type": "writing", "name": name})])


def is_watched(organization_id: UUID) -> bool:
    """Whether any member has a screen of this organization open."""
    try:
        [(_, watching)] = valkey().pubsub_numsub(f"{settings.LIVE_PREFIX}__group__{group(organization_id)}")
    except redis.RedisError:
        return False
    return bool(watching)


def changed_since(organization_id: UUID, moment: float) -> bool:
    """Whether anything changed since then (seconds since 1970): a page that was made before its socket was open has
    missed it."""
    try:
        last = valkey().get(_last(organization_id))
    except redis.RedisError:
        return True
    return last is not None and float(cast(bytes, last)) >= moment


def _last(organization_id: UUID) -> str:
    return f"{settings.LIVE_PREFIX}:changed:{organization_id.hex}"


def _publish(organization_id: UUID, conversation_ids: Sequence[UUID | str], **more: bool) -> None:
    to = group(organization_id)
    told = [(to, {"type": "changed", "conversation": str(each), **more}) for each in conversation_ids]
    _send(told, _last(organization_id))


def _send(told: Sequence[tuple[str, dict[str, Any]]], note: str = "") -> None:
    """To each group its event; `note` keeps when that was."""
    layer: Any = get_channel_layer()
    trip = valkey().pipeline(transaction=False)
    if note:
        trip.set(note, time.time(), ex=REMEMBERED)
    for to, event in told:
        trip.publish(f"{settings.LIVE_PREFIX}__group__{to}", layer.serialize(event))
    try:
        trip.execute()
    except redis.RedisError as error:  # a screen refreshed late is better than a message lost
        log.warning("Could not tell the screens: %s", error)
