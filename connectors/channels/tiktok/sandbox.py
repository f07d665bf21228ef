"""TikTok Shop's side of the pretend world: its Open API, consent page and webhooks."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.tiktok.pretend.answers import PARAMETER, Refusal, answered, refused
from connectors.channels.tiktok.pretend.calls import CALLS, Asked, Does, Parts
from connectors.channels.tiktok.pretend.chats import write
from connectors.channels.tiktok.pretend.gate import KIND, refresh_token, shops
from connectors.channels.tiktok.pretend.opening import open_shop
from connectors.channels.tiktok.pretend.pushing import push
from connectors.sandbox.deeds import deeds
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]

Handler = Callable[[Request], Awaitable[Response]]


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = TikTok(world, trouble)
    return [
        Route("/api/v2/token/{verb}", here.troubled(here.token)),
        Route("/open/authorize", here.consent, methods=["GET", "POST"]),
        Route("/order/detail", here.page),
        Route("/pictures/{name}", here.picture),
        *(
            Route(path, here.troubled(partial(here.call, does)), methods=[method])
            for method, path, does in CALLS
        ),
    ]


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, object]) -> dict[str, str]:
    return {
        "external_id": shop.seller_id,
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "service_id": shop.keys["service_id"],
        "region": "US",
        "refresh_token": refresh_token(shop),
        "base_url": base_url,
    }


class TikTok:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble, self.parts = world, trouble, Parts(world)

    def troubled(self, handler: Handler) -> Handler:
        return partial(self._troubled, handler)

    async def _troubled(self, handler: Handler, request: Request) -> Response:
        wish = self.trouble.take(KIND, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return JSONResponse({"code": 36009002, "message": "Too many requests"}, 429, {"Retry-After": "2"})
        if wish is Kind.BROKEN:
            return JSONResponse({"code": 36009003, "message": "Internal error"}, 500)
        answer = await handler(request)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return Response("<html>\x00", media_type="application/json") if wish is Kind.GARBAGE else answer

    async def call(self, does: Does, request: Request) -> Response:
        """Who asks, and whether they may; then what they asked for."""
        raw, query = await request.body(), dict(request.query_params)
        with_files = "multipart" in request.headers.get("content-type", "")
        root = str(request.scope.get("root_path", ""))
        path = request.url.path.removeprefix(root)
        try:
            token = request.headers.get("x-tts-access-token", "")
            shop = self.parts.gate.let_in(path, query, token, raw, is_signed=not with_files)
            base = f"{request.url.scheme}://{request.url.netloc}{root}"
            asked = Asked(
                request.path_params.get("id", ""), query, await _body(request, raw, with_files), base
            )
            return answered(does(self.parts, shop, asked))
        except Refusal as refusal:
            return refused(refusal)

    async def token(self, request: Request) -> Response:
        try:
            return answered(self.parts.gate.token(request.path_params["verb"], dict(request.query_params)))
        except Refusal as refusal:
            return refused(refusal)

    async def consent(self, request: Request) -> Response:
        """Where TikTok sends the browser afterwards is set in its Partner Center; here, on the page itself."""
        query = request.query_params
        ours = [each for each in shops(self.world) if each.keys.get("service_id") == query.get("service_id")]
        if not ours:
            return HTMLResponse("TikTok Shop knows no such app.", 404)
        if request.method == "POST":
            return self._agreed(ours[0], query.get("state", ""), dict(await request.form()))
        place = html.escape(ours[0].keys.get("accepted_url", ""))
        return HTMLResponse(
            f"<!doctype html><title>Authorize</title><h1>{html.escape(ours[0].name)}</h1>"
            "<p>This app asks for chats, orders, returns and refunds.<form method=post>"
            f'<label>Redirect URL <input name=accepted_url size=80 value="{place}"></label>'
            "<button name=answer value=yes>Authorize</button><button name=answer value=no>Cancel</button></form>"
        )

    def _agreed(self, shop: Shop, state: str, form: dict[str, Any]) -> Response:
        place = str(form.get("accepted_url") or shop.keys.get("accepted_url", ""))
        shop.keys["accepted_url"] = place
        said = {"app_key": shop.client_id, "locale": "en-US", "shop_region": "US", "state": state}
        if form.get("answer") != "no":
            said["code"] = self.parts.gate.code_for(shop)
        return RedirectResponse(f"{place}{'&' if '?' in place else '?'}{urlencode(said)}", 303)

    async def picture(self, request: Request) -> Response:
        found = self.parts.pictures.get(request.path_params["name"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    async def page(self, request: Request) -> Response:
        """What a seller does by hand in Seller Center: here, only what was done."""
        number = request.query_params.get("order_no", "")
        for shop in shops(self.world):
            if order := shop.order_named(number):
                done = "".join(f"<li>{html.escape(each)}" for each in deeds(shop, order))
                goods = "".join(
                    f"<li>{line.quantity} × {html.escape(shop.products[line.product_id].title)}"
                    for line in order.lines
                )
                return HTMLResponse(
                    f"<!doctype html><title>{number}</title><h1>{html.escape(shop.name)}: {number}</h1>"
                    f"<ul>{goods}</ul><h2>What was done</h2><ul>{done or '<li>Nothing yet.'}</ul>"
                )
        return HTMLResponse("No such order.", 404)


async def _body(request: Request, raw: bytes, with_files: bool) -> Any:
    """JSON, or the one uploaded file."""
    try:
        if with_files:
            file: Any = (await request.form())["data"]
            return {"type": file.content_type, "content": await file.read()}
        return await request.json() if raw else {}
    except (ValueError, KeyError):
        raise Refusal(PARAMETER, "The body is invalid.") from None
