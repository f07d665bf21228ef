"""A seller's account at the sandbox's Walmart, with its mailbox, for the tests of that channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from starlette.routing import Mount

from connectors import http
from connectors.channels.walmart import sandbox
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.contract import Account, One, Page, RawRequest, Since
from connectors.events import OrderChanged, ReturnChanged
from connectors.mail.sandbox import Mailboxes, in_background
from connectors.sandbox.seed import seed
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, Shop, World
from tests.connectors.conftest import serving
from tests.contracts.shapes import HERE, Operation

E = TypeVar("E")
CONTRACTS = [Operation.read("walmart", each.stem) for each in sorted((HERE / "walmart").glob("*.json"))]
DOMAIN = "northpine.walmart.example"


@dataclass
class Seller:
    world: World
    trouble: Trouble
    account: Account
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.world.shops[DOMAIN]

    def order(self, wanted: Any) -> Order:
        """The first order for which `wanted` is true."""
        return next(each for each in self.shop.orders.values() if wanted(each))

    def delivered(self) -> Order:
        """One that arrived, of the seller's own warehouse, and of which nothing went back."""
        return self.order(
            lambda o: o.parcels and not o.refunds and not o.returns and o.fulfilled_by == "seller"
        )

    def read(self, kind: str, name: str) -> list[Any]:
        return self.events(connector.fetch(self.account, One(kind, name)))

    def read_order(self, order: Order) -> OrderChanged:
        [event] = self.read("order", purchase_order(order))
        assert isinstance(event, OrderChanged)
        return event

    def events(self, page: Page) -> list[Any]:
        return [event for each in page.deliveries for event in connector.parse(self.account, each)]

    def everything(self, cursor: str | None = None) -> tuple[list[Any], str | None]:
        """All pages of a round, and where it ended."""
        found: list[Any] = []
        while True:
            page = connector.fetch(self.account, Since(cursor))
            found += self.events(page)
            cursor = page.cursor
            if not page.more:
                return found, cursor

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))


def of(kind: type[E], events: list[Any]) -> list[E]:
    return [each for each in events if isinstance(each, kind)]


def returned(events: list[Any]) -> ReturnChanged:
    [event] = of(ReturnChanged, events)
    return event


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", "/hooks/1", {name.lower(): value for name, value in headers.items()}, body)


def as_published(exchange: httpx.Response) -> None:
    """What a cursor may hold no document says; a web page in place of an answer is the sandbox's wish for trouble."""
    found = [each for each in CONTRACTS if each.is_of(exchange.request)]
    assert found, f"Walmart has no {exchange.request.method} {exchange.request.url.path}"
    if "html" not in exchange.headers.get("content-type", ""):
        found[0].check(exchange)


@contextmanager
def open_seller(name: str, monkeypatch: Any) -> Iterator[Seller]:
    monkeypatch.setattr(http, "PATIENCE", 1)
    world, trouble = seed(datetime.now(UTC)), Trouble()
    store = world.shops["northpine.myshopify.com"]
    sandbox.open_shop(world, store, world.clock.now())
    shop = world.shops[DOMAIN]
    with (
        serving([Mount("/walmart", routes=sandbox.routes(world, trouble))]) as base,
        in_background(Mailboxes(world, trouble)) as boxes,
    ):
        mail = {"host": boxes.host, "smtp_port": boxes.smtp_port, "imap_port": boxes.imap_port}
        entered = sandbox.connect(world, shop, f"{base}/walmart", mail)
        secret = {each.name for each in connector.connect_form if each.secret}
        credentials = {key: value for key, value in entered.items() if key in secret} | {"reply_key": "key"}
        settings = {
            key: value for key, value in entered.items() if key not in secret and key != "external_id"
        }
        seller = Seller(
            world, trouble, Account(name, "walmart", entered["external_id"], credentials, settings)
        )
        world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, seller.deliver))
        yield seller
