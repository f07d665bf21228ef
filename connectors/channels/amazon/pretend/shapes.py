"""The pretend world's orders as Orders API 2026-01-01 writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.channels.amazon.access import US
from connectors.events import Fulfiller, ParcelStatus
from connectors.sandbox.world import Line, Order, Parcel, Shop, World

Json = dict[str, Any]

FIRST_ITEM = 60_110_000_000_000
_PACKAGE = {
    ParcelStatus.PRE_TRANSIT: ("PENDING", ""),
    ParcelStatus.OUT_FOR_DELIVERY: ("IN_TRANSIT", "OUT_FOR_DELIVERY"),
    ParcelStatus.DELIVERED: ("DELIVERED", "DELIVERED"),
    ParcelStatus.FAILURE: ("UNDELIVERABLE", ""),
    ParcelStatus.RETURNED: ("UNDELIVERABLE", ""),
}
_CENT = Decimal("0.01")


def order_body(world: World, shop: Shop, order: Order, wanted: Collection[str], aliases: bool = True) -> Json:
    """`wanted` are includedData values: nothing optional is given unasked. Without the role no `aliases`."""
    shopper = shop.shoppers[order.shopper_id]
    is_fba = order.fulfilled_by == Fulfiller.PLATFORM
    body: Json = {
        "orderId": order.number,
        "createdTime": _stamp(order.placed_at),
        "lastUpdatedTime": _stamp(order.updated_at),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": US, "marketplaceName": "Amazon.com"},
        "orderItems": [_item(world, shop, order, line, wanted) for line in order.lines],
    }
    if "BUYER" in wanted:
        alias = {"buyerEmail": shopper.email} if aliases and not is_fba else {}
        body["buyer"] = {"buyerName": shopper.name, **alias}
    if "RECIPIENT" in wanted and not is_fba and aliases:
        body["recipient"] = {"deliveryAddress": _address(shop, order)}
    if "PROCEEDS" in wanted:
        body["proceeds"] = {"grandTotal": _money(order.total), "breakdowns": _breakdowns(order)}
    if "FULFILLMENT" in wanted:
        body["fulfillment"] = _fulfillment(world, order)
    if "PACKAGES" in wanted and order.parcels and not is_fba:
        parcels = [world.parcels[number] for number in order.parcels]
        body["packages"] = [_package(n, each, order) for n, each in enumerate(parcels, start=1)]
    return body


def asin(variant_id: int) -> str:
    return "B0" + hashlib.sha256(f"asin{variant_id}".encode()).hexdigest()[:8].upper()


def item_id(line: Line) -> str:
    return str(FIRST_ITEM + line.id)


def _item(world: World, shop: Shop, order: Order, line: Line, wanted: Collection[str]) -> Json:
    product = shop.products[line.product_id]
    variant = next(each for each in product.variants if each.id == line.variant_id)
    title = product.title if variant.title == "Default Title" else f"{product.title}, {variant.title}"
    sent = line.quantity if line.id in _packed(world, order) else 0
    item: Json = {
        "orderItemId": item_id(line),
        "quantityOrdered": line.quantity,
        "product": {
            "asin": asin(variant.id),
            "title": title,
            "sellerSku": variant.sku,
            "price": {"unitPrice": _money(line.price)},
        },
    }
    if "PROCEEDS" in wanted:
        item["proceeds"] = _proceeds(order, line)
    if "FULFILLMENT" in wanted:
        item["fulfillment"] = {"quantityFulfilled": sent, "quantityUnfulfilled": line.quantity - sent}
    if "CANCELLATION" in wanted and (cancellation := _cancellation(order)):
        item["cancellation"] = cancellation
    return item


def _proceeds(order: Order, line: Line) -> Json:
    goods = line.price * line.quantity
    share = goods / order.subtotal if order.subtotal else Decimal(0)
    tax = (order.tax * share).quantize(_CENT, ROUND_HALF_UP)
    discount = (order.discount * share).quantize(_CENT, ROUND_HALF_UP)
    parts = [("ITEM", goods), ("TAX", tax), ("DISCOUNT", -discount)]
    listed = [{"type": kind, "subtotal": _money(amount)} for kind, amount in parts if amount]
    return {"proceedsTotal": _money(goods + tax - discount), "breakdowns": listed}


def _breakdowns(order: Order) -> list[Json]:
    parts = [
        ("ITEM", order.subtotal),
        ("SHIPPING", order.shipping),
        ("TAX", order.tax),
        ("DISCOUNT", -order.discount),
    ]
    return [{"type": kind, "subtotal": _money(amount)} for kind, amount in parts if amount]


def _fulfillment(world: World, order: Order) -> Json:
    by = "AMAZON" if order.fulfilled_by == Fulfiller.PLATFORM else "MERCHANT"
    found: Json = {
        "fulfillmentStatus": status_of(world, order),
        "fulfilledBy": by,
        "fulfillmentServiceLevel": "STANDARD",
    }
    for name, latest in (("shipByWindow", order.ship_by), ("deliverByWindow", order.deliver_by)):
        if latest:
            found[name] = {"earliestDateTime": _stamp(order.placed_at), "latestDateTime": _stamp(latest)}
    return found


def status_of(world: World, order: Order) -> str:
    if order.cancelled_at:
        return "CANCELLED"
    packed = _packed(world, order)
    if not packed:
        return "UNSHIPPED"
    return "SHIPPED" if packed >= {line.id for line in order.lines} else "PARTIALLY_SHIPPED"


def _packed(world: World, order: Order) -> set[int]:
    """Lines in a parcel that has left."""
    parcels = (world.parcels[number] for number in order.parcels)
    gone = (each for each in parcels if each.status is not ParcelStatus.PRE_TRANSIT)
    return {line for parcel in gone for line in parcel.line_ids}


def _package(number: int, parcel: Parcel, order: Order) -> Json:
    status, detail = _PACKAGE.get(parcel.status, ("IN_TRANSIT", ""))
    lines = {line.id: line for line in order.lines}
    items = [{"orderItemId": item_id(lines[n]), "quantity": lines[n].quantity} for n in parcel.line_ids]
    return {
        "packageReferenceId": str(number),
        "packageStatus": {"status": status, **({"detailedStatus": detail} if detail else {})},
        "carrier": parcel.carrier.upper(),
        "shipTime": _stamp(parcel.steps[0].at if parcel.steps else order.placed_at),
        "trackingNumber": parcel.number,
        "packageItems": items,
    }


def _cancellation(order: Order) -> Json:
    found: Json = {}
    if order.cancel_requested_at:
        found["cancellationRequest"] = {"requester": "BUYER", "cancelReason": "NO_LONGER_NEEDED"}
    if order.cancelled_at:
        by = "MERCHANT" if order.cancel_requested_at else "BUYER"
        found["cancellationExecution"] = {"cancelledBy": by, "cancelReason": "BUYER_CANCELED"}
    return found


def _address(shop: Shop, order: Order) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    home = shopper.home
    return {
        "name": shopper.name,
        "addressLine1": home.line,
        "city": home.city,
        "stateOrRegion": home.region,
        "postalCode": home.postal_code,
        "countryCode": home.country,
    }


def _money(amount: Decimal) -> Json:
    return {"amount": str(amount), "currencyCode": "USD"}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
