"""What we ask of Shopify is done once, or refused with its reason, and can be read afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from connectors import http
from connectors.channels.shopify.connector import connector
from connectors.commands import (
    CancelOrder,
    ChangeAddress,
    Command,
    DecideReturn,
    Reason,
    RefundLine,
    RefundOrder,
    ResendOrder,
    ReturnDecision,
)
from connectors.contract import Money, One, Outcome
from connectors.errors import OutcomeUnknown, Refused
from connectors.events import Address, CommandSettled, Ended, Event, File, OrderChanged
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Line, Order, Subscription
from tests.connectors.channels.connected import HOOK, ORDER, Shop
from tests.connectors.channels.shops import DOMAIN

JACKET, SOCKS = "gid://shopify/LineItem/501", "gid://shopify/LineItem/502"
FRESH = "gid://shopify/Order/600"
RETURN = "gid://shopify/Return/91"
LABEL = File("label.pdf", "application/pdf", b"%PDF-1.4")
ELSEWHERE = Address("Maya Lindqvist", ("4 Elm St", "Apt 2"), "Denver", "CO", "80203", "US", "+13035550123")
KEY = "5f1d6c1e9a3b4c7d"


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def told(shop: Shop, wanted: One) -> list[Event]:
    page = connector.fetch(shop.account, wanted)
    return [event for each in page.deliveries for event in connector.parse(shop.account, each)]


def settled(shop: Shop, tried: Command, key: str = KEY) -> list[str]:
    """The receipts it finds."""
    asked = One("command", key, tried=tried, tried_at=datetime.now(UTC))
    found = connector.fetch(shop.account, asked).receipt
    return [found.external_id] if found else []


@pytest.fixture
def fresh(shop: Shop) -> Order:
    """An order of one jacket and two pairs of socks that has not left."""
    now = shop.world.clock.now() - timedelta(hours=2)
    made = Order(
        600,
        "#1043",
        7,
        now,
        now,
        [Line(601, 10, 11, 1, Decimal("128.00")), Line(602, 20, 21, 2, Decimal("9.00"))],
        Decimal("7.95"),
        Decimal("0.00"),
    )
    shop.world.shops[DOMAIN].orders[600] = made
    return made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(0.4))


def test_a_part_of_the_money_goes_back_and_is_seen_in_the_order(shop: Shop) -> None:
    wish = RefundOrder(ORDER, usd("12.80"), Reason.DAMAGED, note="Scratch")
    receipt = connector.perform(shop.account, wish, KEY)
    [order] = shop.read("order", ORDER)
    assert isinstance(order, OrderChanged)
    made = order.refunds[-1]
    assert (made.external_id, made.amount) == (receipt.external_id, usd("12.80"))
    assert made.note.startswith("Scratch")


def test_a_part_of_a_line_leaves_the_line_refundable(shop: Shop) -> None:
    line = RefundLine(JACKET, 1, usd("10.00"))
    connector.perform(shop.account, RefundOrder(ORDER, usd("10.00"), Reason.DAMAGED, (line,)), KEY)
    assert shop.order.refunds[-1].lines == {}


def test_a_whole_line_is_refunded_as_a_line(shop: Shop, fresh: Order) -> None:
    line = RefundLine("gid://shopify/LineItem/602", 2, usd("18.00"))
    connector.perform(shop.account, RefundOrder(FRESH, usd("18.00"), Reason.OTHER, (line,)), KEY)
    assert fresh.refunds[-1].lines == {602: 2}


def test_postage_alone_goes_back(shop: Shop, fresh: Order) -> None:
    wish = RefundOrder(FRESH, usd("7.95"), Reason.LATE, shipping=usd("7.95"))
    connector.perform(shop.account, wish, KEY)
    assert [each.amount for each in fresh.refunds] == [Decimal("7.95")]


def test_the_same_key_again_refunds_once(shop: Shop) -> None:
    wish = RefundOrder(ORDER, usd("12.80"), Reason.DAMAGED)
    first, second = (connector.perform(shop.account, wish, KEY).external_id for _ in range(2))
    assert first == second
    assert len(shop.order.refunds) == 2  # with the one it began with


def test_the_same_key_for_something_else_is_no_success(shop: Shop) -> None:
    connector.perform(shop.account, RefundOrder(ORDER, usd("12.80"), Reason.DAMAGED), KEY)
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, RefundOrder(ORDER, usd("1.00"), Reason.DAMAGED), KEY)
    assert len(shop.order.refunds) == 2


def test_more_than_is_left_is_refused_with_what_is_left(shop: Shop) -> None:
    with pytest.raises(Refused, match=r"Only 140\.21 USD"):
        connector.perform(shop.account, RefundOrder(ORDER, usd("140.22"), Reason.OTHER), KEY)
    assert len(shop.order.refunds) == 1


def test_another_currency_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="USD, not in EUR"):
        connector.perform(shop.account, RefundOrder(ORDER, Money(Decimal("1.00"), "EUR"), Reason.OTHER), KEY)


@pytest.mark.usefixtures("impatient")
def test_a_refund_whose_answer_is_lost_is_found_and_done_once(shop: Shop) -> None:
    wish = RefundOrder(ORDER, usd("12.80"), Reason.DAMAGED, note="Scratch")
    assert settled(shop, wish) == []
    shop.trouble.ask("shopify", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, wish, KEY)
    made = shop.order.refunds[-1]
    assert settled(shop, wish) == [f"gid://shopify/Refund/{made.id}"]
    assert settled(shop, wish, "another-key") == []
    connector.perform(shop.account, wish, KEY)  # even who repeats it blindly
    assert len(shop.order.refunds) == 2


def test_an_order_is_cancelled_later_and_says_so(shop: Shop, fresh: Order) -> None:
    receipt = connector.perform(shop.account, CancelOrder(FRESH, Reason.CHANGED_MIND), KEY)
    assert receipt.outcome is Outcome.ACCEPTED
    order, ended = told(shop, One("command", receipt.external_id))
    assert isinstance(order, OrderChanged)
    assert order.cancelled_at
    assert isinstance(ended, CommandSettled)
    assert (ended.external_id, ended.ended) == (receipt.external_id, Ended.DONE)
    assert fresh.left == 0


def test_a_cancellation_that_was_accepted_and_then_not_done_says_so(shop: Shop, fresh: Order) -> None:
    shop.trouble.ask("shopify", Kind.REJECTED)
    receipt = connector.perform(shop.account, CancelOrder(FRESH, Reason.CHANGED_MIND), KEY)
    _, ended = told(shop, One("command", receipt.external_id))
    assert isinstance(ended, CommandSettled)
    assert (ended.ended, bool(ended.reason)) == (Ended.REJECTED, True)
    assert not fresh.cancelled_at


def test_what_left_already_is_not_cancelled(shop: Shop) -> None:
    with pytest.raises(Refused, match="fulfillments"):
        connector.perform(shop.account, CancelOrder(ORDER, Reason.CHANGED_MIND), KEY)
    assert not shop.order.cancelled_at


@pytest.mark.usefixtures("impatient")
def test_a_cancellation_whose_answer_is_lost_is_found(shop: Shop, fresh: Order) -> None:
    wish = CancelOrder(FRESH, Reason.CHANGED_MIND)
    assert settled(shop, wish) == []
    shop.trouble.ask("shopify", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, wish, KEY)
    assert settled(shop, wish) == [FRESH]
    assert len(fresh.refunds) == 1


def test_a_line_is_cancelled_and_its_money_goes_back_once(shop: Shop, fresh: Order) -> None:
    wish = CancelOrder(FRESH, Reason.OUT_OF_STOCK, (("gid://shopify/LineItem/602", 1),))
    first, second = (connector.perform(shop.account, wish, KEY).external_id for _ in range(2))
    assert first == second
    assert [(each.amount, each.lines) for each in fresh.refunds] == [(Decimal("9.00"), {602: 1})]
    assert settled(shop, wish) == [first]


def test_an_address_is_changed_before_the_parcel_leaves(shop: Shop, fresh: Order) -> None:
    wish = ChangeAddress(FRESH, ELSEWHERE)
    assert settled(shop, wish) == []
    connector.perform(shop.account, wish, KEY)
    [order] = shop.read("order", FRESH)
    assert isinstance(order, OrderChanged)
    assert order.shipping_address == ELSEWHERE
    assert settled(shop, wish) == [FRESH]


def test_an_address_is_not_changed_after_the_parcel_left(shop: Shop) -> None:
    with pytest.raises(Refused, match="left already"):
        connector.perform(shop.account, ChangeAddress(ORDER, ELSEWHERE), KEY)
    assert shop.order.address is None


def test_an_incomplete_address_is_refused_in_the_platforms_words(shop: Shop, fresh: Order) -> None:
    with pytest.raises(Refused, match="incomplete"):
        connector.perform(shop.account, ChangeAddress(FRESH, replace(ELSEWHERE, city="")), KEY)


def test_goods_are_sent_again_for_nothing(shop: Shop) -> None:
    wish = ResendOrder(ORDER, Reason.NOT_RECEIVED, ((JACKET, 1),))
    receipt = connector.perform(shop.account, wish, KEY)
    [order] = shop.read("order", receipt.external_id)
    assert isinstance(order, OrderChanged)
    assert order.total == usd("0.00")
    assert [(each.title, each.quantity) for each in order.lines] == [("Field Jacket", 1)]
    assert order.buyer.names["email"] == "maya@example.com"
    assert settled(shop, wish) == [receipt.external_id]
    assert settled(shop, wish, "another-key") == []


@pytest.mark.usefixtures("impatient")
def test_goods_sent_again_without_an_answer_are_found(shop: Shop) -> None:
    wish = ResendOrder(ORDER, Reason.NOT_RECEIVED)
    seller = shop.world.shops[DOMAIN]
    shop.world.listeners.append(lambda what, thing: shop.trouble.ask("shopify", Kind.SILENT))
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, wish, KEY)
    shop.world.listeners.pop()
    made = max(seller.orders)
    assert settled(shop, wish) == [f"gid://shopify/Order/{made}"]
    assert len(seller.orders) == 2


def test_more_than_was_bought_is_not_sent_again(shop: Shop) -> None:
    with pytest.raises(Refused, match="Only 1 of Field Jacket"):
        connector.perform(shop.account, ResendOrder(ORDER, Reason.LATE, ((JACKET, 2),)), KEY)
    assert len(shop.world.shops[DOMAIN].orders) == 1


def test_a_change_reaches_us_by_webhook(shop: Shop) -> None:
    topics = ("ORDERS_UPDATED", "REFUNDS_CREATE", "RETURNS_APPROVE")
    shop.world.shops[DOMAIN].subscriptions += [Subscription(at, each, HOOK) for at, each in enumerate(topics)]
    connector.perform(shop.account, RefundOrder(ORDER, usd("1.00"), Reason.OTHER), KEY)
    connector.perform(shop.account, DecideReturn(RETURN, ReturnDecision.APPROVE), KEY)
    pushed = [each.topic for each in shop.webhooks()]
    assert {"orders/updated", "refunds/create", "returns/approve"} <= set(pushed)


def test_the_sellers_page_of_an_order_is_known(shop: Shop) -> None:
    at = replace(shop.account, settings={})
    assert connector.order_page(at, ORDER) == f"https://{DOMAIN}/admin/orders/500"


def test_the_sellers_page_shows_what_was_done(shop: Shop, fresh: Order) -> None:
    connector.perform(shop.account, RefundOrder(FRESH, usd("2.00"), Reason.LATE, note="Sorry"), KEY)
    connector.perform(shop.account, ChangeAddress(FRESH, ELSEWHERE), KEY)
    shown = httpx.get(connector.order_page(shop.account, FRESH)).text
    assert "Refunded 2.00 USD" in shown
    assert "4 Elm St, Apt 2, Denver" in shown
