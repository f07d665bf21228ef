"""Walmart's side of the pretend world: consent page, tokens, orders, returns, insights, webhooks, relay mail."""

from __future__ import annotations

import asyncio
import html
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.walmart.pretend import changes, shapes
from connectors.channels.walmart.pretend.gate import KIND, Gate, sellers
from connectors.channels.walmart.pretend.insights import summary
from connectors.channels.walmart.pretend.letters import write
from connectors.channels.walmart.pretend.opening import open_shop
from connectors.channels.walmart.pretend.paging import BadCursor, asked, cut
from connectors.channels.walmart.pretend.pushing import EVENTS, push
from connectors.channels.walmart.pretend.returning import returns_of
from connectors.sandbox.opening import mailbox_form
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Order, Shop, Subscription, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]

Json = dict[str, Any]
Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Request, Shop], Awaitable[Response]]
USUAL_PERIOD = timedelta(days=7)


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = Walmart(world, trouble)

    def api(path: str, name: str, answer: Answer, method: str = "GET") -> Route:
        return Route(f"/v3/{path}", here.troubled(partial(here.let_in, name, answer)), methods=[method])

    return [
        Route("/v3/token", here.troubled(here.token), methods=["POST"]),
        Route("/authorize", here.consent, methods=["GET", "POST"]),
        Route("/seller/{page:path}", here.page),
        api("token/detail", "token", here.detail),
        api("orders", "orders", here.orders),
        api("orders/{po}", "orders", here.order),
        api("orders/{po}/cancel", "cancel", here.cancel, "POST"),
        api("orders/{po}/refund", "refund", here.refund, "POST"),
        api("returns", "returns", here.returns),
        api("returns/{name}/refund", "refund", here.refund_return, "POST"),
        api("insights/performance/{metric}/summary", "insights", here.insights),
        api("webhooks/eventTypes", "webhooks", here.event_types),
        api("webhooks/subscriptions", "webhooks", here.subscriptions),
        api("webhooks/subscriptions", "webhooks", here.subscribe, "POST"),
    ]


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, Any]) -> dict[str, str]:
    """The seller's own keys, so that no consent is needed."""
    entered = {
        "external_id": shop.seller_id,
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "base_url": base_url,
    }
    return entered | mailbox_form(shop, shop.mailbox, mail)


class Walmart:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble = world, trouble
        self.gate = Gate(world)

    def troubled(self, handler: Handler) -> Handler:
        return partial(self._troubled, handler)

    async def _troubled(self, handler: Handler, request: Request) -> Response:
        wish = self.trouble.take(KIND, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return _too_many(2.0)
        if wish is Kind.BROKEN:
            return HTMLResponse("<html><body>520: unknown error</body></html>", 520)
        answer = await handler(request)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return HTMLResponse("<html>\x00") if wish is Kind.GARBAGE else answer

    async def let_in(self, api: str, answer: Answer, request: Request) -> Response:
        for name in ("wm_svc.name", "wm_qos.correlation_id"):
            if not request.headers.get(name):
                return _error(400, "INVALID_REQUEST_HEADER.GMP_GATEWAY_API", f"{name.upper()} is missing.")
        shop = self.gate.holder(request.headers.get("wm_sec.access_token", ""))
        if shop is None:
            return _error(401, "UNAUTHORIZED.GMP_GATEWAY_API", "The access token is invalid or expired.")
        bucket = self.gate.bucket(shop, api)
        if not bucket.take():
            return _too_many(bucket.next_in)
        return await answer(request, shop)

    async def token(self, request: Request) -> Response:
        shop = self.gate.by_basic(request.headers.get("authorization", ""))
        form = {name: str(value) for name, value in (await request.form()).items()}
        given = shop and self.gate.answer(shop, form, request.headers.get("wm_partner.id", ""))
        return JSONResponse(given) if given else _error(401, "UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized")

    async def detail(self, request: Request, shop: Shop) -> Response:
        level = shop.keys.get("scopes", "full_access")
        now = self.world.clock.now()
        scopes = dict.fromkeys(("orders", "returns", "reports", "item", "inventory", "price", "feeds"), level)
        return JSONResponse(
            {
                "is_valid": True,
                "is_channel_match": True,
                "issued_at": str(shapes.ms(now)),
                "expire_at": str(shapes.ms(now + timedelta(minutes=15))),
                "scopes": scopes,
            }
        )

    async def orders(self, request: Request, shop: Shop) -> Response:
        try:
            wanted = asked(shop, request.url.query, usual=100)
        except (BadCursor, ValueError):
            return _error(400, "INVALID_REQUEST_PARAM.GMP_ORDER_API", "The query is not valid.")
        found = sorted(self._chosen(shop, wanted.filters), key=lambda each: (each.updated_at, each.id))
        if not found:
            return _error(404, "CONTENT_NOT_FOUND.GMP_ORDER_API", "No orders found.")
        page, onward = cut(shop, found, wanted)
        meta: Json = {"totalCount": len(found), "limit": wanted.limit}
        bodies = [shapes.order_body(self.world, shop, each) for each in page]
        meta |= {"nextCursor": onward} if onward else {}
        return JSONResponse({"list": {"meta": meta, "elements": {"order": bodies}}})

    def _chosen(self, shop: Shop, filters: Json) -> Iterator[Order]:
        """Without a word about time the last seven days; without one about warehouses the seller's own only."""
        now, node = self.world.clock.now(), filters.get("shipNodeType", "SellerFulfilled")
        dated = any(name.startswith(("created", "lastModified")) for name in filters)
        first = now - USUAL_PERIOD
        for order in shop.orders.values():
            if shapes.node_type(order) != node or (not dated and order.placed_at < first):
                continue
            if filters.get("customerOrderId", order.number) == order.number and _within(
                filters, "lastModified", order.updated_at
            ):
                yield order

    async def order(self, request: Request, shop: Shop) -> Response:
        order = shapes.order_of(shop, request.path_params["po"])
        if order is None:
            return _error(404, "CONTENT_NOT_FOUND.GMP_ORDER_API", "No such order.")
        return JSONResponse({"order": shapes.order_body(self.world, shop, order)})

    async def cancel(self, request: Request, shop: Shop) -> Response:
        return await self._change(request, shop, changes.cancel)

    async def refund(self, request: Request, shop: Shop) -> Response:
        return await self._change(request, shop, changes.refund)

    async def _change(
        self, request: Request, shop: Shop, do: Callable[[World, Shop, Order, Json], None]
    ) -> Response:
        order = shapes.order_of(shop, request.path_params["po"])
        if order is None:
            return _error(404, "CONTENT_NOT_FOUND.GMP_ORDER_API", "No such order.")
        if shapes.node_type(order) != "SellerFulfilled":
            return _error(400, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", "The order is fulfilled by Walmart.")
        try:
            do(self.world, shop, order, await request.json())
        except changes.Refusal as refusal:
            return _error(400, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", str(refusal))
        return JSONResponse({"order": shapes.order_body(self.world, shop, order)})

    async def returns(self, request: Request, shop: Shop) -> Response:
        try:
            wanted = asked(shop, request.url.query, usual=10)
        except (BadCursor, ValueError):
            return _error(400, "INVALID_REQUEST_PARAM.GMP_RETURNS_API", "The query is not valid.")
        filters = wanted.filters
        found = [
            body
            for order, body in returns_of(self.world, shop)
            if filters.get("returnOrderId", body["returnOrderId"]) == body["returnOrderId"]
            and filters.get("customerOrderId", order.number) == order.number
            and _within(filters, "returnLastModified", order.updated_at)
        ]
        page, onward = cut(shop, found, wanted)
        meta = {"totalCount": len(found), "limit": wanted.limit, "nextCursor": onward}
        return JSONResponse({"meta": meta, "returnOrders": list(page)})

    async def refund_return(self, request: Request, shop: Shop) -> Response:
        found = changes.return_named(shop, request.path_params["name"])
        if found is None:
            return _error(404, "CONTENT_NOT_FOUND.GMP_RETURNS_API", "No such return.")
        body = await request.json()
        try:
            changes.refund_return(self.world, *found, body)
        except changes.Refusal as refusal:
            return _error(400, "INVALID_REQUEST_CONTENT.GMP_RETURNS_API", str(refusal))
        return JSONResponse({"returnOrderId": request.path_params["name"], **body})

    async def insights(self, request: Request, shop: Shop) -> Response:
        days = int(request.query_params.get("reportDuration", 60))
        found = summary(shop, request.path_params["metric"], days, self.world.clock.now())
        return JSONResponse(found) if found else JSONResponse({"code": "CONTENT_NOT_FOUND"}, 404)

    async def event_types(self, request: Request, shop: Shop) -> Response:
        offered = [
            {"resourceName": resource, "eventType": event, "eventVersion": "V1", "description": event}
            for event, resource in EVENTS.items()
        ]
        return JSONResponse({"eventTypes": offered})

    async def subscriptions(self, request: Request, shop: Shop) -> Response:
        return JSONResponse(
            {"events": [{"event": [_subscription(shop, each)]} for each in shop.subscriptions]}
        )

    async def subscribe(self, request: Request, shop: Shop) -> Response:
        made = []
        for wish in (await request.json())["events"]:
            if EVENTS.get(wish["eventType"]) != wish["resourceName"]:
                return _error(400, "INVALID_REQUEST_PARAM.GMP_WEBHOOK_API", "No such event.")
            details = wish["authDetails"]
            shop.keys["webhook_header"] = details["authHeaderName"]
            shop.keys["webhook_secret"] = details["clientSecret"]
            made.append(Subscription(self.world.next_id(), wish["eventType"], wish["eventUrl"]))
        shop.subscriptions += made
        return JSONResponse({"event": [_subscription(shop, each) for each in made]})

    async def consent(self, request: Request) -> Response:
        query = request.query_params
        shops = [each for each in sellers(self.world) if each.client_id == query.get("clientId")]
        if not shops:
            return HTMLResponse("No such app.", 404)
        if request.method == "POST":
            return RedirectResponse(self.gate.callback(shops[0], query["redirectUri"], query["state"]), 303)
        name = html.escape(shops[0].name)
        return HTMLResponse(
            f"<!doctype html><title>Authorize</title><h1>{name}</h1><p>This app asks to read and change orders, "
            f'returns and reports.<form method="post"><button>Authorize</button></form>'
        )

    async def page(self, request: Request) -> Response:
        shown = " ".join(map(html.escape, (request.path_params["page"], *request.query_params.values())))
        return HTMLResponse(f"<!doctype html><title>Seller Center</title><h1>Seller Center</h1><p>{shown}")


def _subscription(shop: Shop, wanted: Subscription) -> Json:
    return {
        "eventType": wanted.topic,
        "subscriptionId": str(wanted.id),
        "partnerId": shop.seller_id,
        "eventVersion": "V1",
        "resourceName": EVENTS[wanted.topic],
        "status": "ACTIVE",
        "eventUrl": wanted.url,
    }


def _within(filters: Json, name: str, at: datetime) -> bool:
    """A change counts from the second it happened in."""
    since, until = (filters.get(f"{name}{end}Date") for end in ("Start", "End"))
    seconds = at.replace(microsecond=0)
    return not (since and seconds < datetime.fromisoformat(since)) and not (
        until and seconds > datetime.fromisoformat(until)
    )


def _error(status: int, code: str, words: str) -> Response:
    error = {"code": code, "field": "data", "description": words, "severity": "ERROR", "category": "DATA"}
    return JSONResponse({"errors": [error]}, status)


def _too_many(seconds: float) -> Response:
    answer = _error(429, "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "Too many requests.")
    answer.headers["x-current-token-count"] = "0"
    answer.headers["x-next-replenishment-time"] = str(int((time.time() + seconds) * 1000))
    return answer
