"""Who may in at the pretend Twilio, what goes wrong on demand, and what all its products share: account and numbers."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, Subscription, World
from connectors.twilio.values import Json

Form = dict[str, str]
Does = Callable[[Shop, Form, Request], Any]

AT_ONCE = 50
ROOT = "/2010-04-01/Accounts/{account}"
_POINTED = ("SmsUrl", "SmsMethod", "VoiceUrl", "VoiceMethod", "StatusCallback", "StatusCallbackMethod")


class Refusal(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "status": status}
        self.body["more_info"] = f"https://www.twilio.com/docs/errors/{code}"
        self.status = status


class Desk:
    """Of one product, `kind`: its sellers' accounts have one number each."""

    def __init__(self, kind: str, world: World, trouble: Trouble) -> None:
        self.kind, self.world, self.trouble = kind, world, trouble

    def routes(self) -> list[BaseRoute]:
        return [
            self.route("GET", f"{ROOT}.json", self._profile),
            self.route("GET", f"{ROOT}/IncomingPhoneNumbers.json", self._numbers),
            self.route("POST", f"{ROOT}/IncomingPhoneNumbers/{{number}}.json", self._point),
        ]

    def route(self, method: str, path: str, does: Does, status: int = 200) -> Route:
        """`does` gives the answer's JSON, or a Response; it may raise Refusal."""
        return Route(path, partial(self._answer, does, status), methods=[method])

    def shops(self) -> Iterator[Shop]:
        return (shop for shop in self.world.shops.values() if shop.platform == self.kind)

    async def _answer(self, does: Does, status: int, request: Request) -> Response:
        wish = self.trouble.take(self.kind, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return JSONResponse(Refusal(429, 20429, "Too Many Requests").body, 429, {"Retry-After": "2"})
        if wish is Kind.BROKEN:
            return JSONResponse(Refusal(500, 20500, "Internal Server Error").body, 500)
        try:
            answer = await self._done(does, request)
        except Refusal as refusal:
            answer = JSONResponse(refusal.body, refusal.status)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        if wish is Kind.GARBAGE:
            return HTMLResponse("<html>\x00")
        return answer if isinstance(answer, Response) else JSONResponse(answer, status)

    async def _done(self, does: Does, request: Request) -> Any:
        shop = self._let_in(request)
        form = {name: str(value) for name, value in (await request.form()).items()}
        return does(shop, form, request)

    def _let_in(self, request: Request) -> Shop:
        try:
            pair = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        except ValueError:
            pair = ""
        wanted = request.path_params["account"]
        for shop in self.shops():
            if shop.client_id == wanted and pair == f"{shop.client_id}:{shop.client_secret}":
                return shop
        raise Refusal(401, 20003, "Authenticate")

    def _profile(self, shop: Shop, form: Form, request: Request) -> Json:
        return {
            "sid": shop.client_id,
            "friendly_name": shop.name,
            "status": shop.keys.get("account_status", "active"),
            "type": "Full",
        }

    def _numbers(self, shop: Shop, form: Form, request: Request) -> Json:
        asked = request.query_params.get("PhoneNumber", "")
        found = [_number(shop)] if asked in ("", shop.seller_id) else []
        return listed(request, "incoming_phone_numbers", found)

    def _point(self, shop: Shop, form: Form, request: Request) -> Json:
        if request.path_params["number"] != shop.keys["number_sid"]:
            raise Refusal(404, 20404, "The requested resource was not found")
        changed = {name: value for name, value in form.items() if name in _POINTED}
        kept = [each for each in shop.subscriptions if each.topic not in changed]
        made = [Subscription(self.world.next_id(), name, value) for name, value in changed.items()]
        shop.subscriptions = kept + made
        return _number(shop)


def pointed(shop: Shop, name: str) -> str:
    return next((each.url for each in shop.subscriptions if each.topic == name), "")


def _number(shop: Shop) -> Json:
    return {
        "sid": shop.keys["number_sid"],
        "account_sid": shop.client_id,
        "friendly_name": shop.name,
        "phone_number": shop.seller_id,
        "capabilities": {"sms": True, "mms": True, "voice": True, "fax": False},
        "sms_url": pointed(shop, "SmsUrl"),
        "sms_method": pointed(shop, "SmsMethod") or "POST",
        "voice_url": pointed(shop, "VoiceUrl"),
        "voice_method": pointed(shop, "VoiceMethod") or "POST",
        "status_callback": pointed(shop, "StatusCallback"),
        "status_callback_method": pointed(shop, "StatusCallbackMethod") or "POST",
    }


def listed(request: Request, name: str, found: list[Json]) -> Json:
    """A page as Twilio cuts it; the newest first is the caller's to see to."""
    query = request.query_params
    size, page = int(query.get("PageSize", AT_ONCE)), int(query.get("Page", 0))
    more = len(found) > (page + 1) * size
    asked = [(key, value) for key, value in query.multi_items() if key != "Page"]
    path = request.url.path
    onward = f"{path[path.index('/2010') :]}?{urlencode([*asked, ('Page', page + 1)])}"
    return {
        name: found[page * size : (page + 1) * size],
        "page": page,
        "page_size": size,
        "next_page_uri": onward if more else None,
    }
