"""From a template to an answer, and how times look."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from lucide.jinja import lucide
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from connectors.sandbox.stage import Stage
from connectors.sandbox.world import Place


def local(at: datetime, zone: str) -> str:
    """ "Nov 22, 9:12 AM" where it happened."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%b} {there.day}, {there.hour % 12 or 12}:{there:%M %p}"


def day(at: datetime, zone: str) -> str:
    """ "Mon, Nov 24" where it is meant."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a, %b} {there.day}"


def town(place: Place | None) -> str:
    return f"{place.city}, {place.region}" if place else ""


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalpha())[:2]


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["lucide"] = lucide
_environment.filters.update(local=local, day=day, town=town, initials=initials)


def page(stage: Stage, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A template told the world, the time, and what its page is about."""
    world = stage.world
    text = _environment.get_template(template).render(world=world, now=world.clock.now(), **context)
    return HTMLResponse(text, status)


def fragment(request: Request, stage: Stage, template: str, **context: Any) -> Response:
    """Part of a page, asked for again and again: 304 while it is the same."""
    answer = page(stage, template, **context)
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer
