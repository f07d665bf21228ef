"""How eBay writes times, amounts and texts: plain in the newer APIs, wrapped in Post-Order."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.contract import Account, Money
from connectors.events import Party

Json = dict[str, Any]
ZERO = Decimal("0.00")


def time(value: Any) -> datetime:
    """An ISO text, or {"value": one}. Raises ValueError for anything else."""
    text = value.get("value") if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise ValueError(f"a time, not {text!r}")
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def time_or_none(value: Any) -> datetime | None:
    text = value.get("value") if isinstance(value, dict) else value
    return time(text) if text else None


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(value: Any) -> Money:
    """{"value": "12.50" or 12.5, "currency": "USD"}, to the cent."""
    return Money(Decimal(str(value["value"])).quantize(Decimal("0.01")), str(value["currency"]))


def money_or_none(value: Any) -> Money | None:
    return money(value) if value and value.get("value") is not None and value.get("currency") else None


def amount(value: Money) -> Json:
    return {"value": str(value.amount), "currency": value.currency}


def text(value: Any) -> str:
    """A text, or {"content": one}."""
    return str((value.get("content") if isinstance(value, dict) else value) or "")


def words(code: Any) -> str:
    """ITEM_NOT_RECEIVED → "Item not received"."""
    return str(code or "").replace("_", " ").capitalize()


def username(account: Account) -> str:
    return str(account.settings.get("username") or account.external_id)


def is_us(account: Account, name: str) -> bool:
    return name.casefold() == username(account).casefold()


def party(name: str, display: str = "", email: str = "") -> Party:
    names = {"ebay": name} | ({"email": email.lower()} if "@" in email else {})
    return Party(names, display or name)
