"""Did that arrive? eBay keeps no keys of ours, so what was tried is looked for where it would show.

An empty page means that eBay has not done it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from connectors.channels.ebay import listings, messages, orders, returns
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.perform import receipt_of_refund
from connectors.channels.ebay.values import Json, is_us, money, time, time_or_none
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    DecideReturn,
    RefundOrder,
    RefuseCancellation,
    SendMessage,
)
from connectors.contract import One, Outcome, Page, RawDelivery, Receipt
from connectors.errors import Unsupported
from connectors.events import DisputeAnswer

CLOCKS = timedelta(minutes=5)  # how far eBay's clock may be from ours


def sent(api: Ebay, wanted: One) -> Page:
    """Our text in the conversation, said since we tried, and not one of those that were known before."""
    wish = wanted.tried
    if not isinstance(wish, SendMessage):
        raise Unsupported("eBay finds a message only by its text.")
    since = _since(wanted)
    for conversation in _conversations(api, wish):
        for said in listings.messages_of(api, conversation, since):
            message = json.loads(said.body)["message"]
            ours = is_us(api.account, messages.sender_of(message))
            if ours and said.key not in wish.replies_to and _same(message.get("messageBody"), wish.text):
                return Page([said])
    return Page()


def performed(api: Ebay, wanted: One) -> Page:
    match wanted.tried:
        case None:
            return followed(api, wanted.external_id)
        case RefundOrder(return_id=number) | DecideReturn(return_id=number) if number:
            return _return_page(api, number, _since(wanted), wanted.tried)
        case RefundOrder():
            return _refund_page(api, wanted.tried, _since(wanted))
        case CancelOrder() | RefuseCancellation():
            return _cancellation_page(api, wanted.tried, _since(wanted))
        case AnswerDispute():
            return _dispute_page(api, wanted.tried, _since(wanted))
    raise Unsupported("eBay cannot tell whether this was done.")


def followed(api: Ebay, receipt: str) -> Page:
    """An accepted refund: it ends in the order's own list of refunds."""
    order_id, _, refund = receipt.partition("/")
    found = api.order(order_id)
    if found is None or all(str(each.get("refundId")) != refund for each in orders.refunds(found)):
        return Page()
    return Page([_command(api, found, receipt, refund)])


def _command(api: Ebay, order: Json, receipt: str, refund: str) -> RawDelivery:
    body: Json = {"order": order, "refund": refund, "receipt": receipt, "fulfillments": []}
    if order.get("orderFulfillmentStatus") != "NOT_STARTED":
        body["fulfillments"] = api.fulfillments(str(order["orderId"]))
    return listings.delivery("command", receipt, body)


def _refund_page(api: Ebay, wish: RefundOrder, since: datetime) -> Page:
    """eBay dates a refund when it is paid; one without a date is still on its way, so it is ours or nobody's."""
    order = api.order(wish.order_id) or {}
    for each in orders.refunds(order):
        at = time_or_none(each.get("refundDate"))
        if money(each["amount"]) == wish.amount and (at is None or at >= since):
            body = json.dumps({"order": order, "refund": str(each["refundId"]), "receipt": ""})
            number = receipt_of_refund(wish.order_id, each)
            paid = each.get("refundStatus") == "REFUNDED"
            return _found(
                RawDelivery("order", number, body.encode(), received_at=at),
                Outcome.SENT if paid else Outcome.ACCEPTED,
            )
    return Page()


def _return_page(api: Ebay, number: str, since: datetime, wish: object) -> Page:
    """The return's history names every deed of the seller's."""
    found = api.return_(number)
    if found is None:
        return Page()
    deeds = (
        ("REFUND",) if isinstance(wish, RefundOrder) else ("APPROVE", "DECLINE", "OFFER", "RECEIVED", "LABEL")
    )
    ours = [
        at
        for activity, at in returns.history(found)
        if at >= since and "SELLER" in activity and any(deed in activity for deed in deeds)
    ]
    key = f"return/{number}" if isinstance(wish, RefundOrder) else number
    return _found(_named("return", key, found, max(ours))) if ours else Page()


def _cancellation_page(api: Ebay, wish: CancelOrder | RefuseCancellation, since: datetime) -> Page:
    """Asked for by us since, or the shopper's request that is no longer open the way we wanted."""
    for each in api.cancellations(legacy_order_id=wish.order_id).get("cancellations") or ():
        status = str(each.get("cancelStatus"))
        asked = time(each["cancelRequestDate"])
        refused = status == "CANCEL_REJECTED"
        if isinstance(wish, RefuseCancellation):
            done = refused
        else:
            by_us = each.get("requestorType") == "SELLER" and asked >= since
            done = not refused and (by_us or status not in ("CANCEL_REQUESTED", "INVALID"))
        if done:
            found = {"orderId": wish.order_id, "cancelId": each["cancelId"]}
            return _found(_named("listed/order", str(each["cancelId"]), found, asked))
    return Page()


def _dispute_page(api: Ebay, wish: AnswerDispute, since: datetime) -> Page:
    kind, _, number = wish.dispute_id.partition("/")
    if kind == "payment":
        found = api.dispute(number)
        if found and _payment_answered(found, wish):
            return _found(_named("payment_dispute", wish.dispute_id, found, since))
    if kind == "inquiry":
        found = api.inquiry(number)
        events = ((found or {}).get("inquiryHistoryDetails") or {}).get("history") or ()
        if found and any(each.get("actor") == "SELLER" and time(each["date"]) >= since for each in events):
            return _found(_named("inquiry", wish.dispute_id, found, since))
    if kind == "case":
        found = api.case(number)
        at = time_or_none(((found or {}).get("appealDetails") or {}).get("appealDate"))
        if found and at and at >= since:
            return _found(_named("case", wish.dispute_id, found, at))
    return Page()


def _payment_answered(found: Json, wish: AnswerDispute) -> bool:
    if wish.answer is DisputeAnswer.ADD_EVIDENCE:
        there = {file.get("name") for each in found.get("evidence") or () for file in each.get("files") or ()}
        return all(each.name in there for each in wish.files)
    return bool(found.get("sellerResponse")) or found.get("paymentDisputeStatus") != "ACTION_NEEDED"


def _found(shown: RawDelivery, outcome: Outcome = Outcome.SENT) -> Page:
    """A delivery's key is the receipt's id."""
    return Page([shown], receipt=Receipt(outcome, shown.key, shown.received_at or datetime.now(UTC)))


def _named(topic: str, key: str, body: Json, at: datetime) -> RawDelivery:
    return RawDelivery(topic, key, json.dumps(body).encode(), received_at=at)


def _conversations(api: Ebay, wish: SendMessage) -> Iterable[Json]:
    if wish.thread:
        return [{"conversationId": wish.thread, "conversationType": "FROM_MEMBERS"}]
    name = wish.to.names.get("ebay", "")
    return listings.conversations(api, 1, conversation_type="FROM_MEMBERS", other_party_username=name)


def _since(wanted: One) -> datetime:
    return (wanted.tried_at or datetime.now(UTC) - timedelta(days=1)) - CLOCKS


def _same(one: object, other: str) -> bool:
    """eBay may fold white space."""
    return " ".join(str(one or "").split()) == " ".join(other.split())
