"""What is read from Walmart: orders and returns over its cursors, performance, and how often it is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.channels.walmart import client, reading
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.pretend.returning import return_order
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.contract import Account, One, Past, Since
from connectors.errors import Refused, Unsupported
from connectors.events import (
    DisputeChanged,
    DisputeState,
    Fulfiller,
    FulfillmentStatus,
    MessageReceived,
    NoticeReceived,
    OrderChanged,
    PerformanceReported,
    ReturnChanged,
    ReturnStatus,
)
from tests.connectors.channels.walmarts import Seller, of, returned


def small_pages(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    question = reading._question
    monkeypatch.setattr(reading, "_question", lambda walk: {**question(walk), "limit": str(size)})


def test_the_first_round_brings_orders_of_every_warehouse_and_returns(seller: Seller) -> None:
    found, _ = seller.everything()
    orders = of(OrderChanged, found)
    changed = [o for o in seller.shop.orders.values() if o.updated_at > datetime.now(UTC) - reading.FIRST]
    assert {each.external_id for each in orders} == {purchase_order(each) for each in changed}
    kinds = {each.fulfilled_by for each in orders}
    assert kinds == {Fulfiller.SELLER, Fulfiller.PLATFORM}
    assert len(of(ReturnChanged, found)) == sum(len(o.returns) for o in changed) + len(seller.shop.disputes)
    [dispute] = of(DisputeChanged, found)
    assert dispute.state is DisputeState.ACTION_NEEDED
    assert dispute.due_at == dispute.opened_at + timedelta(hours=48)
    assert dispute.url.startswith(str(seller.account.settings["base_url"]))


def test_an_order_is_what_the_shopper_bought(seller: Seller) -> None:
    order = seller.order(lambda o: o.refunds and not o.returns and o.parcels)
    event = seller.read_order(order)
    assert (event.number, event.total.amount) == (order.number, order.total)
    assert event.buyer.names == {"email": seller.shop.shoppers[order.shopper_id].email}
    assert sum(each.amount.amount for each in event.refunds) == sum(each.amount for each in order.refunds)
    assert {each.tracking_number for each in event.shipments} == set(order.parcels)
    assert event.fulfillment_status is FulfillmentStatus.FULFILLED


def test_a_wish_to_cancel_is_seen(seller: Seller) -> None:
    order = seller.order(lambda o: o.cancel_requested_at)
    assert seller.read_order(order).cancel_requested_at


def test_cursors_go_back_as_they_came(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, traffic: list[httpx.Response]
) -> None:
    small_pages(monkeypatch, 3)
    found, _ = seller.everything()
    assert len(of(OrderChanged, found)) > 9
    given = [
        each.json()["list"]["meta"].get("nextCursor")
        for each in traffic
        if each.request.url.path.endswith("/v3/orders") and each.is_success
    ]
    used = [f"?{each.request.url.query.decode()}" for each in traffic if b"soIndex" in each.request.url.query]
    assert used == [each for each in given if each]
    assert any("%2F" in each or "+" in each or "=" in each for each in used)


def test_a_crash_between_pages_repeats_one_and_loses_none(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch, 4)
    keys: list[str] = []
    cursor: str | None = None
    while True:
        crashed = connector.fetch(seller.account, Since(cursor))  # read, but never stored
        page = connector.fetch(seller.account, Since(cursor))
        assert {each.key for each in crashed.deliveries} == {each.key for each in page.deliveries}
        keys += [each.key for each in page.deliveries if each.topic.startswith("fetched/")]
        cursor = page.cursor
        if not page.more:
            break
    assert len(keys) == len(set(keys))
    found, _ = seller.everything()
    assert len(keys) == len(of(OrderChanged, found)) + len(of(ReturnChanged, found))


def test_walmart_is_asked_every_ten_minutes_however_often_we_poll(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, traffic: list[httpx.Response]
) -> None:
    _, cursor = seller.everything()
    traffic.clear()
    for _ in range(20):
        _, cursor = seller.everything(cursor)
    assert traffic == []
    held = json.loads(cursor or "")
    held["api"]["asked"] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    order = seller.delivered()
    seller.world.touch(order)
    found, cursor = seller.everything(json.dumps(held))
    assert purchase_order(order) in {each.external_id for each in of(OrderChanged, found)}
    assert len(traffic) == 4


def test_a_cursor_walmart_forgot_begins_its_list_anew(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch, 4)
    page = connector.fetch(seller.account, Since())
    held = json.loads(page.cursor or "")
    held["api"]["walk"]["cursor"] += "x"
    again = connector.fetch(seller.account, Since(json.dumps(held)))
    assert again.more
    assert json.loads(again.cursor or "")["api"]["walk"]["cursor"] == ""
    found, _ = seller.everything(again.cursor)
    assert of(OrderChanged, found)
    held["api"]["walk"]["again"] = True
    with pytest.raises(Refused):
        connector.fetch(seller.account, Since(json.dumps(held)))


def test_more_than_a_search_gives_is_asked_for_in_halves(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = seller.everything()
    monkeypatch.setattr(reading, "MOST", 8)
    halves, _ = seller.everything()
    ids = {each.external_id for each in of(OrderChanged, whole)}
    assert {each.external_id for each in of(OrderChanged, halves)} == ids


def test_half_an_answer_is_used_and_its_period_asked_for_again(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = client.listed
    monkeypatch.setattr(client, "listed", lambda *asked: (listed(*asked)[0], False))
    found, cursor = seller.everything()
    assert of(OrderChanged, found)
    since = datetime.fromisoformat(json.loads(cursor or "")["api"]["since"])
    assert since < datetime.now(UTC) - timedelta(days=29)


def test_the_past_comes_in_pages_that_survive_a_crash(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch, 5)
    now = datetime.now(UTC)
    past = Past(now - timedelta(days=20), now - timedelta(days=2))
    found, shares = [], []
    while True:
        connector.fetch(seller.account, past)
        page = connector.fetch(seller.account, past)
        found += seller.events(page)
        shares.append(page.share or 0.0)
        past = replace(past, cursor=page.cursor)
        if not page.more:
            break
    assert shares == sorted(shares)
    assert (shares[0] < 0.5, shares[-1]) == (True, 1.0)
    orders = {each.external_id for each in of(OrderChanged, found)}
    assert orders == {
        purchase_order(each)
        for each in seller.shop.orders.values()
        if past.since <= each.updated_at <= past.until
    }
    assert len(of(NoticeReceived, found)) > 20
    assert of(MessageReceived, found) == []


def test_half_an_answer_of_the_past_is_asked_for_once_more(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, asked = client.listed, []

    def half(account: Account, path: str, query: dict[str, str] | str) -> tuple[client.Json, bool]:
        asked.append(path)
        return listed(account, path, query)[0], len(asked) > 4  # the first walk is incomplete

    monkeypatch.setattr(client, "listed", half)
    now = datetime.now(UTC)
    past = Past(now - timedelta(days=20), now)
    while (page := connector.fetch(seller.account, past)).more:
        past = replace(past, cursor=page.cursor)
    assert len(asked) == 8


def test_a_return_that_is_back_waits_for_the_seller(seller: Seller) -> None:
    order = seller.order(lambda o: any(each.status == "open" for each in o.returns))
    name = return_order(order.returns[0])
    seller.world.clock.advance(timedelta(days=8) - (datetime.now(UTC) - order.returns[0].at))
    data = returned(seller.read("return", name)).data
    assert data.status is ReturnStatus.OPEN
    assert data.waits_for_seller
    assert data.due_at is not None
    assert data.due_at - order.returns[0].at == timedelta(days=9)


def test_performance_is_reported_with_walmarts_own_standard(seller: Seller) -> None:
    [report] = seller.read("performance", "all")
    assert isinstance(report, PerformanceReported)
    metrics = {each.key: each for each in report.metrics}
    assert metrics["srr"].standard == ">= 95%"
    assert metrics["srr"].value == "96.2 %"
    assert metrics["otd"].value == "93.5 %"
    assert len(metrics) == 8


def test_what_is_not_there_is_an_empty_page(seller: Seller) -> None:
    assert connector.fetch(seller.account, One("order", "108999999999999")).deliveries == []
    assert connector.fetch(seller.account, One("return", "402199999999999999")).deliveries == []
    with pytest.raises(Unsupported):
        connector.fetch(seller.account, One("product", "1"))
    with pytest.raises(Refused):
        connector.fetch(seller.account, One("order", "../../v3/token"))
