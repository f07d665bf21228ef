"""The chain over the trail: nothing can be changed, taken out or moved without it showing.

    event_hash = SHA-256(canonical event)
    hash       = SHA-256(previous hash ‖ position as 8 bytes, big-endian ‖ event_hash)     the first previous hash is 32 zero bytes

The canonical event is its stored columns as JSON in UTF-8: keys sorted, no spaces, times in UTC with microseconds,
`sealed` in base64. Personal words are hashed as they are stored, encrypted; destroying a key changes no hash.

Writers never wait for the chain. A trigger queues each event; `seal` links what is committed, in the order of ids
among what it sees. A transaction that commits late is linked later, behind events that are younger.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.models import AuditEvent, Seal, Unsealed
from config.tenancy import scope

START = bytes(32)
BATCH = 1000

# What is proven. A column added later joins only together with a version of this form.
FIELDS = (
    "id",
    "organization_id",
    "at",
    "kind",
    "actor_kind",
    "actor_id",
    "actor_label",
    "subject_type",
    "subject_id",
    "conversation_id",
    "customer_id",
    "data",
    "sealed",
)


def stored(values: Iterable[Any]) -> dict[str, Any]:
    """The values of FIELDS as plain JSON, as they are proven."""
    return dict(zip(FIELDS, map(_plain, values), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, UUID) else value


def event_hash(values: Iterable[Any]) -> bytes:
    canonical = json.dumps(stored(values), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()


def link(previous: bytes, position: int, event_hash: bytes) -> bytes:
    return hashlib.sha256(previous + position.to_bytes(8, "big") + event_hash).digest()


def seal(organization_id: UUID) -> int:
    """Link what is committed and not yet linked; how many. Another sealer at work means 0, nobody waits."""
    total = 0
    while True:
        with scope(organization_id):
            linked = _seal_batch() if _alone(organization_id) else 0
        total += linked
        if linked < BATCH:
            return total


def _alone(organization_id: UUID) -> bool:
    """Held to the end of the transaction. The high half of the lock's number is ours, the low half the organization's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, organization_id.int & 0x7FFFFFFF])
        return bool(cursor.fetchone()[0])


_LOCKS = 0x5EA1


def _seal_batch() -> int:
    queued = list(Unsealed.objects.order_by("id").values_list("id", flat=True)[:BATCH])
    if not queued:
        return 0
    last = Seal.objects.order_by("-position").values_list("position", "hash").first()
    position, previous = (last[0], bytes(last[1])) if last else (0, START)
    seals = []
    for values in AuditEvent.objects.filter(pk__in=queued).order_by("id").values_list(*FIELDS):
        position, digest = position + 1, event_hash(values)
        previous = link(previous, position, digest)
        seals.append(Seal(position=position, event_id=values[0], event_hash=digest, hash=previous))
    Seal.objects.bulk_create(seals)
    Unsealed.objects.filter(pk__in=queued).delete()
    return len(queued)
