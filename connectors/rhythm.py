"""Catching up with a platform by several sources, each with a place of its own in the cursor and a rhythm of its own.

The cursor is {source: place}; a place holds what its source put there, and `at`, when it was last read to its end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from connectors.contract import Page, RawDelivery
from connectors.errors import AuthorizationLost, ConnectorError
from connectors.garbled import understood

log = logging.getLogger(__name__)

Api = TypeVar("Api")
Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """`more`: what is left is read at once, from the new place."""

    deliveries: Sequence[RawDelivery]
    place: Json
    more: bool = False


@dataclass(frozen=True)
class Source(Generic[Api]):
    name: str
    every: timedelta
    read: Callable[[Api, Json, datetime], Found]

    def is_due(self, place: Json | None, now: datetime) -> bool:
        return not place or "at" not in place or now - datetime.fromisoformat(place["at"]) >= self.every


def look(
    platform: str, sources: Sequence[Source[Api]], api: Api, cursor: str | None, now: datetime | None = None
) -> Page:
    """A source that cannot be read now keeps its place and does not hold back the others."""
    now = now or datetime.now(UTC)
    places: dict[str, Json] = json.loads(cursor) if cursor else {}
    due = [each for each in sources if each.is_due(places.get(each.name), now)]
    deliveries, problems, more = list[RawDelivery](), list[ConnectorError](), False
    for source in due:
        try:
            with understood(platform, safe=True):
                found = source.read(api, places.get(source.name, {}), now)
        except AuthorizationLost:
            raise
        except ConnectorError as error:
            log.info("%s's %s could not be read: %s", platform, source.name, error.message)
            problems.append(error)
            continue
        deliveries += found.deliveries
        more = more or found.more
        place = {name: value for name, value in found.place.items() if name != "at"}
        places[source.name] = place if found.more else {**place, "at": now.isoformat()}
    if problems and len(problems) == len(due):
        raise problems[0]
    return Page(deliveries, json.dumps(places), more)
