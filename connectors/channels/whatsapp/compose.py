"""Our wishes → WhatsApp's JSON. Pure.

One answer is one message: every delivered message may cost money, and two can arrive in the wrong order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.channels.whatsapp import people
from connectors.commands import FilledTemplate, SendMessage
from connectors.errors import Refused
from connectors.events import File

Json = dict[str, Any]

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_IMAGE = 5 * 1024 * 1024
LARGEST_FILE = 16 * 1024 * 1024  # a video's; documents may have more, which mail and memory do not like
_IMAGES, _VIDEOS = ("image/jpeg", "image/png"), ("video/mp4", "video/3gpp")
_LINK = re.compile(r"https?://", re.IGNORECASE)


def message(wish: SendMessage, key: str, media_id: str = "") -> Json:
    """`media_id` is the uploaded file's, where the wish has one. Raises Refused."""
    to = people.address(wish.to)
    if not to:
        raise Refused("WhatsApp knows neither a number nor a user id of this shopper.")
    head: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **to}
    return head | _content(wish, media_id) | {"biz_opaque_callback_data": key}


def read_receipt(message_id: str) -> Json:
    return {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}


def checked(wish: SendMessage) -> None:
    """Raises Refused for what WhatsApp would refuse, before anything is uploaded."""
    if len(wish.files) > 1:
        raise Refused("WhatsApp takes one file with a message. Send the others with messages of their own.")
    longest = LONGEST_CAPTION if wish.files else LONGEST_TEXT
    if len(wish.text) > longest:
        beside = " beside a file" if wish.files else ""
        raise Refused(
            f"The message has {len(wish.text):,} characters; WhatsApp takes at most {longest:,}{beside}."
        )
    if any(len(file.content) > LARGEST_FILE for file in wish.files):
        raise Refused("WhatsApp takes files of up to 16 MB.")


def _content(wish: SendMessage, media_id: str) -> Json:
    if wish.template:
        return {"type": "template", "template": template(wish.template)}
    if not wish.files:
        shows = bool(_LINK.search(wish.text))
        return {"type": "text", "text": {"body": wish.text, "preview_url": shows}}
    file = wish.files[0]
    kind, held = kind_of(file), {"id": media_id}
    if wish.text:
        held["caption"] = wish.text
    if kind == "document":
        held["filename"] = file.name
    return {"type": kind, kind: held}


def kind_of(file: File) -> str:
    """Whatever is no small picture and no video goes as a document: it keeps its name and can have words beside it."""
    if file.content_type in _IMAGES and len(file.content) <= LARGEST_IMAGE:
        return "image"
    return "video" if file.content_type in _VIDEOS else "document"


def template(filled: FilledTemplate) -> Json:
    """Values by the keys of their blanks: "header.1", "body.first_name", "button.0.1"."""
    components = [*_texts(filled.values), *_buttons(filled.values)]
    named: Json = {"name": filled.name, "language": {"code": filled.language, "policy": "deterministic"}}
    return named | ({"components": components} if components else {})


def _texts(values: Mapping[str, str]) -> Iterator[Json]:
    for part in ("header", "body"):
        theirs = {key.partition(".")[2]: text for key, text in values.items() if key.startswith(f"{part}.")}
        numbered = all(name.isdigit() for name in theirs)
        names = sorted(theirs, key=int) if numbered else list(theirs)
        parameters = [
            {"type": "text", **({} if numbered else {"parameter_name": name}), "text": tidy(theirs[name])}
            for name in names
        ]
        if parameters:
            yield {"type": part, "parameters": parameters}


def _buttons(values: Mapping[str, str]) -> Iterator[Json]:
    for key, text in sorted(values.items()):
        if key.startswith("button."):
            shown = [{"type": "text", "text": tidy(text)}]
            yield {"type": "button", "sub_type": "url", "index": key.split(".")[1], "parameters": shown}


def tidy(text: str) -> str:
    """A blank takes no line breaks, and no row of spaces."""
    return " ".join(text.split())
