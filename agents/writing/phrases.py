"""How values are put in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency

from agents.facts.evidence import Evidence

LOCALE = "en"


def day(item: Evidence) -> str:
    """ "Monday, November 24": a weekday and a date are never out of date when the answer is read later."""
    return spelled(item.day)


def spelled(on: date) -> str:
    return format_date(on, "EEEE, MMMM d", locale=LOCALE)


def since(item: Evidence, now: datetime) -> str:
    """ "this morning" of the same day, else "on Monday, November 24"."""
    at = item.moment
    if at.date() != now.astimezone(at.tzinfo).date():
        return f"on {day(item)}"
    return "this morning" if at.hour < 12 else "this afternoon" if at.hour < 18 else "this evening"


def elsewhere(channel: str) -> str:
    """ "on Instagram", "by e-mail"."""
    return _WAYS.get(channel.casefold(), f"on {channel}")


_WAYS = {
    "e-mail": "by e-mail",
    "sms": "by SMS",
    "voice": "on the phone",
    "phone": "on the phone",
    "live chat": "in our live chat",
}


def clock(item: Evidence) -> str:
    """ "4:12 PM", as the clock at the place of the scan showed it."""
    return format_time(item.moment.time(), "h:mm a", locale=LOCALE).replace("\u202f", " ")


def amount(item: Evidence) -> str:
    number, _, currency = item.value.partition(" ")
    return format_currency(Decimal(number), currency, locale=LOCALE)


def language(code: str) -> str:
    """ "es" → "Spanish"."""
    return Locale(LOCALE).languages.get(code, code)


def listed(words: Sequence[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b, and c"."""
    if len(words) < 3:
        return f" {joint} ".join(words)
    return f"{', '.join(words[:-1])}, {joint} {words[-1]}"
