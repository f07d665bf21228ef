"""Changing something at eBay: refunds, cancellations, returns. Disputes are in answering.py.

eBay takes no idempotency keys. What may have happened is found out by reading (settle.py), never by repeating.
"""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.channels.ebay import compose, orders
from connectors.channels.ebay.client import Ebay
from connectors.channels.ebay.values import Json
from connectors.commands import CancelOrder, DecideReturn, RefundOrder, RefuseCancellation, ReturnDecision
from connectors.contract import Outcome, Receipt
from connectors.errors import Refused


def done(number: str, outcome: Outcome = Outcome.SENT) -> Receipt:
    return Receipt(outcome, number, datetime.now(UTC))


def refund(api: Ebay, wish: RefundOrder) -> Receipt:
    """Of an order: eBay pays later and says so in the order. Of a return: at once."""
    if wish.return_id:
        answer = api.on_return(wish.return_id, "issue_refund", compose.refund_of_return(wish))
        _paid(answer.get("refundStatus"))
        return done(f"return/{wish.return_id}")
    answer = api.refund_order(wish.order_id, compose.refund(wish))
    _paid(answer.get("refundStatus"))
    settled = answer.get("refundStatus") == "REFUNDED"
    return done(receipt_of_refund(wish.order_id, answer), Outcome.SENT if settled else Outcome.ACCEPTED)


def receipt_of_refund(order_id: str, refund: Json) -> str:
    """Names the order too, since eBay finds no refund by its own number."""
    return f"{order_id}/{refund['refundId']}"


def cancel(api: Ebay, wish: CancelOrder) -> Receipt:
    """Grants the shopper's request where there is one, otherwise asks eBay in the seller's name."""
    if wish.lines:
        raise Refused("eBay cancels whole orders only. Refund the lines instead.")
    if number := wish.request_id or _request(api, wish.order_id):
        api.on_cancellation(number, "approve", None)
        return done(number)
    return done(str(api.cancel(compose.cancellation(wish))["cancelId"]))


def refuse_cancellation(api: Ebay, wish: RefuseCancellation) -> Receipt:
    number = wish.request_id or _request(api, wish.order_id)
    if not number:
        raise Refused("The shopper has not asked to cancel this order, or it is settled already.")
    body = compose.refusal(wish.tracking_number, datetime.now(UTC))
    api.on_cancellation(number, "reject", body)
    return done(number)


def decide_return(api: Ebay, wish: DecideReturn) -> Receipt:
    if wish.decision is ReturnDecision.RECEIVED:
        api.on_return(wish.return_id, "mark_as_received", compose.comments(wish.note))
        return done(wish.return_id)
    if wish.label and wish.decision is ReturnDecision.APPROVE:
        file = api.on_return(wish.return_id, "file/upload", compose.label_file(wish.label))
        _paid(api.on_return(wish.return_id, "decide", compose.decision(wish)).get("refundStatus"))
        label = {"labelAction": "UPLOAD_LABEL", "fileId": str(file["fileId"])}
        api.on_return(wish.return_id, "add_shipping_label", label)
        return done(wish.return_id)
    _paid(api.on_return(wish.return_id, "decide", compose.decision(wish)).get("refundStatus"))
    return done(wish.return_id)


def _request(api: Ebay, order_id: str) -> str:
    """The shopper's open request to cancel; only an order read by itself names it."""
    asked = orders.open_request(api.order(order_id) or {})
    return str(asked["cancelRequestId"]) if asked else ""


def _paid(status: object) -> None:
    if status == "FAILED":
        raise Refused("eBay could not pay the money back. Check the payout account in Seller Hub.")
