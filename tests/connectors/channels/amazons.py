"""A seller at Amazon in a small world, connected, with queue and mailbox, for the tests of that channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

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


@contextmanager
def selling(serve: Serve, name: str, mailboxes: bool = True) -> Iterator[Seller]:
    now = datetime.now(UTC)
    world, trouble = seed(now), Trouble()
    open_shop(world, world.shops["northpine.myshopify.com"], now)
    base = serve([Mount("/amazon", routes=sandbox.routes(world, trouble))])
    hub = Hub(world, trouble, {"amazon": sandbox}, gaps=(0.05, 0.05))
    hub.start()
    try:
        if not mailboxes:
            yield Seller(world, trouble, hub, _account(world, f"{base}/amazon", name, {}))
            return
        with in_background(Mailboxes(world, trouble)) as servers:
            mail = {"host": servers.host, "smtp_port": servers.smtp_port, "imap_port": servers.imap_port}
            yield Seller(world, trouble, hub, _account(world, f"{base}/amazon", name, mail))
    finally:
        hub.stop()


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
