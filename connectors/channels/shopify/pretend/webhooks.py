"""Signed webhooks in Shopify's old shape (snake_case, numbers beside gids), sent for each change of the world."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from connectors.channels.shopify.pretend.claims import dispute_node
from connectors.channels.shopify.pretend.nodes import TRACKING, fulfillment_id
from connectors.channels.shopify.pretend.shapes import gid
from connectors.channels.shopify.queries import VERSION
from connectors.events import ReturnStatus
from connectors.sandbox.world import Dispute, Line, Order, Parcel, Product, Refund, Return, Shop, World
from connectors.signatures import hmac_base64

Json = dict[str, Any]
Deliver = Callable[[str, Mapping[str, str], bytes], object]

JUST_NOW = timedelta(seconds=2)  # how near a refund's or return's time is to the change it belongs to
RETURNS = {
    ReturnStatus.REQUESTED: "request",
    ReturnStatus.OPEN: "approve",
    ReturnStatus.CLOSED: "close",
    ReturnStatus.DECLINED: "decline",
    ReturnStatus.CANCELLED: "cancel",
}


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """Send every webhook that a change of the world causes to whoever subscribed."""
    if isinstance(thing, Order):
        shop, event = world.shop_of(thing), str(uuid4())
        for topic, body in order_webhooks(shop, thing):
            _send(world, shop, topic, body, event, deliver)
    elif isinstance(thing, Parcel) and thing.shop in world.shops:
        shop = world.shops[thing.shop]
        topic = "fulfillments/create" if len(thing.steps) == 1 else "fulfillments/update"
        body = fulfillment_body(world, shop, shop.orders[thing.order_id], thing)
        _send(world, shop, topic, body, str(uuid4()), deliver)
    elif isinstance(thing, Dispute):
        shop = next(each for each in world.shops.values() if each.disputes.get(thing.id) is thing)
        topic = "disputes/create" if thing.updated_at == thing.opened_at else "disputes/update"
        _send(world, shop, topic, dispute_body(shop, thing), str(uuid4()), deliver)
    elif isinstance(thing, Product):
        shop = next(each for each in world.shops.values() if thing.id in each.products)
        _send(world, shop, "products/update", product_body(world, shop, thing), str(uuid4()), deliver)


def uninstall(world: World, shop: Shop, deliver: Deliver) -> None:
    body = {"id": 1, "name": shop.name, "email": shop.mailbox, "currency": shop.currency}
    _send(world, shop, "app/uninstalled", body, str(uuid4()), deliver)


def order_webhooks(shop: Shop, order: Order) -> Iterator[tuple[str, Json]]:
    new = order.updated_at - order.placed_at < JUST_NOW
    yield "orders/create" if new else "orders/updated", order_body(shop, order)
    if _now(order, order.cancelled_at):
        yield "orders/cancelled", order_body(shop, order)
    for refund in order.refunds:
        if _now(order, refund.at):
            yield "refunds/create", refund_body(order, refund)
    for back in order.returns:
        if _now(order, back.changed_at or back.at):
            yield f"returns/{RETURNS[ReturnStatus(back.status)]}", return_body(order, back)


def order_body(shop: Shop, order: Order) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.number,
        "email": shopper.email,
        "created_at": order.placed_at.isoformat(),
        "updated_at": order.updated_at.isoformat(),
        "cancelled_at": order.cancelled_at.isoformat() if order.cancelled_at else None,
        "currency": shop.currency,
        "financial_status": order.financial_status,
        "total_price": str(order.total),
        "total_tax": str(order.tax),
        "total_discounts": str(order.discount),
        "customer": {
            "id": shopper.id,
            "admin_graphql_api_id": gid("Customer", shopper.id),
            "email": shopper.email,
        },
        "line_items": [_line(shop, line) for line in order.lines],
    }


def fulfillment_body(world: World, shop: Shop, order: Order, parcel: Parcel) -> Json:
    number = fulfillment_id(order, parcel.number)
    company, url = TRACKING[parcel.carrier]
    return {
        "id": number,
        "admin_graphql_api_id": gid("Fulfillment", number),
        "order_id": order.id,
        "status": "success",
        "created_at": (parcel.steps[0].at if parcel.steps else order.placed_at).isoformat(),
        "updated_at": world.clock.now().isoformat(),
        "name": f"{order.number}.{order.parcels.index(parcel.number) + 1}",
        "tracking_company": company,
        "tracking_number": parcel.number,
        "tracking_numbers": [parcel.number],
        "tracking_url": url.format(parcel.number),
        "line_items": [_line(shop, line) for line in order.lines if line.id in parcel.line_ids],
    }


def refund_body(order: Order, refund: Refund) -> Json:
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": order.id,
        "created_at": refund.at.isoformat(),
        "processed_at": refund.at.isoformat(),
        "note": refund.note,
        "restock": False,
    }


def return_body(order: Order, back: Return) -> Json:
    """Some of these name the order by number only, others by gid too: so does Shopify."""
    status = "canceled" if back.status == ReturnStatus.CANCELLED else back.status
    body = {"id": back.id, "admin_graphql_api_id": gid("Return", back.id), "status": status}
    if back.status in (ReturnStatus.CLOSED, ReturnStatus.CANCELLED):
        return body | {"order_id": order.id}
    return body | {"order": {"id": order.id, "admin_graphql_api_id": gid("Order", order.id)}}


def dispute_body(shop: Shop, dispute: Dispute) -> Json:
    node = dispute_node(shop, dispute)
    return {
        "id": int(dispute.id),
        "order_id": dispute.order_id,
        "type": node["type"].lower(),
        "amount": node["amount"]["amount"],
        "currency": shop.currency,
        "reason": node["reasonDetails"]["reason"].lower(),
        "status": node["status"].lower(),
        "evidence_due_by": node["evidenceDueBy"],
        "evidence_sent_on": node["evidenceSentOn"],
        "finalized_on": node["finalizedOn"],
        "initiated_at": node["initiatedAt"],
    }


def product_body(world: World, shop: Shop, product: Product) -> Json:
    return {
        "id": product.id,
        "admin_graphql_api_id": gid("Product", product.id),
        "title": product.title,
        "body_html": product.description,
        "vendor": shop.name,
        "updated_at": world.clock.now().isoformat(),
        "variants": [
            {"id": each.id, "title": each.title, "sku": each.sku, "price": str(each.price)}
            for each in product.variants
        ],
    }


def _line(shop: Shop, line: Line) -> Json:
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "product_id": line.product_id,
        "title": shop.products[line.product_id].title,
        "quantity": line.quantity,
        "price": str(line.price),
    }


def _now(order: Order, at: datetime | None) -> bool:
    return at is not None and abs(order.updated_at - at) < JUST_NOW


def _send(world: World, shop: Shop, topic: str, body: Json, event: str, deliver: Deliver) -> None:
    raw = json.dumps(body).encode()
    for wanted in shop.subscriptions:
        if wanted.topic != topic.upper().replace("/", "_"):
            continue
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-API-Version": VERSION,
            "X-Shopify-Webhook-Id": str(uuid4()),
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": world.clock.now().isoformat(),
            "X-Shopify-Hmac-Sha256": hmac_base64(shop.client_secret, raw),
        }
        deliver(wanted.url, headers, raw)
