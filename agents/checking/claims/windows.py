"""Periods a day lies in: "between May 3 and 5", "by Friday", "no later than May 5", "before the 5th"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from agents.checking.claims import days
from agents.checking.claims.ground import Found, Ground, Verdict
from agents.facts.evidence import Evidence, Kind

_FROM = re.compile(r"\b(?:between|from|any ?time (?:between|from))\s+(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\s*(?:and|to|until|till|through|-|–)\s*", re.IGNORECASE)
_BARE = re.compile(r"\s*(?:and|to|until|till|through|-|–)\s*(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![:.]?\d|%)", re.IGNORECASE)  # fmt: skip
_BY = re.compile(r"\b(?:by|no later than|not later than|at the latest (?:on|by)|on or before)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_BEFORE = re.compile(r"\bbefore\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Window:
    first: days.Day | None
    last: days.Day
    is_open: bool = False  # its last day is not in it

    def holds(self, real: date, today: date) -> bool:
        """The real day lies in it. A weekday alone is the next one to come."""
        end = _on(self.last, real, today)
        begin = _on(self.first, real, today) if self.first else None
        if end is None or (self.first and begin is None):
            return False
        return (begin is None or begin <= real) and (real < end if self.is_open else real <= end)


def _on(said: days.Day, near: date, today: date) -> date | None:
    """The day that is meant: within the year around the real one."""
    start = today if said.month is None and said.offset is None else near - timedelta(days=180)
    around = (
        start + timedelta(days=n) for n in range(8 if said.weekday is not None and said.day is None else 366)
    )
    return next((each for each in around if said.is_(each, today)), None)


_ANY = re.compile(r"\b(?:between|from|by|later than|latest|before)\b", re.IGNORECASE)


def find(text: str) -> Iterator[Found]:
    if not _ANY.search(text):
        return
    matches = list(days.PATTERN.finditer(text))
    for index, match in enumerate(matches):
        said = days.read(match)
        before = text[: match.start()]
        if said is None or said.is_vague:
            continue
        if (opening := _FROM.search(before)) and (
            closing := _closing(text, said, match, matches[index + 1 :])
        ):
            last, end = closing
            window = Window(said, last)
        elif opening := _BY.search(before):
            window, end = Window(None, said), match.end()
        elif opening := _BEFORE.search(before):
            window, end = Window(None, said, is_open=True), match.end()
        else:
            continue
        yield Found(opening.start(), end, Kind.DATE, partial(_check, window, days.role(text, match), text))


def _closing(
    text: str, said: days.Day, match: re.Match[str], later: list[re.Match[str]]
) -> tuple[days.Day, int] | None:
    if later and _TO.fullmatch(text[match.end() : later[0].start()]) and (last := days.read(later[0])):
        return last, later[0].end()
    if said.month and (bare := _BARE.match(text, match.end())):
        return days.Day(month=said.month, day=int(bare["day"]), year=said.year), bare.end()
    return None


def _check(window: Window, role: frozenset[str] | None, text: str, ground: Ground) -> Verdict:
    dated = days.fitting(role, ground)
    for item, day in dated:
        if window.holds(day, ground.today):
            return item
    if passage := days.deadline(window.last, ground):
        return passage
    items: list[Evidence] = [item for item, _ in dated]
    return days.why(items or ground.of(Kind.DATE, Kind.MOMENT))
