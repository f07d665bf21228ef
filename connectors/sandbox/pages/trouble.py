"""Make the world misbehave, drive its clock, watch what it pushes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.sandbox.pages.rendering import fragment, page
from connectors.sandbox.stage import Stage
from connectors.sandbox.trouble import Kind

KINDS = {
    Kind.TOO_MANY: ("Too many requests", "The next answer is 429 with Retry-After"),
    Kind.BROKEN: ("Server error", "The next answer is 500, nothing is done"),
    Kind.SILENT: ("Silent after accepting", "It does what was asked and never answers"),
    Kind.GARBAGE: ("Garbage", "The next answer or webhook is not JSON"),
    Kind.REJECTED: ("Accepted, then not done", "The next thing it promises for later does not come to pass"),
    Kind.DUPLICATE: ("Duplicate webhook", "The next webhook is sent twice"),
    Kind.REORDER: ("Reordered webhooks", "The next webhook waits until another has gone"),
    Kind.UNSIGNED: ("Unsigned webhook", "The next webhook is signed wrongly"),
}
_ADVANCES = {1: "+1 hour", 6: "+6 hours", 24: "+1 day", 72: "+3 days"}


def routes(stage: Stage) -> list[BaseRoute]:
    async def index(request: Request) -> Response:
        context: dict[str, Any] = {
            "platforms_for": {kind: stage.platforms_for(kind) for kind in KINDS},
            "kinds": KINDS,
            "advances": _ADVANCES,
        }
        return page(stage, "trouble.html", here="trouble", **context, **_state(stage))

    async def now(request: Request) -> Response:
        return fragment(request, stage, "_pushes.html", kinds=KINDS, **_state(stage))

    async def make(request: Request) -> Response:
        form = await request.form()
        platform, kind = str(form.get("platform")), str(form.get("kind"))
        if kind not in [*Kind] or platform not in stage.platforms_for(Kind(kind)):
            raise HTTPException(404, "There is no such platform or trouble.")
        stage.trouble.ask(platform, Kind(kind))
        return RedirectResponse("/trouble", 303)

    async def forget(request: Request) -> Response:
        stage.trouble.wishes.clear()
        return RedirectResponse("/trouble", 303)

    async def advance(request: Request) -> Response:
        form = await request.form()
        hours = int(str(form.get("hours", "0")))
        if hours not in _ADVANCES:
            raise HTTPException(404, "The clock has no such button.")
        stage.world.advance(timedelta(hours=hours))
        return RedirectResponse("/trouble", 303)

    return [
        Route("/trouble", index),
        Route("/trouble/now", now),
        Route("/trouble/make", make, methods=["POST"]),
        Route("/trouble/forget", forget, methods=["POST"]),
        Route("/clock", advance, methods=["POST"]),
    ]


def _state(stage: Stage) -> dict[str, Any]:
    pushes = [(push, datetime.fromtimestamp(push.at, UTC)) for push in list(stage.hub.log)[:20]]
    return {"pending": stage.pending(), "pushes": pushes, "held": sum(map(len, stage.hub.held.values()))}
