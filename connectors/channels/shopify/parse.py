"""A raw delivery → normal facts. Pure.

Webhooks only say what changed; "fetched/..." deliveries are whole objects, "listed/..." ones ids from a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from connectors.channels.shopify.access import base_url
from connectors.channels.shopify.disputes import dispute_changed
from connectors.channels.shopify.orders import order_changed, product_changed
from connectors.contract import Account, RawDelivery
from connectors.events import Changed, CommandSettled, Disconnected, Ended, ErasureAsked, Event, Party
from connectors.garbled import loaded, parsing

Json = dict[str, Any]

ORDERS = frozenset(
    [
        "orders/create",
        "orders/updated",
        "orders/edited",
        "orders/paid",
        "orders/cancelled",
        "orders/fulfilled",
        "orders/partially_fulfilled",
        "orders/delete",
        "fulfillments/create",
        "fulfillments/update",
        "fulfillment_events/create",
        "refunds/create",
        "order_transactions/create",
        "returns/request",
        "returns/approve",
        "returns/decline",
        "returns/update",
        "returns/process",
        "returns/cancel",
        "returns/close",
        "returns/reopen",
        "listed/order",
    ]
)
_OF_ORDERS_THEMSELVES = frozenset(
    topic for topic in ORDERS if topic.startswith(("orders/", "listed/")) and topic != "orders/edited"
)
PRODUCTS = frozenset(["products/create", "products/update", "products/delete", "listed/product"])
DISPUTES = frozenset(["disputes/create", "disputes/update"])
_FETCHED: dict[str, Callable[[Json, str], Event]] = {
    "fetched/order": order_changed,
    "fetched/dispute": dispute_changed,
    "fetched/product": product_changed,
}
COMMAND = "command"
UNINSTALLED = "app/uninstalled"
REDACT = "customers/redact"  # no topic to subscribe to: its address is entered with the app


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """() for topics that say nothing to us. Raises Unparsable for broken bodies of the others."""
    topic = delivery.topic
    if topic == UNINSTALLED:
        return (Disconnected("The app was removed at Shopify."),)
    if topic == COMMAND:
        return _settled(account, delivery)
    if topic not in ORDERS | PRODUCTS | DISPUTES | _FETCHED.keys() | {REDACT}:
        return ()
    body = loaded(delivery)
    with parsing(topic):
        if topic == REDACT:
            return (ErasureAsked(_forgotten(body["customer"])),)
        if topic in ORDERS:
            return (Changed("order", _order_id(topic, body)),)
        if topic in PRODUCTS:
            return (Changed("product", _gid(body, "Product")),)
        if topic in DISPUTES:
            return (Changed("dispute", _gid(body, "ShopifyPaymentsDispute")),)
        return (_FETCHED[topic](body, f"{base_url(account)}/admin"),)


def _settled(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """An accepted cancellation whose job is done: the order says whether it came to pass."""
    body = loaded(delivery)
    with parsing("command"):
        order, cancelled = body["order"], body["order"]["cancelledAt"]
        ended = CommandSettled(
            body["receipt"],
            Ended.DONE if cancelled else Ended.REJECTED,
            datetime.fromisoformat(cancelled or order["updatedAt"]),
            "" if cancelled else "Shopify did not cancel the order.",
        )
        return (order_changed(order, f"{base_url(account)}/admin"), ended)


def _forgotten(customer: Json) -> Party:
    names = {
        "shopify": _gid(customer, "Customer"),
        "email": customer.get("email"),
        "phone": customer.get("phone"),
    }
    return Party({space: name for space, name in names.items() if name})


def _order_id(topic: str, body: Json) -> str:
    """The order's gid, or, where a return says nothing of its order, the return's: fetch takes both."""
    if topic in _OF_ORDERS_THEMSELVES:
        return _gid(body, "Order")
    body = body.get("order_edit", body)
    if order := body.get("order"):
        return _gid(order, "Order")
    if number := body.get("order_id"):
        return f"gid://shopify/Order/{int(number)}"
    return _gid({"admin_graphql_api_id": body["admin_graphql_api_id"]}, "Return")


def _gid(body: Json, kind: str) -> str:
    """Shopify's numbers may be rounded on their way through JSON; the gid never is."""
    gid = str(body.get("admin_graphql_api_id") or f"gid://shopify/{kind}/{int(body['id'])}")
    if f"/{kind}/" not in gid:
        raise ValueError(f"the {kind.lower()}'s id")
    return gid
