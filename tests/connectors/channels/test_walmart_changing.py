"""Refunds and cancellations at Walmart: what is sent, what is refused, and that nothing happens twice."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from connectors import http
from connectors.channels.walmart.compose import mark_of
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.pretend.returning import return_order
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.commands import AskForReview, CancelOrder, Reason, RefundLine, RefundOrder
from connectors.contract import Money, One, Outcome
from connectors.errors import OutcomeUnknown, Refused, Unsupported
from connectors.events import FinancialStatus, FulfillmentStatus, ReturnStatus
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Order
from connectors.shared import shared
from tests.connectors.channels.walmarts import Seller, returned


def usd(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def refund(
    order: Order, amount: str | Decimal, reason: Reason = Reason.DAMAGED, **more: object
) -> RefundOrder:
    return RefundOrder(purchase_order(order), usd(amount), reason, **more)  # type: ignore[arg-type]


def sent(traffic: list[httpx.Response], end: str) -> list[dict[str, object]]:
    return [json.loads(each.request.content) for each in traffic if each.request.url.path.endswith(end)]


def given_back(order: Order) -> Decimal:
    """Over all lines: a refund is one of each line."""
    return sum((each.amount for each in order.refunds), Decimal(0))


def with_return(seller: Seller) -> Order:
    return seller.order(lambda o: any(each.status == "open" for each in o.returns))


def test_a_refund_is_negative_with_its_tax_in_proportion(
    seller: Seller, traffic: list[httpx.Response]
) -> None:
    order = seller.delivered()
    receipt = connector.perform(seller.account, refund(order, "10.00", note="Scratched"), "key-1")
    assert receipt.outcome is Outcome.SENT
    [body] = sent(traffic, "/refund")
    lines = body["orderRefund"]["orderLines"]["orderLine"]  # type: ignore[index]
    charges = [
        held["charge"]
        for line in lines
        for each in line["refunds"]["refund"]
        for held in each["refundCharges"]["refundCharge"]
    ]
    net = sum(Decimal(str(each["chargeAmount"]["amount"])) for each in charges)
    tax = sum(Decimal(str(each["tax"]["taxAmount"]["amount"])) for each in charges if "tax" in each)
    assert net + tax == Decimal("-10.00")
    assert all(each["chargeAmount"]["amount"] < 0 for each in charges)
    event = seller.read_order(order)
    assert sum(each.amount.amount for each in event.refunds) == Decimal("10.00")
    assert event.financial_status is FinancialStatus.PARTIALLY_REFUNDED
    assert "Scratched" in event.refunds[0].note


def test_a_repeat_finds_the_first_refund_and_adds_none(seller: Seller) -> None:
    order = seller.delivered()
    for _ in range(3):
        connector.perform(seller.account, refund(order, "5.00"), "key-1")
    assert given_back(order) == Decimal("5.00")
    connector.perform(seller.account, refund(order, "5.00"), "key-2")
    assert given_back(order) == Decimal("10.00")


@pytest.mark.parametrize("remembered", [True, False])
def test_a_refund_whose_answer_was_lost_is_found_again(seller: Seller, remembered: bool) -> None:
    order = seller.delivered()
    assert connector.fetch(seller.account, One("command", "key-1")).deliveries == []
    connector.check(seller.account)  # gets the token, so that the trouble meets the refund
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(1))
        silent_after(seller, reads=2)  # the order and its returns
        with pytest.raises(OutcomeUnknown):
            connector.perform(seller.account, refund(order, "5.00"), "key-1")
    if not remembered:
        shared().delete(f"walmart:{seller.account.id}:{mark_of('key-1')}")
    found = connector.fetch(seller.account, One("command", "key-1"))
    [event] = seller.events(found)
    assert event.external_id == purchase_order(order)
    assert found.receipt
    assert found.receipt.outcome is Outcome.SENT
    connector.perform(seller.account, refund(order, "5.00"), "key-1")
    assert given_back(order) == Decimal("5.00")
    assert connector.fetch(seller.account, One("command", "key-9")).deliveries == []


def silent_after(seller: Seller, reads: int) -> None:
    """Walmart does what the request after so many others asks, and never says so."""
    coming: list[Kind | None] = [None] * reads + [Kind.SILENT]

    def take(platform: str, *kinds: Kind) -> Kind | None:
        return coming.pop(0) if coming else None

    seller.trouble.take = take  # type: ignore[method-assign]


def test_a_whole_order_with_postage_can_go_back_line_by_line(seller: Seller) -> None:
    order = seller.delivered()
    event = seller.read_order(order)
    first = order.lines[0]
    share = Decimal(first.price * first.quantity)
    wish = refund(
        order,
        share + Decimal("1.00"),
        lines=(RefundLine("1", first.quantity, usd(share)),),
        shipping=usd("1.00"),
    )
    if not order.shipping:
        with pytest.raises(Refused, match="At most 0"):
            connector.perform(seller.account, wish, "key")
        wish = refund(order, share, lines=(RefundLine("1", first.quantity, usd(share)),))
    connector.perform(seller.account, wish, "key")
    after = seller.read_order(order)
    assert sum(each.amount.amount for each in after.refunds) == wish.amount.amount
    assert after.total == event.total


@pytest.mark.parametrize(
    ("amount", "words"),
    [("9999.00", "At most"), ("0.00", "more than nothing"), ("-3.00", "more than nothing")],
)
def test_too_much_or_nothing_is_refused_before_it_is_sent(
    seller: Seller, traffic: list[httpx.Response], amount: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        connector.perform(seller.account, refund(seller.delivered(), amount), "key")
    assert sent(traffic, "/refund") == []


def test_parts_must_add_up_to_what_was_approved(seller: Seller) -> None:
    wish = refund(seller.delivered(), "7.00", lines=(RefundLine("1", 1, usd("5.00")),))
    with pytest.raises(Refused, match="add up"):
        connector.perform(seller.account, wish, "key")


def test_what_was_not_shipped_is_not_refunded(seller: Seller) -> None:
    order = seller.order(lambda o: not o.parcels and not o.cancelled_at)
    with pytest.raises(Refused, match="shipped"):
        connector.perform(seller.account, refund(order, "5.00"), "key")


def test_orders_walmart_ships_are_left_to_walmart(seller: Seller) -> None:
    order = seller.order(lambda o: o.fulfilled_by == "platform")
    with pytest.raises(Refused, match="fulfils this order itself"):
        connector.perform(seller.account, refund(order, "5.00"), "key")
    with pytest.raises(Refused, match="fulfils this order itself"):
        connector.perform(seller.account, CancelOrder(purchase_order(order), Reason.CHANGED_MIND), "key")


@pytest.mark.parametrize("named", [True, False])
def test_where_a_return_exists_the_money_goes_back_through_it_once(
    seller: Seller, traffic: list[httpx.Response], named: bool
) -> None:
    order = with_return(seller)
    name = return_order(order.returns[0])
    worth = returned(seller.read("return", name)).data.amount
    assert worth
    wish = refund(order, worth.amount, Reason.RETURNED, return_id=name if named else "")
    for _ in range(2):
        connector.perform(seller.account, wish, "key")
    [body] = sent(traffic, f"/returns/{name}/refund")
    assert body["customerOrderId"] == order.number
    assert [each.amount for each in order.refunds] == [worth.amount]
    assert returned(seller.read("return", name)).data.status is ReturnStatus.CLOSED
    found = connector.fetch(seller.account, One("command", "key"))
    assert [each.topic for each in found.deliveries] == ["fetched/return"]
    with pytest.raises(Refused, match=r"through a return|left to refund"):
        connector.perform(seller.account, refund(order, "1.00"), "another key")


def test_another_amount_than_walmarts_is_not_sent_through_a_return(seller: Seller) -> None:
    order = with_return(seller)
    with pytest.raises(Refused, match="Walmart sets its amount"):
        connector.perform(seller.account, refund(order, "1.23"), "key")
    with pytest.raises(Refused, match="does not know this return"):
        connector.perform(seller.account, refund(order, "1.23", return_id="402100000000999999"), "key")


def test_cancelling_as_the_shopper_wished_never_blames_the_seller(
    seller: Seller, traffic: list[httpx.Response]
) -> None:
    order = seller.order(lambda o: o.cancel_requested_at)
    for _ in range(2):
        connector.perform(seller.account, CancelOrder(purchase_order(order), Reason.OUT_OF_STOCK), "key")
    [body] = sent(traffic, "/cancel")
    assert "CUSTOMER_REQUESTED_SELLER_TO_CANCEL" in json.dumps(body)
    event = seller.read_order(order)
    assert event.fulfillment_status is FulfillmentStatus.CANCELLED
    assert event.cancelled_at
    assert event.cancel_requested_at is None
    assert connector.fetch(seller.account, One("command", "key")).deliveries


def test_one_line_is_cancelled_and_the_others_stay(seller: Seller) -> None:
    order = seller.order(lambda o: not o.parcels and not o.cancelled_at)
    order.lines.append(replace(order.lines[0], id=order.lines[0].id + 1))  # one more of the same
    count = order.lines[0].quantity
    wish = CancelOrder(purchase_order(order), Reason.OUT_OF_STOCK, lines=(("1", count),))
    for _ in range(2):
        connector.perform(seller.account, wish, "key")
    assert seller.read_order(order).fulfillment_status is FulfillmentStatus.UNFULFILLED
    with pytest.raises(Refused, match="no line 99"):
        connector.perform(
            seller.account, CancelOrder(purchase_order(order), Reason.PRICE, lines=(("99", 1),)), "key"
        )


def test_what_cannot_be_cancelled_says_why(seller: Seller) -> None:
    with pytest.raises(Refused, match="shipped"):
        connector.perform(
            seller.account, CancelOrder(purchase_order(seller.delivered()), Reason.CHANGED_MIND), "key"
        )
    order = seller.order(lambda o: not o.parcels and not o.cancelled_at and not o.cancel_requested_at)
    with pytest.raises(Refused, match="only these reasons"):
        connector.perform(seller.account, CancelOrder(purchase_order(order), Reason.OTHER), "key")
    with pytest.raises(Refused, match="does not know"):
        connector.perform(seller.account, CancelOrder("108999999999999", Reason.PRICE), "key")


def test_other_wishes_are_not_served(seller: Seller) -> None:
    with pytest.raises(Unsupported):
        connector.perform(seller.account, AskForReview("1"), "key")
