"""How well a seller keeps Amazon's standards: the account health report, as Amazon judges it. Pure.

Every measure brings its own target and judgement; none is a constant here. Only the labels are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from connectors.events import Event, Level, Metric, PerformanceReported

Json = dict[str, Any]

REPORT = "GET_V2_SELLER_PERFORMANCE_REPORT"
PAGE = "/performance/dashboard"
_LABELS = {
    "orderDefectRate": "Order defect rate",
    "lateShipmentRate": "Late shipment rate",
    "prefulfillmentCancelRate": "Cancelled before shipping",
    "preFulfillmentCancellationRate": "Cancelled before shipping",
    "validTrackingRate": "Valid tracking rate",
    "onTimeDeliveryRate": "Delivered on time",
    "unitOnTimeDeliveryRate": "Units delivered on time",
    "invoiceDefectRate": "Invoice defect rate",
    "accountHealthRating": "Account health rating",
    "listingPolicyViolations": "Listing policy violations",
    "productAuthenticityCustomerComplaints": "Complaints about authenticity",
    "productConditionCustomerComplaints": "Complaints about condition",
    "productSafetyCustomerComplaints": "Complaints about safety",
    "receivedIntellectualPropertyComplaints": "Intellectual property complaints",
    "foodAndProductSafetyIssues": "Food and product safety issues",
    "restrictedProductPolicyViolations": "Restricted product violations",
    "suspectedIntellectualPropertyViolations": "Suspected intellectual property violations",
    "customerProductReviewsPolicyViolations": "Review policy violations",
    "otherPolicyViolations": "Other policy violations",
    "documentRequest": "Document requests",
    "documentRequests": "Document requests",
}
_LEVELS = {"GOOD": Level.GOOD, "BAD": Level.BAD, "NONE": Level.GOOD}
_ACCOUNT = {"NORMAL": Level.GOOD, "AT_RISK": Level.WATCH}
_RATING = {"GREAT": Level.GOOD, "GOOD": Level.GOOD, "WARNED": Level.WATCH, "AT_RISK": Level.WATCH}
_TARGETS = {"LESS_THAN": "under {}", "GREATER_THAN": "at least {}", "EQUALS": "{}"}


def read(body: Json, seller_central: str, marketplace: str) -> Sequence[Event]:
    """`body` holds the report and the time it was made; measures of other marketplaces are theirs."""
    report, url = body["report"], f"{seller_central}{PAGE}"
    metrics = [
        metric
        for each in report.get("performanceMetrics") or ()
        if each.get("marketplaceId", marketplace) == marketplace
        for metric in _measures(each, url)
    ]
    for each in report.get("accountStatuses") or ():
        if each["marketplaceId"] == marketplace:
            metrics.append(_account(each["status"], url))
    return (PerformanceReported(tuple(metrics), datetime.fromisoformat(body["at"])),) if metrics else ()


def status_changed(status: str, at: datetime, seller_central: str) -> Sequence[Event]:
    """The notification of the same fact: the account is normal, at risk or closed."""
    return (PerformanceReported((_account(status, f"{seller_central}{PAGE}"),), at),)


def _account(status: str, url: str) -> Metric:
    level = _ACCOUNT.get(status, Level.BAD)
    return Metric("accountStatus", "Account status", _words(status), level, standard="Normal", url=url)


def _measures(found: Json, url: str) -> Iterator[Metric]:
    for key, value in found.items():
        if key == "orderDefectRate":
            yield from _defects(value, url)
        elif isinstance(value, dict):
            yield _measure(key, _LABELS.get(key, _words(key)), value, url)
        elif isinstance(value, list):  # warnings; each says what it is about
            for each in value:
                level = _LEVELS.get(each.get("status", ""), Level.WATCH)
                name = str(each.get("warningType", key))
                yield Metric(f"warning.{name}", _words(name), _words(each.get("status", "")), level, url=url)


def _defects(value: Json, url: str) -> Iterator[Metric]:
    """Apart for what the seller ships and what Amazon ships; claims and chargebacks stand below."""
    for way, words in (("mfn", "shipped by you"), ("afn", "shipped by Amazon")):
        if not (rate := value.get(way)):
            continue
        yield _measure(f"orderDefectRate.{way}", f"Order defect rate, {words}", rate, url)
        for part, label in (
            ("claims", "A-to-z claims"),
            ("chargebacks", "Chargebacks"),
            ("negativeFeedback", "Negative feedback"),
        ):
            if count := rate.get(part):
                level = Level.BAD if count["status"] == "BAD" else Level.GOOD
                name = f"orderDefectRate.{way}.{part}"
                yield Metric(name, f"{label}, {words}", str(count["count"]), level, over=_over(rate), url=url)


def _measure(key: str, label: str, value: Json, url: str) -> Metric:
    # the published schema requires the one name and describes the other
    if rating := str(value.get("ahrStatus") or value.get("accountHealthRatingStatus") or ""):
        level = _RATING.get(rating, Level.BAD)
        return Metric(key, label, _words(rating), level, over=_over(value), url=url)
    is_rate = "rate" in value
    shown = _percent(value["rate"]) if is_rate else str(value.get("defectsCount", ""))
    return Metric(key, label, shown, _level(value), _standard(value, is_rate), _over(value), url)


def _level(value: Json) -> Level:
    return _LEVELS.get(str(value.get("status", "")), Level.WATCH)


def _standard(value: Json, is_rate: bool) -> str:
    if "targetValue" not in value:
        return ""
    target = _percent(value["targetValue"]) if is_rate else f"{value['targetValue']:g}"
    return _TARGETS.get(str(value.get("targetCondition")), "{}").format(target)


def _over(value: Json) -> str:
    spans = value.get("reportingDateRange") or {}
    try:
        since, until = (
            datetime.fromisoformat(spans[name].replace("Z", "+00:00"))
            for name in ("reportingDateFrom", "reportingDateTo")
        )
    except (KeyError, ValueError):
        return ""
    return f"{max(1, round((until - since).total_seconds() / 86_400))} days"


def _percent(rate: float) -> str:
    return f"{rate * 100:.2f}".rstrip("0").rstrip(".") + " %"


def _words(name: str) -> str:
    """ "AT_RISK" → "At risk", "spammingSellerMessaging" → "Spamming seller messaging"."""
    spaced = "".join(
        f" {c.lower()}" if c.isupper() and not name.isupper() and "_" not in name else c for c in name
    )
    return spaced.replace("_", " ").strip().capitalize()
