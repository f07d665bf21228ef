"""What a clause may stand on, and how a claim answers for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind


@dataclass(frozen=True)
class Ground:
    """Evidence within reach of one clause: about one order, where the text speaks of one.

    `cited` may support. `known` is everything else in reach too: it never supports, but it may contradict.
    """

    cited: tuple[Evidence, ...]
    known: tuple[Evidence, ...]
    now: datetime
    zone: ZoneInfo
    text: str = ""  # the clause itself

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def of(self, *kinds: Kind) -> list[Evidence]:
        return [item for item in self.cited if item.kind in kinds]

    def field(self, *fields: str) -> list[Evidence]:
        return [item for item in self.cited if item.field in fields]

    def without(self, records: Iterable[str]) -> Ground:
        """The same with some records no longer cited."""
        gone = set(records)
        return replace(self, cited=tuple(item for item in self.cited if item.record not in gone))

    def is_stale(self, item: Evidence) -> bool:
        """The clause speaks of the latest scan, and this is an older one."""
        if not item.record.startswith("scan:") or not _LATEST.search(self.text):
            return False
        others = [each for each in (*self.cited, *self.known) if each.part_of == item.part_of]
        labels = {each.record for each in others if each.value == "pre_transit"}
        moments = {each.record: each.moment for each in others if each.field == "at"}
        mine = moments.get(item.record)
        return bool(mine and any(at > mine for record, at in moments.items() if record not in labels))

    def is_delivery(self, item: Evidence) -> bool:
        """The scan this is of ended the journey."""
        return any(
            each.record == item.record and each.value == "delivered" for each in (*self.cited, *self.known)
        )


_LATEST = re.compile(
    r"\b(?:latest|last|newest|most recent)\b[^.]{0,20}\b(?:scan|update|seen|event|news)\w*|\bnone since\b|\b(?:currently|is now|right now|at the moment)\b",
    re.IGNORECASE,
)

Verdict = Evidence | str  # what supports it, or why nothing does, in words


@dataclass(frozen=True)
class Found:
    """A claim in a clause, characters `start` to `end`."""

    start: int
    end: int
    kind: str  # an evidence.Kind, or "promise"
    check: Callable[[Ground], Verdict]


def first(items: Iterable[Evidence], otherwise: str) -> Verdict:
    return next(iter(items), otherwise)


BLANK = "\x00"  # stands for what is already understood; no pattern takes it for a word


def without(text: str, found: Iterable[Found]) -> str:
    """The text with what was found blanked out, the same length."""
    for item in found:
        text = text[: item.start] + BLANK * (item.end - item.start) + text[item.end :]
    return text
