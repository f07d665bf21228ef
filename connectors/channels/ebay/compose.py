"""Our wishes → eBay's JSON, and their reasons in eBay's words. Pure."""

from __future__ import annotations

import base64
from datetime import datetime

from connectors.channels.ebay.values import ZERO, Json, amount, written
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    DecideReturn,
    Reason,
    RefundOrder,
    ReturnDecision,
    SendMessage,
)
from connectors.contract import Money
from connectors.errors import Refused
from connectors.events import File

LONGEST_TEXT = 2000
LONGEST_COMMENT = 100  # the contract's schema; its error text speaks of 1000
LONGEST_NOTE = 1000
EVIDENCE_TYPES = ("image/jpeg", "image/png")
LARGEST_EVIDENCE = 1_500_000  # bytes, all files of a dispute together

REFUND = {
    Reason.CHANGED_MIND: "BUYER_RETURN",
    Reason.NOT_RECEIVED: "ITEM_NOT_RECEIVED",
    Reason.LATE: "ITEM_NOT_RECEIVED",
    Reason.DAMAGED: "ITEM_NOT_AS_DESCRIBED",
    Reason.DEFECTIVE: "ITEM_NOT_AS_DESCRIBED",
    Reason.NOT_AS_DESCRIBED: "ITEM_NOT_AS_DESCRIBED",
    Reason.WRONG_ITEM: "ITEM_NOT_AS_DESCRIBED",
    Reason.MISSING_PARTS: "ITEM_NOT_AS_DESCRIBED",
    Reason.RETURNED: "BUYER_RETURN",
    Reason.OUT_OF_STOCK: "SELLER_CANCEL",
    Reason.ADDRESS: "BUYER_CANCEL",
}
CANCEL = {
    Reason.CHANGED_MIND: "BUYER_ASKED_CANCEL",
    Reason.LATE: "BUYER_ASKED_CANCEL",
    Reason.PRICE: "BUYER_ASKED_CANCEL",
    Reason.OTHER: "BUYER_ASKED_CANCEL",
    Reason.ADDRESS: "ADDRESS_ISSUES",
}
DECISION = {
    ReturnDecision.APPROVE: "APPROVE",
    ReturnDecision.DECLINE: "DECLINE",
    ReturnDecision.OFFER: "OFFER_PARTIAL_REFUND",
}


def message(wish: SendMessage) -> Json:
    """To the conversation, or, where there is none yet, to the shopper's user name."""
    if wish.files:
        raise Refused(
            "eBay takes pictures and documents only as public web addresses, which Waybill does not host. "
            "Send the message without files."
        )
    if len(wish.text) > LONGEST_TEXT:
        raise Refused(f"The message has {len(wish.text)} characters; eBay takes at most {LONGEST_TEXT:,}.")
    if wish.thread:
        return {"conversationId": wish.thread, "messageText": wish.text}
    if name := wish.to.names.get("ebay"):
        return {"otherPartyUsername": name, "messageText": wish.text}
    raise Refused("eBay knows neither this conversation nor this shopper's user name.")


def refund(wish: RefundOrder) -> Json:
    """By line where lines are named; what is not for goods (postage) rides on the first, as eBay has no place for it."""
    body: Json = {"reasonForRefund": REFUND.get(wish.reason, "OTHER_ADJUSTMENT")}
    if wish.note:
        body["comment"] = wish.note[:LONGEST_COMMENT]
    if not wish.lines:
        return body | {"orderLevelRefundAmount": amount(wish.amount)}
    parts = [each.amount.amount + (each.tax.amount if each.tax else ZERO) for each in wish.lines]
    parts[0] += wish.amount.amount - sum(parts, ZERO)
    if min(parts) < 0:
        raise Refused("The lines of this refund come to more than its total.")
    currency = wish.amount.currency
    lines = zip(wish.lines, parts, strict=True)
    return body | {
        "refundItems": [
            {"lineItemId": line.line_id, "refundAmount": amount(Money(part, currency))}
            for line, part in lines
        ]
    }


def refund_of_return(wish: RefundOrder) -> Json:
    """Postage has a place of its own here."""
    shipping = wish.shipping.amount if wish.shipping else ZERO
    parts = [("PURCHASE_PRICE", wish.amount.amount - shipping), ("ORIGINAL_SHIPPING", shipping)]
    itemized = [
        {"refundFeeType": kind, "refundAmount": number(Money(part, wish.amount.currency))}
        for kind, part in parts
        if part
    ]
    body: Json = {"refundDetail": {"itemizedRefundDetail": itemized, "totalAmount": number(wish.amount)}}
    return body | comments(wish.note)


def cancellation(wish: CancelOrder) -> Json:
    """A seller may name only three reasons; running out is the one that counts against the seller."""
    reason = CANCEL.get(wish.reason, "OUT_OF_STOCK_OR_CANNOT_FULFILL")
    return {"legacyOrderId": wish.order_id, "cancelReason": reason, "buyerPaid": True}


def refusal(tracking_number: str, at: datetime) -> Json:
    shipped: Json = {"shipmentDate": {"value": written(at)}} if tracking_number else {}
    return shipped | ({"trackingNumber": tracking_number} if tracking_number else {})


def decision(wish: DecideReturn) -> Json:
    body: Json = {"decision": DECISION[wish.decision]} | comments(wish.note)
    if wish.decision is ReturnDecision.OFFER:
        if wish.amount is None:
            raise Refused("An offer needs an amount.")
        body["partialRefundAmount"] = number(wish.amount)
    return body


def label_file(file: File) -> Json:
    data = base64.b64encode(file.content).decode()
    return {"fileName": file.name, "data": data, "filePurpose": "LABEL_RELATED"}


def shipment_info(wish: AnswerDispute, at: datetime) -> Json:
    body: Json = {
        "shippingCarrierName": wish.carrier,
        "trackingNumber": wish.tracking_number,
        "shippedWithTracking": True,
        "shippingDate": {"value": written(at)},
    }
    return body | ({"sellerComments": {"content": wish.note}} if wish.note else {})


def evidence_checked(files: tuple[File, ...]) -> None:
    if any(each.content_type not in EVIDENCE_TYPES for each in files):
        raise Refused("eBay takes evidence only as JPEG or PNG pictures. Turn documents into pictures first.")
    if sum(len(each.content) for each in files) > LARGEST_EVIDENCE:
        raise Refused("The evidence is too large: eBay takes 1.5 MB in all.")


def comments(note: str) -> Json:
    return {"comments": {"content": note}} if note else {}


def number(value: Money) -> Json:
    """Post-Order writes amounts as JSON numbers."""
    return {"value": float(value.amount), "currency": value.currency}
