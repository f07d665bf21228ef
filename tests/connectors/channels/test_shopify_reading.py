"""Orders and products, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.channels.shopify.connector import connector
from connectors.contract import Money, One, Past, Since
from connectors.errors import (
    Unsupported,
)
from connectors.events import (
    Changed,
    FinancialStatus,
    FulfillmentStatus,
    OrderChanged,
    ProductChanged,
    ReturnStatus,
)
from connectors.sandbox.world import Line
from tests.connectors.channels.connected import (
    ORDER,
    Shop,
)
from tests.connectors.channels.shops import DOMAIN


def test_it_reads_a_whole_order(shop: Shop) -> None:
    [order] = shop.read("order", ORDER)
    assert isinstance(order, OrderChanged)
    assert order.number == "#1042"
    assert dict(order.buyer.names) == {
        "shopify": "gid://shopify/Customer/7",
        "email": "maya@example.com",
        "phone": "+13035550123",
    }
    assert order.buyer.display == "Maya Lindqvist"
    assert order.total == Money(Decimal("145.21"), "USD")
    parts = order.subtotal.amount - order.discount.amount + order.shipping.amount + order.tax.amount
    assert parts == order.total.amount
    assert [(line.title, line.variant, line.quantity) for line in order.lines] == [
        ("Field Jacket", "Moss / M", 1),
        ("Wool Socks", "One size", 2),
    ]
    assert order.shipping_address.region == "CO"
    assert order.financial_status is FinancialStatus.PARTIALLY_REFUNDED
    assert order.fulfillment_status is FulfillmentStatus.PARTIAL
    [parcel] = order.shipments
    assert (parcel.carrier, parcel.tracking_number) == ("UPS", "1Z999AA10123456784")
    assert parcel.line_ids == (order.lines[0].external_id,)
    [refund] = order.refunds
    assert refund.amount == Money(Decimal("5.00"), "USD")
    [back] = order.returns
    assert (back.status, back.reason, back.quantity) == (ReturnStatus.REQUESTED, "Too small", 1)
    assert order.status_url.startswith("http://127.0.0.1")
    assert httpx.get(order.status_url).status_code == httpx.get(order.url).status_code == 200


def test_a_returns_id_leads_to_its_order(shop: Shop) -> None:
    [order] = shop.read("order", "gid://shopify/Return/91")
    assert isinstance(order, OrderChanged)
    assert order.external_id == ORDER


def test_an_order_with_very_many_lines_loses_none(shop: Shop) -> None:
    shop.order.lines += [Line(1000 + at, 20, 21, 1, Decimal("9.00")) for at in range(170)]
    [order] = shop.read("order", ORDER)
    assert isinstance(order, OrderChanged)
    assert len(order.lines) == 172
    assert len({line.external_id for line in order.lines}) == 172


def test_a_cancelled_order_says_so(shop: Shop) -> None:
    shop.order.cancelled_at = shop.order.updated_at
    shop.order.parcels.clear()
    [order] = shop.read("order", ORDER)
    assert isinstance(order, OrderChanged)
    assert order.fulfillment_status is FulfillmentStatus.CANCELLED
    assert order.cancelled_at == shop.order.cancelled_at


def test_it_reads_a_product(shop: Shop) -> None:
    [product] = shop.read("product", "gid://shopify/Product/10")
    assert isinstance(product, ProductChanged)
    assert product.attributes["Sun protection"] == "UPF 50+"
    assert [(each.sku, each.price, each.stock) for each in product.variants] == [
        ("FJ-M", Money(Decimal("128.00"), "USD"), 4)
    ]


def test_a_changed_product_is_newer_than_before(shop: Shop) -> None:
    gid = "gid://shopify/Product/10"
    [before] = shop.read("product", gid)
    shop.world.clock.advance(timedelta(minutes=1))
    shop.world.changed("product", shop.world.shops[DOMAIN].products[10])
    [after] = shop.read("product", gid)
    assert isinstance(before, ProductChanged)
    assert isinstance(after, ProductChanged)
    assert after.updated_at > before.updated_at


def test_what_is_gone_gives_an_empty_page(shop: Shop) -> None:
    assert shop.read("order", "gid://shopify/Order/1") == []
    assert shop.read("product", "gid://shopify/Product/1") == []


def test_the_same_state_read_twice_has_one_key(shop: Shop) -> None:
    keys = [connector.fetch(shop.account, One("order", ORDER)).deliveries[0].key for _ in range(2)]
    shop.world.clock.advance(timedelta(minutes=1))
    shop.world.touch(shop.order)
    changed = connector.fetch(shop.account, One("order", ORDER)).deliveries[0].key
    assert keys[0] == keys[1] != changed


def test_it_says_what_it_cannot_look_up(shop: Shop) -> None:
    with pytest.raises(Unsupported):
        connector.fetch(shop.account, One("parcel", "1Z"))


def test_it_lists_everything_once_and_then_only_what_changed(shop: Shop) -> None:
    first = connector.fetch(shop.account, Since())
    assert {each.topic for each in first.deliveries} == {"listed/order", "listed/product"}
    shop.world.clock.advance(timedelta(hours=1))
    shop.world.touch(shop.order)
    second = connector.fetch(shop.account, Since(first.cursor))
    new = {each.key for each in second.deliveries} - {each.key for each in first.deliveries}
    assert len(new) == 1
    changed = [event for each in second.deliveries for event in connector.parse(shop.account, each)]
    assert Changed("order", ORDER) in changed


@pytest.mark.parametrize("spread", [timedelta(minutes=3), timedelta()])
def test_a_long_list_is_read_to_its_end(shop: Shop, spread: timedelta) -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    for number in range(600, 900):
        at += spread
        shop.world.shops[DOMAIN].orders[number] = replace(shop.order, id=number, updated_at=at)
    seen: set[str] = set()
    page = connector.fetch(shop.account, Since())
    for _ in range(10):
        seen |= {each.key for each in page.deliveries if each.topic == "listed/order"}
        if not page.more:
            break
        page = connector.fetch(shop.account, Since(page.cursor))
    assert len(seen) == 301
    assert not page.more


def past_of(shop: Shop, wanted: Past) -> tuple[list[OrderChanged], list[float]]:
    """All of it; each page is asked for twice, as after a crash."""
    found: list[OrderChanged] = []
    shares: list[float] = []
    while True:
        connector.fetch(shop.account, wanted)
        page = connector.fetch(shop.account, wanted)
        for each in page.deliveries:
            found += [
                event for event in connector.parse(shop.account, each) if isinstance(event, OrderChanged)
            ]
        shares.append(page.share or 0.0)
        wanted = replace(wanted, cursor=page.cursor)
        if not page.more:
            return found, shares


def many_orders(shop: Shop, count: int, apart: timedelta) -> datetime:
    """Copies of the first, an update every so often; when the last was."""
    first = shop.order
    for n in range(1, count):
        at = first.updated_at + apart * n
        shop.world.shops[DOMAIN].orders[600 + n] = replace(
            first, id=600 + n, number=f"#2{n:03d}", updated_at=at
        )
    return first.updated_at + apart * (count - 1)


def test_the_past_is_read_whole_in_batches(shop: Shop) -> None:
    last = many_orders(shop, 34, timedelta(hours=1))
    since = shop.order.updated_at
    found, shares = past_of(shop, Past(since + timedelta(hours=2), last - timedelta(hours=3)))
    numbers = [each.number for each in found]
    assert list(dict.fromkeys(numbers)) == [f"#2{n:03d}" for n in range(2, 31)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert found[0].lines


def test_orders_that_changed_in_one_moment_are_all_read(shop: Shop) -> None:
    many_orders(shop, 25, timedelta())
    at = shop.order.updated_at
    found, _ = past_of(shop, Past(at - timedelta(days=1), at + timedelta(days=1)))
    assert len({each.number for each in found}) == 25


def test_a_past_without_orders_is_over_at_once(shop: Shop) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert past_of(shop, Past(long_ago, long_ago + timedelta(days=30))) == ([], [1.0])
