"""What a shopper says in the chat is kept as a raw delivery before anything else, and then applied like all others."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.tenancy import scope
from config.wake import wake, wake_once
from connectors.channels.chat.parse import SAID
from connectors.contract import RawDelivery
from connectors.events import File
from inbox.chat import calling, refusals
from inbox.chat.door import Caller
from inbox.chat.refusals import Refusal
from inbox.models import Delivery, Upload, Visitor

_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_MOST_IN_CART = 20


def say(caller: Caller, told: Mapping[str, Any]) -> str:
    """The key it was kept under: the same key twice is one message. Raises Refusal."""
    key, text = _key(told), _text(told, caller)
    visitor = caller.known.visitor
    files = _ids(told.get("files"), caller)
    name = f"{visitor.hex}:{key}"
    if not text and not files:
        raise Refusal("empty", "Please write something.")
    with scope(caller.channel.tenant):
        if Delivery.objects.filter(channel=caller.channel, key=name).exists():
            return key  # said again on a line that broke
    refusals.SAID.spend(visitor.hex)
    refusals.SAID_FROM.spend(caller.address)
    if text:
        refusals.SAME_WORDS.spend(caller.address, hashlib.sha256(text.casefold().encode()).hexdigest()[:16])
    with scope(caller.channel.tenant):
        row = keep(caller, email=address(told["email"]) if told.get("email") else "")
        attached = _taken(visitor, files)
    body = {
        "visitor": visitor.hex,
        "key": key,
        "text": text,
        "name": row.name,
        "email": row.email if row.is_proven else "",
        "locale": row.locale,
        "page": page(told.get("page")),
        "files": [
            {"name": each.name, "type": each.content_type, "content": base64.b64encode(each.content).decode()}
            for each in attached
        ],
    }
    raw = RawDelivery(SAID, name, json.dumps(body).encode())
    if Delivery.store(caller.channel, raw):
        wake_once("inbox.tasks.apply", caller.channel.tenant, channel_id=caller.channel.pk)
        if told.get("reply") == calling.WANTED:
            wake(
                "inbox.tasks.call_person",
                caller.channel.tenant,
                channel_id=caller.channel.pk,
                visitor=visitor,
                key=key,
            )
    return key


def keep(caller: Caller, *, email: str = "", locale: str = "") -> Visitor:
    """Their row, in the caller's scope; an address that somebody vouched for is not overwritten."""
    row: Visitor
    row, _ = Visitor.objects.get_or_create(
        pk=caller.known.visitor, defaults={"channel": caller.channel, "email": email, "locale": locale}
    )
    if email and not row.is_proven and row.email != email:
        row.email = email
        row.save(update_fields=["email"])
    return row


def address(value: object) -> str:
    text = str(value).strip().lower()
    try:
        validate_email(text)
    except ValidationError:
        raise Refusal("email", "This does not look like an e-mail address.") from None
    return text


def page(told: object) -> dict[str, Any]:
    """Where in the shop they are, cut to what fits: {url, title, product, cart}."""
    if not isinstance(told, Mapping):
        return {}
    found: dict[str, Any] = {
        name: _clean(str(told[name]))[:most]
        for name, most in (("url", 1000), ("title", 200), ("product", 200))
        if told.get(name)
    }
    cart = told.get("cart")
    if isinstance(cart, str):
        cart = re.split(r"[,\s]+", cart)
    if isinstance(cart, Sequence):
        found["cart"] = [_clean(str(each))[:200] for each in cart if each][:_MOST_IN_CART]
    return found


def _key(told: Mapping[str, Any]) -> str:
    key = str(told.get("key", ""))
    if not _KEY.fullmatch(key):
        raise Refusal("key", "The key of a message is 8 to 64 letters, digits and dashes.")
    return key


def _text(told: Mapping[str, Any], caller: Caller) -> str:
    text, most = _clean(str(told.get("text") or "")).strip(), caller.channel.connector.limits.longest_text
    if len(text) > most:
        raise Refusal(
            "too_long", f"That is longer than {most:,} characters. Please send it in parts.", status=413
        )
    return text


def _clean(text: str) -> str:
    """PostgreSQL takes neither of these."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _ids(told: object, caller: Caller) -> list[UUID]:
    most = caller.channel.connector.limits.most_attachments
    try:
        ids = [UUID(str(each)) for each in (told if isinstance(told, Sequence) else ())]
    except ValueError:
        raise Refusal("file", "A file of this message is not here. Please attach it again.") from None
    if len(ids) > most:
        raise Refusal("too_many_files", f"At most {most} files go with one message.")
    return ids


def _taken(visitor: UUID, ids: Sequence[UUID]) -> list[File]:
    """In their order, and nobody else's. They stay for a while: the same message may be said again."""
    rows = {row.pk: row for row in Upload.objects.filter(pk__in=ids, visitor=visitor)}
    if len(rows) < len(set(ids)):
        raise Refusal("file", "A file of this message is not here. Please attach it again.")
    return [rows[each].read() for each in ids]
