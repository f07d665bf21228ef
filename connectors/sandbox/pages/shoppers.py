"""Choose a shopper, be the shopper."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.sandbox import posting
from connectors.sandbox.correspondence import Letter, letter, threads
from connectors.sandbox.deeds import deeds
from connectors.sandbox.pages.rendering import fragment, page
from connectors.sandbox.situations import headline, situations
from connectors.sandbox.stage import Stage
from connectors.sandbox.suggestions import suggestions
from connectors.sandbox.world import Shop, Shopper


def routes(stage: Stage) -> list[BaseRoute]:
    async def index(request: Request) -> Response:
        return _index(stage, request)

    async def show(request: Request) -> Response:
        return _show(stage, request)

    async def write(request: Request) -> Response:
        return _write(stage, request, dict(await request.form()))

    async def letters(request: Request) -> Response:
        shop, shopper = _found(stage, request)
        found = threads(stage.world, shop, shopper)
        return fragment(request, stage, "_threads.html", shop=shop, shopper=shopper, threads=found)

    return [
        Route("/", index),
        Route("/shopper/{shop}/{shopper:int}", show),
        Route("/shopper/{shop}/{shopper:int}", write, methods=["POST"]),
        Route("/shopper/{shop}/{shopper:int}/threads", letters),
    ]


def _index(stage: Stage, request: Request) -> Response:
    world = stage.world
    shop = world.shops.get(request.query_params.get("shop", "")) or next(iter(world.shops.values()))
    query = request.query_params.get("q", "").strip()
    rows = []
    for shopper in shop.shoppers.values():
        found = situations(world, shop, shopper)
        special = headline(found)
        if (
            query.lower()
            in " ".join((shopper.name, shopper.email, special, *(s.order.number for s in found))).lower()
        ):
            rows.append((shopper, found, special))
    return page(stage, "shoppers.html", here="shoppers", shop=shop, rows=rows, query=query)


def _show(stage: Stage, request: Request, status: int = 200, problem: str = "", text: str = "") -> Response:
    shop, shopper = _found(stage, request)
    found = situations(stage.world, shop, shopper)
    return page(
        stage,
        "shopper.html",
        status,
        here="shoppers",
        shop=shop,
        shopper=shopper,
        found=found,
        deeds={each.order.id: deeds(shop, each.order) for each in found},
        answers=_answered(stage, shopper, request.query_params.get("reply", "")),
        threads=threads(stage.world, shop, shopper),
        suggestions=suggestions(shop, shopper, found),
        is_marketplace=hasattr(stage.hub.modules.get(shop.platform), "write"),
        problem=problem,
        text=text,
    )


def _write(stage: Stage, request: Request, form: dict[str, Any]) -> Response:
    shop, shopper = _found(stage, request)
    text = str(form.get("text", "")).replace("\r\n", "\n").strip()
    if not text:
        return _show(stage, request, 422, problem="Write a message first.")
    answers = _answered(stage, shopper, str(form.get("reply", "")))
    posting.write(
        stage.world,
        shop,
        shopper,
        posting.Channel(str(form.get("channel", posting.Channel.EMAIL))),
        text,
        str(form.get("subject", "")).strip(),
        order=str(form.get("order", "")),
        answers=answers.mail if answers else None,
    )
    return RedirectResponse(f"{request.url.path}#letters", 303)


def _answered(stage: Stage, shopper: Shopper, mail_id: str) -> Letter | None:
    try:
        return letter(stage.mail_to(shopper, int(mail_id)), received=True) if mail_id else None
    except (LookupError, ValueError):
        raise HTTPException(404, "There is no such mail.") from None


def _found(stage: Stage, request: Request) -> tuple[Shop, Shopper]:
    shop = stage.world.shops.get(request.path_params["shop"])
    shopper = shop.shoppers.get(request.path_params["shopper"]) if shop else None
    if shop is None or shopper is None:
        raise HTTPException(404, "There is no such shopper.")
    return shop, shopper
