"""Tokens, the consent page, and what every call to the API passes: trouble, token, role, rate."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.channels.amazon.pretend.gate import KIND, Gate, sellers
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, World

Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Request, Shop], Awaitable[Response]]


class Door:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble, self.gate = world, trouble, Gate(world)

    def api(self, method: str, path: str, operation: str, answer: Answer, grantless: bool = False) -> Route:
        let_in = partial(self._let_in, operation, f"{method} {path}", answer, grantless)
        return Route(path, partial(self._troubled, let_in), methods=[method])

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        status, answer = self.gate.answer(form)
        return JSONResponse(answer, status)

    async def consent(self, request: Request) -> Response:
        """Seller Central's page; whose browser it is, the application's id says."""
        query = request.query_params
        shop = next(
            (s for s in sellers(self.world) if s.keys["application_id"] == query.get("application_id")), None
        )
        if shop is None:
            return HTMLResponse("No such application.", 404)
        if request.method == "POST":
            return RedirectResponse(self.gate.callback(shop, query["redirect_uri"], query["state"]), 303)
        return HTMLResponse(
            f"<!doctype html><title>Authorize application</title><h1>{html.escape(shop.name)}</h1>"
            "<p>Waybill asks to read your orders and to write to your buyers.</p>"
            '<form method="post"><button>Confirm</button></form>'
        )

    async def page(self, request: Request) -> Response:
        """Where deep links end: a page of Seller Central."""
        path = html.escape(request.path_params["page"])
        return HTMLResponse(f"<!doctype html><title>Seller Central</title><h1>Seller Central</h1><p>/{path}")

    async def _troubled(self, handler: Handler, request: Request) -> Response:
        wish = self.trouble.take(KIND, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return error(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
        if wish is Kind.BROKEN:
            return error(500, "InternalFailure", "We encountered an internal error. Please try again.")
        answer = await handler(request)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return HTMLResponse("<html>\x00") if wish is Kind.GARBAGE else answer

    async def _let_in(
        self, operation: str, path: str, answer: Answer, grantless: bool, request: Request
    ) -> Response:
        """An old token gives 403, not 401; so does a missing role."""
        shop = self.gate.holder(request.headers.get("x-amz-access-token", ""), grantless)
        if shop is None or not self.gate.may(shop, operation):
            return error(403, "Unauthorized", "Access to requested resource is denied.")
        if not self.gate.has_room(shop, operation, path):
            return error(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
        return await answer(request, shop)


def error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errors": [{"code": code, "message": message, "details": ""}]}, status)
