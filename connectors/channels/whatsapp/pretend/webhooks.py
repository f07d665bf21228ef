"""What the platform pushes: what shoppers write, and what becomes of what the seller sends; signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.channels.whatsapp.pretend.accounts import digits, shops
from connectors.channels.whatsapp.pretend.answers import Json
from connectors.channels.whatsapp.pretend.chats import KEY, Unsent, wamid
from connectors.mail import mime
from connectors.sandbox.world import Mail, Shop, Shopper, World
from connectors.signatures import hmac_hex

Deliver = Callable[[str, Mapping[str, str], bytes], object]

HOOK = "hook"  # among a shop's keys: where its number's webhooks go
ACCOUNT_HOOK = "account_hook"


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    if what == "whatsapp hooked" and isinstance(thing, Shop):
        for mail in world.mails_of(thing.mailbox):  # what waited: WhatsApp tries for seven days
            _wrote(thing, mail, deliver)
    elif isinstance(thing, Unsent):
        status = _status(thing.shopper, thing.wamid, "failed", world.clock.now(), thing.key)
        error = {"code": thing.code, "title": thing.title, "message": thing.title}
        errors = [{**error, "error_data": {"details": thing.title}}]
        _push(thing.shop, {"statuses": [{**status, "errors": errors}]}, deliver)
    elif isinstance(thing, Mail) and what == "mail":
        for shop in shops(world):
            if thing.mailbox == shop.mailbox:
                _wrote(shop, thing, deliver)
            elif shopper := next((p for p in shop.shoppers.values() if p.email == thing.mailbox), None):
                _arrived(shop, shopper, thing, deliver)


def _wrote(shop: Shop, mail: Mail, deliver: Deliver) -> None:
    sender = mime.read(mail.raw).sender
    shopper = next((p for p in shop.shoppers.values() if sender and p.email == sender.address), None)
    if shopper is None:
        return
    contact: Json = {"profile": {"name": shopper.name}, "user_id": shopper.handle}
    message: Json = {"id": wamid(mail), "timestamp": _seconds(mail.at), **_content(mail)}
    if digits(shopper):
        contact["wa_id"] = message["from"] = digits(shopper)
    else:
        message["from_user_id"] = shopper.handle
    _push(shop, {"contacts": [contact], "messages": [message]}, deliver)


def _content(mail: Mail) -> Json:
    read = mime.read(mail.raw)
    text = (mail.written or read.text).strip()
    if not read.files:
        return {"type": "text", "text": {"body": text}}
    file = read.files[0]
    main = file.content_type.partition("/")[0]
    kind = main if main in ("image", "video", "audio") else "document"
    held: Json = {"id": f"{mail.id}00", "mime_type": file.content_type}
    held |= {"caption": text} if text else {}
    return {"type": kind, kind: held | ({"filename": file.name} if kind == "document" else {})}


def _arrived(shop: Shop, shopper: Shopper, mail: Mail, deliver: Deliver) -> None:
    """Their phone has it at once, and they look at it."""
    key = mime.read(mail.raw).header(KEY)
    for status in ("sent", "delivered", "read"):
        _push(shop, {"statuses": [_status(shopper, wamid(mail), status, mail.at, key)]}, deliver)


def _status(shopper: Shopper, name: str, status: str, at: datetime, key: str) -> Json:
    told: Json = {"id": name, "status": status, "timestamp": _seconds(at)}
    told |= {"recipient_id": digits(shopper) or shopper.handle, "recipient_user_id": shopper.handle}
    if status in ("sent", "delivered"):
        told["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "service"}
    return told | ({"biz_opaque_callback_data": key} if key else {})


def _push(shop: Shop, content: Json, deliver: Deliver) -> None:
    number = {"display_phone_number": shop.keys["shown_number"], "phone_number_id": shop.seller_id}
    value = {"messaging_product": "whatsapp", "metadata": number, **content}
    change(shop, "messages", value, shop.keys.get(HOOK) or shop.keys.get(ACCOUNT_HOOK, ""), deliver)


def change(shop: Shop, field: str, value: Json, url: str, deliver: Deliver) -> None:
    """As Meta writes it: é as \\u00e9, signed over these very bytes."""
    if not url:
        return
    entry = {"id": shop.keys["waba_id"], "changes": [{"value": value, "field": field}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, separators=(",", ":"))
    signature = f"sha256={hmac_hex(shop.client_secret, body.encode())}"
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
    deliver(url, headers, body.encode())


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
