"""A seller's eBay account in the sandbox, connected, for the tests of eBay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from connectors import http
from connectors.channels.ebay import sandbox
from connectors.channels.ebay.connector import connector
from connectors.contract import Account, Page, RawDelivery, RawRequest, Since
from connectors.events import DisputeKind, Event
from connectors.sandbox import northpine
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Dispute, Order, Shop, Shopper, World
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation

HOOK = "/hooks/1"
DOMAIN = "northpine.ebay.example"


def small_world(now: datetime) -> World:
    world = World()
    store = Shop("northpine.myshopify.com", "Northpine", "support@northpine.example", "p", "t", "i", "s")
    store.products = stocked(world, Random(1), "NP", northpine.GOODS)
    world.shops[store.domain] = store
    sandbox.open_shop(world, store, now)
    return world


@dataclass
class Seller:
    world: World
    trouble: Trouble
    account: Account
    hook: str = ""
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.world.shops[DOMAIN]

    def order(self, **wanted: object) -> Order:
        """The newest whose fields are these; `parcels` says whether it has any."""
        parcels = wanted.pop("parcels", None)
        fits = (
            each
            for each in sorted(self.shop.orders.values(), key=lambda o: o.placed_at, reverse=True)
            if all(getattr(each, name) == value for name, value in wanted.items())
            and parcels in (None, bool(each.parcels))
        )
        return next(fits)

    def dispute(self, kind: DisputeKind) -> Dispute:
        return next(each for each in self.shop.disputes.values() if each.kind == kind)

    def shopper(self) -> Shopper:
        return next(iter(self.shop.shoppers.values()))

    def writes(self, text: str, shopper: Shopper | None = None) -> None:
        sandbox.write(self.world, self.shop, shopper or self.shopper(), text, "A question", "", None)

    def parsed(self, page: Page) -> list[Event]:
        return [event for each in page.deliveries for event in connector.parse(self.account, each)]

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


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", "/hook", {name.lower(): value for name, value in headers.items()}, body)


def account_for(shop: Shop, base: str, name: str, **settings: str) -> Account:
    entered = sandbox.connect(World(), shop, base, {})
    secret = ("client_id", "client_secret", "refresh_token")
    return Account(
        name,
        "ebay",
        entered["external_id"],
        {each: entered[each] for each in secret},
        {"runame": entered["runame"], "alert_email": entered["alert_email"], "base_url": base} | settings,
    )


def now() -> datetime:
    return datetime.now(UTC)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who gives up after a second."""
    defaults = dict(http.request.__kwdefaults__ or {}) | {"timeout": httpx.Timeout(1)}
    monkeypatch.setattr(http.request, "__kwdefaults__", defaults)


def connected(serve: Serve, name: str) -> Seller:
    world, trouble = small_world(now()), Trouble()
    world.shops[DOMAIN].client_id += f" {name}"  # tests share no day's calls
    holder: list[Seller] = []

    async def hook(asked: Request) -> Response:
        """What the web process answers when eBay asks whose address this is."""
        raw = RawRequest("GET", HOOK, {}, b"", dict(asked.query_params), f"{base}{HOOK}")
        answer = connector.challenge(holder[0].account, raw)
        return Response(answer.body, media_type=answer.content_type) if answer else Response(status_code=405)

    base = serve([Mount("/ebay", routes=sandbox.routes(world, trouble)), Route(HOOK, hook)])
    found = Seller(world, trouble, account_for(world.shops[DOMAIN], f"{base}/ebay", name), f"{base}{HOOK}")
    holder.append(found)
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, found.deliver))
    return found


def as_published(answer: httpx.Response) -> None:
    """Raises AssertionError where an exchange with eBay is not what eBay's documents say."""
    request = answer.request
    if answer.content.startswith(b"<html>"):  # trouble that a test asked for
        return
    if "/ebay/" not in request.url.path or request.url.path.endswith(("/authorize", "/details", "/sh/ord")):
        return
    matching = [each for each in OPERATIONS if each.is_of(request)]
    assert matching, f"{request.method} {request.url.path} is in no contract"
    best = min(matching, key=lambda each: str(each.contract["path"]).count("{"))
    best.check(answer)


OPERATIONS = [Operation.read("ebay", file.stem) for file in sorted((HERE / "ebay").glob("*.json"))]
