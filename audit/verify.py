"""Read the whole chain again and say what does not fit (see audit.chain)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit.chain import START, event_hash, link
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
        for seal in _seals():
            _check(verdict, seal)
            if noted and seal.position == noted[0] and bytes(seal.hash).hex() != noted[1].lower():
                verdict.blame(
                    seal.position,
                    seal.event_id,
                    "the chain up to here was rewritten: its hash is not the noted one",
                )
        _check_outside(verdict)
    if noted and verdict.position < noted[0]:
        verdict.blame(
            noted[0], None, f"the chain was cut: it ends at {verdict.position}, before the noted position"
        )
    return verdict


def _seals() -> Iterator[Seal]:
    return Seal.objects.order_by("position").prefetch_related("event").iterator(chunk_size=2000)


def _check(verdict: Verdict, seal: Seal) -> None:
    for missing in range(verdict.position + 1, min(seal.position, verdict.position + MOST + 1)):
        verdict.blame(missing, None, "the event and its seal were removed")
    event = _event_of(seal)
    digest = bytes(seal.event_hash)
    if event is None:
        verdict.blame(seal.position, seal.event_id, "the event was removed")
    elif event_hash(event) != digest:
        verdict.blame(seal.position, seal.event_id, "the event was changed")
    if link(verdict.head, seal.position, digest) != bytes(seal.hash):
        verdict.blame(
            seal.position,
            seal.event_id,
            "it does not follow from the one before: moved, or its seal was changed",
        )
    verdict.count += 1
    verdict.position, verdict.head, verdict.sealed_at = seal.position, bytes(seal.hash), seal.sealed_at


def _event_of(seal: Seal) -> AuditEvent | None:
    try:
        return seal.event
    except AuditEvent.DoesNotExist:
        return None


def _check_outside(verdict: Verdict) -> None:
    outside = AuditEvent.objects.filter(seal=None)
    verdict.waiting = outside.count()
    overdue = (
        outside.filter(at__lt=timezone.now() - OVERDUE).order_by("at", "id").values_list("id", flat=True)
    )
    for event_id in overdue.iterator():
        verdict.blame(None, event_id, f"never sealed, though older than {OVERDUE.seconds} s")
