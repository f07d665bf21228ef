"""A shop of the sandbox, connected, for the tests of Shopify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors import oauth
from connectors.channels.shopify.connector import connector
from connectors.contract import Account, One, RawDelivery, RawRequest
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, World
from tests.connectors.channels.shops import DOMAIN
from tests.connectors.conftest import Serve

HOOK = "https://inbox.example/hooks/1"
ORDER = "gid://shopify/Order/500"


@dataclass
class Shop:
    """A shop of the sandbox and the account that is connected to it."""

    world: World
    trouble: Trouble
    account: Account
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.world.shops[DOMAIN].orders[500]

    def read(self, kind: str, gid: str) -> list[object]:
        page = connector.fetch(self.account, One(kind, gid))
        return [event for each in page.deliveries for event in connector.parse(self.account, each)]

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))

    def webhooks(self) -> list[RawDelivery]:
        """What was pushed so far, as the connector accepts it."""
        return [connector.verify(self.account, posted(headers, body)) for _, headers, body in self.sent]


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", "/hooks/1", {name.lower(): value for name, value in headers.items()}, body)


def answering(serve: Serve, shop: Shop, body: object, status: int = 200) -> Account:
    """The account at a Shopify that always gives this answer."""
    path = "/{rest:path}"
    base = serve([Route(path, lambda _: JSONResponse(body, status), methods=["POST"])])
    return replace(shop.account, settings={"base_url": base})


def with_credentials(shop: Shop, **changed: str) -> Account:
    return replace(shop.account, credentials={**shop.account.credentials, **changed})


def with_value(account: Account, value: str) -> oauth.Token:
    return replace(oauth.cached(account) or oauth.Token("", 0), value=value, expires_at=9e9)
