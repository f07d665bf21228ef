"""How values are put in words, and the turns of phrase that belong to no fact. Every brand has a tone of voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency

from agents.evidence import Evidence

LOCALE = "en"

_TURNS: dict[str, dict[str, tuple[str, ...]]] = {
    "greeting": {"friendly": ("Hi {name},",), "formal": ("Dear {name},",)},
    "greeting_stranger": {"friendly": ("Hi there,", "Hello,"), "formal": ("Hello,",)},
    "sorry_worried": {
        "friendly": (
            "I understand the worry, so here is exactly what I can see.",
            "I understand that this is worrying, so here is everything I can see.",
        ),
        "formal": ("I understand your concern, and I have looked into this at once.",),
    },
    "sorry_upset": {
        "friendly": (
            "I'm sorry about this, and I understand the frustration.",
            "I'm sorry for the trouble this is causing you.",
        ),
        "formal": (
            "I apologize for the trouble this has caused you.",
            "Please accept our apologies for the inconvenience.",
        ),
    },
    "urgent": {
        "friendly": ("I can see this is urgent, so I'll get straight to it.",),
        "formal": ("I understand that this is urgent, so I will come straight to the point.",),
    },
    "offer": {
        "friendly": (
            "If there is anything else, just reply here.",
            "Just reply to this message if you need anything else.",
            "Let me know if anything is unclear.",
        ),
        "formal": (
            "Please reply to this message if you have any further questions.",
            "Please let us know if we can help with anything else.",
        ),
    },
    "closing": {
        "friendly": ("Best,", "All the best,", "Warmly,"),
        "formal": ("Kind regards,", "Sincerely,"),
    },
}


@dataclass(frozen=True)
class Voice:
    """Picks turns of phrase: always the same ones for the same message, not the same for all."""

    tone: str  # "friendly" or "formal"
    seed: str

    def say(self, turn: str, **values: str) -> str:
        options = _TURNS[turn][self.tone if self.tone in _TURNS[turn] else "friendly"]
        return self.pick(turn, options).format(**values)

    def pick(self, turn: str, options: Sequence[str]) -> str:
        digest = sha256(f"{turn}:{self.seed}".encode()).digest()
        return options[int.from_bytes(digest[:4], "big") % len(options)]


def day(item: Evidence) -> str:
    """ "Monday, November 24": a weekday and a date are never out of date when the answer is read later."""
    return spelled(item.day)


def spelled(on: date) -> str:
    return format_date(on, "EEEE, MMMM d", locale=LOCALE)


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
