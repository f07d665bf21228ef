"""eBay's side of the pretend world: its REST APIs, consent page and notifications."""

from __future__ import annotations

import asyncio
import base64
import html
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.ebay.access import SCOPES
from connectors.channels.ebay.pretend.answers import Json, Refusal, refused
from connectors.channels.ebay.pretend.conversations import Conversations, raw
from connectors.channels.ebay.pretend.disputes import PaymentDisputes
from connectors.channels.ebay.pretend.grants import Grants, refresh_token, shops
from connectors.channels.ebay.pretend.notifications import Notifications, public_key, push
from connectors.channels.ebay.pretend.opening import open_shop
from connectors.channels.ebay.pretend.orders import Orders
from connectors.channels.ebay.pretend.post_order import PostOrder
from connectors.channels.ebay.pretend.quotas import Quotas
from connectors.channels.ebay.pretend.standards import profile
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, Shop, Shopper, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]

PLATFORM = "ebay"
Does = Callable[["Ebay", Shop, Request, Any], Any]


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = Ebay(world, trouble)
    return [
        Route("/identity/v1/oauth2/token", here.troubled(here.token), methods=["POST"]),
        Route("/oauth2/authorize", here.consent, methods=["GET", "POST"]),
        Route("/mesh/ord/details", here.page),
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
        self.world, self.trouble = world, trouble
        self.grants, self.quotas = Grants(world), Quotas()
        self.conversations, self.orders = Conversations(world), Orders(world)
        self.post_order, self.disputes = PostOrder(world, self.orders), PaymentDisputes(world)
        self.notifications = Notifications(world)

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
            self.quotas.spend(shop.client_id, request.url.path, self.world.clock.now())
            body = await _body(request)
            # In a thread: a new destination is asked for its proof while this call waits.
            answer = await asyncio.to_thread(does, self, shop, request, body)
        except Refusal as refusal:
            return refused(refusal, wrapped)
        if isinstance(answer, Response):
            return answer
        return JSONResponse(answer)

    def _caller(self, request: Request, scheme: str) -> Shop:
        given, _, token = request.headers.get("authorization", "").partition(" ")
        shop = self.grants.seller(token)
        if shop is None and "/notification/" in request.url.path:
            shop = self.grants.application(token)
        if given != scheme or shop is None:
            raise Refusal(401, 1001, "Invalid access token")
        return shop

    def context(self, request: Request) -> str:
        token = request.headers.get("authorization", "").partition(" ")[2]
        return "USER" if self.grants.seller(token) else "APPLICATION"

    async def token(self, request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        pair = base64.b64decode(given).decode().partition(":") if scheme == "Basic" else ("", "", "")
        form = {name: str(value) for name, value in (await request.form()).items()}
        answer = self.grants.answer((pair[0], pair[2]), form)
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
            {"error": "access_denied"} if form.get("answer") == "no" else {"code": self.grants.code_for(shop)}
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
                return HTMLResponse(
                    f"<!doctype html><title>{number}</title><h1>{html.escape(shop.name)}: {number}</h1><ul>{goods}</ul>"
                )
        return HTMLResponse("No such order.", 404)


async def _body(request: Request) -> Any:
    """JSON, or the one uploaded file."""
    if "multipart" in request.headers.get("content-type", ""):
        file: Any = (await request.form())["file"]
        return {"name": file.filename, "content": await file.read()}
    held = await request.body()
    return await request.json() if held else {}


def _made(number: str) -> Response:
    return Response(status_code=201, headers={"Location": f"https://api.ebay.com/made/{number}"})


def _nothing(result: object = None) -> Response:
    return Response(status_code=204)


def _query(request: Request) -> dict[str, str]:
    return dict(request.query_params)


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _tested(query: Json) -> Json:
    for name, value in query.items():
        if name.endswith(("_from", "_to")):
            datetime.fromisoformat(str(value))
    return query


_MESSAGE, _NOTES = "/commerce/message/v1", "/commerce/notification/v1"
_SELL, _POST = "/sell/fulfillment/v1", "/post-order/v2"

CALLS: tuple[tuple[str, str, Does], ...] = (
    ("GET", "/commerce/identity/v1/user/", lambda e, s, r, b: identity(s)),
    ("GET", f"{_MESSAGE}/conversation", lambda e, s, r, b: e.conversations.listed(s, _query(r))),
    ("GET", f"{_MESSAGE}/conversation/{{id}}", lambda e, s, r, b: e.conversations.one(s, _id(r), _query(r))),
    ("POST", f"{_MESSAGE}/send_message", lambda e, s, r, b: JSONResponse(e.conversations.send(s, b), 201)),
    ("POST", f"{_MESSAGE}/update_conversation", lambda e, s, r, b: _nothing(e.conversations.update(s, b))),
    ("GET", f"{_NOTES}/config", lambda e, s, r, b: e.notifications.config(s)),
    ("PUT", f"{_NOTES}/config", lambda e, s, r, b: _nothing(e.notifications.configure(s, b))),
    ("GET", f"{_NOTES}/topic", lambda e, s, r, b: e.notifications.topics()),
    ("GET", f"{_NOTES}/destination", lambda e, s, r, b: e.notifications.destinations(s)),
    ("POST", f"{_NOTES}/destination", lambda e, s, r, b: _made(e.notifications.tell(s, b))),
    ("PUT", f"{_NOTES}/destination/{{id}}", lambda e, s, r, b: _nothing(e.notifications.tell(s, b, _id(r)))),
    ("GET", f"{_NOTES}/subscription", lambda e, s, r, b: e.notifications.subscriptions(s, e.context(r))),
    (
        "POST",
        f"{_NOTES}/subscription",
        lambda e, s, r, b: _made(e.notifications.subscribe(s, b, e.context(r))),
    ),
    ("GET", f"{_NOTES}/public_key/{{id}}", lambda e, s, r, b: public_key(_id(r))),
    ("GET", f"{_SELL}/order", lambda e, s, r, b: e.orders.listed(s, _query(r))),
    ("GET", f"{_SELL}/order/{{id}}", lambda e, s, r, b: e.orders.shown(s, e.orders.named(s, _id(r)))),
    (
        "GET",
        f"{_SELL}/order/{{id}}/shipping_fulfillment",
        lambda e, s, r, b: e.orders.fulfillments(s, e.orders.named(s, _id(r))),
    ),
    (
        "POST",
        f"{_SELL}/order/{{id}}/shipping_fulfillment",
        lambda e, s, r, b: _made(e.orders.ship(s, e.orders.named(s, _id(r)), b)),
    ),
    (
        "POST",
        f"{_SELL}/order/{{id}}/issue_refund",
        lambda e, s, r, b: e.orders.refund(s, e.orders.named(s, _id(r)), b),
    ),
    ("GET", f"{_SELL}/payment_dispute_summary", lambda e, s, r, b: e.disputes.listed(s, _tested(_query(r)))),
    ("GET", f"{_SELL}/payment_dispute/{{id}}", lambda e, s, r, b: e.disputes.one(s, _id(r))),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/upload_evidence_file",
        lambda e, s, r, b: e.disputes.upload(s, _id(r), b["name"], b["content"]),
    ),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/add_evidence",
        lambda e, s, r, b: e.disputes.on_dispute(s, _id(r), "add_evidence", b),
    ),
    (
        "POST",
        f"{_SELL}/payment_dispute/{{id}}/{{deed}}",
        lambda e, s, r, b: _nothing(e.disputes.on_dispute(s, _id(r), r.path_params["deed"], b)),
    ),
    ("GET", "/sell/analytics/v1/seller_standards_profile", lambda e, s, r, b: profile(e.world.clock.now())),
    ("GET", f"{_POST}/return/search", lambda e, s, r, b: e.post_order.returns(s, _tested(_query(r)))),
    ("GET", f"{_POST}/return/{{id}}", lambda e, s, r, b: e.post_order.return_(s, _id(r))),
    (
        "POST",
        f"{_POST}/return/{{id}}/{{deed:path}}",
        lambda e, s, r, b: e.post_order.on_return(s, _id(r), r.path_params["deed"], b),
    ),
    ("GET", f"{_POST}/inquiry/search", lambda e, s, r, b: e.post_order.inquiries(s, _tested(_query(r)))),
    ("GET", f"{_POST}/inquiry/{{id}}", lambda e, s, r, b: e.post_order.inquiry(s, _id(r))),
    (
        "POST",
        f"{_POST}/inquiry/{{id}}/{{deed}}",
        lambda e, s, r, b: e.post_order.on_inquiry(s, _id(r), r.path_params["deed"], b),
    ),
    ("GET", f"{_POST}/casemanagement/search", lambda e, s, r, b: e.post_order.cases(s, _tested(_query(r)))),
    ("GET", f"{_POST}/casemanagement/{{id}}", lambda e, s, r, b: e.post_order.case(s, _id(r))),
    (
        "POST",
        f"{_POST}/casemanagement/{{id}}/appeal",
        lambda e, s, r, b: e.post_order.appeal(s, _id(r)) or {},
    ),
    ("POST", f"{_POST}/cancellation", lambda e, s, r, b: e.post_order.cancel(s, b)),
    ("GET", f"{_POST}/cancellation/search", lambda e, s, r, b: e.post_order.cancellations(s, _query(r))),
    (
        "POST",
        f"{_POST}/cancellation/{{id}}/{{deed}}",
        lambda e, s, r, b: e.post_order.on_cancellation(s, _id(r), r.path_params["deed"]) or {},
    ),
)


def identity(shop: Shop) -> Json:
    return {
        "userId": shop.keys["user_id"],
        "username": shop.seller_id,
        "accountType": "BUSINESS",
        "registrationMarketplaceId": "EBAY_US",
        "status": "CONFIRMED",
    }
