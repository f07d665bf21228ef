"""What members write to each other, and what eBay writes to a seller. Pure.

A message is held the same way whether it was pushed or read: as the contract's message beside its conversation,

    {"conversationId", "conversationType", "title", "message": {"messageId", "messageBody", ..}}

because a message read from a conversation names neither the conversation nor its kind.
"""

from __future__ import annotations

import re

from connectors.channels.ebay.values import Json, is_us, party, time
from connectors.contract import Account
from connectors.events import MessageReceived, NoticeKind, NoticeReceived, Party
from connectors.mail.html import as_text

FROM_EBAY = "FROM_EBAY"

# First match wins. eBay gives its own letters no kind.
_KINDS: tuple[tuple[NoticeKind, str], ...] = (
    (
        NoticeKind.DISPUTE,
        r"dispute|chargeback|case (?:was |is )?(?:opened|closed)|not received|step(?:ped)? in|appeal",
    ),
    (NoticeKind.CANCELLATION, r"cancel"),
    (NoticeKind.RETURN, r"return"),
    (NoticeKind.REFUND, r"refund"),
    (NoticeKind.PAYOUT, r"payout|funds|transfer"),
    (NoticeKind.SHIP_NOW, r"time to ship|ship (?:it |your item )?(?:now|by|soon)|shipping label"),
    (NoticeKind.ORDER_PLACED, r"sold|paid|new order|order (?:confirmed|received)"),
    (NoticeKind.REVIEW, r"feedback|rating"),
    (NoticeKind.PERFORMANCE, r"seller (?:level|standard)|performance|top rated|defect"),
    (NoticeKind.POLICY, r"polic|user agreement|terms|fees"),
    (NoticeKind.DIGEST, r"newsletter|digest|weekly|monthly|summary|tips|promot"),
)
_ORDER = re.compile(r"\b\d{2}-\d{5}-\d{5}\b")


def said(account: Account, held: Json) -> MessageReceived | NoticeReceived:
    """A shopper's words, the seller's own from elsewhere, or a letter of eBay's."""
    message = held["message"]
    sender, recipient = _name(message, "sender"), _name(message, "recipient")
    if held.get("conversationType") == FROM_EBAY:
        return _notice(held, message)
    ours = is_us(account, sender)
    return MessageReceived(
        external_id=str(message["messageId"]),
        sender=party(sender),
        text=_text(message),
        sent_at=time(message["createdDate"]),
        thread=str(held["conversationId"]),
        subject=str(message.get("subject") or held.get("title") or ""),
        ours=ours,
        recipient=party(recipient) if ours else None,
    )


def pushed(data: Json) -> Json:
    """The data of a NEW_MESSAGE notification, held as above. It writes userName where reads write username."""
    return {
        "conversationId": data["conversationId"],
        "conversationType": data.get("conversationType"),
        "title": "",
        "message": data,
    }


def read(conversation: Json, message: Json) -> Json:
    return {
        "conversationId": conversation["conversationId"],
        "conversationType": conversation.get("conversationType"),
        "title": conversation.get("conversationTitle"),
        "message": message,
    }


def sender_of(message: Json) -> str:
    return _name(message, "sender")


def _name(message: Json, side: str) -> str:
    return str(message.get(f"{side}Username") or message.get(f"{side}UserName") or "")


def _text(message: Json) -> str:
    """Media are addresses at eBay's servers, which the reader may open."""
    media = [
        f"[{each.get('mediaName') or each.get('mediaType') or 'file'}] {each.get('mediaUrl', '')}"
        for each in message.get("messageMedia") or ()
    ]
    body = str(message.get("messageBody") or "")
    return "\n".join(part for part in (body.strip(), *media) if part)


def _notice(held: Json, message: Json) -> NoticeReceived:
    body = str(message.get("messageBody") or "")
    text = as_text(body) if "<" in body else body
    subject = str(message.get("subject") or held.get("title") or "")
    order = _ORDER.search(f"{subject} {text}")
    return NoticeReceived(
        external_id=str(message["messageId"]),
        kind=_kind(subject) or _kind(text[:400]) or NoticeKind.OTHER,
        sender=Party({"ebay": _name(message, "sender") or "eBay"}, "eBay"),
        text=text.strip(),
        at=time(message["createdDate"]),
        subject=subject,
        order_number=order.group() if order else "",
    )


def _kind(words: str) -> NoticeKind | None:
    found = (kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE))
    return next(found, None)
