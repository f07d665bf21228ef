"""How eBay writes: amounts, times, lists and the two shapes of its errors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.responses import JSONResponse, Response

Json = dict[str, Any]


class Refusal(Exception):
    def __init__(self, status: int, number: int, message: str) -> None:
        self.status, self.number, self.message = status, number, message


def refused(refusal: Refusal, wrapped: bool) -> Response:
    error = {
        "errorId": refusal.number,
        "domain": "SANDBOX",
        "category": "REQUEST",
        "message": refusal.message,
    }
    if wrapped:
        return JSONResponse({"errorMessage": {"error": [{**error, "severity": "ERROR"}]}}, refusal.status)
    return JSONResponse({"errors": [{**error, "longMessage": refusal.message}]}, refusal.status)


def time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(at: datetime) -> Json:
    return {"value": time(at), "formattedValue": at.astimezone(UTC).strftime("%b %d, %Y")}


def amount(value: Decimal, currency: str) -> Json:
    return {"value": str(value), "currency": currency}


def number(value: Decimal, currency: str) -> Json:
    """Post-Order's way."""
    return {"value": float(value), "currency": currency}


def paged(query: Any, items: Sequence[Any], default: int, most: int) -> tuple[list[Any], int, int]:
    """The page, its limit and its offset."""
    limit, offset = int(query.get("limit", default)), int(query.get("offset", 0))
    if not 1 <= limit <= most:
        raise Refusal(400, 355009, f"The limit must be from 1 to {most}.")
    return list(items[offset : offset + limit]), limit, offset


def pagination(items: Sequence[Any], limit: int, offset: int) -> Json:
    total = len(items)
    return {"limit": limit, "offset": offset, "totalEntries": total, "totalPages": -(-total // limit)}


def within(query: Any, name: str, at: datetime) -> bool:
    """Between `<name>_from` and `<name>_to`, where they are given."""
    since, until = query.get(f"{name}_from"), query.get(f"{name}_to")
    return (not since or at >= datetime.fromisoformat(since)) and (
        not until or at <= datetime.fromisoformat(until)
    )
