"""The world's nouns as the nodes of Shopify's graph. Times are cut to seconds, as Shopify does."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.events import DisputeState, FulfillmentStatus, ReturnStatus
from connectors.sandbox.world import Dispute, Line, Order, Parcel, Product, Return, Shop, Shopper, World

Json = dict[str, Any]
TRACKING = {
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "dhl": ("DHL eCommerce", "https://www.dhl.com/us-en/home/tracking.html?tracking-id={}"),
}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(items: Sequence[Json]) -> Callable[..., list[Json]]:
    return lambda info, first=None: list(items[:first])


def paged(items: Sequence[Any], node: Callable[[Any], Json] = lambda item: item) -> Callable[..., Json]:
    """A connection; graphql-core calls it with the field's arguments."""

    def connection(info: Any, first: int = 50, after: str | None = None) -> Json:
        start = int(base64.b64decode(after)) if after else 0
        end = start + first
        cursor = base64.b64encode(str(end).encode()).decode()
        return {
            "nodes": [node(item) for item in items[start:end]],
            "pageInfo": {"hasNextPage": end < len(items), "endCursor": cursor},
        }

    return connection


def order_node(world: World, shop: Shop, order: Order, base: str) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    lines = {line.id: line_node(shop, line) for line in order.lines}
    return {
        "id": gid("Order", order.id),
        "legacyResourceId": str(order.id),
        "name": order.number,
        "email": shopper.email,
        "phone": shopper.phone or None,
        "createdAt": time(order.placed_at),
        "updatedAt": time(order.updated_at),
        "cancelledAt": time(order.cancelled_at) if order.cancelled_at else None,
        "customerLocale": "en-US",
        "statusPageUrl": f"{base}/orders/{order.id}",
        "displayFinancialStatus": order.financial_status.upper(),
        "displayFulfillmentStatus": fulfillment_status(order, world),
        "totalPriceSet": _bag(shop, order.total),
        "totalShippingPriceSet": _bag(shop, order.shipping),
        "totalTaxSet": _bag(shop, order.tax),
        "totalDiscountsSet": _bag(shop, order.discount),
        "customer": _customer(shopper),
        "shippingAddress": _address(shopper),
        "lineItems": paged(list(lines.values())),
        "fulfillments": listed([_fulfillment(order, world.parcels[n], lines) for n in order.parcels]),
        "refunds": listed(
            [
                {
                    "id": gid("Refund", refund.id),
                    "note": refund.note,
                    "processedAt": time(refund.at),
                    "totalRefundedSet": _bag(shop, refund.amount),
                }
                for refund in order.refunds
            ]
        ),
        "returns": paged([return_node(each) for each in order.returns]),
    }


def return_node(back: Return) -> Json:
    reason = {"__typename": "ReturnLineItem", "returnReasonNote": back.reason, "returnReasonDefinition": None}
    cancelled = back.status == ReturnStatus.CANCELLED
    return {
        "id": gid("Return", back.id),
        "name": back.name,
        "status": "CANCELED" if cancelled else back.status.upper(),
        "createdAt": time(back.at),
        "totalQuantity": back.quantity,
        "returnLineItems": paged([reason]),
    }


def product_node(shop: Shop, product: Product, at: datetime) -> Json:
    """`at` stands for the time of its last change, which the world does not keep."""
    cheapest = min(variant.price for variant in product.variants)
    return {
        "id": gid("Product", product.id),
        "title": product.title,
        "description": product.description,
        "updatedAt": time(at),
        "onlineStoreUrl": None,
        "productType": "",
        "vendor": shop.name,
        "options": listed([{"name": "Option", "values": [each.title for each in product.variants]}]),
        "metafields": paged(
            [
                {"key": name.lower().replace(" ", "_"), "value": value, "type": "single_line_text_field"}
                for name, value in product.attributes.items()
            ]
        ),
        "priceRangeV2": {"minVariantPrice": {"amount": str(cheapest), "currencyCode": shop.currency}},
        "variants": paged(
            [
                {
                    "id": gid("ProductVariant", each.id),
                    "title": each.title,
                    "sku": each.sku,
                    "price": str(each.price),
                    "inventoryQuantity": each.stock,
                    "inventoryItem": {"tracked": True},
                }
                for each in product.variants
            ]
        ),
    }


def line_node(shop: Shop, line: Line) -> Json:
    product = shop.products[line.product_id]
    variant = next(each for each in product.variants if each.id == line.variant_id)
    return {
        "id": gid("LineItem", line.id),
        "title": product.title,
        "variantTitle": variant.title,
        "sku": variant.sku,
        "quantity": line.quantity,
        "originalUnitPriceSet": _bag(shop, line.price),
        "product": {"id": gid("Product", product.id)},
        "image": None,
    }


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
        "fulfillmentLineItems": paged([{"lineItem": lines[number]} for number in parcel.line_ids]),
    }


def _customer(shopper: Shopper) -> Json:
    return {
        "id": gid("Customer", shopper.id),
        "displayName": shopper.name,
        "locale": "en",
        "defaultEmailAddress": {"emailAddress": shopper.email},
    }


def _address(shopper: Shopper) -> Json:
    home = shopper.home
    return {
        "name": shopper.name,
        "address1": home.line,
        "address2": None,
        "city": home.city,
        "provinceCode": home.region,
        "zip": home.postal_code,
        "countryCodeV2": home.country,
        "phone": shopper.phone or None,
    }


def _bag(shop: Shop, amount: Decimal) -> Json:
    return {"presentmentMoney": {"amount": str(amount), "currencyCode": shop.currency}}


DISPUTES = {
    DisputeState.ACTION_NEEDED: "NEEDS_RESPONSE",
    DisputeState.WAITING: "UNDER_REVIEW",
    DisputeState.WON: "WON",
    DisputeState.LOST: "LOST",
    DisputeState.CLOSED: "PREVENTED",
}
DISPUTE_REASONS = ("FRAUDULENT", "PRODUCT_NOT_RECEIVED", "PRODUCT_UNACCEPTABLE")


def dispute_node(shop: Shop, found: Dispute) -> Json:
    """Without its order."""
    state, reason = DisputeState(found.state), found.reason.upper().replace(" ", "_")
    sent = state is not DisputeState.ACTION_NEEDED
    over = sent and state is not DisputeState.WAITING
    return {
        "id": f"gid://shopify/ShopifyPaymentsDispute/{found.id}",
        "status": DISPUTES[state],
        "type": found.kind.upper(),
        "initiatedAt": time(found.opened_at),
        "evidenceDueBy": time(found.due_at) if found.due_at else None,
        "evidenceSentOn": time(found.updated_at) if sent else None,
        "finalizedOn": time(found.updated_at) if over else None,
        "amount": {"amount": str(found.amount), "currencyCode": shop.currency},
        "reasonDetails": {
            "reason": reason if reason in DISPUTE_REASONS else "GENERAL",
            "networkReasonCode": "4837" if reason == "FRAUDULENT" else None,
        },
    }
