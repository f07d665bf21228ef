"""The pretend world's returns as Walmart writes them, and the refunds of its customer care, which look like returns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.channels.walmart.pretend.shapes import Json, cents, charged, purchase_order, relay
from connectors.events import ReturnStatus
from connectors.sandbox.world import Dispute, Order, Return, Shop, World

BACK_IN = timedelta(days=7)  # how long a parcel takes on its way back
RETURN_STATES = {ReturnStatus.CLOSED: "COMPLETED", ReturnStatus.CANCELLED: "CANCELLED"}
RETURN_REASONS = {
    "Size was too small": "WRONG_SIZE",
    "Changed my mind": "NO_LONGER_WANTED",
    "Not as described": "NOT_AS_DESCRIBED",
    "Color is different": "COLOR_NOT_EXPECTED",
    "Arrived too late": "ARRIVED_LATE",
}


def return_order(back: Return) -> str:
    return f"4021{back.id:014d}"


def returns_of(world: World, shop: Shop) -> Iterator[tuple[Order, Json]]:
    """Returns, and the refunds of Walmart's care, which look like returns."""
    for order in shop.orders.values():
        for back in order.returns:
            yield order, return_body(world, shop, order, back)
    for dispute in shop.disputes.values():
        order = shop.orders[dispute.order_id]
        yield order, care_refund_body(shop, order, dispute)


def return_body(world: World, shop: Shop, order: Order, back: Return) -> Json:
    at = next(n for n, line in enumerate(order.lines) if line.id == back.line_id)
    each = charged(order)[at]
    done = back.status == ReturnStatus.CLOSED
    arrived = back.at + BACK_IN
    is_back = done or arrived <= world.clock.now()
    worth = cents((each.goods + each.tax) * back.quantity / each.line.quantity)
    tracked = [_event(0, "RETURN_INITIATED", back.at)]
    if is_back:
        tracked.insert(0, _event(1, "RETURN_DELIVERED", min(arrived, world.clock.now())))
    line = _return_line(shop, order, at, back.quantity, worth) | {
        "returnReason": RETURN_REASONS.get(back.reason, "OTHER"),
        "returnDescription": back.reason,
        "refundedQty": back.quantity if done else 0,
        "returnTrackingDetail": tracked,
        "status": RETURN_STATES.get(ReturnStatus(back.status), "INITIATED"),
        "statusTime": back.at.isoformat(),
        "currentDeliveryStatus": "DELIVERED" if is_back else "IN_TRANSIT",
        "currentRefundStatus": "REFUND_COMPLETED" if done else "NOT_REFUNDED",
        "refundChannels": [],
    }
    return _return(shop, order, return_order(back), back.at, worth, line)


def care_refund_body(shop: Shop, order: Order, dispute: Dispute) -> Json:
    each = charged(order)[0]
    line = _return_line(shop, order, 0, each.line.quantity, dispute.amount) | {
        "returnReason": "OTHER",
        "returnDescription": dispute.reason,
        "refundedQty": each.line.quantity,
        "returnTrackingDetail": [_event(0, "REFUND_ISSUED", dispute.opened_at)],
        "status": "COMPLETED",
        "statusTime": dispute.opened_at.isoformat(),
        "currentDeliveryStatus": "NOT_SHIPPED",
        "currentRefundStatus": "REFUND_COMPLETED",
        "refundCoveredBy": "seller",
        "refundChannels": [{"refundChannelName": "CUSTOMER_CARE", "quantity": _measured(each.line.quantity)}],
    }
    return _return(shop, order, dispute.id, dispute.opened_at, dispute.amount, line)


def _return(shop: Shop, order: Order, name: str, at: datetime, worth: Decimal, line: Json) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    return {
        "returnOrderId": name,
        "customerEmailId": relay(shopper.email),
        "returnType": "REFUND",
        "customerName": {"firstName": shopper.first_name, "lastName": shopper.last_name},
        "customerOrderId": order.number,
        "returnOrderDate": at.isoformat(),
        "returnByDate": (at + timedelta(days=30)).isoformat(),
        "refundMode": "POST_DELIVERY",
        "totalRefundAmount": _worth(worth),
        "returnLineGroups": [],
        "returnOrderLines": [line],
    }


def _return_line(shop: Shop, order: Order, at: int, count: int, worth: Decimal) -> Json:
    line = order.lines[at]
    return {
        "returnOrderLineNumber": 1,
        "salesOrderLineNumber": at + 1,
        "purchaseOrderId": purchase_order(order),
        "purchaseOrderLineNumber": at + 1,
        "item": {
            "sku": str(line.variant_id),
            "condition": "New",
            "productName": shop.products[line.product_id].title,
        },
        "chargeTotals": [{"name": "lineTotal", "value": _worth(worth)}],
        "quantity": _measured(count),
    }


def _worth(amount: Decimal) -> Json:
    return {"currencyAmount": float(amount), "currencyUnit": "USD"}


def _measured(count: int) -> Json:
    return {"unitOfMeasure": "EACH", "measurementValue": count}


def _event(sequence: int, tag: str, at: datetime) -> Json:
    return {
        "sequenceNo": sequence,
        "eventTag": tag,
        "eventDescription": tag.capitalize(),
        "eventTime": at.isoformat(),
    }
