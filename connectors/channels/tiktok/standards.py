"""How a shop answers its chats → PerformanceReported. Pure.

This is the Open API's own figure. The shop score in Seller Center is stricter, and no API gives it: there only what
people wrote counts. The two are never mixed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from connectors.channels.tiktok.values import Json
from connectors.contract import RawDelivery
from connectors.events import Level, Metric, PerformanceReported

DAYS = 30
_GOOD, _WATCH = Decimal(90), Decimal(85)  # the shop score's own bounds; README
_OVER = f"{DAYS} days"


def performance_reported(found: Json, delivery: RawDelivery) -> PerformanceReported:
    metrics = [_answered(found["response_percentage"])] if found.get("response_percentage") else []
    metrics += [
        Metric(key, label, f"{found[key]}{unit}", Level.GOOD, over=_OVER)
        for key, label, unit in (
            ("response_time_mins", "First answer after, on average", " min"),
            ("satisfaction_percentage", "Chats rated 4 or 5 stars", " %"),
            ("support_session_count", "Chats", ""),
        )
        if found.get(key) not in (None, "")
    ]
    return PerformanceReported(tuple(metrics), delivery.received_at or datetime.now(UTC))


def _answered(said: object) -> Metric:
    try:
        share = Decimal(str(said).rstrip(" %"))
    except InvalidOperation:
        raise ValueError(f"a percentage, not {said!r}") from None
    level = Level.GOOD if share >= _GOOD else Level.WATCH if share >= _WATCH else Level.BAD
    return Metric(
        "response_percentage",
        "Chats answered within 24 hours (automatic answers count)",
        f"{share} %",
        level,
        "the shop score counts people's answers only: at least 90 %",
        _OVER,
    )
