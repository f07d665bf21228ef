"""Shopify's order and product, as its GraphQL API gives them → ours. Pure.

Amounts are in the currency the shopper paid in; they add up as subtotal - discount + shipping + tax = total
unless the shop's prices include tax.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.contract import Money
from connectors.events import (
    Address,
    FinancialStatus,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    Party,
    ProductChanged,
    RefundData,
    ReturnData,
    ReturnStatus,
    ShipmentData,
    VariantData,
)

Json = dict[str, Any]

FINANCIAL = {
    "AUTHORIZED": FinancialStatus.AUTHORIZED,
    "EXPIRED": FinancialStatus.VOIDED,
    "PAID": FinancialStatus.PAID,
    "PARTIALLY_PAID": FinancialStatus.PENDING,
    "PARTIALLY_REFUNDED": FinancialStatus.PARTIALLY_REFUNDED,
    "PENDING": FinancialStatus.PENDING,
    "REFUNDED": FinancialStatus.REFUNDED,
    "VOIDED": FinancialStatus.VOIDED,
}
FULFILLMENT = {
    "FULFILLED": FulfillmentStatus.FULFILLED,
    "FULFILLMENT_NOT_REQUIRED": FulfillmentStatus.FULFILLED,
    "IN_PROGRESS": FulfillmentStatus.UNFULFILLED,
    "ON_HOLD": FulfillmentStatus.UNFULFILLED,
    "OPEN": FulfillmentStatus.UNFULFILLED,
    "PARTIALLY_FULFILLED": FulfillmentStatus.PARTIAL,
    "PENDING_FULFILLMENT": FulfillmentStatus.UNFULFILLED,
    "REQUEST_DECLINED": FulfillmentStatus.UNFULFILLED,
    "RESTOCKED": FulfillmentStatus.UNFULFILLED,
    "SCHEDULED": FulfillmentStatus.UNFULFILLED,
    "UNFULFILLED": FulfillmentStatus.UNFULFILLED,
}
RETURN = {
    "CANCELED": ReturnStatus.CANCELLED,
    "CLOSED": ReturnStatus.CLOSED,
    "DECLINED": ReturnStatus.DECLINED,
    "OPEN": ReturnStatus.OPEN,
    "REQUESTED": ReturnStatus.REQUESTED,
}
_NEVER_LEFT = ("CANCELLED", "ERROR", "FAILURE")


def order_changed(order: Json, admin_url: str) -> OrderChanged:
    lines = [_line(each, count) for each in order["lineItems"]["nodes"] if (count := _bought(order, each))]
    total = _paid(order["totalPriceSet"])
    nothing = Money(Decimal("0.00"), total.currency)
    subtotal = sum((line.unit_price.amount * line.quantity for line in lines), Decimal("0.00"))
    return OrderChanged(
        external_id=order["id"],
        number=order["name"],
        buyer=_buyer(order),
        placed_at=_time(order["createdAt"]),
        updated_at=_time(order["updatedAt"]),
        total=total,
        subtotal=Money(subtotal, total.currency),
        shipping=_paid(order["totalShippingPriceSet"]),
        tax=_paid(order["totalTaxSet"]) if order["totalTaxSet"] else nothing,
        discount=_paid(order["totalDiscountsSet"]) if order["totalDiscountsSet"] else nothing,
        financial_status=FINANCIAL[order["displayFinancialStatus"] or "PENDING"],
        fulfillment_status=_fulfillment_status(order),
        lines=lines,
        shipments=[parcel for each in order["fulfillments"] for parcel in _shipments(each)],
        refunds=[_refund(each) for each in order["refunds"]],
        returns=[_return(each) for each in order["returns"]["nodes"]],
        shipping_address=address(order["shippingAddress"] or {}),
        cancelled_at=_time(order["cancelledAt"]) if order["cancelledAt"] else None,
        url=f"{admin_url}/orders/{order['legacyResourceId']}",
        status_url=order["statusPageUrl"],
    )


def product_changed(product: Json, admin_url: str) -> ProductChanged:
    currency = product["priceRangeV2"]["minVariantPrice"]["currencyCode"]
    options = {each["name"]: ", ".join(each["values"]) for each in product["options"]}
    more = {each["key"].replace("_", " ").capitalize(): each["value"] for each in _texts(product)}
    plain = {"Type": product["productType"], "Brand": product["vendor"], **options, **more}
    return ProductChanged(
        external_id=product["id"],
        title=product["title"],
        description=product["description"],
        updated_at=_time(product["updatedAt"]),
        variants=[_variant(each, currency) for each in product["variants"]["nodes"]],
        url=product["onlineStoreUrl"] or f"{admin_url}/products/{product['id'].rpartition('/')[2]}",
        attributes={name: value for name, value in plain.items() if value and name != "Title"},
    )


def _texts(product: Json) -> Iterator[Json]:
    """Metafields a person can read; others hold references and JSON."""
    readable = ("single_line_text_field", "multi_line_text_field", "number_integer", "number_decimal")
    return (each for each in product["metafields"]["nodes"] if each["type"] in readable)


def _variant(variant: Json, currency: str) -> VariantData:
    tracked = variant["inventoryItem"]["tracked"]
    return VariantData(
        external_id=variant["id"],
        title=variant["title"],
        sku=variant["sku"] or "",
        price=Money(Decimal(variant["price"]), currency),
        stock=variant["inventoryQuantity"] if tracked else None,
    )


def _buyer(order: Json) -> Party:
    """A guest without an address is known by this order alone."""
    customer, address = order["customer"] or {}, order["shippingAddress"] or {}
    email = (customer.get("defaultEmailAddress") or {}).get("emailAddress") or order["email"] or ""
    names = {"shopify": customer.get("id", ""), "email": email.strip().lower(), "phone": order["phone"] or ""}
    known = {space: name for space, name in names.items() if name} or {"shopify": order["id"]}
    display = customer.get("displayName") or address.get("name") or ""
    return Party(known, display, order["customerLocale"] or customer.get("locale") or "")


def _fulfillment_status(order: Json) -> FulfillmentStatus:
    status = FULFILLMENT[order["displayFulfillmentStatus"]]
    if order["cancelledAt"] and status is FulfillmentStatus.UNFULFILLED:
        return FulfillmentStatus.CANCELLED
    return status


def _bought(order: Json, line: Json) -> int:
    """How many of a line were bought in the end: an edit takes pieces away. (So does a refund, in an order that was
    edited: Shopify counts both as one.) Orders read before 2026-11-23 say nothing of it."""
    return int(line["currentQuantity"] if order.get("edited") else line["quantity"])


def _line(line: Json, quantity: int) -> LineData:
    return LineData(
        external_id=line["id"],
        title=line["title"],
        quantity=quantity,
        unit_price=_paid(line["originalUnitPriceSet"]),
        variant=line["variantTitle"] or "",
        sku=line["sku"] or "",
        product_id=(line["product"] or {}).get("id", ""),
        image_url=(line["image"] or {}).get("url", ""),
    )


def _shipments(fulfillment: Json) -> Iterator[ShipmentData]:
    """One for each parcel; a fulfillment may hold several, or one nobody gave a number."""
    if fulfillment["status"] in _NEVER_LEFT:
        return
    lines = tuple(each["lineItem"]["id"] for each in fulfillment["fulfillmentLineItems"]["nodes"])
    for at, parcel in enumerate(fulfillment["trackingInfo"] or [{}], start=1):
        yield ShipmentData(
            external_id=fulfillment["id"] if at == 1 else f"{fulfillment['id']}#{at}",
            tracking_number=parcel.get("number") or "",
            carrier=parcel.get("company") or "",
            tracking_url=parcel.get("url") or "",
            shipped_at=_time(fulfillment["createdAt"]),
            line_ids=lines,
        )


def _refund(refund: Json) -> RefundData:
    amount = _paid(refund["totalRefundedSet"])
    return RefundData(refund["id"], amount, _time(refund["processedAt"]), refund["note"] or "")


def _return(back: Json) -> ReturnData:
    lines = back["returnLineItems"]["nodes"]
    named = ((each["returnReasonDefinition"] or {}).get("name") or each["returnReasonNote"] for each in lines)
    return ReturnData(
        external_id=back["id"],
        name=back["name"],
        status=RETURN[back["status"]],
        reason="; ".join(dict.fromkeys(reason for reason in named if reason)),
        requested_at=_time(back["createdAt"]),
        quantity=back["totalQuantity"],
    )


def address(found: Json) -> Address:
    return Address(
        name=found.get("name") or "",
        lines=tuple(line for name in ("address1", "address2") if (line := found.get(name))),
        city=found.get("city") or "",
        region=found.get("provinceCode") or "",
        postal_code=found.get("zip") or "",
        country=found.get("countryCodeV2") or "",
        phone=found.get("phone") or "",
    )


def _paid(bag: Json) -> Money:
    money = bag["presentmentMoney"]
    return Money(Decimal(money["amount"]), money["currencyCode"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
