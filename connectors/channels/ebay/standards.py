"""How well the seller keeps eBay's standards → PerformanceReported. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.channels.ebay.values import Json, time_or_none, words
from connectors.contract import RawDelivery
from connectors.events import Level, Metric, PerformanceReported

LEVELS = {
    "TOP_RATED": Level.GOOD,
    "ABOVE_STANDARD": Level.GOOD,
    "BELOW_STANDARD": Level.BAD,
}
PERIODS = {"CURRENT": "last evaluation", "PROJECTED": "if evaluated today"}


def performance_reported(found: Json, delivery: RawDelivery) -> PerformanceReported:
    """The seller's own programme only, as it stands and as it is going."""
    profiles = found.get("standardsProfiles") or []
    ours = [each for each in profiles if each.get("defaultProgram")] or profiles
    dates = [time_or_none((each.get("cycle") or {}).get("evaluationDate")) for each in ours]
    at = delivery.received_at or max(filter(None, dates), default=datetime.now(UTC))
    return PerformanceReported(tuple(metric for each in ours for metric in _metrics(each)), at)


def _metrics(profile: Json) -> list[Metric]:
    cycle = str((profile.get("cycle") or {}).get("cycleType") or "CURRENT")
    level = str(profile.get("standardsLevel") or "")
    over = PERIODS.get(cycle, words(cycle))
    whole = Metric(
        key=f"seller_level_{cycle.lower()}",
        label="Seller level",
        value=words(level),
        level=LEVELS.get(level, Level.WATCH),
        over=over,
    )
    return [whole, *(_metric(each, cycle, over) for each in profile.get("metrics") or ())]


def _metric(measured: Json, cycle: str, over: str) -> Metric:
    """The contract types these as service metrics; what really comes has a name, a level and thresholds."""
    key = str(measured["metricKey"])
    level = str(measured.get("level") or "")
    return Metric(
        key=f"{key.lower()}_{cycle.lower()}",
        label=str(measured.get("name") or words(key)),
        value=_value(measured.get("value")),
        level=LEVELS.get(level, Level.WATCH),
        standard=_standard(measured),
        over=over,
    )


def _value(value: Any) -> str:
    """A text, or {"value": "0.31"} or {"numerator": .., "denominator": .., "value": ..}."""
    if isinstance(value, dict):
        of = f" ({value['numerator']} of {value['denominator']})" if value.get("denominator") else ""
        return f"{value.get('value', '')}{of}"
    return "" if value is None else str(value)


def _standard(measured: Json) -> str:
    bound = measured.get("thresholdLowerBound") or measured.get("thresholdUpperBound")
    if not bound:
        return ""
    way = "at least" if measured.get("thresholdLowerBound") else "at most"
    return f"{way} {_value(bound)}"
