"""An order of Orders API 2026-01-01 → OrderChanged. Pure.

Amazon tells apart what the seller ships (MERCHANT) and what its own warehouses do (AMAZON, "FBA").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.contract import Money
from connectors.events import (
    Address,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    ParcelStatus,
    Party,
    ShipmentData,
)

Json = dict[str, Any]

BUYER_OF = "amazon"  # a name for a person: the order that is theirs
_FULFILLMENT = {
    "PARTIALLY_SHIPPED": FulfillmentStatus.PARTIAL,
    "SHIPPED": FulfillmentStatus.FULFILLED,
    "CANCELLED": FulfillmentStatus.CANCELLED,
}
_FINANCIAL = {
    "PENDING": FinancialStatus.PENDING,
    "PENDING_AVAILABILITY": FinancialStatus.PENDING,
    "CANCELLED": FinancialStatus.VOIDED,
}
_PARCEL = {
    "PENDING": ParcelStatus.PRE_TRANSIT,
    "SHIPPED": ParcelStatus.IN_TRANSIT,
    "IN_TRANSIT": ParcelStatus.IN_TRANSIT,
    "DELIVERED": ParcelStatus.DELIVERED,
    "UNDELIVERABLE": ParcelStatus.FAILURE,
}
_WAITING = ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED")


def order_changed(order: Json, seller_central: str) -> OrderChanged:
    fulfillment, proceeds = order.get("fulfillment") or {}, order.get("proceeds") or {}
    status, currency = str(fulfillment.get("fulfillmentStatus", "")), _currency(order)
    parts = _sum(proceeds.get("breakdowns") or (), currency)
    updated_at = _time(order["lastUpdatedTime"])
    lines = [_line(item, currency) for item in order["orderItems"]]
    return OrderChanged(
        external_id=order["orderId"],
        number=order["orderId"],
        buyer=buyer(order),
        placed_at=_time(order["createdTime"]),
        updated_at=updated_at,
        total=_money(proceeds.get("grandTotal"), currency),
        subtotal=parts("ITEM") if proceeds.get("breakdowns") else _goods(lines, currency),
        shipping=parts("SHIPPING", "GIFT_WRAP", "COD_FEE", "DELIVERY_TIP", "OTHER"),
        tax=parts("TAX"),
        discount=Money(abs(parts("DISCOUNT").amount), currency),
        financial_status=_FINANCIAL.get(status, FinancialStatus.PAID),
        fulfillment_status=_FULFILLMENT.get(status, FulfillmentStatus.UNFULFILLED),
        lines=lines,
        shipments=[_shipment(order["orderId"], each) for each in _sent(order)],
        shipping_address=_address((order.get("recipient") or {}).get("deliveryAddress") or {}),
        cancelled_at=updated_at if status == "CANCELLED" else None,
        url=page(seller_central, order["orderId"]),
        fulfilled_by=Fulfiller.PLATFORM if is_fba(order) else Fulfiller.SELLER,
        ship_by=_latest(fulfillment.get("shipByWindow")),
        deliver_by=_latest(fulfillment.get("deliverByWindow")),
        cancel_requested_at=updated_at if status in _WAITING and _wants_out(order) else None,
    )


def is_fba(order: Json) -> bool:
    return (order.get("fulfillment") or {}).get("fulfilledBy") == "AMAZON"


def page(seller_central: str, order_id: str) -> str:
    return f"{seller_central}/orders-v3/order/{order_id}"


def alias_of(address: str) -> str:
    """A buyer's alias without what may follow a "+" in it: it stays the same for one buyer and one seller."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def buyer(order: Json) -> Party:
    """Orders from Amazon's own warehouses come without an alias: then whoever writes about the order is its buyer."""
    given = order.get("buyer") or {}
    alias = given.get("buyerEmail") or ""
    names = {"email": alias_of(alias)} if "@" in alias else {}
    return Party(names | {BUYER_OF: order["orderId"]}, given.get("buyerName") or "")


def parts_of(item: Json) -> dict[str, Decimal]:
    """What an item was paid for, by kind: ITEM, SHIPPING, TAX, DISCOUNT, ..."""
    found = (item.get("proceeds") or {}).get("breakdowns") or ()
    return {each["type"]: Decimal(each["subtotal"]["amount"]) for each in found}


def _sum(breakdowns: Iterable[Json], currency: str) -> Callable[..., Money]:
    """Sums over kinds of proceeds."""
    amounts = {each["type"]: Decimal(each["subtotal"]["amount"]) for each in breakdowns}
    return lambda *kinds: Money(
        sum((amounts.get(kind, Decimal(0)) for kind in kinds), Decimal("0.00")), currency
    )


def _goods(lines: Iterable[LineData], currency: str) -> Money:
    """Some orders come with their total only."""
    return Money(sum((each.unit_price.amount * each.quantity for each in lines), Decimal("0.00")), currency)


def _line(item: Json, currency: str) -> LineData:
    product, quantity = item["product"], int(item["quantityOrdered"])
    return LineData(
        external_id=item["orderItemId"],
        title=product.get("title") or product.get("asin") or "",
        quantity=quantity,
        unit_price=_unit_price(item, quantity, currency),
        sku=product.get("sellerSku") or "",
        product_id=product.get("asin") or "",
    )


def _unit_price(item: Json, quantity: int, currency: str) -> Money:
    if price := (item["product"].get("price") or {}).get("unitPrice"):
        return _money(price, currency)
    paid = parts_of(item).get("ITEM", Decimal("0.00"))
    return Money((paid / quantity).quantize(Decimal("0.01")) if quantity else paid, currency)


def _sent(order: Json) -> list[Json]:
    """Parcels of the seller's own; Amazon says nothing of those from its warehouses."""
    listed = order.get("packages") or ()
    return [each for each in listed if (each.get("packageStatus") or {}).get("status") != "CANCELLED"]


def _shipment(order_id: str, package: Json) -> ShipmentData:
    status = package.get("packageStatus") or {}
    out = status.get("detailedStatus") == "OUT_FOR_DELIVERY"
    return ShipmentData(
        external_id=f"{order_id}:{package['packageReferenceId']}",
        tracking_number=package.get("trackingNumber") or "",
        carrier=package.get("carrier") or "",
        shipped_at=_time(package["shipTime"]) if package.get("shipTime") else None,
        line_ids=tuple(each["orderItemId"] for each in package.get("packageItems") or ()),
        status=ParcelStatus.OUT_FOR_DELIVERY if out else _PARCEL.get(status.get("status", "")),
    )


def _wants_out(order: Json) -> bool:
    """The buyer asked for a cancellation of something that is not cancelled yet."""
    asked = [item.get("cancellation") or {} for item in order["orderItems"]]
    return any(each.get("cancellationRequest") and not each.get("cancellationExecution") for each in asked)


def _address(given: Json) -> Address:
    lines = (given.get(f"addressLine{n}") or "" for n in (1, 2, 3))
    return Address(
        name=given.get("name") or "",
        lines=tuple(line for line in (given.get("companyName") or "", *lines) if line),
        city=given.get("city") or given.get("municipality") or "",
        region=given.get("stateOrRegion") or "",
        postal_code=given.get("postalCode") or "",
        country=given.get("countryCode") or "",
        phone=given.get("phone") or "",
    )


def _currency(order: Json) -> str:
    """Of the whole, or of the first price; an order that is still pending may name neither."""
    prices = [(order.get("proceeds") or {}).get("grandTotal")]
    prices += [(item["product"].get("price") or {}).get("unitPrice") for item in order["orderItems"]]
    return next((each["currencyCode"] for each in prices if each), "USD")


def _money(given: Json | None, currency: str) -> Money:
    return (
        Money(Decimal(given["amount"]), given["currencyCode"]) if given else Money(Decimal("0.00"), currency)
    )


def _latest(window: Json | None) -> datetime | None:
    at = (window or {}).get("latestDateTime")
    return _time(at) if at else None


def _time(at: str) -> datetime:
    found = datetime.fromisoformat(at)
    if found.tzinfo is None:
        raise ValueError(f"a time without its zone: {at}")
    return found
