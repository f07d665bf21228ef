"""Amazon's own examples, where they are at hand; and what the sandbox pushes, against Amazon's own schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.amazon import queue, sandbox
from connectors.channels.amazon.connector import connector
from connectors.channels.amazon.pretend.feeds import Feed
from connectors.channels.amazon.pretend.standards import account_health
from connectors.contract import Account, RawDelivery, Since
from connectors.events import OpeningsRead, OrderChanged, PerformanceReported
from tests.connectors.channels.amazons import lawful, selling
from tests.connectors.conftest import Serve

Json = dict[str, Any]

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/amazon"
HEALTH = Path(__file__).parents[4] / "shared/specs/amazon/report-schemas/accountHealthReport-2020-11-18.json"
FILES = sorted(FOLDER.glob("*.json"))
ACCOUNT = Account("payloads", "amazon", "A3TH9S8BH6GOGM", {}, {"mail_address": "amazon@northpine.example"})
at_hand = pytest.mark.skipif(not FILES, reason="the collected payloads are not beside this repository")
# Notifications that say something to us; the others are kept and counted.
SPEAKING = {"ORDER_CHANGE"}


def orders_in(answer: Json) -> Iterator[Json]:
    """Those of Orders API 2026-01-01; the ones of version 0 are written otherwise and are gone in 2027."""
    listed = [answer["order"]] if isinstance(answer.get("order"), dict) else answer.get("orders") or []
    yield from (each for each in listed if "orderItems" in each and "lastUpdatedTime" in each)


def texts_in(thing: object, *, under: tuple[str, ...]) -> list[str]:
    """Every text kept below these names, wherever it stands."""
    if isinstance(thing, list):
        return [value for each in thing for value in texts_in(each, under=under)]
    if not isinstance(thing, dict):
        return []
    here = [str(thing[name]) for name in under if isinstance(thing.get(name), str)]
    return here + [value for each in thing.values() for value in texts_in(each, under=under)]


@at_hand
@pytest.mark.parametrize(
    "file", [each for each in FILES if each.stem.startswith("notification")], ids=lambda f: f.stem
)
def test_every_notification_is_understood_or_kept(file: Path) -> None:
    delivery = queue._delivery({"Body": file.read_text(), "MessageId": "m"})
    events = connector.parse(ACCOUNT, delivery)
    assert delivery.topic != "notification/"
    assert bool(events) == (delivery.topic.partition("/")[2] in SPEAKING)


@at_hand
def test_every_order_parses_without_loss() -> None:
    count = 0
    for file in FILES:
        answer = json.loads(file.read_text()).get("response")
        for order in orders_in(answer) if isinstance(answer, dict) else ():
            delivery = RawDelivery("fetched/order", file.stem, json.dumps(order).encode())
            [read] = connector.parse(ACCOUNT, delivery)
            assert isinstance(read, OrderChanged)
            count += 1
            assert [each.external_id for each in read.lines] == [
                each["orderItemId"] for each in order["orderItems"]
            ]
            numbers = texts_in(order.get("packages", []), under=("trackingNumber",))
            assert [each.tracking_number for each in read.shipments] == numbers
            assert str(read.total.amount) == order["proceeds"]["grandTotal"]["amount"]
            assert {read.buyer.names.get("email")} - {None} == set(
                texts_in(order.get("buyer"), under=("buyerEmail",))
            )
    assert count >= 5


@at_hand
def test_what_an_order_allows_is_read_from_amazons_own_answers() -> None:
    answers = [
        json.loads((FOLDER / f"sandbox_get{name}ActionsForOrder_200_0.json").read_text())["response"]
        for name in ("Messaging", "Solicitation")
    ]
    body = {"order": "1", "answers": answers, "at": "2026-11-23T00:00:00+00:00"}
    [read] = connector.parse(ACCOUNT, RawDelivery("fetched/openings", "1", json.dumps(body).encode()))
    assert isinstance(read, OpeningsRead)
    assert len(read.openings) == 9  # of twelve links: two are gone, one only tells the buyer's language


@pytest.mark.skipif(not HEALTH.exists(), reason="the published contracts are not beside this repository")
def test_amazons_own_health_report_is_read_whole() -> None:
    report = json.loads(HEALTH.read_text())["examples"][0]
    body = json.dumps({"report": report, "at": "2026-11-23T00:00:00+00:00"}).encode()
    [read] = connector.parse(ACCOUNT, RawDelivery("report/performance", "1", body))
    assert isinstance(read, PerformanceReported)
    keys = {each.key.partition(".")[0] for each in read.metrics}
    assert set(report["performanceMetrics"][0]) - {"marketplaceId", "warningState"} <= keys


def test_what_the_sandbox_tells_and_reports_keeps_amazons_schemas(serve: Serve) -> None:
    pushed: list[bytes] = []
    with selling(serve, "schemas", mailboxes=False) as seller:
        connector.subscribe(seller.account, "")
        order, now = seller.order(), seller.world.clock.now()
        feed = Feed(
            "7", "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", seller.shop.seller_id, b"", now, "DONE", now, "r"
        )
        for what, thing in (("order", order), ("feed", feed)):
            sandbox.push(seller.world, what, thing, lambda url, headers, body: pushed.append(body))
        bodies = [json.loads(json.loads(each)["MessageBody"]) for each in pushed]
        lawful("order_change", bodies[0])
        lawful("feed_finished", bodies[1])
        lawful("account_health", account_health(seller.world, seller.shop))


def test_a_queue_full_of_everything_loses_nothing(serve: Serve) -> None:
    with selling(serve, "full", mailboxes=False) as seller:
        seller.caught_up()
        seller.keys.clear()
        orders = [each for each in seller.shop.orders.values() for _ in range(3)]
        for order in orders:
            seller.world.touch(order)
        seller.hub.settle(30)
        more = True
        while more:
            page = connector.fetch(seller.account, Since(seller.cursor))
            seller.cursor, more = page.cursor, page.more
            seller.keys += [each.key for each in page.deliveries]
    assert len(seller.keys) == len(set(seller.keys)) == len(orders)
