"""Screens hear only that something changed; they fetch the fragment through the ordinary view.

Published with the plain client: the channel layer's own `group_send` would open an event loop and a connection
for each call. The layer still decides the encoding.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from config.valkey import valkey

log = logging.getLogger(__name__)
REMEMBERED = 300  # seconds; a page's socket opens sooner, and later the page looks again anyway


def group(organization_id: UUID) -> str:
    return f"organization.{organization_id.hex}"


def changed(organization_id: UUID, *conversation_ids: UUID) -> None:
    """After commit: these conversations, and with them the list, look different now."""
    transaction.on_commit(partial(_publish, organization_id, conversation_ids))


def everything_changed(organization_id: UUID) -> None:
    """After commit: whatever a screen shows, it looks again."""
    transaction.on_commit(partial(_publish, organization_id, "*"))


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


def _publish(organization_id: UUID, conversation_ids: Sequence[UUID | str]) -> None:
    layer: Any = get_channel_layer()
    channel = f"{settings.LIVE_PREFIX}__group__{group(organization_id)}"
    trip = valkey().pipeline(transaction=False)
    trip.set(_last(organization_id), time.time(), ex=REMEMBERED)
    for conversation_id in conversation_ids:
        trip.publish(channel, layer.serialize({"type": "changed", "conversation": str(conversation_id)}))
    try:
        trip.execute()
    except redis.RedisError as error:  # a screen refreshed late is better than a message lost
        log.warning("Could not tell the screens: %s", error)
