"""Who is there, on which page, and who is writing: said in passing, in Valkey, and never stored."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from redis.exceptions import RedisError

from config.valkey import valkey

log = logging.getLogger(__name__)

ALIVE = 75  # seconds after which a tab that says nothing is gone; widgets speak every 25
REMEMBERED = 24 * 3600  # seconds
WRITING = 6  # seconds for which somebody who pressed a key is writing


@dataclass(frozen=True)
class Presence:
    is_here: bool = False
    page: Mapping[str, Any] = field(default_factory=dict)  # of the tab that moved last
    left_at: datetime | None = None
    is_writing: bool = False


def arrive(visitor: UUID, tab: str, page: Mapping[str, Any]) -> bool:
    """A tab is there, or still there. Whether that is news: it was not, or shows another page."""
    now = time.time()
    try:
        before = presence(visitor)
        trip = valkey().pipeline(transaction=False)
        trip.hset(_tabs(visitor), tab, json.dumps({"at": now, "page": page}))
        trip.expire(_tabs(visitor), REMEMBERED)
        trip.execute()
    except RedisError as error:
        log.warning("Nobody is told who is there: %s", error)
        return False
    return not before.is_here or before.page.get("url") != page.get("url")


def look(visitor: UUID) -> Presence | None:
    """None where nobody can tell."""
    try:
        return presence(visitor)
    except RedisError:
        return None


def leave(visitor: UUID, tab: str) -> None:
    try:
        trip = valkey().pipeline(transaction=False)
        trip.hdel(_tabs(visitor), tab)
        trip.hset(_tabs(visitor), "left", str(time.time()))
        trip.expire(_tabs(visitor), REMEMBERED)
        trip.execute()
    except RedisError as error:
        log.warning("Nobody is told who left: %s", error)


def presence(visitor: UUID) -> Presence:
    trip = valkey().pipeline(transaction=False)
    trip.hgetall(_tabs(visitor))
    trip.exists(_shopper_writes(visitor))
    found, is_writing = trip.execute()
    known = {name.decode(): value.decode() for name, value in cast(dict[bytes, bytes], found).items()}
    left = float(known.pop("left", 0))
    tabs = sorted((json.loads(value) for value in known.values()), key=lambda tab: tab["at"])
    last = max([left, *(tab["at"] for tab in tabs)])
    here = bool(tabs) and tabs[-1]["at"] > time.time() - ALIVE
    return Presence(
        here,
        tabs[-1]["page"] if here else {},
        datetime.fromtimestamp(last, UTC) if last else None,
        bool(is_writing) and here,
    )


def shopper_writes(visitor: UUID) -> bool:
    """Whether that is news."""
    try:
        return bool(valkey().set(_shopper_writes(visitor), 1, ex=WRITING, nx=True))
    except RedisError:
        return False


def member_writes(conversation: UUID, name: str) -> bool:
    """Whether that is news."""
    try:
        return bool(valkey().set(_member_writes(conversation), name, ex=WRITING // 2, nx=True))
    except RedisError:
        return False


def who_writes(conversation: UUID) -> str | None:
    """The name of the member who is writing an answer."""
    try:
        name = cast(bytes | None, valkey().get(_member_writes(conversation)))
    except RedisError:
        return None
    return name.decode() if name else None


def _tabs(visitor: UUID) -> str:
    return f"chat:tabs:{visitor.hex}"


def _shopper_writes(visitor: UUID) -> str:
    return f"chat:shopper_writes:{visitor.hex}"


def _member_writes(conversation: UUID) -> str:
    return f"chat:member_writes:{conversation.hex}"
