"""What a clause may stand on, and how a claim answers for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agents.evidence import Evidence, Kind


@dataclass(frozen=True)
class Ground:
    """Evidence within reach of one clause: about one order, where the text speaks of one.

    `cited` may support. `known` is everything else in reach too: it never supports, but it may contradict.
    """

    cited: tuple[Evidence, ...]
    known: tuple[Evidence, ...]
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def of(self, *kinds: Kind) -> list[Evidence]:
        return [item for item in self.cited if item.kind in kinds]

    def field(self, *fields: str) -> list[Evidence]:
        return [item for item in self.cited if item.field in fields]


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
