"""What a seller set for the window on their pages, in its right types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.channels.chat.hours import Hours
from connectors.channels.chat.shopper import SHORTEST_SECRET
from connectors.contract import Account

GREETING = "Hi! How can we help?"
COLOUR = "#1d5c4a"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Widget:
    greeting: str
    colour: str
    hours: Hours
    origins: frozenset[str]  # "https://shop.example"; empty: any

    @classmethod
    def of(cls, account: Account) -> Widget:
        """Raises ValueError with words for the seller."""
        told = {name: str(value or "").strip() for name, value in account.settings.items()}
        if problems := misread({**told, "secret": account.credentials.get("secret", "")}):
            raise ValueError(next(iter(problems.values())))
        return cls(
            told.get("greeting") or GREETING,
            (told.get("colour") or COLOUR).lower(),
            Hours.read(told.get("hours", ""), told.get("time_zone", "")),
            _origins(told.get("origins", "")),
        )

    def admits(self, origin: str) -> bool:
        return not self.origins or origin.lower() in self.origins


def misread(values: Mapping[str, str]) -> dict[str, str]:
    """What of these settings cannot be meant, in words for the seller."""
    told = {name: str(value or "").strip() for name, value in values.items()}
    problems: dict[str, str] = {}
    colour, secret = told.get("colour") or COLOUR, told.get("secret", "")
    if not _COLOUR.fullmatch(colour):
        problems["colour"] = f"{colour!r} is no colour; it looks like {COLOUR}."
    if secret and len(secret) < SHORTEST_SECRET:
        problems["secret"] = f"The secret needs at least {SHORTEST_SECRET} characters; it has {len(secret)}."
    read: dict[str, Callable[[], object]] = {
        "time_zone": lambda: Hours.read("", told.get("time_zone", "")),
        "hours": lambda: Hours.read(told.get("hours", ""), "UTC"),
        "origins": lambda: _origins(told.get("origins", "")),
    }
    for name, attempt in read.items():
        try:
            attempt()
        except ValueError as error:
            problems[name] = str(error)
    return problems


def _origins(text: str) -> frozenset[str]:
    return frozenset(_origin(each) for each in re.split(r"[\s,;]+", text) if each)


def _origin(text: str) -> str:
    parts = urlsplit(text.lower())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{text!r} is no address of a shop; it looks like https://shop.example.")
    return f"{parts.scheme}://{parts.netloc}"
