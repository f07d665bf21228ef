"""The Graph API of the pretend world: one set of paths, mounted once for each kind of account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.meta.graph import VERSION
from connectors.meta.pretend import commenting, grants, pages, pushing
from connectors.meta.pretend.answers import (
    Json,
    Refusal,
    comment,
    listed,
    mid,
    no_such,
    page_id,
    person,
    refused,
)
from connectors.meta.pretend.talking import Talking, profile
from connectors.sandbox.correspondence import letter
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, World

USAGE = '{"call_count":12,"total_cputime":8,"total_time":9}'


def routes(kind: str, world: World, trouble: Trouble) -> list[BaseRoute]:
    here = Meta(kind, world, trouble)
    at = f"/{VERSION}"
    return [
        Route("/posts", here.posts, methods=["GET", "POST"]),
        Route("/cdn/{mail:int}/{place:int}.jpg", here.cdn),
        Route(f"{at}/dialog/oauth", here.consent, methods=["GET", "POST"]),
        Route(f"{at}/oauth/access_token", here.troubled(here.token)),
        Route(f"{at}/{{id}}", here.troubled(here.node), methods=["GET", "POST"]),
        Route(f"{at}/{{id}}/{{edge}}", here.troubled(here.edge), methods=["GET", "POST"]),
    ]


class Meta:
    def __init__(self, kind: str, world: World, trouble: Trouble) -> None:
        self.kind, self.world, self.trouble = kind, world, trouble
        self.talking = Talking(world)

    def troubled(self, does: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
        return partial(self._troubled, does)

    async def _troubled(self, does: Callable[[Request], Awaitable[Any]], request: Request) -> Response:
        wish = self.trouble.take(self.kind, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE)
        if wish is Kind.TOO_MANY:
            return refused(Refusal(613, "Calls to this api have exceeded the rate limit.", status=400))
        if wish is Kind.BROKEN:
            return refused(Refusal(2, "An unexpected error has occurred. Please retry later.", status=500))
        try:
            answer = JSONResponse(await does(request), headers={"X-App-Usage": USAGE})
        except Refusal as refusal:
            answer = refused(refusal)
        if wish is Kind.SILENT:
            while not await request.is_disconnected():
                await asyncio.sleep(0.05)
        return Response("<html>\x00", media_type="application/json") if wish is Kind.GARBAGE else answer

    async def token(self, request: Request) -> Json:
        return grants.exchanged(self.world, self.kind, dict(request.query_params))

    async def consent(self, request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else None
        return grants.consent(self.world, self.kind, request, form)

    async def posts(self, request: Request) -> Response:
        if request.method == "POST":
            return pages.write(self.world, self.kind, request, await _form(request))
        return pages.show(self.world, self.kind, request)

    async def cdn(self, request: Request) -> Response:
        found = self.talking.file(request.path_params["mail"], request.path_params["place"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    async def node(self, request: Request) -> Json:
        shop, number, query = (
            grants.caller(self.world, self.kind, request),
            request.path_params["id"],
            _query(request),
        )
        if number == "debug_token":
            return grants.debugged(self.world, self.kind, query, pushing.PLATFORMS[self.kind].scopes)
        if request.method == "POST":
            return commenting.hide(shop, number, query, await _json(request))
        if number == "me":
            return {"id": shop.keys["user_id"], "name": "The seller"}
        if number == shop.seller_id:
            return self._own(shop, query)
        return self._thing(shop, number)

    def _own(self, shop: Shop, query: Json) -> Json:
        """Itself; or, on Instagram, where somebody named it."""
        if "mentioned_comment" in query.get("fields", ""):
            number = query["fields"].partition("comment_id(")[2].partition(")")[0]
            found = comment(shop, number)
            if found is None:
                raise no_such(number)
            said = commenting.shown(shop, *found)
            media = {
                "id": found[0].id,
                "permalink": f"{shop.keys.get('base_url', '')}/posts?shop={shop.domain}",
            }
            return {"id": shop.seller_id, "mentioned_comment": {**said, "media": media}}
        return {"id": shop.seller_id, "name": shop.name, "username": shop.keys["username"]}

    def _thing(self, shop: Shop, number: str) -> Json:
        """A comment, a person or a message."""
        if found := comment(shop, number):
            return commenting.shown(shop, *found)
        if shopper := person(shop, number):
            return profile(shop, shopper)
        for mail in self.world.mails:
            if mid(mail) == number:
                received = mail.mailbox != shop.mailbox.lower()
                said = letter(mail, received=received)
                whose = {mail.mailbox, said.sender_address}
                if shopper := next((each for each in shop.shoppers.values() if each.email in whose), None):
                    return self.talking.message(shop, shopper, said)
        raise no_such(number)

    async def edge(self, request: Request) -> Json:
        shop, query = grants.caller(self.world, self.kind, request), _query(request)
        number, edge, method = request.path_params["id"], request.path_params["edge"], request.method
        if edge == "message_attachments" and number == page_id(shop):
            return self.talking.upload(shop, *(await _file(request)))
        body = await _json(request) if method == "POST" else {}
        if edge == pushing.PLATFORMS[self.kind].reply_edge:
            if method == "GET":
                return commenting.under(shop, number, query)
            return commenting.answer(self.world, shop, number, query, body)
        does = _EDGES.get((method, edge))
        if does is None or number not in _holders(shop, edge):
            raise no_such(f"{number}/{edge}")
        if edge == "subscriptions" and not grants.is_app(shop, request):
            raise Refusal(15, "This method must be called with an app access_token.")
        # In a thread: a new address is asked for its proof while this call waits.
        return await asyncio.to_thread(does, self, shop, query, body)


Does = Callable[[Meta, Shop, Json, Json], Json]
_EDGES: dict[tuple[str, str], Does] = {
    ("POST", "messages"): lambda here, shop, query, body: here.talking.send(shop, body),
    ("GET", "conversations"): lambda here, shop, query, body: here.talking.threads(shop, query),
    ("GET", "accounts"): lambda here, shop, query, body: listed([_account(shop)], query),
    ("POST", "subscriptions"): lambda here, shop, query, body: pushing.subscribe(here.world, shop, body),
    ("GET", "subscriptions"): lambda here, shop, query, body: pushing.subscriptions(shop),
    ("POST", "subscribed_apps"): lambda here, shop, query, body: pushing.listen(shop, body),
    ("GET", "subscribed_apps"): lambda here, shop, query, body: pushing.listening(shop),
    ("POST", "mentions"): lambda here, shop, query, body: commenting.answer(
        here.world, shop, str(body.get("comment_id")), query, body
    ),
}


def _holders(shop: Shop, edge: str) -> tuple[str, ...]:
    """On whom an edge hangs: mentions on the account itself, the rest on its Page, the app or the person."""
    return (shop.seller_id,) if edge == "mentions" else (page_id(shop), "me", shop.client_id)


def _account(shop: Shop) -> Json:
    """The Page; an Instagram account hangs on one."""
    page: Json = {"id": page_id(shop), "name": shop.name}
    if shop.platform == "instagram":
        page["instagram_business_account"] = {"id": shop.seller_id, "username": shop.keys["username"]}
    return {**page, "access_token": grants.page_token(shop), "tasks": ["MESSAGING", "MODERATE"]}


def _query(request: Request) -> dict[str, str]:
    return dict(request.query_params)


async def _json(request: Request) -> Json:
    body = await request.body()
    found = await request.json() if body else {}
    return found if isinstance(found, dict) else {}


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


async def _file(request: Request) -> tuple[Json, tuple[str, bytes, str]]:
    form = await request.form()
    file = form["filedata"]
    if not isinstance(file, UploadFile):
        raise Refusal(100, "The parameter filedata is required.")
    kept = (file.filename or "file", await file.read(), file.content_type or "application/octet-stream")
    return {name: str(value) for name, value in form.items() if name != "filedata"}, kept
