"""Did that happen? What was tried is looked for where it would show; an empty page means that Shopify has not done it.

A delivery's key is what the receipt would have said. Its body is the order as it is now.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.channels.shopify import client, compose, lookups, returning
from connectors.channels.shopify.changes import fetched
from connectors.channels.shopify.orders import address
from connectors.commands import (
    CancelOrder,
    ChangeAddress,
    DecideReturn,
    ExchangeLines,
    RefundOrder,
    ResendOrder,
    ReturnDecision,
    StartReturn,
)
from connectors.contract import Account, One, Page, RawDelivery
from connectors.errors import Unsupported

Json = compose.Json

CLOCKS = timedelta(minutes=5)  # how far Shopify's clock may be from ours


def performed(account: Account, wanted: One) -> Page:
    wish = wanted.tried
    match wish:
        case None:
            return followed(account, wanted.external_id)
        case RefundOrder(return_id=number) if number:
            return _settled(account, wish, _since(wanted))
        case RefundOrder():
            return _refunded(account, wish.order_id, wanted.external_id)
        case CancelOrder(lines=lines) if lines:
            return _refunded(account, wish.order_id, wanted.external_id)
        case CancelOrder() | ChangeAddress():
            return _changed(account, wish)
        case StartReturn() | ExchangeLines():
            return _opened(account, wish, _since(wanted))
        case DecideReturn():
            return _decided(account, wish)
        case ResendOrder():
            return _resent(account, wish, wanted.external_id)
    raise Unsupported("Shopify cannot tell whether this was done.")


def followed(account: Account, receipt: str) -> Page:
    """An accepted cancellation: until its job is done there is no news."""
    order_id, _, job = receipt.partition("#")
    found = client.look(account, lookups.JOB, id=f"gid://shopify/Job/{job}", order=order_id)
    if found["order"] is None or not (found["job"] or {}).get("done"):
        return Page()
    body = {"receipt": receipt, "order": found["order"]}
    return Page([RawDelivery("command", receipt, json.dumps(body).encode())])


def _refunded(account: Account, order_id: str, key: str) -> Page:
    found = client.order(account, order_id)
    for each in found["refunds"] if found else ():
        if compose.mark(key) in (each["note"] or ""):
            return _page(account, order_id, each["id"])
    return Page()


def _settled(account: Account, wish: RefundOrder, since: datetime) -> Page:
    found = client.look(account, lookups.RETURN, id=wish.return_id)["return"]
    for each in found["refunds"]["nodes"] if found else ():
        new = datetime.fromisoformat(each["createdAt"]) >= since
        if new and compose.paid(each["totalRefundedSet"]) == wish.amount:
            return _page(account, wish.return_id, wish.return_id)
    return Page()


def _changed(account: Account, wish: CancelOrder | ChangeAddress) -> Page:
    found = client.order(account, wish.order_id)
    if found is None:
        return Page()
    if isinstance(wish, CancelOrder):
        there = bool(found["cancelledAt"])
    else:
        there = address(found["shippingAddress"] or {}) == compose.in_two_lines(wish.address)
    return _page(account, wish.order_id, wish.order_id) if there else Page()


def _opened(account: Account, wish: StartReturn | ExchangeLines, since: datetime) -> Page:
    """A return without the label it was to have is not what was wanted: a second try adds it."""
    lines = wish.lines if isinstance(wish, StartReturn) else [(e.line_id, e.quantity) for e in wish.swaps]
    found = client.look(account, lookups.RETURNS, id=wish.order_id)["order"]
    for each in found["returns"]["nodes"] if found else ():
        new = datetime.fromisoformat(each["createdAt"]) >= since
        if new and returning.goods_of(each) == dict(lines) and (not wish.label or returning.labelled(each)):
            return _page(account, wish.order_id, each["id"])
    return Page()


def _decided(account: Account, wish: DecideReturn) -> Page:
    found = client.look(account, lookups.RETURN, id=wish.return_id)["return"]
    if found is None:
        return Page()
    match wish.decision:
        case ReturnDecision.APPROVE:
            there = found["status"] == "OPEN" and (not wish.label or returning.labelled(found))
        case ReturnDecision.DECLINE:
            there = found["status"] == "DECLINED"
        case _:
            there = returning.received(found)
    return _page(account, wish.return_id, wish.return_id) if there else Page()


def _resent(account: Account, wish: ResendOrder, key: str) -> Page:
    """The new order carries our key; it is looked for among the shopper's latest, not in the search, which lags."""
    customer = (client.look(account, lookups.BUYER, id=wish.order_id)["order"] or {}).get("customer")
    if not customer:
        raise Unsupported("Shopify cannot tell: the order has no customer.")
    found = client.look(account, lookups.ORDERS_OF, id=customer["id"])["customer"]
    for each in found["orders"]["nodes"] if found else ():
        if {"key": "waybill", "value": key} in each["customAttributes"]:
            return _page(account, each["id"], each["id"])
    return Page()


def _page(account: Account, of: str, receipt: str) -> Page:
    """The order that shows it, or that of the return that does."""
    found = client.order(account, of)
    return Page([replace(fetched("order", found), key=receipt)]) if found else Page()


def _since(wanted: One) -> datetime:
    return (wanted.tried_at or datetime.now(UTC)) - CLOCKS
