"""Orders, their parcels and their returns as nodes of Shopify's graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.channels.shopify.pretend.money import suggested
from connectors.channels.shopify.pretend.shapes import (
    Json,
    bag,
    gid,
    line_node,
    listed,
    paged,
    refund_node,
    time,
)
from connectors.events import Address, FulfillmentStatus, ReturnStatus
from connectors.sandbox.world import Order, Parcel, Return, Shop, Shopper, World

TRACKING = {
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "dhl": ("DHL eCommerce", "https://www.dhl.com/us-en/home/tracking.html?tracking-id={}"),
}


def order_node(world: World, shop: Shop, order: Order, base: str) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    lines = {line.id: line_node(shop, order, line) for line in order.lines}
    return {
        "id": gid("Order", order.id),
        "legacyResourceId": str(order.id),
        "name": order.number,
        "email": shopper.email,
        "phone": shopper.phone or None,
        "createdAt": time(order.placed_at),
        "updatedAt": time(order.updated_at),
        "cancelledAt": time(order.cancelled_at) if order.cancelled_at else None,
        "edited": any(line.removed for line in order.lines),
        "customerLocale": "en-US",
        "statusPageUrl": f"{base}/orders/{order.id}",
        "displayFinancialStatus": order.financial_status.upper(),
        "displayFulfillmentStatus": fulfillment_status(order, world),
        "totalPriceSet": bag(shop, order.total),
        "totalShippingPriceSet": bag(shop, order.shipping),
        "totalTaxSet": bag(shop, order.tax),
        "totalDiscountsSet": bag(shop, order.discount),
        "customer": _customer(shopper),
        "shippingAddress": _address(shopper, order),
        "lineItems": paged(list(lines.values())),
        "fulfillments": listed([_fulfillment(order, world.parcels[n], lines) for n in order.parcels]),
        "refunds": listed([refund_node(shop, each) for each in order.refunds]),
        "returns": _returns(shop, order),
        "suggestedRefund": suggested(shop, order),
        "customAttributes": [{"key": key, "value": value} for key, value in order.attributes.items()],
    }


def _returns(shop: Shop, order: Order) -> Callable[..., Json]:
    def connection(info: Any, first: int = 50, reverse: bool = False) -> Json:
        shown = [return_node(shop, order, each) for each in order.returns]
        return {"nodes": (shown[::-1] if reverse else shown)[:first]}

    return connection


def return_node(shop: Shop, order: Order, back: Return) -> Json:
    """Without its order."""
    cancelled, over = back.status == ReturnStatus.CANCELLED, back.status == ReturnStatus.CLOSED
    lines = [
        {
            "__typename": "ReturnLineItem",
            "id": gid("ReturnLineItem", back.id * 1000 + at),
            "quantity": count,
            "unprocessedQuantity": 0 if over else count,
            "returnReasonNote": back.reason,
            "returnReasonDefinition": None,
        }
        for at, count in enumerate(back.goods.values())
    ]
    wanted = [
        {
            "id": gid("ExchangeLineItem", back.id * 1_000_000 + variant),
            "quantity": count,
            "variantId": gid("ProductVariant", variant),
        }
        for variant, count in back.exchange.items()
    ]
    return {
        "id": gid("Return", back.id),
        "name": back.name,
        "status": "CANCELED" if cancelled else back.status.upper(),
        "createdAt": time(back.at),
        "totalQuantity": back.quantity,
        "returnLineItems": paged(lines),
        "exchangeLineItems": paged(wanted),
        "refunds": paged([refund_node(shop, each) for each in order.refunds if each.return_id == back.id]),
        "reverseFulfillmentOrders": paged(_reverse(shop, order, back)),
    }


def _reverse(shop: Shop, order: Order, back: Return) -> list[Json]:
    """The order to take the goods back; nobody made one before the return was approved."""
    if back.status not in (ReturnStatus.OPEN, ReturnStatus.CLOSED):
        return []
    bought = {each.id: each for each in order.lines}
    items = [
        {
            "id": gid("ReverseFulfillmentOrderLineItem", back.id * 1000 + at),
            "totalQuantity": count,
            "dispositions": [{"quantity": count}] if back.arrived else [],
            "fulfillmentLineItem": {
                "id": gid("FulfillmentLineItem", line),
                "lineItem": line_node(shop, order, bought[line]),
            },
        }
        for at, (line, count) in enumerate(back.goods.items())
    ]
    parcels = [{"id": gid("ReverseDelivery", back.id)}] if back.label else []
    made = {"id": gid("ReverseFulfillmentOrder", back.id)}
    return [made | {"lineItems": paged(items), "reverseDeliveries": paged(parcels)}]


def fulfillment_status(order: Order, world: World) -> str:
    shipped = {line for number in order.parcels for line in world.parcels[number].line_ids}
    if not shipped:
        return FulfillmentStatus.UNFULFILLED.upper()
    every = all(line.id in shipped for line in order.lines)
    return "FULFILLED" if every else "PARTIALLY_FULFILLED"


def fulfillment_id(order: Order, number: str) -> int:
    """The world numbers no fulfillments: the order's own number and the parcel's place in it."""
    return order.id * 100 + order.parcels.index(number) + 1


def _fulfillment(order: Order, parcel: Parcel, lines: dict[int, Json]) -> Json:
    company, url = TRACKING[parcel.carrier]
    return {
        "id": gid("Fulfillment", fulfillment_id(order, parcel.number)),
        "status": "SUCCESS",
        "createdAt": time(parcel.steps[0].at if parcel.steps else order.placed_at),
        "trackingInfo": listed(
            [{"company": company, "number": parcel.number, "url": url.format(parcel.number)}]
        ),
        "fulfillmentLineItems": paged(
            [
                {"id": gid("FulfillmentLineItem", each), "lineItem": lines[each]}
                for each in parcel.line_ids
                if each in lines
            ]
        ),
    }


def _customer(shopper: Shopper) -> Json:
    return {
        "id": gid("Customer", shopper.id),
        "displayName": shopper.name,
        "locale": "en",
        "defaultEmailAddress": {"emailAddress": shopper.email},
    }


def _address(shopper: Shopper, order: Order) -> Json:
    home = shopper.home
    to = order.address or Address(
        shopper.name, (home.line,), home.city, home.region, home.postal_code, home.country, shopper.phone
    )
    first, _, last = to.name.rpartition(" ")
    return {
        "name": to.name,
        "firstName": first,
        "lastName": last,
        "address1": to.lines[0] if to.lines else None,
        "address2": to.lines[1] if len(to.lines) > 1 else None,
        "city": to.city,
        "provinceCode": to.region,
        "zip": to.postal_code,
        "countryCodeV2": to.country or None,
        "phone": to.phone or None,
    }
