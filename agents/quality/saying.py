"""The same fact in other words: days, amounts, times and counts as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

from babel.dates import format_date

from agents.checking.claims.plainly import ONES, ORDINALS, TENS


def count(number: int) -> str:
    """45 → "forty-five"."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{ONES[hundreds]} hundred" + (f" and {count(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """15 → "fifteenth"; 23 → "twenty-third"."""
    if number <= 20:
        return ORDINALS[number - 1]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens - 2]}-{ORDINALS[ones - 1]}" if ones else TENS[tens - 2][:-1] + "ieth"


def _suffix(number: int) -> str:
    return "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def days(on: date, today: date) -> Iterator[str]:
    """A day to come or past, as people name it, with its preposition."""
    ahead = (on - today).days
    words = {
        0: "today",
        1: "tomorrow",
        2: "the day after tomorrow",
        -1: "yesterday",
        -2: "the day before yesterday",
    }
    if ahead in words:
        yield words[ahead]
    if ahead == 2:
        yield "in a couple of days"
    if ahead > 1:
        yield f"in {count(ahead)} days"
        yield f"in {ahead} days"
    if ahead < -1:
        yield f"{count(-ahead)} days ago"
    if ahead == -7:
        yield "a week ago"
    if ahead == 7:
        yield "in a week"
    yield f"on the {on.day}{_suffix(on.day)}"
    yield f"on the {on.day}{_suffix(on.day)} of {format_date(on, 'MMMM', locale='en')}"
    yield f"on {format_date(on, 'MMM', locale='en')}. {on.day}"
    yield f"on {on.month}/{on.day}"
    yield f"on {format_date(on, 'MMMM', locale='en')} {ordinal(on.day)}"
    if 0 < ahead < 7:
        yield f"this {format_date(on, 'EEEE', locale='en')}"


def windows(on: date, today: date) -> Iterator[tuple[str, bool]]:
    """Periods that hold the day, and periods that do not."""
    for start, end in ((-1, 1), (0, 2), (1, 3), (-4, -1)):
        first, last = on + timedelta(days=start), on + timedelta(days=end)
        if first > today:
            yield f"between {_short(first)} and {_short(last)}", start <= 0 <= end
            yield f"from {_short(first)} to {_short(last)}", start <= 0 <= end
    ahead = (on - today).days
    if ahead > 1:
        yield f"within {count(ahead)} days", True
        yield f"within the next {ahead + 1} days", True
        yield f"within {count(ahead - 1)} days" if ahead > 2 else "within a day", False
        yield f"by {format_date(on, 'EEEE', locale='en')}", ahead < 7
        yield f"by {_short(on + timedelta(days=1))}", True
        yield f"by {_short(on - timedelta(days=1))}", False
        yield f"no later than {_short(on)}", True
        yield f"before {_short(on)}", False


def _short(on: date) -> str:
    return format_date(on, "MMMM d", locale="en")


def amounts(value: Decimal) -> Iterator[str]:
    whole, cents = int(value), int(value * 100) % 100
    if whole < 1000:
        dollars = f"{count(whole)} dollar{'s' * (whole != 1)}"
        yield dollars if not cents else f"{dollars} and {count(cents)} cent{'s' * (cents != 1)}"
    yield f"{whole} dollars" if not cents else f"{whole} dollars and {cents} cents"
    yield f"{value:.2f} US dollars"
    yield f"USD {value:.2f}"
    if not cents:
        yield f"${whole}"


def times(at: time) -> Iterator[str]:
    hour = at.hour % 12 or 12
    half = "in the morning" if at.hour < 12 else "in the afternoon" if at.hour < 18 else "in the evening"
    named = {0: f"{count(hour)} o'clock", 15: f"quarter past {count(hour)}", 30: f"half past {count(hour)}"}
    if at.minute in named:
        yield named[at.minute]
        yield f"{named[at.minute]} {half}"
    if at.minute == 45:
        yield f"quarter to {count(hour % 12 + 1)}"
    yield f"{hour}.{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"
    yield f"{at.hour:02d}:{at.minute:02d}"
    yield f"{hour}:{at.minute:02d} {half}"
