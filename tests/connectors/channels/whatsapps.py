"""A seller's WhatsApp number in the sandbox, connected, for the tests of that channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from connectors.channels.whatsapp import sandbox
from connectors.channels.whatsapp.connector import connector
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.events import Event
from connectors.sandbox import northpine
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.people import crowd
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Shop, Shopper, World
from connectors.signatures import hmac_hex
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation

DOMAIN = "northpine.whatsapp.example"
HOOK = "/hooks/1"
SECRETS = ("access_token", "app_secret")
CONTRACTS = {
    each.stem: Operation.read("whatsapp", each.stem) for each in sorted((HERE / "whatsapp").glob("*.json"))
}


def small_world(people: int = 5) -> World:
    world, rng = World(), Random(7)
    store = Shop("northpine.myshopify.com", "Northpine", "support@northpine.example", "p", "t", "i", "s")
    store.products = stocked(world, rng, "NP", northpine.GOODS)
    store.shoppers = {each.id: each for each in crowd(world, rng, people, set())}
    world.shops[store.domain] = store
    sandbox.open_shop(world, store, world.clock.now())
    return world


def account_for(shop: Shop, base: str, name: str) -> Account:
    entered = sandbox.connect(World(), shop, base, {})
    external_id = entered.pop("external_id")
    secret = {each: entered.pop(each) for each in SECRETS}
    return Account(name, "whatsapp", external_id, secret, entered)


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

    def shopper(self, place: int = 0) -> Shopper:
        return list(self.shop.shoppers.values())[place]

    def writes(self, text: str, shopper: Shopper | None = None) -> None:
        sandbox.write(self.world, self.shop, shopper or self.shopper(), text, "", "", None)

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))

    def pushed(self) -> list[RawDelivery]:
        return [connector.verify(self.account, posted(headers, body)) for _, headers, body in self.sent]

    def heard(self) -> list[Event]:
        """Everything that was pushed since the last time."""
        found = [event for each in self.pushed() for event in connector.parse(self.account, each)]
        self.sent.clear()
        return found


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", HOOK, {name.lower(): value for name, value in headers.items()}, body)


def connected(serve: Serve, name: str) -> Seller:
    world, trouble = small_world(), Trouble()
    holder: list[Seller] = []

    async def hook(asked: Request) -> Response:
        """What the web process answers when Meta asks whose address this is."""
        raw = RawRequest("GET", HOOK, {}, b"", dict(asked.query_params))
        answer = connector.challenge(holder[0].account, raw)
        return Response(answer.body, media_type=answer.content_type) if answer else Response(status_code=405)

    base = serve([Mount("/whatsapp", routes=sandbox.routes(world, trouble)), Route(HOOK, hook)])
    account = account_for(world.shops[DOMAIN], f"{base}/whatsapp", name)
    found = Seller(world, trouble, account, f"{base}{HOOK}")
    holder.append(found)
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, found.deliver))
    connector.subscribe(account, found.hook)
    found.sent.clear()
    return found


def webhook(*changes: Mapping[str, Any], waba: str = "900", number: str = "100") -> bytes:
    """A delivery of one entry with these values, about this number."""
    told = {"display_phone_number": "15550001111", "phone_number_id": number}
    values = [{"messaging_product": "whatsapp", "metadata": told, **each} for each in changes]
    entry = {"id": waba, "changes": [{"field": "messages", "value": each} for each in values]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def parsed(body: bytes, **account: Any) -> list[Event]:
    held = {"external_id": "100", "settings": {"waba_id": "900"}} | account
    delivery = RawDelivery("webhook", "k", body, {}, datetime(2026, 11, 22, 12, tzinfo=UTC))
    return list(connector.parse(Account("a", "whatsapp", **held), delivery))


def signed(body: bytes, secret: str) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={hmac_hex(secret, body)}"}


def as_published(answer: httpx.Response) -> None:
    """Raises AssertionError where an exchange is not what Meta's document says."""
    request = answer.request
    if "/whatsapp/v" not in request.url.path or answer.content.startswith(b"<html>"):
        return
    if request.method == "GET" and request.url.path.partition("/whatsapp/")[2].count("/") == 1:
        CONTRACTS[_node(answer)].check(answer)
        return
    matching = [each for each in CONTRACTS.values() if each.is_of(request)]
    assert matching, f"{request.method} {request.url.path} is in no contract"
    max(matching, key=_length).check(answer)


def _node(answer: httpx.Response) -> str:
    """Three kinds of thing are read at the same path."""
    if "phone_number_id" in answer.request.url.params:
        return "media"
    return "account" if "name" in answer.json() else "number"


def _length(contract: Operation) -> int:
    return str(contract.contract["path"]).count("/")
