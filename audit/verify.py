"""Read the whole chain again and say what does not fit (see audit.chain)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from audit.chain import FIELDS, START, event_hash, link
from audit.models import AuditEvent, Seal
from config.tenancy import scope

OVERDUE = timedelta(seconds=60)
MOST = 100  # problems kept; all are counted


@dataclass(frozen=True, slots=True)
class Problem:
    """`position` is None for an event that never came into the chain, `event_id` for a position that is not there."""

    position: int | None
    event_id: UUID | None
    what: str

    def __str__(self) -> str:
        where = f"position {self.position}" if self.position else "not in the chain"
        return f"{where}, event {self.event_id or 'unknown'}: {self.what}"


@dataclass
class Verdict:
    count: int = 0  # events in the chain
    waiting: int = 0  # events not yet in the chain
    position: int = 0  # of the last link
    head: bytes = START  # its hash
    sealed_at: datetime | None = None
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return self.problem_count == 0

    def blame(self, position: int | None, event_id: UUID | None, what: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST:
            self.problems.append(Problem(position, event_id, what))


def verify(organization_id: UUID, *, noted: tuple[int, str] | None = None) -> Verdict:
    """Every link of the chain, and every event outside it, in constant memory.

    `noted` is a position and its hash (hex) written down earlier in another place. With it even a chain that was
    rewritten as a whole, or cut at its end, is found out.
    """
    verdict = Verdict()
    with scope(organization_id):
        for found in _links():
            _check(verdict, found)
            if noted and found.position == noted[0] and found.hash.hex() != noted[1].lower():
                verdict.blame(
                    found.position,
                    found.event_id,
                    "the chain was rewritten: the hash noted for this position is another",
                )
        _check_outside(verdict)
    if noted and verdict.position < noted[0]:
        verdict.blame(
            noted[0], None, f"the chain was cut: it ends at {verdict.position}, before the noted position"
        )
    return verdict


CHUNK = 2000


class Link(NamedTuple):
    """A seal, and the hash of its event as it stands now (None: it is gone)."""

    position: int
    event_id: UUID
    event_hash: bytes
    hash: bytes
    sealed_at: datetime
    event_hash_now: bytes | None


def _links() -> Iterator[Link]:
    columns = ("position", "event_id", "event_hash", "hash", "sealed_at")
    seals = Seal.objects.order_by("position").values_list(*columns).iterator(chunk_size=CHUNK)
    while chunk := list(islice(seals, CHUNK)):
        events = AuditEvent.objects.filter(pk__in=[row[1] for row in chunk]).values_list(*FIELDS)
        now = {values[0]: event_hash(values) for values in events.iterator()}
        for position, event_id, digest, digest_of_link, sealed_at in chunk:
            yield Link(position, event_id, bytes(digest), bytes(digest_of_link), sealed_at, now.get(event_id))


def _check(verdict: Verdict, found: Link) -> None:
    for missing in range(verdict.position + 1, min(found.position, verdict.position + MOST + 1)):
        verdict.blame(missing, None, "the event and its seal were removed")
    if found.event_hash_now is None:
        verdict.blame(found.position, found.event_id, "the event was removed")
    elif found.event_hash_now != found.event_hash:
        verdict.blame(found.position, found.event_id, "the event was changed")
    if link(verdict.head, found.position, found.event_hash) != found.hash:
        verdict.blame(
            found.position,
            found.event_id,
            "it does not follow from the one before: moved, or its seal was changed",
        )
    verdict.count += 1
    verdict.position, verdict.head, verdict.sealed_at = found.position, found.hash, found.sealed_at


def _check_outside(verdict: Verdict) -> None:
    outside = AuditEvent.objects.filter(seal=None)
    verdict.waiting = outside.count()
    overdue = (
        outside.filter(at__lt=timezone.now() - OVERDUE).order_by("at", "id").values_list("id", flat=True)
    )
    for event_id in overdue.iterator():
        verdict.blame(None, event_id, f"never sealed, though older than {OVERDUE.seconds} s")
