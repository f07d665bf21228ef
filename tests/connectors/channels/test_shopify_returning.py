"""Goods that come back at Shopify: opened, decided, received, paid for or exchanged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.channels.shopify.connector import connector
from connectors.commands import (
    DecideReturn,
    ExchangeLines,
    Reason,
    RefundOrder,
    ReturnDecision,
    StartReturn,
    Swap,
)
from connectors.errors import OutcomeUnknown, Refused
from connectors.events import File, OrderChanged, ReturnStatus
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Return
from tests.connectors.channels.connected import ORDER, Shop
from tests.connectors.channels.test_shopify_changing import JACKET, KEY, SOCKS, impatient, settled, usd

__all__ = ["impatient"]

RETURN = "gid://shopify/Return/91"
LABEL = File("label.pdf", "application/pdf", b"%PDF-1.4")
BACK = StartReturn(ORDER, ((JACKET, 1),), Reason.DEFECTIVE, "The zip broke", LABEL, "1Z999AA10123456784")


def made(shop: Shop) -> Return:
    return shop.order.returns[-1]


def test_a_return_is_opened_with_its_label(shop: Shop) -> None:
    assert settled(shop, BACK) == []
    receipt = connector.perform(shop.account, BACK, KEY)
    [order] = shop.read("order", ORDER)
    assert isinstance(order, OrderChanged)
    seen = order.returns[-1]
    assert (seen.external_id, seen.status) == (receipt.external_id, ReturnStatus.OPEN)
    assert seen.reason == "The zip broke"
    assert made(shop).label
    assert settled(shop, BACK) == [receipt.external_id]


def test_the_same_goods_do_not_come_back_twice(shop: Shop) -> None:
    connector.perform(shop.account, BACK, KEY)
    with pytest.raises(Refused, match="Only 0 of 1 can come back"):
        connector.perform(shop.account, BACK, "another-key")
    assert len(shop.order.returns) == 2


def test_what_never_left_cannot_come_back(shop: Shop) -> None:
    with pytest.raises(Refused, match="never left"):
        connector.perform(shop.account, StartReturn(ORDER, ((SOCKS, 1),), Reason.OTHER), KEY)
    assert len(shop.order.returns) == 1


def test_a_restocking_fee_larger_than_the_goods_is_refused(shop: Shop) -> None:
    wish = StartReturn(ORDER, ((JACKET, 1),), Reason.CHANGED_MIND, restocking_fee=usd("500.00"))
    with pytest.raises(Refused, match="more than the goods cost"):
        connector.perform(shop.account, wish, KEY)


@pytest.mark.usefixtures("impatient")
def test_a_return_that_lost_its_label_on_the_way_gets_it_by_a_second_try(shop: Shop) -> None:
    shop.world.listeners.append(lambda what, thing: shop.trouble.ask("shopify", Kind.SILENT))
    with pytest.raises(OutcomeUnknown):
        connector.perform(shop.account, BACK, KEY)
    shop.world.listeners.pop()
    assert not made(shop).label
    assert settled(shop, BACK) == []  # a return without its label is not what was wanted
    connector.perform(shop.account, BACK, KEY)
    assert made(shop).label
    assert len(shop.order.returns) == 2


@pytest.mark.parametrize(
    ("decision", "status"),
    [(ReturnDecision.APPROVE, ReturnStatus.OPEN), (ReturnDecision.DECLINE, ReturnStatus.DECLINED)],
)
def test_a_request_is_decided_once(shop: Shop, decision: ReturnDecision, status: ReturnStatus) -> None:
    wish = DecideReturn(RETURN, decision, note="As our terms say")
    assert settled(shop, wish) == []
    connector.perform(shop.account, wish, KEY)
    assert made(shop).status == status
    assert settled(shop, wish) == [RETURN]
    with pytest.raises(Refused):
        connector.perform(shop.account, wish, KEY)


def test_an_approval_brings_its_label(shop: Shop) -> None:
    connector.perform(shop.account, DecideReturn(RETURN, ReturnDecision.APPROVE, label=LABEL), KEY)
    assert made(shop).label


def test_goods_that_arrived_are_noted_and_then_paid_for(shop: Shop) -> None:
    number = connector.perform(shop.account, BACK, KEY).external_id
    here = DecideReturn(number, ReturnDecision.RECEIVED)
    assert settled(shop, here) == []
    connector.perform(shop.account, here, KEY)
    assert settled(shop, here) == [number]
    paying = RefundOrder(ORDER, usd("115.00"), Reason.RETURNED, return_id=number)
    assert settled(shop, paying) == []
    connector.perform(shop.account, paying, KEY)
    assert settled(shop, paying) == [number]
    assert (made(shop).status, shop.order.refunds[-1].amount) == ("closed", Decimal("115.00"))
    with pytest.raises(Refused, match="settled already"):
        connector.perform(shop.account, paying, "another-key")


def test_nobody_offers_a_part_of_the_money(shop: Shop) -> None:
    with pytest.raises(Refused, match="no offers"):
        connector.perform(shop.account, DecideReturn(RETURN, ReturnDecision.OFFER, usd("3.00")), KEY)


def test_goods_are_exchanged_once_they_are_back(shop: Shop) -> None:
    swap = Swap(JACKET, 1, "gid://shopify/ProductVariant/21")
    wish = ExchangeLines(ORDER, (swap,), Reason.WRONG_ITEM)
    number = connector.perform(shop.account, wish, KEY).external_id
    assert settled(shop, wish) == [number]
    assert [line.product_id for line in shop.order.lines] == [10, 20]
    connector.perform(shop.account, DecideReturn(number, ReturnDecision.RECEIVED), KEY)
    assert [line.product_id for line in shop.order.lines] == [10, 20, 20]
    assert made(shop).status == "closed"


def test_an_exchange_for_what_is_not_sold_is_refused(shop: Shop) -> None:
    swap = Swap(JACKET, 1, "gid://shopify/ProductVariant/999")
    with pytest.raises(Refused, match="variant does not exist"):
        connector.perform(shop.account, ExchangeLines(ORDER, (swap,), Reason.OTHER), KEY)
