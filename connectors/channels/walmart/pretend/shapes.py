"""The pretend world's orders and returns as Walmart writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.events import ParcelStatus, ReturnStatus
from connectors.sandbox.world import Dispute, Line, Order, Parcel, Refund, Return, Shop, World

Json = dict[str, Any]

CARRIERS = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL"}
BACK_IN = timedelta(days=7)  # how long a parcel takes on its way back
ACKNOWLEDGED_AFTER = timedelta(hours=4)
RETURN_STATES = {ReturnStatus.CLOSED: "COMPLETED", ReturnStatus.CANCELLED: "CANCELLED"}
RETURN_REASONS = {
    "Size was too small": "WRONG_SIZE",
    "Changed my mind": "NO_LONGER_WANTED",
    "Not as described": "NOT_AS_DESCRIBED",
    "Color is different": "COLOR_NOT_EXPECTED",
    "Arrived too late": "ARRIVED_LATE",
}


@dataclass(frozen=True)
class Charged:
    """What a line was charged; `back` is what of goods and of their tax went back."""

    line: Line
    goods: Decimal
    tax: Decimal
    postage: Decimal
    off: Decimal
    back: Decimal
    back_tax: Decimal
    comments: str

    @property
    def left(self) -> Decimal:
        return self.goods + self.tax + self.postage - self.off - self.back - self.back_tax


def purchase_order(order: Order) -> str:
    return f"1089{order.id:011d}"


def order_of(shop: Shop, purchase_order_id: str) -> Order | None:
    if not (purchase_order_id.isdecimal() and purchase_order_id.startswith("1089")):
        return None
    return shop.orders.get(int(purchase_order_id[4:]))


def return_order(back: Return) -> str:
    return f"4021{back.id:014d}"


def node_type(order: Order) -> str:
    return "WFSFulfilled" if order.fulfilled_by == "platform" else "SellerFulfilled"


def charged(order: Order) -> list[Charged]:
    """Tax in proportion; postage and discounts on the first line; refunds by the line they name, else spread."""
    goods = [line.price * line.quantity for line in order.lines]
    taxes = _spread(order.tax, goods)
    back = [Decimal("0.00")] * len(goods)
    notes = [""] * len(goods)
    for refund in order.refunds:
        at = _line_named(refund, order)
        shares = _spread(refund.amount, [g if at in (None, n) else Decimal(0) for n, g in enumerate(goods)])
        back = [one + share for one, share in zip(back, shares, strict=True)]
        for n, share in enumerate(shares):
            if share and refund.note:
                notes[n] = "; ".join(filter(None, (notes[n], _without_line(refund.note))))
    found = []
    for n, line in enumerate(order.lines):
        whole = goods[n] + taxes[n]
        tax_back = _cents(back[n] * taxes[n] / whole)
        postage, off = (order.shipping, order.discount) if n == 0 else (Decimal("0.00"), Decimal("0.00"))
        found.append(Charged(line, goods[n], taxes[n], postage, off, back[n] - tax_back, tax_back, notes[n]))
    return found


def refund_note(line_number: str, comments: str) -> str:
    """Which line a refund was for is kept in its note."""
    return f"[line {line_number}] {comments}".strip()


def cancelled_lines(shop: Shop, order: Order) -> set[int]:
    """Lines cancelled one by one are kept beside the order, which knows only the whole."""
    return {int(each) for each in shop.keys.get(f"cancelled {order.id}", "").split()}


def cancel_lines(shop: Shop, order: Order, lines: set[int]) -> None:
    gone = cancelled_lines(shop, order) | lines
    shop.keys[f"cancelled {order.id}"] = " ".join(map(str, sorted(gone)))


def order_body(world: World, shop: Shop, order: Order) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    ship_by = order.ship_by or order.placed_at + timedelta(days=2)
    return {
        "purchaseOrderId": purchase_order(order),
        "customerOrderId": order.number,
        "customerEmailId": _relay(shopper.email),
        "orderType": "REGULAR",
        "orderDate": ms(order.placed_at),
        "shippingInfo": {
            "phone": shopper.phone or "0000000000",
            "estimatedDeliveryDate": ms(order.deliver_by or order.placed_at + timedelta(days=6)),
            "estimatedShipDate": ms(ship_by),
            "methodCode": "Value",
            "postalAddress": {
                "name": shopper.name,
                "address1": shopper.home.line,
                "city": shopper.home.city,
                "state": shopper.home.region,
                "postalCode": shopper.home.postal_code,
                "country": "USA",
                "addressType": "RESIDENTIAL",
            },
        },
        "orderLines": {
            "orderLine": [_line(world, shop, order, n, each) for n, each in enumerate(charged(order), 1)]
        },
        "shipNode": {"type": node_type(order), "name": f"{shop.name} warehouse", "id": shop.seller_id},
    }


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
    worth = _cents((each.goods + each.tax) * back.quantity / each.line.quantity)
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


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _line(world: World, shop: Shop, order: Order, number: int, each: Charged) -> Json:
    product = shop.products[each.line.product_id]
    variant = next(v for v in product.variants if v.id == each.line.variant_id)
    charges = [_charge("PRODUCT", "ItemPrice", each.goods, each.tax)]
    if each.postage:
        charges.append(_charge("SHIPPING", "Shipping", each.postage))
    if each.off:
        charges.append(_charge("DISCOUNT", "Promotion", -each.off))
    body: Json = {
        "lineNumber": str(number),
        "item": {
            "productName": f"{product.title}, {variant.title}".removesuffix(", Default Title"),
            "sku": variant.sku,
        },
        "charges": {"charge": charges},
        "orderLineQuantity": _each(each.line.quantity),
        "statusDate": ms(order.updated_at),
        "orderLineStatuses": {"orderLineStatus": [_status(world, shop, order, each.line)]},
    }
    if each.back + each.back_tax:
        gone = _charge("PRODUCT", "ItemPrice", -each.back, -each.back_tax)
        body["refund"] = {
            "refundComments": each.comments,
            "refundCharges": {"refundCharge": [{"refundReason": "General adjustment", "charge": gone}]},
        }
    if order.cancel_requested_at and body["orderLineStatuses"]["orderLineStatus"][0]["status"] in (
        "Created",
        "Acknowledged",
    ):
        body["intentToCancel"] = "CUSTOMER_REQUESTED"
    return body


def _status(world: World, shop: Shop, order: Order, line: Line) -> Json:
    parcel = parcel_of(world, order, line)
    status: Json = {"status": "Created", "statusQuantity": _each(line.quantity)}
    if parcel:
        shipped = parcel.steps[0].at if parcel.steps else order.placed_at
        return status | {
            "status": "Delivered" if parcel.status is ParcelStatus.DELIVERED else "Shipped",
            "trackingInfo": {
                "shipDateTime": ms(shipped),
                "carrierName": {"carrier": CARRIERS[parcel.carrier]},
                "methodCode": "Value",
                "trackingNumber": parcel.number,
                "trackingURL": f"https://www.walmart.com/tracking?tracking_id={parcel.number}",
            },
        }
    if order.cancelled_at or line.id in cancelled_lines(shop, order):
        return status | {"status": "Cancelled", "cancellationReason": "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"}
    waited = world.clock.now() - order.placed_at
    return status | {"status": "Acknowledged" if waited > ACKNOWLEDGED_AFTER else "Created"}


def parcel_of(world: World, order: Order, line: Line) -> Parcel | None:
    parcels = (world.parcels[number] for number in order.parcels)
    return next((parcel for parcel in parcels if line.id in parcel.line_ids), None)


def _return(shop: Shop, order: Order, name: str, at: datetime, worth: Decimal, line: Json) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    return {
        "returnOrderId": name,
        "customerEmailId": _relay(shopper.email),
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


def _charge(kind: str, name: str, amount: Decimal, tax: Decimal = Decimal(0)) -> Json:
    charge: Json = {"chargeType": kind, "chargeName": name, "chargeAmount": _money(amount)}
    return charge | ({"tax": {"taxName": "Tax1", "taxAmount": _money(tax)}} if tax else {})


def _money(amount: Decimal) -> Json:
    return {"currency": "USD", "amount": float(amount)}


def _worth(amount: Decimal) -> Json:
    return {"currencyAmount": float(amount), "currencyUnit": "USD"}


def _each(count: int) -> Json:
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def _measured(count: int) -> Json:
    return {"unitOfMeasure": "EACH", "measurementValue": count}


def _event(sequence: int, tag: str, at: datetime) -> Json:
    return {
        "sequenceNo": sequence,
        "eventTag": tag,
        "eventDescription": tag.capitalize(),
        "eventTime": at.isoformat(),
    }


def _relay(address: str) -> str:
    """Walmart writes it in capitals here, and its mails in whichever way."""
    local, _, domain = address.partition("@")
    return f"{local.upper()}@{domain}"


def _line_named(refund: Refund, order: Order) -> int | None:
    if not refund.note.startswith("[line "):
        return None
    return int(refund.note[6:].partition("]")[0]) - 1


def _without_line(note: str) -> str:
    return note.partition("] ")[2] if note.startswith("[line ") else note


def _spread(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """In proportion, to the cent; the heaviest takes the rest."""
    whole = sum(weights, Decimal(0)) or Decimal(1)
    shares = [_cents(total * weight / whole) for weight in weights]
    shares[weights.index(max(weights))] += total - sum(shares, Decimal(0))
    return shares


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
