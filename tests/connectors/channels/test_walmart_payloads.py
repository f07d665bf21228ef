"""Real payloads of other people's Walmart libraries, where they are at hand: each is read without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.fields import listed
from connectors.channels.walmart.orders import number_of
from connectors.channels.walmart.parse import ORDERS, PERFORMANCE, RETURNS
from connectors.contract import Account, RawDelivery
from connectors.events import Changed, OrderChanged, ReturnChanged

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/walmart"
SPECS = Path(__file__).parents[4] / "shared/specs/walmart"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the collected payloads are not beside this repository"
)
FILES = sorted(FOLDER.glob("*.json"))
ACCOUNT = Account("payloads", "walmart", "10001")


def things(content: Any) -> Iterator[tuple[str, Any]]:
    """Orders and returns in an answer; anything else under a topic of its own."""
    holder = content.get("list") or content
    orders = (holder.get("elements") or holder).get("order")
    found = [orders] if isinstance(orders, dict) else orders or []
    yield from (
        ("fetched/order", each.get("order", each)) for each in found
    )  # one example wraps each once more
    yield from (("fetched/return", each) for each in holder.get("returnOrders") or [])
    if not found and not holder.get("returnOrders"):
        yield "fetched/other", content


def read(topic: str, body: Any) -> list[Any]:
    return list(connector.parse(ACCOUNT, RawDelivery(topic, "k", json.dumps(body).encode())))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_collected_payload_is_read_without_loss(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8", errors="replace"))
    for topic, body in things(content):
        if topic == "fetched/order" and "orderDate" not in body:  # what we send, not what we get
            continue
        events = read(topic, body)
        if topic == "fetched/other":
            assert events == []
        elif topic == "fetched/order":
            [order] = events
            assert isinstance(order, OrderChanged)
            lines = listed(body, "orderLines")
            assert [each.external_id for each in order.lines] == [number_of(each) for each in lines]
            assert [each.title for each in order.lines] == [each["item"]["productName"] for each in lines]
            assert order.buyer.names["email"] == body["customerEmailId"].lower()
            assert order.total.amount == order.subtotal.amount + order.shipping.amount + order.tax.amount - (
                order.discount.amount
            )
            numbers = {each.tracking_number for each in order.shipments}
            assert all(number in json.dumps(body) for number in numbers)
        else:
            parts = [each for each in events if isinstance(each, ReturnChanged)]
            assert {each.data.name for each in parts} == {body["returnOrderId"]}
            assert sum(each.data.quantity for each in parts) == sum(map(pieces, body["returnOrderLines"]))
            assert all(each.data.reason for each in parts)


def pieces(line: Any) -> int:
    quantity = line["quantity"]
    return int(float(quantity.get("measurementValue") or quantity.get("amount")))


def examples(file: str) -> Iterator[tuple[str, Any]]:
    """What Walmart's own document shows as answers of an operation."""
    paths = json.loads((SPECS / file).read_text())["paths"] if SPECS.exists() else {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
            shown = [
                content.get("example"),
                *(each.get("value") for each in content.get("examples", {}).values()),
            ]
            yield from ((f"{method} {path}", each) for each in shown if isinstance(each, dict))


@pytest.mark.parametrize("file", ["order-management.openapi.json", "returns-management.openapi.json"])
def test_walmarts_own_examples_are_read(file: str) -> None:
    count = 0
    for _where, example in examples(file):
        for topic, body in things(example):
            if topic != "fetched/other":
                assert read(topic, body)
                count += 1
    assert count >= 2


def test_amounts_are_exact() -> None:
    body = json.loads((FOLDER / "us_orders_05_response.json").read_text())["order"]
    [order] = read("fetched/order", body)
    assert (order.subtotal.amount, order.tax.amount, order.shipping.amount) == (
        Decimal("1.79"),
        Decimal("0.15"),
        Decimal("1.75"),
    )
    assert [each.amount.amount for each in order.refunds] == [Decimal("0.01")]


@pytest.mark.parametrize("event", [*ORDERS, *RETURNS, *PERFORMANCE, "OFFER_UNPUBLISHED", "REPORT_STATUS"])
def test_every_event_walmart_names_says_something_or_nothing_but_never_breaks(event: str) -> None:
    payload = {"partnerId": "10001", "purchaseOrderId": "108", "returnOrderId": "402"}
    events = read(f"event/{event}", {"source": {"eventType": event}, "payload": payload})
    known = event in (*ORDERS, *RETURNS, *PERFORMANCE)
    assert [type(each) for each in events] == ([Changed] if known else [])
