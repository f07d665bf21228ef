"""Shopify's side of the pretend world: GraphQL endpoint, consent page, tokens, webhooks, contact form."""

from __future__ import annotations

import asyncio
import html
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.shopify.pretend import points
from connectors.channels.shopify.pretend.desk import Memory
from connectors.channels.shopify.pretend.grants import Grants
from connectors.channels.shopify.pretend.graph import SCHEMA, Root
from connectors.channels.shopify.pretend.mail import contact_form
from connectors.channels.shopify.pretend.page import order_page
from connectors.channels.shopify.pretend.webhooks import push
from connectors.channels.shopify.queries import VERSION
from connectors.sandbox.opening import mailbox_form
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Product, Shop, World

__all__ = ["connect", "contact_form", "push", "routes"]

PROMISES = ("orderCancel",)  # what is accepted first and done later
Handler = Callable[[Request], Awaitable[Response]]
PLATFORM = "shopify"


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, Any]) -> dict[str, str]:
    """An app made in the shop's own admin, with its lasting token."""
    entered = {
        "external_id": shop.domain,
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "access_token": shop.access_token,
        "base_url": f"{base_url}/{shop.domain}",
    }
    return entered | mailbox_form(shop, shop.form_mailbox or shop.mailbox, mail)


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = Shopify(world, trouble)
    world.listeners.append(here.noticed)
    return [
        Route("/{domain}/admin/api/{version}/graphql.json", here.troubled(here.graphql), methods=["POST"]),
        Route("/{domain}/admin/oauth/access_token", here.troubled(here.token), methods=["POST"]),
        Route("/{domain}/admin/oauth/authorize", here.consent, methods=["GET", "POST"]),
        Route("/{domain}/uploads/{name}", here.upload, methods=["POST"]),
        Route("/{domain}/uploads/{name}", here.uploaded),
        Route("/{domain}/admin/orders/{id:int}", here.page),
        Route("/{domain}/orders/{id:int}", here.page),
    ]


class Shopify:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble = world, trouble
        self.started = world.clock.now()
        self.changes: dict[int, datetime] = {}  # of products, by id
        self.grants = Grants()
        self.memories: defaultdict[str, Memory] = defaultdict(Memory)
        self.buckets: defaultdict[str, points.Bucket] = defaultdict(points.Bucket)

    def noticed(self, what: str, thing: object) -> None:
        if isinstance(thing, Product):
            self.changes[thing.id] = self.world.clock.now()

    def troubled(self, handler: Handler) -> Handler:
        return partial(self._troubled, handler)

    async def _troubled(self, handler: Handler, request: Request) -> Response:
        """A change may be done and never answered; of a read nobody would notice."""
        wish = self.trouble.take(PLATFORM, Kind.TOO_MANY, Kind.BROKEN, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return JSONResponse({"errors": "Too many requests"}, 429, {"Retry-After": "2.0"})
        if wish is Kind.BROKEN:
            return JSONResponse({"errors": "Something broke"}, 500)
        changing = b"mutation" in await request.body()
        answer = await handler(request)
        if changing and self.trouble.take(PLATFORM, Kind.SILENT):
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return Response("<html>\x00", media_type="application/json") if wish is Kind.GARBAGE else answer

    async def graphql(self, request: Request) -> Response:
        shop = self.world.shops.get(request.path_params["domain"])
        if shop is None or request.path_params["version"] != VERSION:
            return JSONResponse({"errors": "Not Found"}, 404)
        if not self.grants.is_good(shop, request.headers.get("x-shopify-access-token", "")):
            return JSONResponse({"errors": "Invalid access token"}, 401)
        asked = await request.json()
        return self._answer(shop, asked["query"], asked.get("variables") or {}, _base(request))

    def _answer(self, shop: Shop, query: str, variables: dict[str, object], base: str) -> Response:
        try:
            document, cost = _understood(query)
        except Misunderstood as error:
            return JSONResponse({"errors": error.args[0]})
        bucket = self.buckets[shop.domain]
        if cost > points.LARGEST:
            return _error("MAX_COST_EXCEEDED", "The query is too large", bucket.status(cost, None))
        if cost > bucket.available():
            return _error("THROTTLED", "Throttled", bucket.status(cost, None))
        changed = lambda product: self.changes.get(product.id, self.started)  # noqa: E731
        memory = self.memories[shop.domain]
        root = Root(self.world, shop, base, changed, memory, self.trouble)
        result = execute_sync(SCHEMA, document, root_value=root, variable_values=variables)
        spent = points.actual(result.data)
        bucket.spend(spent)
        answer: points.Json = {"data": result.data, "extensions": {"cost": bucket.status(cost, spent)}}
        if result.errors:
            answer["errors"] = [each.formatted for each in result.errors]
        return JSONResponse(answer, headers={"X-Shopify-API-Version": VERSION})

    async def consent(self, request: Request) -> Response:
        shop, query = self.world.shops.get(request.path_params["domain"]), request.query_params
        if shop is None or query.get("client_id") != shop.client_id:
            return HTMLResponse("No such shop or app.", 404)
        if request.method == "POST":
            return RedirectResponse(self.grants.callback(shop, query["redirect_uri"], query["state"]), 303)
        scopes = "".join(f"<li>{html.escape(each)}" for each in query.get("scope", "").split(","))
        return HTMLResponse(
            f"<!doctype html><title>Install app</title><h1>{html.escape(shop.name)}</h1>"
            f"<p>This app asks to use:<ul>{scopes}</ul>"
            f'<form method="post"><button>Install</button></form>'
        )

    async def token(self, request: Request) -> Response:
        shop = self.world.shops.get(request.path_params["domain"])
        is_json = "json" in request.headers.get("content-type", "")
        form = await request.json() if is_json else {k: str(v) for k, v in (await request.form()).items()}
        answer = self.grants.answer(shop, form) if shop else None
        return JSONResponse(answer) if answer else JSONResponse({"error": "invalid_request"}, 400)

    async def upload(self, request: Request) -> Response:
        held, name = self.memories[request.path_params["domain"]].uploads, request.path_params["name"]
        file: Any = (await request.form()).get("file")
        if name not in held or file is None:
            return Response(status_code=404)
        held[name] = await file.read()
        return Response(status_code=201)

    async def uploaded(self, request: Request) -> Response:
        held = self.memories[request.path_params["domain"]].uploads
        found = held.get(request.path_params["name"])
        return Response(found, media_type="application/pdf") if found else Response(status_code=404)

    async def page(self, request: Request) -> Response:
        shop = self.world.shops.get(request.path_params["domain"])
        order = shop.orders.get(request.path_params["id"]) if shop else None
        if shop is None or order is None:
            return HTMLResponse("No such order.", 404)
        return HTMLResponse(order_page(shop, order))


class Misunderstood(Exception):
    """Holds the errors to answer with."""


@lru_cache(maxsize=200)
def _understood(query: str) -> tuple[DocumentNode, int]:
    """The query and what it asks for, in points."""
    try:
        document = parse(query)
    except GraphQLError as error:
        raise Misunderstood([error.formatted]) from error
    if errors := validate(SCHEMA, document):
        raise Misunderstood([each.formatted for each in errors])
    return document, points.requested(SCHEMA, document)


def _error(code: str, message: str, cost: points.Json) -> Response:
    return JSONResponse(
        {"errors": [{"message": message, "extensions": {"code": code}}], "extensions": {"cost": cost}}
    )


def _base(request: Request) -> str:
    """The shop's address as the caller wrote it."""
    return str(request.url).partition("/admin/")[0]
