"""Webhooks for what changes in the pretend world, signed as the subscription asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from connectors.channels.walmart.pretend.gate import KIND
from connectors.channels.walmart.pretend.returning import return_order
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.events import ReturnStatus
from connectors.sandbox.world import Order, Shop, World
from connectors.signatures import hmac_base64

Json = dict[str, Any]
Deliver = Callable[[str, Mapping[str, str], bytes], object]

JUST_NOW = timedelta(seconds=2)
EVENTS = {
    "PO_CREATED": "ORDER",
    "PO_LINE_AUTOCANCELLED": "ORDER",
    "INTENT_TO_CANCEL": "ORDER",
    "RETURN_CREATED": "RETURNS",
    "RETURN_DELIVERED": "RETURNS",
    "RETURN_INVOICED": "RETURNS",
    "SELLER_PERFORMANCE_ALARMS": "ITEMS",
    "SELLER_PERFORMANCE_REPORT": "ITEMS",
    "BUY_BOX_CHANGED": "PRICE",
}


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """Parcels that move are pushed by nobody: that is found by reading the list."""
    if not isinstance(thing, Order):
        return
    shop = world.shop_of(thing)
    if shop.platform == KIND:
        for event, payload in _happened(thing):
            _send(world, shop, event, payload, deliver)


def _happened(order: Order) -> Iterator[tuple[str, Json]]:
    named = {
        "purchaseOrderId": purchase_order(order),
        "customerOrderId": order.number,
        "orderLines": [{"lineNumber": str(n)} for n in range(1, len(order.lines) + 1)],
    }
    if _now(order, order.placed_at):
        yield "PO_CREATED", named
    if _now(order, order.cancel_requested_at):
        yield "INTENT_TO_CANCEL", named
    if _now(order, order.cancelled_at):
        yield "PO_LINE_AUTOCANCELLED", named
    for back in order.returns:
        if _now(order, back.at):
            yield "RETURN_CREATED", {"returnOrderId": return_order(back)}
        elif back.status == ReturnStatus.CLOSED and any(_now(order, each.at) for each in order.refunds):
            yield "RETURN_INVOICED", {"returnOrderId": return_order(back)}


def _now(order: Order, at: datetime | None) -> bool:
    return at is not None and abs(order.updated_at - at) < JUST_NOW


def _send(world: World, shop: Shop, event: str, payload: Json, deliver: Deliver) -> None:
    body = {
        "source": {"eventType": event, "eventTime": world.clock.now().isoformat(), "eventId": str(uuid4())},
        "payload": {"partnerId": shop.seller_id, **payload},
    }
    raw = json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        shop.keys.get("webhook_header", "Authorization"): hmac_base64(
            shop.keys.get("webhook_secret", ""), raw
        ),
    }
    for wanted in shop.subscriptions:
        if wanted.topic == event:
            deliver(wanted.url, headers, raw)
