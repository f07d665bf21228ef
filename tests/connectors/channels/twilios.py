"""A seller's number at the sandbox's Twilio, for the tests of text messages and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.routing import Mount

from connectors.contract import Account, Connector, Page, RawDelivery, RawRequest
from connectors.events import Event
from connectors.registry import connector
from connectors.sandbox import northpine
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.people import crowd
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Shop, Shopper, World
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation

HOOK = "https://inbox.example/o/northpine/hooks/1"
CONTRACTS = [Operation.read("twilio", each.stem) for each in sorted((HERE / "twilio").glob("*.json"))]
FILES = ("/Media/", "/files/", ".mp3")  # are no JSON, and in no contract


def small_world(sandbox: ModuleType) -> World:
    world = World()
    store = Shop("northpine.myshopify.com", "Northpine", "support@northpine.example", "p", "t", "i", "s")
    store.products = stocked(world, Random(1), "NP", northpine.GOODS)
    store.shoppers = {each.id: each for each in crowd(world, Random(2), 6, set())}
    world.shops[store.domain] = store
    sandbox.open_shop(world, store, datetime.now(UTC))
    return world


@dataclass
class Seller:
    kind: str
    sandbox: ModuleType
    world: World
    trouble: Trouble
    account: Account
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.world.shops[f"northpine.{self.kind}.example"]

    @property
    def connector(self) -> Connector:
        return connector(self.kind)

    @property
    def shopper(self) -> Shopper:
        return next(iter(self.shop.shoppers.values()))

    def writes(self, text: str) -> None:
        self.sandbox.write(self.world, self.shop, self.shopper, text, "", "", None)

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))

    def pushed(self) -> list[RawDelivery]:
        """What came to our address since the last look, as the connector accepts it."""
        taken, self.sent = self.sent, []
        return [
            self.connector.verify(
                self.account,
                as_request(url, headers, body),
            )
            for url, headers, body in taken
        ]

    def told(self) -> list[Event]:
        return [event for each in self.pushed() for event in self.connector.parse(self.account, each)]

    def parsed(self, page: Page) -> list[Any]:
        return [event for each in page.deliveries for event in self.connector.parse(self.account, each)]


def as_request(url: str, headers: Mapping[str, str], body: bytes) -> RawRequest:
    """As the web process sees a call to our address."""
    place = urlsplit(url)
    query = dict(parse_qsl(place.query))
    bare = place._replace(query="").geturl()
    return RawRequest("POST", place.path, {n.lower(): v for n, v in headers.items()}, body, query, bare)


def open_seller(serve: Serve, sandbox: ModuleType, kind: str, name: str, **settings: str) -> Seller:
    """Connected: Twilio calls HOOK."""
    world, trouble = small_world(sandbox), Trouble()
    base = serve([Mount(f"/{kind}", routes=sandbox.routes(world, trouble))])
    entered = sandbox.connect(world, world.shops[f"northpine.{kind}.example"], f"{base}/{kind}", {})
    credentials = {"auth_token": entered.pop("auth_token")}
    account = Account(
        name, kind, entered.pop("external_id"), credentials, entered | settings, renewed=credentials.update
    )
    seller = Seller(kind, sandbox, world, trouble, account)
    seller.connector.subscribe(account, HOOK)
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, seller.deliver))
    return seller


def as_published(exchange: httpx.Response) -> None:
    """Raises AssertionError where an exchange with Twilio is not what Twilio's documents say, or where we or the
    sandbox name a field that they do not."""
    request = exchange.request
    if any(each in request.url.path for each in FILES) or exchange.content.startswith(b"<html>"):
        return
    found = [each for each in CONTRACTS if each.is_of(request)]
    assert found, f"{request.method} {request.url.path} is in no contract"
    found[0].check(exchange)
    if request.method == "POST":
        known = next(iter(found[0].contract["request"].values()))["properties"]
        assert set(httpx.QueryParams(request.content.decode())) <= set(known)
    _only_known(found[0], exchange.json() if exchange.is_success else {})


def _only_known(contract: Operation, answer: dict[str, Any]) -> None:
    shapes = contract.contract["$defs"]
    resource: Callable[[dict[str, Any]], bool] = lambda shape: "sid" in shape.get("properties", {})  # noqa: E731
    known = next(set(shape["properties"]) for shape in shapes.values() if resource(shape))
    lists = [each for each in answer.values() if isinstance(each, list)]
    for one in lists[0] if lists else [answer]:
        assert set(one) <= known, set(one) - known
