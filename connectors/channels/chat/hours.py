"""When somebody is there. Office hours as a seller writes them: "Mon-Fri 9:00-17:00, Sat 10:00-14:00"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"([a-z]{3})[a-z]*(?:\s*-\s*([a-z]{3})[a-z]*)?\s+(\d\d?(?::\d\d)?)\s*-\s*(\d\d?(?::\d\d)?)"
)


@dataclass(frozen=True)
class Hours:
    """`spans`: weekday (0 is Monday), from, until. Without any, somebody is always there."""

    zone: ZoneInfo
    spans: tuple[tuple[int, time, time], ...] = ()

    @classmethod
    def read(cls, text: str, zone: str) -> Hours:
        """Raises ValueError with words for the seller."""
        try:
            there = ZoneInfo(zone or "UTC")
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{zone!r} is no time zone; it looks like America/Los_Angeles.") from None
        spans: list[tuple[int, time, time]] = []
        for part in filter(
            None, (each.strip().lower() for each in re.split(r"[,;\n]", text.replace("–", "-")))
        ):
            spans += _spans(part)
        return cls(there, tuple(sorted(spans)))

    def is_open(self, now: datetime) -> bool:
        here = now.astimezone(self.zone)
        return not self.spans or any(
            day == here.weekday() and start <= here.time() < end for day, start, end in self.spans
        )

    def opens_at(self, now: datetime) -> datetime | None:
        """When somebody is there again; None while somebody is."""
        if self.is_open(now):
            return None
        here = now.astimezone(self.zone)
        for ahead in range(8):
            date = here.date() + timedelta(days=ahead)
            for day, start, _ in self.spans:
                opens = datetime.combine(date, start, self.zone)
                if day == date.weekday() and opens > here:
                    return opens
        return None


def _spans(part: str) -> list[tuple[int, time, time]]:
    found = _PART.fullmatch(part)
    first, last, start, end = found.groups() if found else ("", None, "", "")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"{part!r} are no office hours; they look like Mon-Fri 9:00-17:00, Sat 10:00-14:00.")
    opens, closes = _time(start), _time(end)
    if opens >= closes:
        raise ValueError(f"{part!r} ends before it begins; hours over midnight are two lines.")
    begin, until = DAYS.index(first), DAYS.index(last or first)
    days = range(begin, until + 1) if begin <= until else (*range(begin, 7), *range(until + 1))
    return [(day, opens, closes) for day in days]


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    if hour == "24" and not int(minute or 0):
        return time.max
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(f"{text!r} is no time of day.") from None
