"""Days: "Monday, November 24", "11/24", "tomorrow", "in two days", and what happened or will happen on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from dateutil.parser import parserinfo

from agents.checking.claims.ground import Found, Ground, Verdict
from agents.checking.claims.plainly import plainly
from agents.facts.evidence import Evidence, Kind

_INFO = parserinfo()
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_LONG_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAYNAME = rf"(?:{_LONG_DAY}|mon|tues?|wed|thur?s?|fri|sat|sun)\.?"
_TH = r"(?:st|nd|rd|th)?"
PATTERN = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d\d-\d\d(?!\d))
    |(?:\b(?P<wd1>{_DAYNAME}),?\s+)?(?:the\s+)?\b(?P<m1>{_MONTH})\s+(?:the\s+)?(?P<d1>\d{{1,2}}){_TH}\b(?!:)(?:,?\s+(?P<y1>\d{{4}})\b)?
    |(?:\b(?P<wd2>{_DAYNAME}),?\s+)?(?:the\s+)?\b(?P<d2>\d{{1,2}}){_TH}(?:\s+of)?\s+(?P<m2>{_MONTH})(?![a-z])(?:,?\s+(?P<y2>\d{{4}})\b)?
    |(?:\b(?P<wd3>{_DAYNAME}),?\s+)?\b(?P<m3>\d{{1,2}})/(?P<d3>\d{{1,2}})(?:/(?P<y3>\d{{4}}|\d\d))?\b(?!/)
    |\b(?P<m4>\d{{1,2}})[.-](?P<d4>\d{{1,2}})[.-](?P<y4>\d{{4}})\b
    |\b(?P<relative>the\s+day\s+after\s+tomorrow|the\s+day\s+before\s+yesterday|tomorrow|yesterday|today|tonight|
        this\s+(?:morning|afternoon|evening))\b
    |\b(?P<vague>(?:(?:early|late|later|mid|the\s+end\s+of|end\s+of)\s+)?(?:the|this|next|last|coming|following)\s+
        (?:week|weekend|month)\b|(?:by|before|after|until|for|at)\s+(?:christmas|thanksgiving|easter|new\s+year'?s?|
        the\s+(?:weekend|holidays?)))
    |\b(?P<ahead>(?:in|within|in\s+the\s+next|within\s+the\s+next)\s+(?:about\s+)?(?P<n1>\d{{1,3}})(?:\s*(?:-|to|or)\s*(?P<n1b>\d{{1,3}}))?
        \s+(?P<u1>days?|weeks?))\b(?!\s+(?:of|after|from))
    |\b(?P<ago>(?P<n2>\d{{1,3}})\s+(?P<u2>days?|weeks?)\s+ago)\b
    |\b(?:(?:this|next|last|coming|following)\s+)?(?P<wd5>{_DAYNAME})(?![a-z])
    |\bthe\s+(?P<d6>\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+(?:day|parcel|package|time|order|item))
    |\b(?:in|by|of|since|until)\s+(?P<m7>{_MONTH})(?![a-z]|\s+\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_RELATIVE = {
    "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2, "the day before yesterday": -2,
}  # fmt: skip

# What is said of a day, and the fields whose days it may be. The nearest words before it count, else the next after.
_ROLES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(words, re.IGNORECASE), frozenset(fields.split()))
    for words, fields in (
        (
            r"\b(?:first|original(?:ly)?|initial(?:ly)?|previous(?:ly)?)\b[^.,;]{0,30}?\b(?:estimat\w+|expect\w+|due|promised|scheduled)"
            r"|\bfirst estimate\w*|\binstead of|\brather than",
            "first_estimated_on",
        ),
        (
            r"\b(?:estimat\w+|expect\w*|due|should|scheduled|arriving|arrives?|will|on track|now (?:says|shows)|new (?:date|estimate))\b",
            "estimated_on",
        ),
        (
            r"\b(?:was delivered|were delivered|delivered|dropped off|left (?:it|here)|signed)\b",
            "delivered_at at:delivered",
        ),
        (
            r"\barrived\b",
            "delivered_at at",
        ),
        (r"\b(?:shipped|left (?:us|our \w+)|dispatched|handed over|sent (?:it |out )?)\b", "shipped_on at"),
        (
            r"\b(?:placed|ordered|received your order|bought|purchased|order (?:of|from|date)|dated)\b",
            "placed_on",
        ),
        (r"\b(?:refund\w*)\b", "refund.on"),
        (r"\b(?:cancel\w*)\b", "cancelled_on"),
        (r"\b(?:return (?:was )?(?:requested|opened|started)|requested)\b", "return.on"),
        (
            r"\b(?:scan\w*|last seen|update\w*|picked up|departed|processed|attempt\w*|tried)\b",
            "at delivered_at",
        ),
        (r"\b(?:as of|checked|asked|looked)\b", "as_of"),
    )
)
_DEADLINE = re.compile(
    r"\b(?:until|till|by|before|through|no later than|last day|deadline|end(?:s|ed)?|close[sd]?|up to)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?:within|up to) (?P<n>\d{1,3}) days (?:of|after|from) (?:the )?(?P<from>\w+)", re.IGNORECASE
)
_FROM = {
    "delivery": "delivered_at",
    "receipt": "delivered_at",
    "purchase": "placed_on",
    "order": "placed_on",
    "ordering": "placed_on",
}


@dataclass(frozen=True)
class Day:
    """What the words say of a day; None: they do not say."""

    weekday: int | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None
    offset: tuple[int, int] | None = None  # days from today, first and last
    is_vague: bool = False

    def is_(self, real: date, today: date) -> bool:
        if self.is_vague:
            return False
        if self.offset is not None:
            return self.offset[0] <= (real - today).days <= self.offset[1]
        parts = (
            (self.month, real.month),
            (self.day, real.day),
            (self.year, real.year),
            (self.weekday, real.weekday()),
        )
        if any(said is not None and said != is_ for said, is_ in parts):
            return False
        # "Monday" alone means one near by; "November 24" alone, this year's.
        reach = 7 if self.day is None and self.month is None else 300
        return self.year is not None or abs((real - today).days) <= reach


def find(text: str) -> Iterator[Found]:
    for match in PATTERN.finditer(text):
        said = read(match)
        if said is not None:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield Found(start, match.end(), Kind.DATE, partial(_check, said, role(text, match), text))


def read(match: re.Match[str]) -> Day | None:
    part = match.groupdict()
    if part["iso"]:
        year, month, day = map(int, part["iso"].split("-"))
        return Day(year=year, month=month, day=day)
    for n in "1234":
        if part.get(f"m{n}"):
            return _calendar(part, n)
    if part["relative"]:
        offset = _RELATIVE.get(re.sub(r"\s+", " ", part["relative"].lower()), 0)
        return Day(offset=(offset, offset))
    if part["ahead"] or part["ago"]:
        return _counted(part)
    if part["vague"]:
        return Day(is_vague=True)
    if part["wd5"]:
        # "sat" and "sun" are words too; as days they are written with a capital.
        name = part["wd5"]
        return (
            Day(weekday=_INFO.weekday(name.strip(".")))
            if name[0].isupper() or name.lower().endswith("day")
            else None
        )
    if part["d6"]:
        return Day(day=int(part["d6"]))
    named = part["m7"]
    return Day(month=_INFO.month(named.strip("."))) if named[0].isupper() else None


def _calendar(part: dict[str, str], n: str) -> Day | None:
    month = part[f"m{n}"]
    if month.lower() == "may" and month[0].islower():
        return None
    number = int(month) if month.isdigit() else _INFO.month(month.strip("."))
    year, name = part.get(f"y{n}"), part.get(f"wd{n}")
    return Day(
        weekday=_INFO.weekday(name.strip(".")) if name else None,
        month=number,
        day=int(part[f"d{n}"]),
        year=(int(year) + (2000 if len(year) == 2 else 0)) if year else None,
    )


def _counted(part: dict[str, str]) -> Day:
    if part["ago"]:
        days = -int(part["n2"]) * (7 if part["u2"].lower().startswith("week") else 1)
        return Day(offset=(days, days))
    size = 7 if part["u1"].lower().startswith("week") else 1
    low = int(part["n1"]) * size
    if part["ahead"].lower().startswith("within"):
        return Day(offset=(0, int(part["n1b"] or part["n1"]) * size))
    return Day(offset=(low, int(part["n1b"]) * size if part["n1b"] else low))


def role(text: str, match: re.Match[str]) -> frozenset[str] | None:
    """The fields a day may be of, from the words around it; None: any."""
    before: list[tuple[int, int, frozenset[str]]] = []
    after: list[tuple[int, frozenset[str]]] = []
    for rank, (words, fields) in enumerate(_ROLES):
        for found in words.finditer(text):
            if found.end() <= match.start():
                before.append((found.end(), -rank, fields))
            elif found.start() >= match.end():
                after.append((found.start(), fields))
    if before:
        return max(before, key=lambda each: each[:2])[2]
    return min(after, key=lambda each: each[0])[1] if after else None


def _check(said: Day, role: frozenset[str] | None, text: str, ground: Ground) -> Verdict:
    dated = fitting(role, ground)
    for item, day in dated:
        if said.is_(day, ground.today):
            return item
    if _DEADLINE.search(text) and (passage := deadline(said, ground)):
        return passage
    return why([item for item, _ in dated] or ground.of(Kind.DATE, Kind.MOMENT))


def fitting(role: frozenset[str] | None, ground: Ground) -> list[tuple[Evidence, date]]:
    """What a day in this role may be of, with its day."""
    dated = [(item, item.day) for item in ground.of(Kind.DATE, Kind.MOMENT) if not ground.is_stale(item)]
    dated += [(item, item.fetched_at.astimezone(ground.zone).date()) for item in ground.of(Kind.FAILURE)]
    return [(item, day) for item, day in dated if role is None or _plays(item, role, ground)]


def _plays(item: Evidence, role: frozenset[str], ground: Ground) -> bool:
    if item.field == "at" and "at:delivered" in role:
        return ground.is_delivery(item)
    return item.field in role or (item.kind is Kind.FAILURE and "as_of" in role)


def window(text: str) -> tuple[int, str] | None:
    """The first "within 30 days of delivery" of a passage: days, and the field they count from."""
    found = _WITHIN.search(plainly(text).text)
    field = _FROM.get(found["from"].lower()) if found else None
    return (int(found["n"]), field) if found and field else None


def deadline(said: Day, ground: Ground) -> Evidence | None:
    """The end of a stated window, counted from the cited day it begins on."""
    for passage in ground.of(Kind.POLICY):
        days, field = window(passage.value) or (0, "")
        if any(said.is_(start.day + timedelta(days=days), ground.today) for start in ground.field(field)):
            return passage
    return None


def why(items: list[Evidence]) -> str:
    if not items:
        return "No date is cited for this."
    item = items[0]
    shown = item.day if item.kind is not Kind.FAILURE else item.fetched_at.date()
    return f"No cited record says so; {item.label} is {shown:%A, %B} {shown.day}."
