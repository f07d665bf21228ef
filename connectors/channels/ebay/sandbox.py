"""eBay's side of the pretend world: its REST APIs, consent page and notifications."""

from __future__ import annotations

import asyncio
import base64
import html
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.ebay.access import SCOPES
from connectors.channels.ebay.pretend.answers import Refusal, refused
from connectors.channels.ebay.pretend.calls import CALLS, Asked, Does, Parts
from connectors.channels.ebay.pretend.conversations import raw
from connectors.channels.ebay.pretend.grants import refresh_token, shops
from connectors.channels.ebay.pretend.notifications import push
from connectors.channels.ebay.pretend.opening import open_shop
from connectors.sandbox.deeds import deeds
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, Shop, Shopper, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]

PLATFORM = "ebay"


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = Ebay(world, trouble)
    return [
        Route("/identity/v1/oauth2/token", here.troubled(here.token), methods=["POST"]),
        Route("/oauth2/authorize", here.consent, methods=["GET", "POST"]),
        Route("/mesh/ord/details", here.page),
        Route("/sh/ord", here.seller_hub),
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
        "runame": shop.keys["runame"],
        "alert_email": shop.mailbox,
        "refresh_token": refresh_token(shop),
        "base_url": base_url,
    }


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """A message in the conversation of the two; the mail is eBay's copy of it."""
    named = f"{subject} ({order})".strip() if order and order not in f"{subject} {text}" else subject
    about = named or f"A question from {shopper.handle}"
    return world.deliver_mail(shop.mailbox, raw(shop, shopper, text, about, to_shopper=False), written=text)


class Ebay:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble, self.parts = world, trouble, Parts(world)

    def troubled(
        self, handler: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        return partial(self._troubled, handler)

    async def _troubled(
        self, handler: Callable[[Request], Awaitable[Response]], request: Request
    ) -> Response:
        wish = self.trouble.take(PLATFORM, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return JSONResponse(
                {"errors": [{"errorId": 2003, "message": "Slow down"}]}, 429, {"Retry-After": "2"}
            )
        if wish is Kind.BROKEN:
            return JSONResponse({"errors": [{"errorId": 2002, "message": "Internal error"}]}, 500)
        answer = await handler(request)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return Response("<html>\x00", media_type="application/json") if wish is Kind.GARBAGE else answer

    async def call(self, does: Does, request: Request) -> Response:
        """Who asks, whether they may, and how often; then what they asked for."""
        wrapped = "/post-order/" in request.url.path
        try:
            shop = self._caller(request, "IAF" if wrapped else "Bearer")
            self.parts.quotas.spend(shop.client_id, request.url.path, self.world.clock.now())
            asked = await self._asked(request)
            # In a thread: a new destination is asked for its proof while this call waits.
            answer = await asyncio.to_thread(does, self.parts, shop, asked)
        except Refusal as refusal:
            return refused(refusal, wrapped)
        if isinstance(answer, Response):
            return answer
        if answer is None:
            return JSONResponse({}) if wrapped else Response(status_code=204)
        return JSONResponse(answer)

    async def _asked(self, request: Request) -> Asked:
        path = request.path_params
        token = request.headers["authorization"].partition(" ")[2]
        context = "USER" if self.parts.grants.seller(token) else "APPLICATION"
        query = dict(request.query_params)
        return Asked(path.get("id", ""), path.get("deed", ""), query, await _body(request), context)

    def _caller(self, request: Request, scheme: str) -> Shop:
        given, _, token = request.headers.get("authorization", "").partition(" ")
        shop = self.parts.grants.seller(token)
        if shop is None and "/notification/" in request.url.path:
            shop = self.parts.grants.application(token)
        if given != scheme or shop is None:
            raise Refusal(401, 1001, "Invalid access token")
        return shop

    async def token(self, request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        pair = base64.b64decode(given).decode().partition(":") if scheme == "Basic" else ("", "", "")
        form = {name: str(value) for name, value in (await request.form()).items()}
        answer = self.parts.grants.answer((pair[0], pair[2]), form)
        status = 401 if answer.get("error") == "invalid_client" else 400 if "error" in answer else 200
        return JSONResponse(answer, status)

    async def consent(self, request: Request) -> Response:
        """Where eBay sends the browser afterwards is set in its portal; here, on the page itself."""
        query = request.query_params
        ours = [each for each in shops(self.world) if each.client_id == query.get("client_id")]
        ours = [each for each in ours if each.keys.get("runame") == query.get("redirect_uri")]
        if not ours:
            return HTMLResponse("eBay knows no such application or RuName.", 404)
        if set(query.get("scope", "").split()) - set(SCOPES):
            return HTMLResponse("invalid_scope", 400)
        if request.method == "POST":
            return self._agreed(ours[0], query.get("state", ""), dict(await request.form()))
        scopes = "".join(f"<li>{html.escape(each)}" for each in query.get("scope", "").split())
        place = html.escape(ours[0].keys.get("accepted_url", ""))
        return HTMLResponse(
            f"<!doctype html><title>Agree</title><h1>{html.escape(ours[0].seller_id)}</h1>"
            f"<p>This application asks for:<ul>{scopes}</ul><form method=post>"
            f'<label>Auth accepted URL <input name=accepted_url size=80 value="{place}"></label>'
            "<button name=answer value=yes>Agree</button><button name=answer value=no>Decline</button></form>"
        )

    def _agreed(self, shop: Shop, state: str, form: dict[str, Any]) -> Response:
        place = str(form.get("accepted_url") or shop.keys.get("accepted_url", ""))
        shop.keys["accepted_url"] = place
        back = (
            {"error": "access_denied"}
            if form.get("answer") == "no"
            else {"code": self.parts.grants.code_for(shop)}
        )
        query = urlencode({"state": state, "expires_in": "299", **back})
        return RedirectResponse(f"{place}{'&' if '?' in place else '?'}{query}", 303)

    async def page(self, request: Request) -> Response:
        number = request.query_params.get("orderid", "")
        for shop in shops(self.world):
            if order := shop.order_named(number):
                goods = "".join(
                    f"<li>{line.quantity} × {html.escape(shop.products[line.product_id].title)}"
                    for line in order.lines
                )
                done = "".join(f"<li>{html.escape(each)}" for each in deeds(shop, order))
                return HTMLResponse(
                    f"<!doctype html><title>{number}</title><h1>{html.escape(shop.name)}: {number}</h1><ul>{goods}</ul>"
                    f"<h2>What was done</h2><ul>{done or '<li>Nothing yet.'}</ul>"
                )
        return HTMLResponse("No such order.", 404)

    async def seller_hub(self, request: Request) -> Response:
        """What a seller does by hand: here, only what waits for it."""
        waiting = "".join(
            f"<li>{html.escape(shop.name)}: {each.kind} {each.id}, {each.state.replace('_', ' ')}"
            for shop in shops(self.world)
            for each in shop.disputes.values()
        )
        return HTMLResponse(
            f"<!doctype html><title>Seller Hub</title><h1>Requests and disputes</h1><ul>{waiting}</ul>"
        )


async def _body(request: Request) -> Any:
    """JSON, or the one uploaded file."""
    if "multipart" in request.headers.get("content-type", ""):
        file: Any = (await request.form())["file"]
        return {"name": file.filename, "content": await file.read()}
    held = await request.body()
    return await request.json() if held else {}
