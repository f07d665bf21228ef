"""An order as the Fulfillment API writes it, with its shipments → OrderChanged. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from connectors.channels.ebay import access
from connectors.channels.ebay.values import ZERO, Json, money, party, time, time_or_none
from connectors.contract import Account, Money
from connectors.events import (
    Address,
    CommandSettled,
    Ended,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    RefundData,
    ShipmentData,
)

FINANCIAL = {
    "PAID": FinancialStatus.PAID,
    "PARTIALLY_REFUNDED": FinancialStatus.PARTIALLY_REFUNDED,
    "FULLY_REFUNDED": FinancialStatus.REFUNDED,
    "PENDING": FinancialStatus.PENDING,
    "FAILED": FinancialStatus.PENDING,  # the shopper may pay another way
    "NOT_APPLICABLE": FinancialStatus.PENDING,
}
FULFILLMENT = {
    "NOT_STARTED": FulfillmentStatus.UNFULFILLED,
    "IN_PROGRESS": FulfillmentStatus.PARTIAL,
    "FULFILLED": FulfillmentStatus.FULFILLED,
}


def is_whole(order: Json) -> bool:
    """Whether a list's entry says all there is: lists leave out tracking numbers and requests to cancel."""
    cancelling = (order.get("cancelStatus") or {}).get("cancelState") not in (None, "NONE_REQUESTED")
    return order.get("orderFulfillmentStatus") == "NOT_STARTED" and not cancelling


def order_changed(account: Account, order: Json, fulfillments: Sequence[Json] = ()) -> OrderChanged:
    prices = order.get("pricingSummary") or {}
    total = money(prices["total"])
    cancel = order.get("cancelStatus") or {}
    lines = order["lineItems"]
    steps = [each.get("lineItemFulfillmentInstructions") or {} for each in lines]
    return OrderChanged(
        external_id=str(order["orderId"]),
        number=str(order["orderId"]),
        buyer=_buyer(order),
        placed_at=time(order["creationDate"]),
        updated_at=time(order["lastModifiedDate"]),
        total=total,
        subtotal=_part(prices, total, "priceSubtotal"),
        shipping=_part(prices, total, "deliveryCost"),
        tax=_part(prices, total, "tax"),
        discount=_part(prices, total, "priceDiscount", "deliveryDiscount"),
        financial_status=FINANCIAL[order["orderPaymentStatus"]],
        fulfillment_status=_fulfillment(order, cancel),
        lines=[_line(each) for each in lines],
        shipments=[_shipment(order, each) for each in fulfillments],
        refunds=[_refund(order, each) for each in refunds(order) if each.get("refundStatus") != "FAILED"],
        shipping_address=_address(order),
        cancelled_at=time_or_none(cancel.get("cancelledDate"))
        if cancel.get("cancelState") == "CANCELED"
        else None,
        url=page(account, str(order["orderId"])),
        fulfilled_by=_fulfiller(order),
        ship_by=min(filter(None, (time_or_none(each.get("shipByDate")) for each in steps)), default=None),
        deliver_by=max(
            filter(None, (time_or_none(each.get("maxEstimatedDeliveryDate")) for each in steps)), default=None
        ),
        cancel_requested_at=_cancel_requested(cancel),
    )


def page(account: Account, order_id: str) -> str:
    return f"{access.host(account, 'www')}/mesh/ord/details?orderid={order_id}"


def refunds(order: Json) -> list[Json]:
    return list((order.get("paymentSummary") or {}).get("refunds") or ())


def settled(order: Json, refund_id: str, receipt: str) -> CommandSettled | None:
    """How a refund we asked for ended; None while eBay still works on it."""
    for each in refunds(order):
        if str(each.get("refundId")) == refund_id and each.get("refundStatus") in ("REFUNDED", "FAILED"):
            failed = each["refundStatus"] == "FAILED"
            reason = "eBay could not pay the money back." if failed else ""
            at = time_or_none(each.get("refundDate")) or time(order["lastModifiedDate"])
            return CommandSettled(receipt, Ended.REJECTED if failed else Ended.DONE, at, reason)
    return None


def open_request(order: Json) -> Json | None:
    """The shopper's wish to cancel that waits for the seller."""
    asked = (order.get("cancelStatus") or {}).get("cancelRequests") or ()
    waiting = (each for each in asked if each.get("cancelRequestState") == "REQUESTED")
    return next((each for each in waiting if each.get("cancelInitiator") in (None, "BUYER", "Buyer")), None)


def _cancel_requested(cancel: Json) -> Any:
    found = open_request({"cancelStatus": cancel})
    return time_or_none(found.get("cancelRequestedDate")) if found else None


def _fulfillment(order: Json, cancel: Json) -> FulfillmentStatus:
    if cancel.get("cancelState") == "CANCELED":
        return FulfillmentStatus.CANCELLED
    return FULFILLMENT[order["orderFulfillmentStatus"]]


def _fulfiller(order: Json) -> Fulfiller:
    by = ((order.get("program") or {}).get("fulfillmentProgram") or {}).get("fulfilledBy")
    return Fulfiller.PLATFORM if by == "EBAY" else Fulfiller.SELLER


def _buyer(order: Json) -> Any:
    buyer = order["buyer"]
    contact = buyer.get("buyerRegistrationAddress") or {}
    return party(str(buyer["username"]), str(contact.get("fullName") or ""), str(contact.get("email") or ""))


def _part(prices: Json, total: Money, *names: str) -> Money:
    """Discounts are written as negative amounts."""
    amounts = [abs(money(prices[name]).amount) for name in names if prices.get(name)]
    return Money(sum(amounts, ZERO), total.currency)


def _line(line: Json) -> LineData:
    """`lineItemCost` is for the whole quantity."""
    quantity, cost = int(line["quantity"]), money(line["lineItemCost"])
    unit = (cost.amount / max(1, quantity)).quantize(Decimal("0.01"))
    variant = ", ".join(str(each.get("value")) for each in line.get("variationAspects") or ())
    return LineData(
        external_id=str(line["lineItemId"]),
        title=str(line.get("title") or ""),
        quantity=quantity,
        unit_price=Money(unit, cost.currency),
        variant=variant,
        sku=str(line.get("sku") or ""),
        product_id=str(line.get("legacyItemId") or ""),
    )


def _shipment(order: Json, made: Json) -> ShipmentData:
    number = str(made.get("shipmentTrackingNumber") or "")
    return ShipmentData(
        external_id=f"{order['orderId']}/{made.get('fulfillmentId') or number}",
        tracking_number=number,
        carrier=str(made.get("shippingCarrierCode") or ""),
        shipped_at=time_or_none(made.get("shippedDate")),
        line_ids=tuple(str(each["lineItemId"]) for each in made.get("lineItems") or ()),
    )


def _refund(order: Json, refund: Json) -> RefundData:
    at = time_or_none(refund.get("refundDate")) or time(order["lastModifiedDate"])
    note = "On its way" if refund.get("refundStatus") == "PENDING" else ""
    return RefundData(str(refund["refundId"]), money(refund["amount"]), at, note)


def _address(order: Json) -> Address:
    steps = order.get("fulfillmentStartInstructions") or [{}]
    to = (steps[0].get("shippingStep") or {}).get("shipTo") or {}
    place = to.get("contactAddress") or {}
    return Address(
        name=str(to.get("fullName") or ""),
        lines=tuple(str(place[name]) for name in ("addressLine1", "addressLine2") if place.get(name)),
        city=str(place.get("city") or ""),
        region=str(place.get("stateOrProvince") or ""),
        postal_code=str(place.get("postalCode") or ""),
        country=str(place.get("countryCode") or ""),
        phone=str((to.get("primaryPhone") or {}).get("phoneNumber") or ""),
    )
