"""Did that happen? What was tried is looked for where it would show; an empty page means that Shopify has not done it.

Its receipt is what `perform` would have answered; what comes with it is the order, or the dispute, as it is now.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.channels.shopify import client, compose, disputes, giving, lookups, returning, subscribing
from connectors.channels.shopify.changes import fetched
from connectors.channels.shopify.orders import address
from connectors.channels.shopify.perform import done
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    ChangeAddress,
    ChangeItems,
    ChangeSubscription,
    Command,
    DecideReturn,
    ExchangeLines,
    GiveStoreCredit,
    MakeDiscount,
    RefundOrder,
    ResendOrder,
    ReturnDecision,
    StartReturn,
)
from connectors.contract import Account, One, Page, RawDelivery
from connectors.errors import Unsupported
from connectors.events import DisputeAnswer

Json = compose.Json

CLOCKS = timedelta(minutes=5)  # how far Shopify's clock may be from ours


def performed(account: Account, wanted: One) -> Page:
    if wanted.tried is None:
        return followed(account, wanted.external_id)
    look = LOOK.get(type(wanted.tried))
    if look is None:
        raise Unsupported("Shopify cannot tell whether this was done.")
    return look(account, wanted.tried, wanted)


def followed(account: Account, receipt: str) -> Page:
    """An accepted cancellation: until its job is done there is no news."""
    order_id, _, job = receipt.partition("#")
    found = client.look(account, lookups.JOB, id=f"gid://shopify/Job/{job}", order=order_id)
    if found["order"] is None or not (found["job"] or {}).get("done"):
        return Page()
    body = {"receipt": receipt, "order": found["order"]}
    return Page([RawDelivery("command", receipt, json.dumps(body).encode())])


def _refunded(account: Account, wish: RefundOrder | CancelOrder, wanted: One) -> Page:
    if isinstance(wish, RefundOrder) and wish.return_id:
        return _settled(account, wish, wanted)
    if isinstance(wish, CancelOrder) and not wish.lines:
        return _changed(account, wish, wanted)
    found = client.order(account, wish.order_id)
    for each in found["refunds"] if found else ():
        if compose.mark(wanted.external_id) in (each["note"] or ""):
            return _page(account, wish.order_id, each["id"])
    return Page()


def _settled(account: Account, wish: RefundOrder, wanted: One) -> Page:
    found = client.look(account, lookups.RETURN, id=wish.return_id)["return"]
    for each in found["refunds"]["nodes"] if found else ():
        new = datetime.fromisoformat(each["createdAt"]) >= _since(wanted)
        if new and compose.paid(each["totalRefundedSet"]) == wish.amount:
            return _page(account, wish.return_id, wish.return_id)
    return Page()


def _changed(account: Account, wish: CancelOrder | ChangeAddress, wanted: One) -> Page:
    found = client.order(account, wish.order_id)
    if found is None:
        return Page()
    if isinstance(wish, CancelOrder):
        there = bool(found["cancelledAt"])
    else:
        there = address(found["shippingAddress"] or {}) == compose.in_two_lines(wish.address)
    return _page(account, wish.order_id, wish.order_id) if there else Page()


def _opened(account: Account, wish: StartReturn | ExchangeLines, wanted: One) -> Page:
    """A return without the label it was to have is not what was wanted: a second try adds it."""
    lines = wish.lines if isinstance(wish, StartReturn) else [(e.line_id, e.quantity) for e in wish.swaps]
    found = client.look(account, lookups.RETURNS, id=wish.order_id)["order"]
    for each in found["returns"]["nodes"] if found else ():
        new = datetime.fromisoformat(each["createdAt"]) >= _since(wanted)
        if new and returning.goods_of(each) == dict(lines) and (not wish.label or returning.labelled(each)):
            return _page(account, wish.order_id, each["id"])
    return Page()


def _decided(account: Account, wish: DecideReturn, wanted: One) -> Page:
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


def _resent(account: Account, wish: ResendOrder, wanted: One) -> Page:
    """The new order carries our key; it is looked for among the shopper's latest, not in the search, which lags."""
    customer = (client.look(account, lookups.BUYER, id=wish.order_id)["order"] or {}).get("customer")
    if not customer:
        raise Unsupported("Shopify cannot tell: the order has no customer.")
    found = client.look(account, lookups.ORDERS_OF, id=customer["id"])["customer"]
    for each in found["orders"]["nodes"] if found else ():
        if {"key": "waybill", "value": wanted.external_id} in each["customAttributes"]:
            return _page(account, each["id"], each["id"])
    return Page()


def _credited(account: Account, wish: GiveStoreCredit, wanted: One) -> Page:
    customer = giving.customer_of(account, wish)
    found = client.look(account, lookups.CREDITS, id=customer)["customer"]
    for held in found["storeCreditAccounts"]["nodes"] if found else ():
        for each in held["transactions"]["nodes"]:
            money = compose.money(each["amount"]) if each else None
            if money == wish.amount and datetime.fromisoformat(each["createdAt"]) >= _since(wanted):
                return _found(each["id"])
    return Page()


def _coded(account: Account, wish: MakeDiscount, wanted: One) -> Page:
    found = client.look(account, lookups.CODE, code=wish.code)["codeDiscountNodeByCode"]
    made = found and found["codeDiscount"].get("createdAt")
    new = bool(made) and datetime.fromisoformat(made) >= _since(wanted)
    return _found(found["id"]) if new else Page()


def _edited(account: Account, wish: ChangeItems, wanted: One) -> Page:
    """The new variants are there, as lines of their own."""
    found = client.look(account, lookups.VARIANTS, id=wish.order_id)["order"]
    there = Counter[str]()
    for each in found["lineItems"]["nodes"] if found else ():
        if each["variant"] and each["id"] not in {swap.line_id for swap in wish.swaps}:
            there[each["variant"]["id"]] += each["currentQuantity"]
    asked = Counter[str]()
    for swap in wish.swaps:
        asked[swap.variant_id] += swap.quantity
    return _page(account, wish.order_id, wish.order_id) if asked <= there else Page()


def _subscription(account: Account, wish: ChangeSubscription, wanted: One) -> Page:
    return _found(wish.subscription_id) if subscribing.is_changed(account, wish) else Page()


def _answered(account: Account, wish: AnswerDispute, wanted: One) -> Page:
    found = client.look(account, lookups.EVIDENCE, id=wish.dispute_id)["dispute"]
    if found is None:
        return Page()
    held, sending = found["disputeEvidence"], wish.answer is DisputeAnswer.CONTEST
    said = all(held[field] == words for field, words in disputes.evidence(wish).items())
    if not said or sending > bool(held["submitted"] or found["evidenceSentOn"]):
        return Page()
    shown = client.dispute(account, wish.dispute_id)
    return _found(wish.dispute_id, fetched("dispute", shown)) if shown else Page()


def _page(account: Account, of: str, receipt: str) -> Page:
    """The order that shows it, or that of the return that does."""
    found = client.order(account, of)
    return _found(receipt, fetched("order", found)) if found else Page()


def _found(receipt: str, *shown: RawDelivery) -> Page:
    return Page(shown, receipt=done(receipt))


def _since(wanted: One) -> datetime:
    return (wanted.tried_at or datetime.now(UTC)) - CLOCKS


LOOK: dict[type[Command], Callable[[Account, Any, One], Page]] = {
    RefundOrder: _refunded,
    CancelOrder: _refunded,
    ChangeAddress: _changed,
    ResendOrder: _resent,
    StartReturn: _opened,
    ExchangeLines: _opened,
    DecideReturn: _decided,
    ChangeItems: _edited,
    GiveStoreCredit: _credited,
    MakeDiscount: _coded,
    ChangeSubscription: _subscription,
    AnswerDispute: _answered,
}
