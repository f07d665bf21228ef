"""A seller at Amazon in a small world, connected, with queue and mailbox, for the tests of that channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import httpx
from starlette.routing import Mount

from connectors.channels.amazon import sandbox
from connectors.channels.amazon.connector import connector
from connectors.channels.amazon.pretend.opening import open_shop
from connectors.contract import Account, One, Page, RawDelivery, Since
from connectors.events import Event
from connectors.mail.sandbox import Mailboxes, in_background
from connectors.sandbox.hub import Hub
from connectors.sandbox.seed import seed
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Mail, Order, Shop, Shopper, World
from tests.connectors.conftest import Serve
from tests.contracts.extract_amazon import OPERATIONS
from tests.contracts.shapes import Operation

SELLER = "northpine.amazon.example"


@dataclass
class Seller:
    """`cursor` is what the last round handed out; `keys` are those of all deliveries so far."""

    world: World
    trouble: Trouble
    hub: Hub
    account: Account
    cursor: str | None = None
    keys: list[str] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.world.shops[SELLER]

    def order(self, number: int = 0, fba: bool = False, shipped: bool | None = None) -> Order:
        wanted = "platform" if fba else "seller"
        found = [
            each
            for each in self.shop.orders.values()
            if each.fulfilled_by == wanted and not each.cancelled_at
        ]
        if shipped is not None:
            found = [each for each in found if bool(each.parcels) is shipped]
        return found[number]

    def buyer_of(self, order: Order) -> Shopper:
        return self.shop.shoppers[order.shopper_id]

    def writes(self, order: Order, text: str, answers: Mail | None = None) -> Mail:
        buyer = self.buyer_of(order)
        return sandbox.write(self.world, self.shop, buyer, text, "", "" if answers else order.number, answers)

    def round(self) -> list[Event]:
        """One poll, its cursor kept, and what it says."""
        self.hub.settle()
        page = connector.fetch(self.account, Since(self.cursor))
        self.cursor = page.cursor
        self.keys += [each.key for each in page.deliveries]
        return self.said(page.deliveries)

    def caught_up(self) -> list[Event]:
        """Polls until nothing is new twice: the connector takes its time with slow things."""
        events: list[Event] = []
        quiet = 0
        while quiet < 2:
            new = self.round()
            quiet = 0 if new else quiet + 1
            events += new
        return events

    def read(self, kind: str, name: str) -> list[Event]:
        return self.said(connector.fetch(self.account, One(kind, name)).deliveries)

    def said(self, deliveries: Sequence[RawDelivery] | Page) -> list[Event]:
        listed = deliveries.deliveries if isinstance(deliveries, Page) else deliveries
        return [event for each in listed for event in connector.parse(self.account, each)]

    def with_credentials(self, **changed: str) -> Account:
        return replace(self.account, credentials={**self.account.credentials, **changed})

    def with_settings(self, **changed: object) -> Account:
        return replace(self.account, settings={**self.account.settings, **changed})


class Judge:
    """Holds every exchange with Amazon to Amazon's own contract; garbage, which was asked for, to none."""

    operations = tuple(Operation.read("amazon", name) for name in OPERATIONS)
    beside = ("/auth/o2/token", "/documents/", "/queue", "/apps/")

    def __init__(self) -> None:
        self.seen: list[httpx.Response] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        send = httpx.Client.send

        def remembered(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
            self.seen.append(send(client, request, **options))
            return self.seen[-1]

        with mock.patch.object(httpx.Client, "send", remembered):
            yield

    def judge(self) -> None:
        for response in self.seen:
            path = response.request.url.path
            if "/amazon/" not in path or any(part in path for part in self.beside):
                continue
            found = [each for each in self.operations if each.is_of(response.request)]
            assert found, f"{response.request.method} {path} is in no contract"
            if "html" not in response.headers.get("content-type", ""):
                # a path of uploads ends like the path it is for
                max(found, key=lambda each: len(each.contract["path"])).check(response)


def lawful(name: str, body: object) -> None:
    """Holds something that is no exchange, like a notification, to its schema."""
    contract = Operation.read("amazon", name)
    contract.validate(contract.contract["schema"], body)


@contextmanager
def selling(serve: Serve, name: str, mailboxes: bool = True) -> Iterator[Seller]:
    now = datetime.now(UTC)
    world, trouble = seed(now), Trouble()
    open_shop(world, world.shops["northpine.myshopify.com"], now)
    base = serve([Mount("/amazon", routes=sandbox.routes(world, trouble))])
    hub = Hub(world, trouble, {"amazon": sandbox}, gaps=(0.05, 0.05))
    hub.start()
    judge = Judge()
    try:
        with ExitStack() as open_now:
            open_now.enter_context(judge.watching())
            mail: dict[str, object] = {}
            if mailboxes:
                servers = open_now.enter_context(in_background(Mailboxes(world, trouble)))
                mail = {"host": servers.host, "smtp_port": servers.smtp_port, "imap_port": servers.imap_port}
            yield Seller(world, trouble, hub, _account(world, f"{base}/amazon", name, mail))
    finally:
        hub.stop()
    judge.judge()


def _account(world: World, base_url: str, name: str, mail: dict[str, object]) -> Account:
    entered = sandbox.connect(world, world.shops[SELLER], base_url, mail)
    secret = {each.name for each in connector.connect_form if each.secret}
    return Account(
        name,
        "amazon",
        entered.pop("external_id"),
        {key: value for key, value in entered.items() if key in secret} | {"reply_key": "key"},
        {key: value for key, value in entered.items() if key not in secret},
    )
