"""What one message says, in words, whatever its type. Pure.

Types that have no words get a line in brackets, so that a list, a person and a draft see that something came.
Source: the published WhatsApp contract's webhook schemas and examples.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Mapping
from typing import Any

from connectors.events import File

Json = Mapping[str, Any]

MEDIA = {
    "image": "Photo",
    "video": "Video",
    "audio": "Audio",
    "voice": "Voice message",
    "document": "Document",
    "sticker": "Sticker",
}
ONLY_ON_THE_PHONE = "Something that WhatsApp shows only on the phone"


def words(message: Json) -> str:
    read = _READERS.get(str(message.get("type")))
    said = read(message) if read else ""
    return said or _placeholder(message)


def files(message: Json) -> tuple[File, ...]:
    """Still at WhatsApp: fetched by their media id."""
    kind = str(message.get("type"))
    held = message.get(kind) if kind in MEDIA else None
    if not isinstance(held, Mapping) or not held.get("id"):
        return ()
    content_type = str(held.get("mime_type") or "application/octet-stream").partition(";")[0].strip()
    name = held.get("filename") or f"{MEDIA[_kind(message)]}{mimetypes.guess_extension(content_type) or ''}"
    return (File(str(name), content_type, source=str(held["id"])),)


def _kind(message: Json) -> str:
    kind = str(message["type"])
    return "voice" if kind == "audio" and message["audio"].get("voice") else kind


def _text(message: Json) -> str:
    return str(message["text"].get("body") or "").strip()


def _media(message: Json) -> str:
    held = message[message["type"]]
    return str(held.get("caption") or "").strip() or f"[{MEDIA[_kind(message)]}]"


def _location(message: Json) -> str:
    held = message["location"]
    place = ", ".join(str(held[name]) for name in ("name", "address") if held.get(name))
    where = f"https://www.google.com/maps?q={held.get('latitude')},{held.get('longitude')}"
    return f"[Location] {place}\n{where}" if place else f"[Location] {where}"


def _contacts(message: Json) -> str:
    return "\n".join(_contact(each) for each in message["contacts"])


def _contact(held: Json) -> str:
    reached = [str(each.get("phone") or "") for each in held.get("phones") or ()]
    reached += [str(each.get("email") or "") for each in held.get("emails") or ()]
    name = str((held.get("name") or {}).get("formatted_name") or "")
    return f"[Contact] {', '.join(part for part in (name, *reached) if part)}"


def _reaction(message: Json) -> str:
    return f"Reacted with {message['reaction']['emoji']}"


def _button(message: Json) -> str:
    return str(message["button"].get("text") or message["button"].get("payload") or "")


def _interactive(message: Json) -> str:
    held = message.get("interactive") or {}
    chosen = held.get("button_reply") or held.get("list_reply")
    if chosen:
        return ": ".join(str(chosen[name]) for name in ("title", "description") if chosen.get(name))
    if form := held.get("nfm_reply"):
        return _form(form)
    if asked := held.get("call_permission_reply"):
        return (
            "[Agrees to be called]" if asked.get("response") == "accept" else "[Does not want to be called]"
        )
    return ""


def _form(held: Json) -> str:
    """What was filled into one of the seller's forms."""
    filled = json.loads(held.get("response_json") or "{}")
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in filled.items() if name != "flow_token"]
    return "\n".join([f"[Form {held.get('name') or ''}".rstrip() + "]", *lines])


def _order(message: Json) -> str:
    held = message["order"]
    lines = [
        f"{each.get('quantity')} × {each.get('product_retailer_id')} at {each.get('item_price')} {each.get('currency')}"
        for each in held.get("product_items") or ()
    ]
    return "\n".join(["[Basket from the catalogue]", *lines, *filter(None, [str(held.get("text") or "")])])


def _placeholder(message: Json) -> str:
    told = message.get("unsupported")
    kind = str(told.get("type") or "") if isinstance(told, Mapping) else ""
    known = kind or str(message.get("type") or "")
    named = f" ({known})" if known not in ("", "unsupported", "unknown") else ""
    return f"[{ONLY_ON_THE_PHONE}{named}]"


_READERS: Mapping[str, Callable[[Json], str]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), _media),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
}
