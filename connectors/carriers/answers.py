"""Reading carriers' JSON: fields may be missing, null or of another type than documented."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from dateutil import parser as dates

from connectors.carriers.times import offset_text
from connectors.errors import Unparsable

Json = dict[str, Any]
END_OF_DAY = time(23, 59)
BROKEN = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
)  # what a wrong shape raises in `parse`


def parsed(body: bytes, carrier: str) -> Json:
    """The JSON object in `body`. Raises Unparsable in the name of `carrier`."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unparsable(f"{carrier} sent something that is not JSON.") from error
    if not isinstance(answer, dict):
        raise Unparsable(f"{carrier} sent JSON that is not an object.")
    return answer


def text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value).strip()


def true(fields: Mapping[str, Any], name: str) -> bool:
    return text(fields, name).lower() == "true"


def inside(fields: Mapping[str, Any], *path: str) -> Json:
    """The object at the end of `path`; empty where any step of it is missing or null."""
    found: Any = fields
    for name in path:
        found = (found or {}).get(name)
    return found or {}


def moment(written: str, here: tzinfo | None) -> tuple[datetime, str]:
    """ISO 8601 → the moment in UTC and the offset of the place, "" where nobody knows it.

    `here` is the clock of the place. A written offset is the place's; "Z" only says that the carrier counts in
    UTC. A time without either is on the clock of the place.
    """
    at = dates.isoparse(written.strip().replace(" ", "T"))
    there = here if at.tzinfo is None or written.strip().endswith("Z") else at.tzinfo
    utc = (at if at.tzinfo else at.replace(tzinfo=here or UTC)).astimezone(UTC)
    return utc, offset_text(utc.astimezone(there)) if there else ""


def end_of(written: str, zone: tzinfo) -> datetime:
    """A promised moment on the clock `zone`; a bare date, or midnight without an offset, is the end of that day."""
    at = dates.isoparse(written.strip().replace(" ", "T"))
    if at.tzinfo:
        return at.astimezone(zone)
    return datetime.combine(at.date(), END_OF_DAY if at.time() == time(0) else at.time(), tzinfo=zone)


def named(part: Any, names: Collection[str]) -> Iterator[str]:
    """Every text under one of `names`, however deep it lies."""
    if isinstance(part, list):
        for each in part:
            yield from named(each, names)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name in names and isinstance(each, str) and each:
                yield each
            yield from named(each, names)
