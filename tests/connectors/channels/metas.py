"""A seller's Page or Instagram account in the sandbox, connected, for the tests of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from types import ModuleType

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from connectors import registry
from connectors.channels.facebook import sandbox as facebook
from connectors.channels.instagram import sandbox as instagram
from connectors.contract import Account, Connector, RawRequest
from connectors.events import Event
from connectors.meta.graph import VERSION
from connectors.meta.pretend import commenting
from connectors.meta.pretend.answers import comment_id, person_id
from connectors.sandbox import northpine
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.people import crowd
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Shop, Shopper, World
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation

SANDBOXES: dict[str, ModuleType] = {"facebook": facebook, "instagram": instagram}


def small_world(kind: str) -> World:
    world = World()
    store = Shop("northpine.myshopify.com", "Northpine", "support@northpine.example", "p", "t", "i", "s")
    store.products = stocked(world, Random(1), "NP", northpine.GOODS)
    store.shoppers = {each.id: each for each in crowd(world, Random(2), 6, set())}
    world.shops[store.domain] = store
    SANDBOXES[kind].open_shop(world, store, datetime.now(UTC))
    return world


@dataclass
class MetaSeller:
    kind: str
    world: World
    trouble: Trouble
    account: Account
    hook: str
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def connector(self) -> Connector:
        return registry.connector(self.kind)

    @property
    def shop(self) -> Shop:
        return self.world.shops[f"northpine.{self.kind}.example"]

    @property
    def shopper(self) -> Shopper:
        return next(iter(self.shop.shoppers.values()))

    @property
    def person(self) -> str:
        return person_id(self.shop, self.shopper)

    def post(self, kind: str) -> Post:
        return next(each for each in self.shop.posts.values() if each.kind == kind)

    def writes(self, text: str) -> list[Event]:
        self.sent.clear()
        SANDBOXES[self.kind].write(self.world, self.shop, self.shopper, text, "", "", None)
        return self.heard()

    def comments(self, text: str, under: str = "post") -> tuple[str, Comment]:
        """Its platform's id, and the comment."""
        post = self.post(under)
        said = commenting.write(self.world, self.shop, post, self.shopper, text)
        return comment_id(self.shop, post, said), said

    def heard(self) -> list[Event]:
        """What was pushed since the last look."""
        events: list[Event] = []
        for headers, body in self.sent:
            pushed_as_published(body)
            raw = self.connector.verify(self.account, posted(headers, body))
            events += self.connector.parse(self.account, raw)
        self.sent.clear()
        return events


def posted(headers: Mapping[str, str], body: bytes, query: dict[str, str] | None = None) -> RawRequest:
    return RawRequest(
        "POST", "/hooks", {name.lower(): value for name, value in headers.items()}, body, query or {}
    )


def connected(serve: Serve, name: str, kind: str) -> MetaSeller:
    world, trouble = small_world(kind), Trouble()
    base = f"{serve([Mount(f'/{kind}', routes=SANDBOXES[kind].routes(world, trouble))])}/{kind}"
    shop = world.shops[f"northpine.{kind}.example"]
    entered = SANDBOXES[kind].connect(world, shop, base, {})
    secret = {"app_secret", "access_token"}
    account = Account(
        name,
        kind,
        shop.seller_id,
        {each: entered[each] for each in secret},
        {each: value for each, value in entered.items() if each not in secret and each != "external_id"},
    )
    connector = registry.connector(kind)

    def proof(request: object) -> PlainTextResponse:
        query = dict(request.query_params)  # type: ignore[attr-defined]
        answer = connector.challenge(account, RawRequest("GET", "/", {}, b"", query))
        return PlainTextResponse(answer.body if answer else b"", 200 if answer else 404)

    seller = MetaSeller(kind, world, trouble, account, f"{serve([Route('/hook', proof)])}/hook")
    deliver = lambda url, headers, body: seller.sent.append((dict(headers), body))  # noqa: E731
    world.listeners.append(lambda what, thing: SANDBOXES[kind].push(world, what, thing, deliver))
    connector.subscribe(account, seller.hook)
    return seller


@pytest.fixture(params=sorted(SANDBOXES))
def either(request: pytest.FixtureRequest) -> str:
    return str(request.param)


OPERATIONS = [
    Operation.read("meta", file.stem)
    for file in sorted((HERE / "meta").glob("*.json"))
    if file.stem not in ("webhook", "names")
]
NAMES = json.loads((HERE / "meta" / "names.json").read_text())


def as_published(answer: httpx.Response) -> None:
    """Raises AssertionError where an exchange is not what the hand-made document says; what it leaves out is the person's
    Pages, the app's webhooks, mentions, and reading a comment."""
    request = answer.request
    if (
        VERSION not in request.url.path
        or answer.content.startswith(b"<html>")
        or "/dialog/" in request.url.path
    ):
        return
    matching = [each for each in OPERATIONS if each.is_of(request)]
    if matching:
        max(matching, key=_particular).check(answer)


def _particular(each: Operation) -> tuple[int, int]:
    """The longest path, and of these the one with the fewest gaps."""
    path = str(each.contract["path"])
    return path.count("/"), -path.count("{")


def pushed_as_published(body: bytes) -> None:
    contract = Operation.read("meta", "webhook")
    contract.validate(contract.contract["schema"], json.loads(body))
