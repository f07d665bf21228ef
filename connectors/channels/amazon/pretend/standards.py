"""The account health report of a pretend seller: whole, as the published schema wants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.channels.amazon.access import US
from connectors.events import DisputeKind
from connectors.sandbox.world import Shop, World

Json = dict[str, Any]

SOLD = 20  # times what is shown: the pretend seller sold more
_VIOLATIONS = (
    "listingPolicyViolations",
    "productAuthenticityCustomerComplaints",
    "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints",
    "receivedIntellectualPropertyComplaints",
    "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations",
    "foodAndProductSafetyIssues",
    "otherPolicyViolations",
    "documentRequests",
)


def account_health(world: World, shop: Shop) -> Json:
    now, sold = world.clock.now(), len(shop.orders) * SOLD
    kinds = [each.kind for each in shop.disputes.values()]
    claims, banks = kinds.count(DisputeKind.CLAIM), kinds.count(DisputeKind.CHARGEBACK)
    sent = {"shipmentCount": sold, "validTrackingCount": round(sold * 0.981)}
    on_time = {"shipmentCountWithValidTracking": sold, "onTimeDeliveryCount": round(sold * 0.937)}
    units = {"unitOnTimeDeliveryCount": round(sold * 0.937), "totalUnitCount": sold}
    invoices = {"orderCount": sold} | {
        name: {"count": 0, "status": "NONE"} for name in ("invoiceDefect", "missingInvoice", "lateInvoice")
    }
    metrics: Json = {
        "marketplaceId": US,
        "invoiceDefectRate": _rate(now, 7, 0, 0.05) | invoices,
        "lateShipmentRate": _rate(now, 30, 0.046, 0.04) | _counted(sold, "lateShipmentCount", 0.046),
        "orderDefectRate": {
            "mfn": _defects(now, sold, claims, banks, "mfn"),
            "afn": _defects(now, sold, 0, 0, "afn"),
        },
        "onTimeDeliveryRate": _rate(now, 14, 0.937, 0.9, more=True) | on_time,
        "unitOnTimeDeliveryRate": _rate(now, 14, 0.937, 0.9, more=True) | units,
        "validTrackingRate": _rate(now, 30, 0.981, 0.95, more=True) | sent,
        "preFulfillmentCancellationRate": _rate(now, 7, 0.011, 0.025)
        | _counted(sold, "cancellationCount", 0.011),
        "warningStates": [],
        # the published schema calls it by one name and its example by the other
        "accountHealthRating": {
            "ahrStatus": "GREAT",
            "accountHealthRatingStatus": "GREAT",
            "reportingDateRange": _span(now, 180),
        },
    }
    good = {"defectsCount": 0, "status": "GOOD", "targetValue": 0, "targetCondition": "EQUALS"}
    metrics |= {name: {"reportingDateRange": _span(now, 180), **good} for name in _VIOLATIONS}
    return {"accountStatuses": [{"marketplaceId": US, "status": "NORMAL"}], "performanceMetrics": [metrics]}


def _defects(now: datetime, sold: int, claims: int, banks: int, way: str) -> Json:
    rate = (claims + banks) / max(1, sold)
    counts = {
        "orderWithDefects": {"count": claims + banks, "status": _status(rate < 0.01)},
        "claims": {"count": claims, "status": "NONE"},
        "chargebacks": {"count": banks, "status": "NONE"},
        "negativeFeedback": {"count": 0, "status": "NONE"},
    }
    return _rate(now, 60, round(rate, 5), 0.01) | counts | {"orderCount": sold, "fulfillmentType": way}


def _counted(sold: int, name: str, rate: float) -> Json:
    return {"orderCount": sold, name: round(sold * rate)}


def _rate(now: datetime, days: int, rate: float, target: float, more: bool = False) -> Json:
    return {
        "reportingDateRange": _span(now, days),
        "status": _status(rate >= target if more else rate < target),
        "rate": rate,
        "targetValue": target,
        "targetCondition": "GREATER_THAN" if more else "LESS_THAN",
    }


def _span(now: datetime, days: int) -> Json:
    since = now - timedelta(days=days)
    return {"reportingDateFrom": f"{since:%Y-%m-%dT%H:%MZ}", "reportingDateTo": f"{now:%Y-%m-%dT%H:%MZ}"}


def _status(good: bool) -> str:
    return "GOOD" if good else "BAD"
