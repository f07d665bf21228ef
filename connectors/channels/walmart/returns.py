"""Walmart's return order → ours, and the refunds its own customer care gave at the seller's cost. Pure.

Walmart approves a return by its policy and sends the label. When the goods are back, the seller has 48 hours to
refund; then Walmart does it from the seller's money.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.channels.walmart.fields import Json, amount, listed, quantity, time
from connectors.contract import Money
from connectors.events import (
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Party,
    ReturnChanged,
    ReturnData,
    ReturnStatus,
)

REFUND_WITHIN = timedelta(hours=48)
DISPUTE_WITHIN = timedelta(hours=48)
_BACK = ("RETURN_DELIVERED", "DELIVERED", "RETURN_RECEIVED", "RECEIVED")
_PAID = ("REFUND_ISSUED", "REFUND_COMPLETED")
_BY_WALMART = ("customer_care", "customer care")


def return_changed(found: Json, read_at: datetime | None, page: str) -> Iterator[ReturnChanged]:
    """One for each purchase order it touches: nearly always one. The first keeps the return's own id."""
    name = str(found["returnOrderId"])
    for at, (order_id, lines) in enumerate(_by_order(found).items()):
        started = time(found.get("returnOrderDate"))
        changes = [when for line in lines for when in _times(line)]
        data = ReturnData(
            external_id=name if at == 0 else f"{name}:{order_id}",
            name=name,
            status=_status(lines),
            reason="; ".join(dict.fromkeys(filter(None, map(_reason, lines)))),
            requested_at=started,
            quantity=sum(quantity(each.get("quantity")) for each in lines),
            due_at=_due(lines),
            amount=_amount(found) if at == 0 else None,
            tracking_number=_parcel(found)[1],
            carrier=_parcel(found)[0],
            waits_for_seller=_due(lines) is not None,
            url=page,
        )
        yield ReturnChanged(
            order_id, data, read_at or max(changes, default=started) or _missing("returnOrderDate")
        )


def care_refund(found: Json, read_at: datetime | None, page: str) -> Iterator[DisputeChanged]:
    """Walmart's care refunded and the seller pays: that may be disputed for 48 hours, in Seller Center only."""
    lines = [each for each in listed(found, "returnOrderLines") if _by_care(each)]
    paid = [when for line in lines for tag, when in _events(line) if tag in _PAID]
    if not lines or not paid:
        return
    opened = min(paid)
    due = opened + DISPUTE_WITHIN
    yield DisputeChanged(
        external_id=f"care-refund-{found['returnOrderId']}",
        kind=DisputeKind.CLAIM,
        state=DisputeState.ACTION_NEEDED if (read_at or opened) < due else DisputeState.CLOSED,
        opened_at=opened,
        updated_at=read_at or max(paid),
        label="Refund by Walmart's customer care",
        reason="; ".join(dict.fromkeys(filter(None, map(_reason, lines)))),
        amount=_amount(found),
        order_id=str(lines[0].get("purchaseOrderId") or ""),
        order_number=str(found.get("customerOrderId") or ""),
        buyer=_buyer(found),
        due_at=due,
        url=page,
    )


def refundable(line: Json) -> int:
    """How many pieces of a return line are still to be refunded."""
    if line.get("status") in ("CANCELLED", "COMPLETED") or line.get("isKeepIt"):
        return 0
    return max(0, quantity(line.get("quantity")) - int(Decimal(str(line.get("refundedQty") or 0))))


def is_of_platform(line: Json) -> bool:
    return str(line.get("isWFSEnabled") or "N").upper().startswith(("Y", "T"))


def total_of(line: Json) -> Decimal:
    """What a line's refund comes to, tax included, by Walmart's own sum."""
    totals = {each.get("name"): each.get("value") for each in listed(line, "chargeTotals")}
    return amount(totals.get("lineTotal"))


def _by_order(found: Json) -> dict[str, list[Json]]:
    orders: dict[str, list[Json]] = {}
    for line in listed(found, "returnOrderLines"):
        orders.setdefault(str(line.get("purchaseOrderId") or found.get("customerOrderId") or ""), []).append(
            line
        )
    return orders


def _status(lines: list[Json]) -> ReturnStatus:
    states = {str(each.get("status") or "").upper() for each in lines}
    if states == {"CANCELLED"}:
        return ReturnStatus.CANCELLED
    return ReturnStatus.CLOSED if states <= {"COMPLETED", "CANCELLED"} else ReturnStatus.OPEN


def _due(lines: list[Json]) -> datetime | None:
    """When the seller must have refunded: set once something is back and not refunded yet."""
    waiting = [each for each in lines if refundable(each) and not is_of_platform(each) and not _is_paid(each)]
    back = [when for line in waiting for tag, when in _events(line) if tag in _BACK]
    return min(back) + REFUND_WITHIN if back else None


def _is_paid(line: Json) -> bool:
    return str(line.get("currentRefundStatus") or "") in _PAID


def _events(line: Json) -> Iterator[tuple[str, datetime]]:
    for each in listed(line, "returnTrackingDetail"):
        if at := time(each.get("eventTime")):
            yield str(each.get("eventTag") or ""), at


def _times(line: Json) -> Iterator[datetime]:
    if at := time(line.get("statusTime")):
        yield at
    yield from (at for _, at in _events(line))


def _reason(line: Json) -> str:
    """ "NO_LONGER_WANTED" → "No longer wanted", and what the shopper added."""
    code = str(line.get("returnReason") or "")
    words = code.replace("_", " ").capitalize() if code.isupper() else code
    said = str(line.get("returnDescription") or "")
    return f"{words}: {said}" if words and said and said.lower() != words.lower() else words or said


def _amount(found: Json) -> Money | None:
    total = found.get("totalRefundAmount")
    return Money(amount(total), total["currencyUnit"]) if total else None


def _parcel(found: Json) -> tuple[str, str]:
    for group in listed(found, "returnLineGroups"):
        for label in listed(group, "labels"):
            for each in listed(label, "carrierInfoList"):
                return str(each.get("carrierName") or ""), str(each.get("trackingNo") or "")
    shipment = next(iter(listed(found, "returnOrderShipments")), {})
    return "", str(shipment.get("trackingNumber") or "")


def _by_care(line: Json) -> bool:
    channels = " ".join(str(each.get("refundChannelName")) for each in listed(line, "refundChannels")).lower()
    return any(word in channels for word in _BY_WALMART) and line.get("refundCoveredBy") == "seller"


def _buyer(found: Json) -> Party | None:
    relay = str(found.get("customerEmailId") or "").lower()
    name = found.get("customerName") or {}
    shown = " ".join(filter(None, (name.get("firstName"), name.get("lastName"))))
    return Party({"email": relay}, shown) if "@" in relay else None


def _missing(name: str) -> datetime:
    raise KeyError(name)
