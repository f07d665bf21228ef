"""A raw delivery → normal facts. Pure.

event/<TYPE>           a webhook: it names an object, which is then read
fetched/order          a purchase order, from a list or by itself
fetched/return         a return order
fetched/performance    the summaries of all metrics
mail                   a mail of the customer-care mailbox
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors import mail
from connectors.channels.walmart import access
from connectors.channels.walmart.letters import sorted_out
from connectors.channels.walmart.orders import name_of, order_changed
from connectors.channels.walmart.performance import performance_reported
from connectors.channels.walmart.returns import care_refund, return_changed
from connectors.contract import Account, RawDelivery
from connectors.events import Changed, Event, MessageReceived
from connectors.garbled import loaded, parsing

Json = dict[str, Any]

ORDERS = ("PO_CREATED", "PO_LINE_AUTOCANCELLED", "INTENT_TO_CANCEL", "ORDER_UPDATES")
RETURNS = ("RETURN_CREATED", "RETURN_DELIVERED", "RETURN_INVOICED")
PERFORMANCE = ("SELLER_PERFORMANCE_ALARMS", "SELLER_PERFORMANCE_REPORT", "SELLER_PERFORMANCE_NOTIFICATIONS")


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """() for topics that say nothing to us. Raises Unparsable for broken bodies of the others."""
    if delivery.topic == mail.TOPIC:
        written = mail.parse(account, delivery)
        known = [sorted_out(each) if isinstance(each, MessageReceived) else each for each in written]
        return mail.sorted_out(account, delivery, known)  # newsletters and systems among everybody else's
    place, _, name = delivery.topic.partition("/")
    if place not in ("event", "fetched"):
        return ()
    body = loaded(delivery)
    with parsing(delivery.topic):
        if place == "event":
            return list(_hints(name, body))
        return list(_facts(account, name, body, delivery.received_at))


def order_page(account: Account, purchase_order: str) -> str:
    return f"{access.seller_center(account)}/orders/manage-orders?poNumber={purchase_order}"


def _hints(name: str, body: Json) -> Iterator[Changed]:
    """Payloads differ by event and version, so only the id is taken from them."""
    payload = body.get("payload") or {}
    if name in ORDERS:
        yield from (Changed("order", each) for each in _ids(payload, "purchaseOrderId"))
    elif name in RETURNS:
        yield from (Changed("return", each) for each in _ids(payload, "returnOrderId", "returnId"))
    elif name in PERFORMANCE:
        yield Changed("performance", "all")


def _ids(payload: Json, *names: str) -> list[str]:
    """One id, a list of ids, or a list of objects that each have one."""
    found: list[Any] = []
    for name in names:
        for key in (name, f"{name}s"):
            value = payload.get(key)
            found += value if isinstance(value, list) else [value]
    for value in payload.values():
        inner = value if isinstance(value, list) else [value]
        found += [each.get(name) for each in inner if isinstance(each, dict) for name in names]
    ids = list(dict.fromkeys(str(each) for each in found if isinstance(each, str | int) and each))
    if not ids:
        raise KeyError(names[0])
    return ids


def _facts(account: Account, name: str, body: Json, read_at: datetime | None) -> Iterator[Event]:
    pages = access.seller_center(account)
    if name == "order":
        yield order_changed(body, read_at, order_page(account, name_of(body)))
    elif name == "return":
        page = f"{pages}/orders/manage-returns?returnOrderId={body['returnOrderId']}"
        yield from return_changed(body, read_at, page)
        yield from care_refund(body, read_at, page)
    elif name == "performance":
        yield performance_reported(body, read_at or datetime.now(UTC), f"{pages}/performance")
