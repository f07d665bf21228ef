"""What stands in a chat → MessageReceived. Pure.

A message is held beside its chat, because a message alone names nobody by the id that orders have:

    {"chat": {"id", "participants"}, "message": {"id", "type", "content", "sender", ..}, "entered": message or None}

`entered` says what the buyer was looking at just before: an order or a product.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Mapping
from typing import Any

from connectors.channels.tiktok.values import Json, buyer_in, party, time
from connectors.events import About, File, MessageReceived, Spot

BUYER, PERSON, SHOP, MACHINE = "BUYER", "CUSTOMER_SERVICE", "SHOP", "ROBOT"
ENTERED = ("BUYER_ENTER_FROM_ORDER", "BUYER_ENTER_FROM_PRODUCT")
# Said by nobody: who serves the chat now, what the system notes.
_NOTES = ("ALLOCATED_SERVICE", "NOTIFICATION", "BUYER_ENTER_FROM_TRANSFER", *ENTERED)

Words = Callable[[Mapping[str, Any]], str]
_WORDS: Mapping[str, Words] = {
    "TEXT": lambda said: str(said.get("content") or ""),
    "IMAGE": lambda said: f"[Picture] {said.get('url') or ''}".strip(),
    "VIDEO": lambda said: f"[Video] {said.get('url') or ''}".strip(),
    "EMOTICONS": lambda said: f"[Sticker] {said.get('url') or said.get('content') or ''}".strip(),
    "PRODUCT_CARD": lambda said: f"[Product {said.get('product_id') or 'without a number'}]",
    "ORDER_CARD": lambda said: f"[Order {said.get('order_id') or 'without a number'}]",
    "RETURN_REFUND_CARD": lambda said: (
        f"[Return or refund of order {said.get('order_id') or 'without a number'}]"
    ),
    "COUPON_CARD": lambda said: f"[Coupon {said.get('coupon_id') or 'without a number'}]",
    "LOGISTICS_CARD": lambda said: f"[Delivery of order {said.get('order_id') or 'without a number'}]",
}


def said(held: Json) -> MessageReceived | None:
    """A shopper's words, or the seller's from elsewhere. None for what nobody said, or nobody is to see.

    Bots and the system are left out: TikTok counts only a person's answer, so no question may look answered by them.
    """
    chat, message = held["chat"], held["message"]
    role, kind = str(message["sender"]["role"]), str(message.get("type") or "OTHER")
    if role not in (BUYER, PERSON, SHOP) or kind in _NOTES or message.get("is_visible") is False:
        return None
    content = content_of(message)
    seen = content_of(held["entered"]) if held.get("entered") else {}
    buyer = buyer_in(chat.get("participants") or ())
    ours = role != BUYER
    sender = message["sender"]
    alone = party("", sender.get("im_user_id"), sender.get("nickname"))
    picture = str(content.get("url") or "") if kind == "IMAGE" and not ours else ""
    return MessageReceived(
        external_id=str(message["id"]),
        sender=alone if ours else buyer or alone,
        text="[Picture]" if picture else _text(kind, content),
        sent_at=time(message["create_time"]),
        thread=str(chat["id"]),
        files=(_file(message["id"], picture),) if picture else (),
        ours=ours,
        recipient=buyer if ours else None,
        order_number=str(content.get("order_id") or seen.get("order_id") or ""),
        about=None if ours else _about(content, seen),
    )


def content_of(message: Json) -> Json:
    """A string with JSON inside. What is none is kept as words."""
    written = message.get("content")
    try:
        found = json.loads(written) if isinstance(written, str) else written
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"content": written if isinstance(written, str) else ""}


def _text(kind: str, content: Json) -> str:
    if read := _WORDS.get(kind):
        return read(content)
    told = str(content.get("content") or "").strip()
    name = kind.replace("_", " ").lower()
    return f"[A message of the kind “{name}”, which only Seller Center shows.] {told}".strip()


def _about(content: Json, seen: Json) -> About | None:
    product = str(content.get("product_id") or seen.get("product_id") or "")
    return About(Spot.PAGE, product, products=(product,)) if product else None


def _file(number: object, url: str) -> File:
    """TikTok does not say of what kind a picture is."""
    kind = mimetypes.guess_type(url.partition("?")[0])[0] or "image/jpeg"
    return File(f"picture-{number}{mimetypes.guess_extension(kind) or ''}", kind, source=url)
