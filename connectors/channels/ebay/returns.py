"""A return as Post-Order writes it → ReturnChanged. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.channels.ebay.orders import page
from connectors.channels.ebay.values import Json, money_or_none, text, time, time_or_none, words
from connectors.contract import Account, Money, RawDelivery
from connectors.events import ReturnChanged, ReturnData, ReturnStatus

# The list of states is open-ended; whatever is not here is under way.
STATES = {
    "INITIAL": ReturnStatus.REQUESTED,
    "RETURN_REQUESTED": ReturnStatus.REQUESTED,
    "REPLACEMENT_REQUESTED": ReturnStatus.REQUESTED,
    "PARTIAL_REFUND_REQUESTED": ReturnStatus.REQUESTED,
    "RETURN_REJECTED": ReturnStatus.DECLINED,
    "CLOSED": ReturnStatus.CLOSED,
    "REPLACEMENT_CLOSED": ReturnStatus.CLOSED,
    "REPLACED": ReturnStatus.CLOSED,
}
CLOSED_BECAUSE = {
    "REQUEST_DECLINED": ReturnStatus.DECLINED,
    "RETURN_REJECTED": ReturnStatus.DECLINED,
    "BUYER_CLOSED": ReturnStatus.CANCELLED,
    "SHIPMENT_TIMEOUT": ReturnStatus.CANCELLED,
}
TRAVELLING = ("ITEM_SHIPPED", "ITEM_DELIVERED")  # then the single read has a tracking number the list has not


def return_changed(account: Account, found: Json, delivery: RawDelivery) -> ReturnChanged:
    """{"summary": .., "detail": .. or None}. Nothing in it says when it changed, so the time of reading counts."""
    summary, detail = found["summary"], found.get("detail") or {}
    made = summary.get("creationInfo") or {}
    due = summary.get("sellerResponseDue") or {}
    tracking = _tracking(detail)
    reason = " - ".join(part for part in (words(made.get("reason")), text(made.get("comments"))) if part)
    return ReturnChanged(
        order_id=str(summary["orderId"]),
        data=ReturnData(
            external_id=str(summary["returnId"]),
            name=f"Return {summary['returnId']}",
            status=_status(summary, detail),
            reason=reason,
            requested_at=time_or_none(made.get("creationDate")),
            quantity=int((made.get("item") or {}).get("returnQuantity") or 0),
            due_at=time_or_none(due.get("respondByDate")),
            amount=_amount(summary),
            tracking_number=str(tracking.get("trackingNumber") or ""),
            carrier=str(tracking.get("carrierName") or tracking.get("carrierEnum") or ""),
            waits_for_seller=bool(due.get("respondByDate")),
            url=page(account, str(summary["orderId"])),
        ),
        updated_at=delivery.received_at or datetime.now(UTC),
    )


def history(found: Json) -> list[tuple[str, datetime]]:
    """What was done about it, by the seller and by others, and when."""
    held = (found.get("detail") or {}).get("responseHistory") or ()
    return [
        (str(each.get("activity")), time(each["creationDate"])) for each in held if each.get("creationDate")
    ]


def _status(summary: Json, detail: Json) -> ReturnStatus:
    state = STATES.get(str(summary.get("state")), ReturnStatus.OPEN)
    why = str((detail.get("closeInfo") or {}).get("returnCloseReason"))
    return CLOSED_BECAUSE.get(why, state) if state is ReturnStatus.CLOSED else state


def _amount(summary: Json) -> Money | None:
    refund = summary.get("sellerTotalRefund") or {}
    return money_or_none(refund.get("actualRefundAmount")) or money_or_none(
        refund.get("estimatedRefundAmount")
    )


def _tracking(detail: Json) -> Any:
    return (detail.get("returnShipmentInfo") or {}).get("shipmentTracking") or {}
