"""Days a shopper names, resolved in the shopper's own calendar: "last Friday", "on the 3rd", "two weeks ago"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.parser import parserinfo
from dateutil.relativedelta import relativedelta

_INFO = parserinfo()


@dataclass(frozen=True, slots=True)
class Day:
    words: str  # as written: "next Friday", "May 3"
    day: date | None  # the (first) day meant; None where the words and today do not say which
    last: date | None = None  # of several days: "last week"


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_COUNTS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a couple": 2}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_DAY = re.compile(
    rf"""
    \b(?:
      (?P<iso>\d{{4}}-\d\d-\d\d)
      |(?P<m1>{_MONTH})\s(?:the\s)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y1>\d{{4}}))?
      |(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m2>{_MONTH})(?:,?\s(?P<y2>\d{{4}}))?
      |(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y3>\d{{4}}|\d\d))?
      |(?P<d4>\d{{1,2}})\.(?P<m4>\d{{1,2}})\.(?P<y4>\d{{4}}|\d\d)
      |(?P<n>{_COUNT})\s(?P<unit>day|week|month|year)s?\s(?P<way>ago|from\snow|before\stoday)
      |in\s(?:about\s)?(?P<n2>{_COUNT})\s(?P<unit2>day|week|month)s?
      |(?P<named>the\sday\safter\stomorrow|the\sday\sbefore\syesterday|today|tonight|tomorrow|yesterday|last\snight|
         this\s(?:morning|afternoon|evening))
      |(?P<span>(?:next|last|this|past|coming)\s(?:week|weekend|month))
      |(?:(?P<lead>next|last|this|past|coming|on|by|until|till|before|since)\s)?
         (?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)
      |(?P<nth_lead>on|by|until|till|before|since|from)\sthe\s(?P<nth>\d{{1,2}})(?:st|nd|rd|th)
    )(?!\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NAMED = {
    "the day after tomorrow": 2,
    "tomorrow": 1,
    "yesterday": -1,
    "last night": -1,
    "the day before yesterday": -2,
}
# What already happened, in the words before a day that could lie on either side.
_PAST = re.compile(
    r"\b(?:was|were|had|been|since|last|came|got|bought|paid|sent|said|told|wrote|ago|\w{3,}ed)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\b(?:by|until|till|before|need\w*|will|in time|for)\b", re.IGNORECASE)
_SOON = timedelta(days=60)
_MONTH_FIRST = {"US", "CA", "PH"}


def spoken(text: str, today: date | None, country: str = "US") -> Iterator[Day]:
    """`today` is the shopper's day of writing. Without it only a day with its year is resolved."""
    for match in _DAY.finditer(text):
        yield _read(match, text, today, country)


def _read(match: re.Match[str], text: str, today: date | None, country: str) -> Day:
    words, part = match.group(), match.groupdict()
    before = text[max(0, match.start() - 60) : match.start()].rpartition(".")[2]
    try:
        if part["iso"]:
            return Day(words, date.fromisoformat(part["iso"]))
        if numbers := _calendar(part, country):
            month, day, year = numbers
            return Day(words, date(year, month, day) if year else _near(today, month, day, before))
        if today is None:
            return Day(words, None)
        if part["span"]:
            return _span(words, part["span"].lower(), today)
        return Day(words, _relative(part, today, past=bool(_PAST.search(before))))
    except ValueError:  # the 31st of a month with 30 days
        return Day(words, None)


def _calendar(part: dict[str, str], country: str) -> tuple[int, int, int | None] | None:
    """Month, day and year, if said. "5/3" is read as the country writes it, unless only one way is a day."""
    if part["a"]:
        first, second = int(part["a"]), int(part["b"])
        month_first = second > 12 or (first <= 12 and country in _MONTH_FIRST)
        return (first, second, _year(part["y3"])) if month_first else (second, first, _year(part["y3"]))
    if part["d4"]:
        return int(part["m4"]), int(part["d4"]), _year(part["y4"])
    for n in "12":
        if name := part[f"m{n}"]:
            return (_INFO.month(name.strip(".")) or 0), int(part[f"d{n}"]), _year(part[f"y{n}"])
    return None


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _relative(part: dict[str, str], today: date, *, past: bool) -> date:
    if part["named"]:
        return today + timedelta(days=_NAMED.get(" ".join(part["named"].lower().split()), 0))
    if part["n"]:
        sign = 1 if part["way"].lower().startswith("from") else -1
        return _shifted(today, sign * _count(part["n"]), part["unit"])
    if part["n2"]:
        return _shifted(today, _count(part["n2"]), part["unit2"])
    if part["nth"]:
        return _nth(today, int(part["nth"]), past=past or part["nth_lead"].lower() in {"since", "from"})
    return _weekday(today, part["weekday"], (part["lead"] or "").lower(), past=past)


def _shifted(today: date, count: int, unit: str) -> date:
    return today + relativedelta(**{f"{unit.lower()}s": count})  # type: ignore[arg-type]


def _count(written: str) -> int:
    return int(written) if written.isdigit() else _COUNTS[written.lower()]


def _weekday(today: date, name: str, lead: str, *, past: bool) -> date:
    """ "last Friday" is the one before today, "next Friday" and "by Friday" the one after; else as the verb says."""
    ahead = ((_INFO.weekday(name) or 0) - today.weekday()) % 7
    if lead in {"last", "past", "since"} or (
        past and lead not in {"next", "this", "coming", "by", "until", "till"}
    ):
        return today - timedelta(days=(7 - ahead) if ahead or lead == "last" else 0)
    return today + timedelta(days=ahead or (7 if lead in {"next", "coming"} else 0))


def _nth(today: date, day: int, *, past: bool) -> date:
    """The 3rd of the month that lies nearest on the side meant."""
    this = today + relativedelta(day=day)
    if past and this > today:
        return this - relativedelta(months=1)
    return this + relativedelta(months=1) if not past and this < today else this


def _near(today: date | None, month: int, day: int, before: str) -> date | None:
    """The year is left out: what shoppers name lies mostly behind them, and soon where it lies ahead."""
    if today is None:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    days = [date(year, month, day) for year in years if _is(year, month, day)]
    ahead = next((each for each in days if each >= today), None)
    if ahead and (_AHEAD.search(before) or (ahead - today <= _SOON and not _PAST.search(before))):
        return ahead
    return max((each for each in days if each <= today), default=ahead)


def _is(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _span(words: str, said: str, today: date) -> Day:
    lead, unit = said.split()
    step = {"next": 1, "coming": 1, "this": 0}.get(lead, -1)
    if unit == "month":
        first = today + relativedelta(months=step, day=1)
        return Day(words, first, first + relativedelta(day=31))
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    first = monday + timedelta(days=5) if unit == "weekend" else monday
    return Day(words, first, monday + timedelta(days=6))
