"""What a seller set for the window on their pages, in its right types."""

from __future__ import annotations

import re
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
        colour = told.get("colour") or COLOUR
        if not _COLOUR.fullmatch(colour):
            raise ValueError(f"{colour!r} is no colour; it looks like {COLOUR}.")
        secret = account.credentials.get("secret", "")
        if secret and len(secret) < SHORTEST_SECRET:
            raise ValueError(f"The secret needs at least {SHORTEST_SECRET} characters; it has {len(secret)}.")
        return cls(
            told.get("greeting") or GREETING,
            colour.lower(),
            Hours.read(told.get("hours", ""), told.get("time_zone", "")),
            frozenset(_origin(each) for each in re.split(r"[\s,;]+", told.get("origins", "")) if each),
        )

    def admits(self, origin: str) -> bool:
        return not self.origins or origin.lower() in self.origins


def _origin(text: str) -> str:
    parts = urlsplit(text.lower())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{text!r} is no address of a shop; it looks like https://shop.example.")
    return f"{parts.scheme}://{parts.netloc}"
