"""The widget as one script. Its parts stand in `widget/`, each short; put together once, they share one scope and leave
nothing in the page but the element."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

PARTS = (
    "home",
    "words",
    "keep",
    "parts",
    "colour",
    "outbox",
    "wire",
    "thread",
    "composer",
    "steps",
    "panel",
    "style",
    "element",
    "begin",
)
_FOLDER = Path(__file__).parent / "widget"
# The address never changes, so shops ask again after an hour; in between and while asking they show what they have.
_CACHING = "public, max-age=3600, stale-while-revalidate=604800"


@dataclass(frozen=True)
class Script:
    plain: bytes
    packed: bytes  # gzip
    tag: str


@cache
def script() -> Script:
    parts = "\n".join((_FOLDER / f"{name}.js").read_text() for name in PARTS)
    plain = f'(() => {{\n"use strict";\n{parts}}})();\n'.encode()
    packed = gzip.compress(plain, 9, mtime=0)
    return Script(plain, packed, f'"{hashlib.sha256(plain).hexdigest()[:20]}"')


@require_safe
def widget(request: HttpRequest, key: str) -> HttpResponse:
    """The same for every shop: the script reads from its own address which one it is."""
    made = script()
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == made.tag:
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(
            made.packed if packed else made.plain, content_type="text/javascript; charset=utf-8"
        )
        if packed:
            answer["Content-Encoding"] = "gzip"
    answer["ETag"] = made.tag
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = _CACHING
    answer["Cross-Origin-Resource-Policy"] = (
        "cross-origin"  # shops that isolate their pages may still load it
    )
    return answer
