"""What people send beside words: files to collect, and the rest told in a line, so that nothing is lost without a word."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from connectors.events import File

Json = dict[str, Any]

_FILES = {
    "image": ("picture", "image/jpeg"),
    "video": ("video", "video/mp4"),
    "audio": ("voice-message", "audio/mp4"),
    "file": ("file", "application/octet-stream"),
}
_TOLD = {
    "story_mention": "[They mentioned you in their story]",
    "share": "[A shared post]",
    "post": "[A shared post]",
    "ig_post": "[A shared post]",
    "ig_reel": "[A shared reel]",
    "reel": "[A shared reel]",
    "ephemeral": "[A picture or video that can be seen once: open the app to see it]",
    "template": "[A card]",
    "fallback": "[A link]",
    "location": "[A place]",
    "like_heart": "❤",
}
UNKNOWN = "[Something that can only be seen in {app}]"
_THUMB = 369239263222822  # the sticker behind Messenger's thumb, in three sizes
_THUMBS = {_THUMB, 369239343222814, 369239383222810}


def files(held: Any, mid: str) -> Iterator[File]:
    """Their addresses die within days, those of stories within one: they are collected at once (inbox.collecting)."""
    for place, each in enumerate(_rows(held)):
        kind, url = str(each.get("type")), _url(each)
        if kind in _FILES and url and not _is_thumb(each):
            yield file_at(url, kind, mid, place)


def file_at(url: str, kind: str, mid: str = "", place: int = 0) -> File:
    name, content_type = _FILES[kind]
    path = PurePosixPath(urlsplit(url).path)
    guessed = mimetypes.guess_type(path.name)[0]
    if guessed and (kind == "file" or guessed.partition("/")[0] == content_type.partition("/")[0]):
        content_type = guessed
    shown = (
        path.name
        if kind == "file" and path.suffix
        else f"{name}{mimetypes.guess_extension(content_type) or ''}"
    )
    return File(shown, content_type, source=json.dumps({"url": url, "message": mid, "place": place}))


def lines(held: Any, app: str) -> Iterator[str]:
    for each in _rows(held):
        kind = str(each.get("type"))
        if _is_thumb(each):
            yield "👍"
        elif kind not in _FILES or not _url(each):
            told = _TOLD.get(kind, UNKNOWN.format(app=app))
            more = " ".join(part for part in (_title(each), _place(each) or _link(kind, each)) if part)
            yield f"{told} {more}".strip()


def _link(kind: str, each: Json) -> str:
    """A story is no page anybody could open later."""
    return "" if kind in ("story_mention", "ephemeral") else _url(each)


def _place(each: Json) -> str:
    at = _payload(each).get("coordinates")
    return f"{at.get('lat')}, {at.get('long')}" if isinstance(at, dict) else ""


def _title(each: Json) -> str:
    return str(_payload(each).get("title") or each.get("title") or "")[:200]


def _url(each: Json) -> str:
    return str(_payload(each).get("url") or each.get("url") or "")


def _is_thumb(each: Json) -> bool:
    sticker = str(_payload(each).get("sticker_id") or "")
    return sticker.isdigit() and int(sticker) in _THUMBS


def _payload(each: Json) -> Json:
    held = each.get("payload")
    return held if isinstance(held, dict) else {}


def _rows(held: Any) -> Iterator[Json]:
    yield from (each for each in held if isinstance(each, dict)) if isinstance(held, list) else ()
