"""How Walmart writes lists, amounts and times, which differs between its APIs and its countries. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.contract import Money

Json = dict[str, Any]
CENT = Decimal("0.01")


def listed(holder: Json, plural: str) -> list[Json]:
    """ "orderLines" may hold a list, or an object around one ("orderLine"), or nothing."""
    found = holder.get(plural)
    if isinstance(found, dict):
        found = next((each for each in found.values() if isinstance(each, list)), None)
    return [each for each in found or () if isinstance(each, dict)]


def amount(holder: Json | None) -> Decimal:
    """Of {"currency", "amount"} or {"currencyUnit", "currencyAmount"}; nothing is zero."""
    if not holder:
        return Decimal("0.00")
    value = holder["amount"] if "amount" in holder else holder["currencyAmount"]
    return cents(Decimal(str(value)))


def money(holder: Json) -> Money:
    return Money(amount(holder), holder.get("currency") or holder["currencyUnit"])


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def tax_of(charge: Json) -> Decimal:
    """Taxes and fees of one charge. "taxAndOtherFees" repeats "tax" with fees added, so it counts instead."""
    if fees := charge.get("taxAndOtherFees"):
        return amount(fees.get("taxAmount"))
    tax = charge.get("tax") or ()
    return sum(
        (amount(each.get("taxAmount")) for each in ([tax] if isinstance(tax, dict) else tax)), Decimal(0)
    )


def time(value: Any) -> datetime | None:
    """Milliseconds since 1970, or ISO 8601."""
    if value in (None, "", 0):
        return None
    if isinstance(value, int | float) or str(value).isdecimal():
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def quantity(holder: Json | None) -> int:
    if not holder:
        return 0
    return int(Decimal(str(holder.get("amount") or holder.get("measurementValue") or 0)))
