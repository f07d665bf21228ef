"""Real payloads and signature vectors of other people's Shopify libraries, where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest

from connectors.channels.shopify.connector import connector
from connectors.channels.shopify.verify import verify_query
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable
from connectors.events import Changed
from connectors.signatures import equal, hmac_hex

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/shopify"
SPECS = Path(__file__).parents[4] / "shared/specs/shopify/webhook_payloads_2026-07.json"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the collected payloads are not beside this repository"
)

VECTORS = json.loads((FOLDER / "signature_vectors_go.json").read_text()) if FOLDER.exists() else []
FILES = sorted(FOLDER.glob("[gp][oy]_*.json"))
WEBHOOKS = json.loads(SPECS.read_text())["topics"] if SPECS.exists() else {}

# Which webhook brings an object of the REST API, by the name it is wrapped in.
TOPICS = {
    "order": "orders/updated",
    "transaction": "order_transactions/create",
    "fulfillment_event": "fulfillment_events/create",
    "product": "products/update",
    "dispute": "disputes/update",
}


def account(secret: str) -> Account:
    return Account("payloads", "shopify", "some-shop.myshopify.com", {"client_secret": secret})


def proxy_signature(vector: dict[str, Any]) -> str:
    """Repeated values are joined by a comma, pairs by nothing."""
    values = {name: ",".join(each) for name, each in parse_qs(vector["query"]).items() if name != "signature"}
    joined = "".join(sorted(f"{name}={value}" for name, value in values.items()))
    return hmac_hex(vector["secret"], joined.encode())


def objects(file: Path) -> Iterator[tuple[str, Any]]:
    """Each object of a file with its name, singular."""
    content = json.loads(file.read_text())
    name = file.stem.partition("_")[2]
    listed = {name: content} if isinstance(content, list) else content
    for key, value in listed.items():
        for each in value if isinstance(value, list) else [value]:
            yield key.removesuffix("s"), each


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['scheme']} {vector['valid']}")
def test_signatures_are_judged_as_published(vector: dict[str, Any]) -> None:
    if "app_proxy" in vector["scheme"]:  # we serve none, but its rule stands on the same ground
        assert equal(proxy_signature(vector), dict(parse_qsl(vector["query"]))["signature"])
        return
    try:
        if "query" in vector:
            verify_query(account(vector["secret"]), dict(parse_qsl(vector["query"])))
        else:
            headers = {vector["header"].lower(): vector["signature"]}
            body = vector["body"].encode()
            connector.verify(account(vector["secret"]), RawRequest("POST", "/", headers, body))
        valid = True
    except InvalidSignature:
        valid = False
    assert valid is vector["valid"]


def test_the_worked_example_of_a_webhook_is_good() -> None:
    body = b'{"id":820982911946154508,"test":true}'
    headers = {"x-shopify-hmac-sha256": "BEbY835G+c5hpimOmgvatyPOudhU7gaUwIhNuNMx1Xg="}
    connector.verify(account("hush"), RawRequest("POST", "/", headers, body))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_collected_payload_is_read_without_loss(file: Path) -> None:
    for name, content in objects(file):
        body = json.dumps(content).encode()
        delivery = RawDelivery(TOPICS.get(name, f"{name}s/update"), "k", body)
        if name == "transaction" and "order_id" not in content:  # a payout's, which names no order
            with pytest.raises(Unparsable):
                connector.parse(account(""), delivery)
            continue
        events = connector.parse(account(""), delivery)
        if name not in TOPICS:
            assert not events
            continue
        [event] = events
        assert isinstance(event, Changed)
        number = content["id"] if name in ("order", "product", "dispute") else content["order_id"]
        assert event.external_id.endswith(f"/{number}")


@pytest.mark.parametrize("topic", WEBHOOKS)
def test_every_published_webhook_says_something_or_nothing_but_never_breaks(topic: str) -> None:
    example = WEBHOOKS[topic]["example"]
    delivery = RawDelivery(topic, "k", json.dumps(example).encode())
    if not example and topic.startswith("returns/"):  # published without a body
        with pytest.raises(Unparsable):
            connector.parse(account(""), delivery)
        return
    events = connector.parse(account(""), delivery)
    if topic.startswith(("orders/u", "orders/c", "orders/e", "fulfillments/", "refunds/", "returns/")):
        [event] = events
        assert isinstance(event, Changed)
        assert event.kind == "order"
        assert event.external_id.startswith(("gid://shopify/Order/", "gid://shopify/Return/"))
