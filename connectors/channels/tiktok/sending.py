"""Saying something in a chat. TikTok takes no key, so each step is noted before the next one is taken.

Pictures are messages of their own and go before the text: the text is there once all of it is. A picture is known by the
address that uploading gave it, which is noted, so that a second try finds it in the chat and does not send it again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.messages import BUYER, MACHINE, PERSON, SHOP, content_of
from connectors.channels.tiktok.values import Json, stamp, time
from connectors.commands import SendMessage
from connectors.contract import Outcome, Receipt
from connectors.errors import ConnectorError, Refused
from connectors.events import File
from connectors.shared import shared

LONGEST_TEXT = 2000
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
LARGEST_PICTURE = 10 * 1024 * 1024
CLOCKS = timedelta(minutes=5)  # how far TikTok's clock may be from ours
_DAY = 86_400
_PAGES = 3


def send(api: TikTok, wish: SendMessage, key: str) -> Receipt:
    _check(wish)
    role = PERSON if wish.by_person else MACHINE
    chat = wish.thread or _opened(api, wish)
    number = ""
    for at, file in enumerate(wish.files):
        number = _send_picture(api, chat, file, role, f"tiktok:sending:{key}:{at}")
    if wish.text:
        number = api.send(chat, "TEXT", {"content": wish.text}, role)
    receipt = Receipt(Outcome.SENT, number, datetime.now(UTC))
    with suppress(ConnectorError):  # it was sent; that Seller Center still shows the chat as new harms nobody
        api.mark_read(chat)
    return receipt


def find(api: TikTok, wish: SendMessage, key: str, tried_at: datetime | None) -> Json | None:
    """The message that ends what was tried, in {"chat", "message"}, if it is there."""
    chat = wish.thread or _opened(api, wish)
    since = (tried_at or datetime.now(UTC) - timedelta(days=1)) - CLOCKS
    for each in _said_since(api, chat, since):
        if str(each["id"]) not in wish.replies_to and _is_it(each, wish, key):
            return {"chat": api.chat(chat), "message": each}
    return None


def _check(wish: SendMessage) -> None:
    if not wish.text and not wish.files:
        raise Refused("There is nothing to send.")
    if len(wish.text) > LONGEST_TEXT:
        raise Refused(f"TikTok takes at most {LONGEST_TEXT} characters.")
    if any(each.content_type not in PICTURES for each in wish.files):
        raise Refused("TikTok takes pictures only: JPEG, PNG, GIF or WebP.")


def _opened(api: TikTok, wish: SendMessage) -> str:
    user = wish.to.names.get("tiktok", "")
    if not user:
        raise Refused("TikTok has told no number for this shopper, so no chat can be opened with them.")
    return api.open_chat(user)


def _send_picture(api: TikTok, chat: str, file: File, role: str, note: str) -> str:
    """`note` holds the address of a picture that was tried before."""
    if (url := shared().read(note)) and (there := _picture_there(api, chat, url)):
        return there
    uploaded = api.upload_picture(file.name, file.content, file.content_type)
    shared().write(note, str(uploaded["url"]), _DAY)
    content = {name: uploaded[name] for name in ("url", "width", "height")}
    return api.send(chat, "IMAGE", content, role)


def _picture_there(api: TikTok, chat: str, url: str) -> str:
    for each in _said_since(api, chat, datetime.now(UTC) - timedelta(days=1)):
        if each.get("type") == "IMAGE" and content_of(each).get("url") == url:
            return str(each["id"])
    return ""


def _said_since(api: TikTok, chat: str, since: datetime) -> list[Json]:
    """By the shop, the newest first."""
    found: list[Json] = []
    page = ""
    for _ in range(_PAGES):
        answer = api.messages(chat, page)
        read = answer.get("messages") or []
        found += [
            each
            for each in read
            if each["sender"]["role"] != BUYER and int(each["create_time"]) >= stamp(since)
        ]
        page = str(answer.get("next_page_token") or "")
        if not page or any(time(each["create_time"]) < since for each in read):
            break
    return found


def _is_it(said: Json, wish: SendMessage, key: str) -> bool:
    """By text and role; TikTok may fold white space. What has no text is known by its last picture."""
    if said["sender"]["role"] not in (PERSON if wish.by_person else MACHINE, SHOP):
        return False
    content = content_of(said)
    if wish.text:
        return said.get("type") == "TEXT" and str(content.get("content")).split() == wish.text.split()
    url = shared().read(f"tiktok:sending:{key}:{len(wish.files) - 1}")
    return said.get("type") == "IMAGE" and bool(url) and content.get("url") == url
