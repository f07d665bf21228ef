"""The trail as one JSON document, with all it takes to check it without this program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.chain import FIELDS, START, stored
from audit.models import AuditEvent, CustomerKey, Seal
from audit.queries import Filter, newer
from config.tenancy import scope

CHUNK = 500

HOW = (
    "event_hash is the SHA-256 of `stored`, written as JSON in UTF-8 with sorted keys, no spaces and unescaped letters. "
    "hash is the SHA-256 of: previous_hash, position as 8 bytes (big-endian), event_hash. "
    "previous_hash is the hash of the position before; that of position 1 is 32 zero bytes. "
    "`personal` is what `stored.sealed` holds, readable as long as the customer is not erased; it is no part of the hashes."
)


def document(organization_id: UUID, organization: str, wanted: Filter) -> Iterator[str]:
    """In pieces, oldest event first, each chunk in a short transaction of its own: a slow reader holds nothing open."""
    now = timezone.now()
    about = {"organization": organization, "exported_at": now.isoformat(), "how_to_check": HOW}
    yield json.dumps(about, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "events": ['
    separator, last = "\n", None
    while True:
        with scope(organization_id):
            events = newer(wanted.events().filter(at__lte=now), last, CHUNK)
            CustomerKey.open(events)
            previous = _previous_hashes(events)
        for event in events:
            yield separator + json.dumps(_exported(event, previous), ensure_ascii=False)
            separator = ",\n"
        if len(events) < CHUNK:
            break
        last = events[-1]
    yield "\n]}\n"


def _previous_hashes(events: list[AuditEvent]) -> dict[int, bytes]:
    before = [seal.position - 1 for seal in map(_seal, events) if seal]
    found = Seal.objects.filter(position__in=before).values_list("position", "hash")
    return {0: START} | {position: bytes(digest) for position, digest in found}


def _seal(event: AuditEvent) -> Seal | None:
    return getattr(event, "seal", None)


def _exported(event: AuditEvent, previous: dict[int, bytes]) -> dict[str, Any]:
    seal = _seal(event)
    return {
        "stored": stored(getattr(event, name) for name in FIELDS),
        "personal": event.personal,
        "seal": seal
        and {
            "position": seal.position,
            "previous_hash": previous.get(seal.position - 1, b"").hex(),
            "event_hash": bytes(seal.event_hash).hex(),
            "hash": bytes(seal.hash).hex(),
            "sealed_at": seal.sealed_at.isoformat(),
        },
    }
