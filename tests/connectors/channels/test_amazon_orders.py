"""Orders, returns and performance of a seller at Amazon: the queue, the ration of searches, reports, the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.channels.amazon import queue
from connectors.channels.amazon.connector import connector
from connectors.channels.amazon.pretend import papers
from connectors.contract import Past, Since
from connectors.errors import Refused, Unparsable
from connectors.events import (
    Changed,
    Fulfiller,
    FulfillmentStatus,
    OrderChanged,
    PerformanceReported,
    ReturnChanged,
    ReturnStatus,
)
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.amazons import Seller, selling
from tests.connectors.conftest import Serve


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seller]:
    monkeypatch.setattr(papers, "REPORT_TAKES", 0)
    with selling(serve, request.node.name, mailboxes=False) as seller:
        yield seller


@pytest.fixture
def busy(seller: Seller) -> Seller:
    """One that has read what there was and is told of every change."""
    seller.caught_up()
    return seller


def changed(events: Sequence[object]) -> list[str]:
    return [each.external_id for each in events if isinstance(each, Changed)]


def test_an_order_is_read_whole(seller: Seller) -> None:
    order = seller.order(shipped=True)
    [read] = seller.read("order", order.number)
    assert isinstance(read, OrderChanged)
    assert (read.number, read.total.amount, read.placed_at) == (order.number, order.total, order.placed_at)
    assert read.subtotal.amount + read.shipping.amount + read.tax.amount - read.discount.amount == order.total
    assert [each.tracking_number for each in read.shipments] == order.parcels
    assert read.buyer.names == {"email": seller.buyer_of(order).email, "amazon": order.number}
    assert (read.fulfilled_by, read.ship_by) == (Fulfiller.SELLER, order.ship_by)


def test_what_amazon_ships_is_told_apart(seller: Seller) -> None:
    [read] = seller.read("order", seller.order(fba=True).number)
    assert isinstance(read, OrderChanged)
    assert read.fulfilled_by is Fulfiller.PLATFORM
    assert list(read.buyer.names) == ["amazon"]  # the order alone says whose it is


def test_a_buyers_wish_to_cancel_is_seen_until_it_is_granted(seller: Seller) -> None:
    order = next(each for each in seller.shop.orders.values() if each.cancel_requested_at)
    [read] = seller.read("order", order.number)
    assert isinstance(read, OrderChanged)
    assert read.cancel_requested_at
    order.cancelled_at = datetime.now(UTC)
    [read] = seller.read("order", order.number)
    assert isinstance(read, OrderChanged)
    assert (read.cancel_requested_at, read.fulfillment_status) == (None, FulfillmentStatus.CANCELLED)


def test_an_order_nobody_knows_is_an_empty_page(seller: Seller) -> None:
    assert seller.read("order", "111-0000000-0000000") == []


def test_a_change_is_told_by_the_queue_and_once(busy: Seller) -> None:
    order = busy.order()
    busy.world.touch(order)
    assert changed(busy.round()) == [order.number]
    assert changed(busy.round()) == []


def test_a_notification_that_comes_twice_or_late_is_recognised_by_its_key(busy: Seller) -> None:
    busy.trouble.ask("amazon", Kind.DUPLICATE)
    busy.trouble.ask("amazon", Kind.REORDER)
    first, second = busy.order(0), busy.order(1)
    busy.keys.clear()
    busy.world.touch(first)
    busy.world.touch(second)
    busy.world.touch(second)
    busy.round()
    assert len(busy.keys) == 4
    assert len(set(busy.keys)) == 3


def test_what_was_not_stored_comes_again(busy: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "HIDDEN", 0)
    before = busy.cursor
    busy.world.touch(busy.order())
    busy.hub.settle()
    lost = connector.fetch(busy.account, Since(before))  # and then the crash: its cursor is never handed back
    again = connector.fetch(busy.account, Since(before))
    assert [each.key for each in again.deliveries] == [each.key for each in lost.deliveries] != []
    assert not connector.fetch(busy.account, Since(again.cursor)).deliveries


def test_what_is_another_sellers_is_left_in_the_queue(busy: Seller) -> None:
    stranger = busy.shop.seller_id
    busy.shop.seller_id = "A9SOMEBODYELSE"
    busy.world.touch(busy.order())
    busy.hub.settle()
    busy.shop.seller_id = stranger
    assert changed(busy.round()) == []
    assert len(queue_of(busy)) == 1


def queue_of(seller: Seller) -> list[object]:
    answer = queue._ask(seller.account, "get_queue_attributes", AttributeNames=["All"])
    return [None] * int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_garbage_in_the_queue_is_kept_and_named(busy: Seller) -> None:
    busy.trouble.ask("amazon", Kind.GARBAGE)
    busy.world.touch(busy.order())
    busy.hub.settle()
    page = connector.fetch(busy.account, Since(busy.cursor))
    with pytest.raises(Unparsable, match="no notification"):
        connector.parse(busy.account, page.deliveries[0])


def test_nobody_but_amazon_writes_to_the_queue(busy: Seller) -> None:
    busy.trouble.ask("amazon", Kind.UNSIGNED)
    busy.world.touch(busy.order())
    assert changed(busy.round()) == []


def test_a_wrong_key_of_the_queue_is_named(seller: Seller) -> None:
    with pytest.raises(Refused, match="InvalidClientTokenId"):
        queue.look(seller.with_credentials(aws_access_key_id="AKIAWRONG"))
    with pytest.raises(Refused, match="SignatureDoesNotMatch"):
        queue.look(seller.with_credentials(aws_secret_access_key="wrong"))


def test_returns_and_performance_come_from_reports_and_each_row_once(seller: Seller) -> None:
    events = seller.caught_up()
    returns = [each for each in events if isinstance(each, ReturnChanged)]
    back = {each.number: each.returns[0] for each in seller.shop.orders.values() if each.returns}
    assert {each.order_id for each in returns} == set(back)
    assert {each.data.status for each in returns} == {
        ReturnStatus.REQUESTED,
        ReturnStatus.OPEN,
        ReturnStatus.CLOSED,
    }
    [report] = [each for each in events if isinstance(each, PerformanceReported)]
    assert {each.key: each.level for each in report.metrics}["lateShipmentRate"] == "bad"
    keys = list(seller.keys)
    seller.cursor = None  # a new start reads the same, under the same keys
    seller.caught_up()
    rows = [key for key in seller.keys if key.startswith("return:")]
    assert set(rows) == {key for key in keys if key.startswith("return:")}


def test_performance_is_read_when_asked(seller: Seller) -> None:
    assert seller.read("performance", "") == []  # asked for, and found by the next look
    assert [type(each) for each in seller.read("performance", "")] == [PerformanceReported]


def test_the_past_is_read_page_by_page_and_its_share_grows(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "REPORT_TAKES", 0)
    with selling(serve, "past") as seller:
        now = datetime.now(UTC)
        cursor, shares, events, more = None, [], [], True
        while more:
            page = connector.fetch(seller.account, Past(now - timedelta(days=30), now, cursor))
            cursor, more = page.cursor, page.more
            shares.append(page.share or 0)
            events += seller.said(page)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    kinds = Counter(type(each).__name__ for each in events)
    within = [o for o in seller.shop.orders.values() if now - timedelta(days=30) <= o.updated_at]
    assert kinds["OrderChanged"] == len(within)
    assert kinds["ReturnChanged"] == 3
    assert kinds["MessageReceived"] == 4


def test_subscribing_twice_changes_nothing(seller: Seller) -> None:
    assert len(connector.subscribe(seller.account, "")) == 3
    assert connector.subscribe(seller.account, "") == []
    assert {each.topic for each in seller.shop.subscriptions} == {
        "ORDER_CHANGE",
        "FEED_PROCESSING_FINISHED",
        "ACCOUNT_STATUS_CHANGED",
    }


def test_search_is_spent_sparingly(busy: Seller, traffic: list[httpx.Response]) -> None:
    for _ in range(5):
        busy.world.touch(busy.order())
        busy.round()
    paths = [each.request.url.path for each in traffic]
    assert not [path for path in paths if path.endswith("/orders")]
