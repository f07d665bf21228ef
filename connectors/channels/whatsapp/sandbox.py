"""WhatsApp's side of the pretend world: the Cloud API as the Graph API shows it, and its webhooks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.channels.whatsapp.pretend import chats, webhooks
from connectors.channels.whatsapp.pretend.accounts import PLATFORM, shops
from connectors.channels.whatsapp.pretend.answers import Json, Refusal, no_such, refused
from connectors.channels.whatsapp.pretend.chats import Media, write
from connectors.channels.whatsapp.pretend.opening import open_shop
from connectors.channels.whatsapp.pretend.templates import templates
from connectors.channels.whatsapp.pretend.webhooks import push
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

__all__ = ["connect", "open_shop", "push", "routes", "write"]

Handler = Callable[[Shop, Request], Awaitable[Response]]
PATIENCE = 5.0  # seconds for an address to prove itself


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    here = CloudApi(world, trouble)

    def api(path: str, handler: Handler, method: str) -> Route:
        return Route(f"/{{version}}/{path}", partial(here.let_in, handler), methods=[method])

    return [
        Route("/attachments/{id}", partial(here.let_in, here.download)),
        api("{id}/messages", here.send, "POST"),
        api("{id}/media", here.upload, "POST"),
        api("{id}/message_templates", here.templates, "GET"),
        api("{id}/subscribed_apps", here.subscribe, "POST"),
        api("{id}", here.show, "GET"),
        api("{id}", here.change, "POST"),
    ]


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, object]) -> dict[str, str]:
    return {
        "external_id": shop.seller_id,
        "waba_id": shop.keys["waba_id"],
        "access_token": shop.access_token,
        "app_secret": shop.client_secret,
        "base_url": base_url,
    }


class CloudApi:
    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble = world, trouble
        self.uploads: dict[str, Media] = {}

    async def let_in(self, handler: Handler, request: Request) -> Response:
        wish = self.trouble.take(PLATFORM, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        try:
            if wish is Kind.TOO_MANY:
                raise Refusal(130429, "Rate limit hit", 429)
            if wish is Kind.BROKEN:
                raise Refusal(2, "Service temporarily unavailable", 500)
            answer = await handler(self._caller(request), request)
        except Refusal as refusal:
            return refused(refusal)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return Response("<html>\x00", media_type="application/json") if wish is Kind.GARBAGE else answer

    def _caller(self, request: Request) -> Shop:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        shop = next((each for each in shops(self.world) if each.access_token == token), None)
        if scheme != "Bearer" or shop is None:
            raise Refusal(190, "Invalid OAuth access token - Cannot parse access token", 401)
        proof = request.query_params.get("appsecret_proof", "")
        if proof and not equal(proof, hmac_hex(shop.client_secret, token.encode())):
            raise Refusal(100, "Invalid appsecret_proof provided in the API argument")
        return shop

    async def send(self, shop: Shop, request: Request) -> Response:
        _own(request, shop.seller_id)
        body = await request.json()
        if body.get("status") == "read":
            if chats.mail_of(self.world, str(body.get("message_id"))) is None:
                raise Refusal(131009, "Parameter value is not valid")
            return JSONResponse({"success": True})
        name = chats.send(self.world, shop, body, self.uploads)
        to = str(body.get("to") or body.get("recipient"))
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": to, "wa_id": to.removeprefix("+")}],
                "messages": [{"id": name, "message_status": "accepted"}],
            }
        )

    async def upload(self, shop: Shop, request: Request) -> Response:
        _own(request, shop.seller_id)
        form = await request.form()
        file: Any = form.get("file")
        if form.get("messaging_product") != "whatsapp" or file is None:
            raise Refusal(100, "The parameters messaging_product and file are required.")
        name = str(secrets.randbelow(10**15) + 10**15)
        self.uploads[name] = Media(str(file.filename), str(file.content_type), await file.read())
        return JSONResponse({"id": name})

    async def templates(self, shop: Shop, request: Request) -> Response:
        _own(request, shop.keys["waba_id"])
        query, rows = request.query_params, templates(shop)
        limit, first = int(query.get("limit", 25)), int(query.get("after", 0))
        page, last = rows[first : first + limit], first + limit
        paging: Json = {"cursors": {"before": str(first), "after": str(last)}}
        if last < len(rows):
            paging["next"] = str(request.url.include_query_params(after=last))
        return JSONResponse({"data": page, "paging": paging})

    async def subscribe(self, shop: Shop, request: Request) -> Response:
        _own(request, shop.keys["waba_id"])
        body = await request.json()
        await self._keep(shop, webhooks.ACCOUNT_HOOK, body)
        self.world.changed("whatsapp hooked", shop)
        return JSONResponse({"success": True})

    async def change(self, shop: Shop, request: Request) -> Response:
        _own(request, shop.seller_id)
        body = await request.json()
        await self._keep(shop, webhooks.HOOK, body.get("webhook_configuration") or {})
        return JSONResponse({"success": True})

    async def show(self, shop: Shop, request: Request) -> Response:
        """The number, its business account, or what a shopper sent."""
        asked = request.path_params["id"]
        if asked == shop.seller_id:
            return JSONResponse(_cut(request, _number(shop)))
        if asked == shop.keys["waba_id"]:
            return JSONResponse(_cut(request, {"id": asked, "name": shop.name}))
        media = dict(chats.media_of(self.world, shop)).get(asked)
        if media is None:
            raise no_such(asked)
        root = str(request.url).partition(f"/{request.path_params['version']}/")[0]
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "url": f"{root}/attachments/{asked}",
                "mime_type": media.content_type,
                "sha256": media.sha256,
                "file_size": str(len(media.content)),
                "id": asked,
            }
        )

    async def download(self, shop: Shop, request: Request) -> Response:
        media = dict(chats.media_of(self.world, shop)).get(request.path_params["id"])
        if media is None:
            return Response(status_code=404)
        return Response(media.content, media_type=media.content_type)

    async def _keep(self, shop: Shop, name: str, hook: Json) -> None:
        """Where webhooks go, once the address has proved that it is the seller's."""
        url, token = str(hook.get("override_callback_uri") or ""), str(hook.get("verify_token") or "")
        challenge = secrets.token_hex(8)
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.get(url, params=asked)
        except httpx.HTTPError:
            raise Refusal(2200, "Callback verification failed: the address does not answer") from None
        if answer.text != challenge:
            raise Refusal(2200, "Callback verification failed: no matching challenge received")
        shop.keys[name] = url


def _own(request: Request, name: str) -> None:
    if request.path_params["id"] != name:
        raise no_such(request.path_params["id"])


def _number(shop: Shop) -> Json:
    return {
        "id": shop.seller_id,
        "display_phone_number": f"+{shop.keys['shown_number']}",
        "verified_name": shop.name.partition(" on ")[0],
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "webhook_configuration": {
            name: shop.keys[key]
            for name, key in (
                ("phone_number", webhooks.HOOK),
                ("whatsapp_business_account", webhooks.ACCOUNT_HOOK),
            )
            if key in shop.keys
        },
    }


def _cut(request: Request, node: Json) -> Json:
    wanted = request.query_params.get("fields")
    return {name: node[name] for name in ("id", *wanted.split(",")) if name in node} if wanted else node
