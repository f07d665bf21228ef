"""How TikTok Shop writes times, amounts and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.contract import Money
from connectors.events import Party

Json = dict[str, Any]
ZERO = Decimal("0.00")
_LATEST = 32_503_680_000  # the year 3000; what is later is no time in seconds


def time(seconds: Any) -> datetime:
    """Unix seconds, as a number or as text. Raises ValueError for anything else."""
    value = int(seconds)
    if not 0 < value < _LATEST:
        raise ValueError(f"a time in seconds, not {seconds!r}")
    return datetime.fromtimestamp(value, UTC)


def time_or_none(seconds: Any) -> datetime | None:
    """TikTok writes 0 for never."""
    return time(seconds) if seconds and str(seconds) != "0" else None


def stamp(at: datetime) -> int:
    return int(at.timestamp())


def amount(value: Any) -> Decimal:
    """Absent is nothing."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def money(value: Any, currency: Any) -> Money:
    if not currency:
        raise KeyError("currency")
    return Money(amount(value), str(currency))


def words(code: Any) -> str:
    """SELLER_RESPOND_REFUND → "Seller respond refund"."""
    return str(code or "").replace("_", " ").capitalize()


def party(user_id: Any, im_user_id: Any = "", display: Any = "") -> Party:
    """Only `user_id` links to orders; the other one is all that a pushed message names."""
    names = {"tiktok": str(user_id or ""), "tiktok_im": str(im_user_id or "")}
    return Party({name: value for name, value in names.items() if value}, str(display or ""))


def buyer_in(participants: Iterable[Mapping[str, Any]]) -> Party | None:
    for each in participants:
        if each.get("role") == "BUYER":
            return party(each.get("user_id"), each.get("im_user_id"), each.get("nickname"))
    return None
