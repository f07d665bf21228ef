"""Performance summaries, worked out from the pretend world where it holds enough for that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.sandbox.world import Shop

Json = dict[str, Any]

_FIXED = {
    "srr": 96.2,
    "otd": 93.5,
    "vtr": 99.4,
    "lateShipment": 3.1,
    "itemNotReceived": 1.2,
    "negativeFeedback": 1.6,
}
_STANDARDS = {  # what the rate must keep to; the sign says on which side
    "srr": (">=", 95.0),
    "otd": (">=", 90.0),
    "vtr": (">=", 99.0),
    "cancellations": ("<=", 2.0),
    "lateShipment": ("<=", 4.0),
    "returns": ("<=", 6.0),
    "itemNotReceived": ("<=", 2.0),
    "negativeFeedback": ("<=", 2.0),
}
_ACCOUNTABLE = ("otd", "lateShipment")  # these say whose fault it was


def summary(shop: Shop, metric: str, days: int, now: datetime) -> Json | None:
    if metric not in _STANDARDS:
        return None
    sign, bound = _STANDARDS[metric]
    rate = _FIXED.get(metric) or _counted(shop, metric)
    margin = (rate - bound) if sign == ">=" else (bound - rate)
    risk = "GOOD" if margin > 0.5 else "MONITOR" if margin >= 0 else "URGENT"
    colour = {"GOOD": "GREEN_UP", "MONITOR": "GREEN_DOWN", "URGENT": "RED_DOWN"}[risk]
    rates: Json = {"cumulativeRate": rate, "cumulativeRateTrend": colour}
    if metric in _ACCOUNTABLE:
        rates = {"overallRate": rate, "sellerAccountableRate": rate}
    payload = {
        "reportDuration": days,
        "updatedTimestamp": now.isoformat(timespec="seconds"),
        **rates,
        "performanceStandard": f"{sign} {bound:g}%",
        "performanceRiskLevel": risk,
    }
    return {"payload": payload, "status": "OK"}


def _counted(shop: Shop, metric: str) -> float:
    orders = list(shop.orders.values())
    hit = [each for each in orders if (each.returns if metric == "returns" else each.cancelled_at)]
    return round(100 * len(hit) / len(orders), 1) if orders else 0.0
