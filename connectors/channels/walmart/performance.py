"""Walmart's performance summaries → metrics. Pure. The standard is the answer's own, never a constant of ours."""

from __future__ import annotations

from datetime import datetime

from connectors.channels.walmart.fields import Json, time
from connectors.events import Level, Metric, PerformanceReported

DAYS = 30
METRICS = {
    "srr": "Answered within 48 hours",
    "cancellations": "Cancellations",
    "otd": "Delivered on time",
    "vtr": "Valid tracking",
    "lateShipment": "Shipped late",
    "returns": "Returns",
    "itemNotReceived": "Item not received",
    "negativeFeedback": "Negative feedback",
}
_LEVELS = {
    "GOOD": Level.GOOD,
    "MEETS STANDARD": Level.GOOD,
    "MONITOR": Level.WATCH,
    "URGENT": Level.BAD,
    "GREEN": Level.GOOD,
    "YELLOW": Level.WATCH,
    "RED": Level.BAD,
}
_RATES = ("cumulativeRate", "sellerAccountableRate", "overallRate")


def performance_reported(found: Json, read_at: datetime, page: str) -> PerformanceReported:
    """`found` holds the summary of each metric under its name."""
    metrics = [_metric(key, found[key], page) for key in METRICS if found.get(key)]
    at = max((when for each in found.values() if each and (when := _updated(each))), default=read_at)
    return PerformanceReported(tuple(metrics), at)


def _metric(key: str, summary: Json, page: str) -> Metric:
    rate = next((summary[name] for name in _RATES if summary.get(name) is not None), None)
    return Metric(
        key=key,
        label=METRICS[key],
        value="no data" if rate is None else f"{rate:g} %",
        level=_level(summary),
        standard=str(summary.get("performanceStandard") or summary.get("standard") or ""),
        over=f"{summary.get('reportDuration') or DAYS} days",
        url=page,
    )


def _level(summary: Json) -> Level:
    """By risk level; older answers say only the trend ("RED_UP"). Without either it is worth a look."""
    trend = next(
        (
            str(value)
            for name, value in summary.items()
            if name.lower().endswith("ratetrend") or name == "overallTrend"
        ),
        "",
    )
    said = (summary.get("performanceRiskLevel"), summary.get("riskLevel"), trend.partition("_")[0])
    return next((_LEVELS[word.upper()] for word in said if word and word.upper() in _LEVELS), Level.WATCH)


def _updated(summary: Json) -> datetime | None:
    try:
        return time(summary.get("updatedTimestamp"))
    except ValueError:
        return None
