"""A seller's TikTok shop in the sandbox, connected, for the tests of that channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

import httpx
import pytest
from starlette.routing import Mount

from connectors import http
from connectors.channels.tiktok import sandbox
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import chats
from connectors.contract import Account, One, Page, RawDelivery, RawRequest, Since
from connectors.events import OrderChanged, ReturnChanged
from connectors.sandbox import northpine
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, Return, Shop, Shopper, World
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation

E = TypeVar("E")
DOMAIN = "northpine.tiktok.example"
HOOK = "https://inbox.example/o/northpine/hooks/1"


def small_world() -> World:
    world = World()
    store = Shop("northpine.myshopify.com", "Northpine", "support@northpine.example", "p", "t", "i", "s")
    store.products = stocked(world, Random(1), "NP", northpine.GOODS)
    world.shops[store.domain] = store
    sandbox.open_shop(world, store, datetime.now(UTC))
    return world


@dataclass
class Seller:
    world: World
    trouble: Trouble
    account: Account
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.world.shops[DOMAIN]

    def orders(self) -> Iterator[Order]:
        """The newest first."""
        yield from sorted(self.shop.orders.values(), key=lambda each: each.placed_at, reverse=True)

    def delivered(self) -> Order:
        """One that arrived, of one piece of one thing, and of which nothing went back."""
        return next(
            each
            for each in self.orders()
            if each.parcels
            and not (each.refunds or each.returns)
            and all(self.world.parcels[number].status == "delivered" for number in each.parcels)
        )

    def unshipped(self, *, wants_cancelling: bool = False) -> Order:
        return next(
            each
            for each in self.orders()
            if not each.parcels
            and not each.cancelled_at
            and bool(each.cancel_requested_at) == wants_cancelling
        )

    def requested(self, kind: str = "RETURN_AND_REFUND") -> tuple[Order, Return]:
        """A return that waits for the seller."""
        return next(
            (order, back)
            for order in self.orders()
            for back in order.returns
            if back.status == "requested"
            and self.shop.keys.get(f"return_type:{back.id}", "RETURN_AND_REFUND") == kind
        )

    def shopper(self) -> Shopper:
        return next(iter(self.shop.shoppers.values()))

    def writes(self, text: str, order: str = "", shopper: Shopper | None = None) -> None:
        sandbox.write(self.world, self.shop, shopper or self.shopper(), text, "", order, None)

    def says(self, kind: str, content: Mapping[str, Any], role: str = "BUYER", **more: bool) -> None:
        chats.say(self.world, self.shop, self.shopper(), kind, dict(content), role, **more)

    def parsed(self, page: Page) -> list[Any]:
        return [event for each in page.deliveries for event in connector.parse(self.account, each)]

    def read(self, kind: str, number: str) -> list[Any]:
        return self.parsed(connector.fetch(self.account, One(kind, number)))

    def read_order(self, order: Order) -> OrderChanged:
        [found] = self.read("order", order.number)
        assert isinstance(found, OrderChanged)
        return found

    def read_return(self, number: str) -> ReturnChanged:
        return next(each for each in self.read("return", number) if isinstance(each, ReturnChanged))

    def since(self, cursor: str | None = None) -> tuple[list[RawDelivery], str | None]:
        """Everything new, page after page."""
        found: list[RawDelivery] = []
        for _ in range(30):
            page = connector.fetch(self.account, Since(cursor))
            found += page.deliveries
            cursor = page.cursor
            if not page.more:
                break
        return found, cursor

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))

    def pushed(self) -> list[RawDelivery]:
        return [connector.verify(self.account, posted(headers, body)) for _, headers, body in self.sent]

    def hints(self) -> list[Any]:
        return [event for each in self.pushed() for event in connector.parse(self.account, each)]


def of(kind: type[E], events: list[Any]) -> list[E]:
    return [each for each in events if isinstance(each, kind)]


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", "/hook", {name.lower(): value for name, value in headers.items()}, body)


def account_for(shop: Shop, base: str, name: str) -> Account:
    entered = sandbox.connect(World(), shop, base, {})
    secret = {each.name for each in connector.connect_form if each.secret}
    credentials = {key: value for key, value in entered.items() if key in secret}
    settings = {key: value for key, value in entered.items() if key not in secret and key != "external_id"}
    return Account(name, "tiktok", entered["external_id"], credentials, settings)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who gives up after a second."""
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(1))


def connected(serve: Serve, name: str) -> Seller:
    world, trouble = small_world(), Trouble()
    base = serve([Mount("/tiktok", routes=sandbox.routes(world, trouble))])
    found = Seller(world, trouble, account_for(world.shops[DOMAIN], f"{base}/tiktok", name))
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, found.deliver))
    return found


def as_published(answer: httpx.Response) -> None:
    """Raises AssertionError where an exchange is not what TikTok's documents say. They are silent on tokens and pages."""
    path = answer.request.url.path
    if "/tiktok/" not in path or any(part in path for part in ("/api/v2/token/", "/open/", "/pictures/")):
        return
    if answer.content.startswith(b"<html>"):  # trouble that a test asked for
        return
    matching = [each for each in OPERATIONS if each.is_of(answer.request)]
    assert matching, f"{answer.request.method} {path} is in no contract"
    min(matching, key=lambda each: str(each.contract["path"]).count("{")).check(answer)


FILES = sorted((HERE / "tiktok").glob("*.json"))
OPERATIONS = [Operation.read("tiktok", file.stem) for file in FILES if file.stem != "pushed"]
PUSHED = Operation.read("tiktok", "pushed")
