"""How Meta writes times: milliseconds or seconds since 1970, as numbers or digits, or ISO 8601 without a colon."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

_MILLISECONDS = 10**11  # seconds reach it in the year 5138


def time(said: Any) -> datetime:
    """Raises ValueError for what is none."""
    text = str(said)
    if text.isdigit():
        number = int(text)
        return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def words(*parts: Any) -> str:
    """The lines of a message that are there."""
    return "\n".join(str(each).strip() for each in parts if each and str(each).strip())
