"""What a seller can have done at TikTok Shop, once, and what is said where it cannot be done."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.channels.tiktok import reasons
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import numbers
from connectors.commands import (
    CancelOrder,
    Command,
    DecideReturn,
    Reason,
    RefundLine,
    RefundOrder,
    RefuseCancellation,
    ReturnDecision,
    StartReturn,
)
from connectors.contract import Money, One, Outcome, Page, Receipt
from connectors.errors import Refused
from connectors.events import (
    CommandSettled,
    DisputeChanged,
    DisputeState,
    Ended,
    File,
    FulfillmentStatus,
    ReturnStatus,
)
from tests.connectors.channels.tiktoks import Seller, of

D = ReturnDecision


def usd(value: object) -> Money:
    return Money(Decimal(str(value)), "USD")


def do(seller: Seller, wish: Command, key: str = "key-1") -> Receipt:
    return connector.perform(seller.account, wish, key)


def found(seller: Seller, wish: Command, key: str = "key-1") -> Page:
    """Looked for after its answer was lost."""
    tried_at = datetime.now(UTC) - timedelta(seconds=5)
    return connector.fetch(seller.account, One("command", key, tried=wish, tried_at=tried_at))


# ---- returns


def test_a_return_is_approved_once(tiktok: Seller, traffic: list[httpx.Response]) -> None:
    _, back = tiktok.requested()
    wish = DecideReturn(numbers.back(back), D.APPROVE)
    assert not found(tiktok, wish).deliveries
    receipt = do(tiktok, wish)
    assert (receipt.outcome, receipt.external_id) == (Outcome.SENT, f"return/{numbers.back(back)}")
    assert tiktok.read_return(numbers.back(back)).data.status is ReturnStatus.OPEN
    settled = found(tiktok, wish).receipt
    assert settled
    assert (settled.outcome, settled.external_id) == (receipt.outcome, receipt.external_id)
    [approval] = [each.request for each in traffic if each.request.url.path.endswith("/approve")]
    assert approval.url.params["idempotency_key"] == "key-1"
    with pytest.raises(Refused, match="does not take this decision"):
        do(tiktok, wish, "key-2")


def test_a_return_is_declined_with_a_reason_tiktok_offers(
    tiktok: Seller, traffic: list[httpx.Response]
) -> None:
    _, back = tiktok.requested()
    wish = DecideReturn(numbers.back(back), D.DECLINE, note="It was worn.")
    do(tiktok, wish)
    [refusal] = [each.request for each in traffic if each.request.url.path.endswith("/reject")]
    assert json.loads(refusal.content) == {
        "decision": "REJECT_RETURN",
        "reject_reason": "reverse_reject_request_reason_other",
        "comment": "It was worn.",
    }
    assert tiktok.read_return(numbers.back(back)).data.status is ReturnStatus.DECLINED
    assert found(tiktok, wish).receipt


def test_part_of_the_money_is_offered_and_waits_for_the_shopper(tiktok: Seller) -> None:
    _, back = tiktok.requested()
    wish = DecideReturn(numbers.back(back), D.OFFER, usd("3.00"))
    do(tiktok, wish)
    data = tiktok.read_return(numbers.back(back)).data
    assert (data.status, data.waits_for_seller, data.amount) == (ReturnStatus.REQUESTED, False, usd("3.00"))
    assert found(tiktok, wish).receipt


def test_goods_that_are_back_are_paid_and_not_only_marked(tiktok: Seller) -> None:
    order, back = next(
        (order, back) for order in tiktok.orders() for back in order.returns if back.status == "open"
    )
    number = numbers.back(back)
    whole = tiktok.read_return(number).data.amount
    assert whole
    pay = RefundOrder(order.number, whole, Reason.RETURNED, return_id=number)
    with pytest.raises(Refused, match="Refund the return"):
        do(tiktok, DecideReturn(number, D.RECEIVED))
    with pytest.raises(Refused, match="does not take"):  # they are not back
        do(tiktok, pay)
    back.arrived = True
    with pytest.raises(Refused, match="Offer a part"):
        do(tiktok, replace(pay, amount=usd("1.00")))
    receipt = do(tiktok, pay)
    assert receipt.outcome is Outcome.SENT
    assert order.refunds[-1].amount == whole.amount
    [end] = settled(tiktok, receipt)
    assert (end.external_id, end.ended) == (receipt.external_id, Ended.DONE)
    assert tiktok.read_return(number).data.status is ReturnStatus.CLOSED


def settled(seller: Seller, receipt: Receipt) -> list[CommandSettled]:
    page = connector.fetch(seller.account, One("command", receipt.external_id))
    return of(CommandSettled, seller.parsed(page))


def test_money_without_goods_is_never_paid_by_an_approval_that_promised_none(tiktok: Seller) -> None:
    order, back = tiktok.requested("REFUND")
    number, before = numbers.back(back), len(order.refunds)
    with pytest.raises(Refused, match="to approve it is to pay"):
        do(tiktok, DecideReturn(number, D.APPROVE))
    assert len(order.refunds) == before
    whole = tiktok.read_return(number).data.amount
    assert whole
    do(tiktok, RefundOrder(order.number, whole, Reason.DAMAGED, return_id=number))
    assert [each.amount for each in order.refunds[before:]] == [whole.amount]


def test_goods_a_shopper_may_keep_are_refunded_without_coming_back(
    tiktok: Seller, traffic: list[httpx.Response]
) -> None:
    order, back = tiktok.requested()
    whole = tiktok.read_return(numbers.back(back)).data.amount
    assert whole
    do(tiktok, RefundOrder(order.number, whole, Reason.DAMAGED, return_id=numbers.back(back)))
    [approval] = [each.request for each in traffic if each.request.url.path.endswith("/approve")]
    assert json.loads(approval.content) == {"decision": "APPROVE_RETURN", "buyer_keep_item": True}
    assert order.refunds[-1].amount == whole.amount


def test_a_label_of_ours_and_a_fee_are_refused_in_words(tiktok: Seller) -> None:
    _, back = tiktok.requested()
    label = File("label.pdf", "application/pdf", b"%PDF")
    with pytest.raises(Refused, match="label"):
        do(tiktok, DecideReturn(numbers.back(back), D.APPROVE, label=label))
    order = tiktok.delivered()
    start = StartReturn(order.number, (("1", 1),), Reason.DAMAGED)
    with pytest.raises(Refused, match="label"):
        do(tiktok, replace(start, label=label))
    with pytest.raises(Refused, match="restocking"):
        do(tiktok, replace(start, restocking_fee=usd("4.00")))


def test_the_seller_starts_a_return_once(tiktok: Seller) -> None:
    order = tiktok.delivered()
    line = tiktok.read_order(order).lines[0]
    wish = StartReturn(order.number, ((line.external_id, 1),), Reason.WRONG_ITEM)
    assert not found(tiktok, wish).deliveries
    receipt = do(tiktok, wish)
    number = receipt.external_id.removeprefix("return/")
    data = tiktok.read_return(number).data
    assert (data.status, data.quantity) == (ReturnStatus.OPEN, 1)
    again = found(tiktok, wish).receipt
    assert again
    assert again.external_id == receipt.external_id
    assert len(order.returns) == 1


# ---- refunds


def test_a_refund_goes_through_tiktoks_returns_with_our_key_once(tiktok: Seller) -> None:
    order = tiktok.delivered()
    wish = RefundOrder(order.number, usd("5.00"), Reason.DAMAGED)
    assert not found(tiktok, wish).deliveries
    receipt = do(tiktok, wish)
    assert [each.amount for each in order.refunds] == [Decimal("5.00")]
    again = found(tiktok, wish).receipt
    assert again
    assert again.external_id == receipt.external_id
    [refund] = tiktok.read_order(order).refunds
    assert (refund.external_id, refund.amount) == (receipt.external_id, usd("5.00"))
    tiktok.world.advance(timedelta(minutes=1))
    assert tiktok.read_order(order).refunds[0].note == ""


def test_the_same_key_is_the_same_refund(tiktok: Seller) -> None:
    order = tiktok.delivered()
    wish = RefundOrder(order.number, usd("5.00"), Reason.DAMAGED)
    assert do(tiktok, wish).external_id == do(tiktok, wish).external_id
    assert len(order.refunds) == 1


def test_lines_are_refunded_by_their_pieces(tiktok: Seller, traffic: list[httpx.Response]) -> None:
    order = tiktok.delivered()
    line = tiktok.read_order(order).lines[0]
    part = RefundLine(line.external_id, 1, usd("2.00"))
    do(tiktok, RefundOrder(order.number, usd("2.00"), Reason.MISSING_PARTS, (part,)))
    [made] = [each.request for each in traffic if each.request.url.path.endswith("202602/returns")]
    body = json.loads(made.content)
    assert body["order_line_list"] == [{"order_line_item_id": line.external_id}]
    assert body["return_reason"] == "ecom_order_delivered_refund_reason_missing_product_seller"
    assert order.refunds[-1].lines == {order.lines[0].id: 1}


def test_more_than_tiktok_reckons_is_refused_before_anything_is_sent(tiktok: Seller) -> None:
    order = tiktok.delivered()
    with pytest.raises(Refused, match=f"at most {order.total}"):
        do(tiktok, RefundOrder(order.number, usd(order.total + 1), Reason.GOODWILL))
    assert not order.refunds


def test_what_has_not_left_is_cancelled_and_not_refunded(tiktok: Seller) -> None:
    order = tiktok.unshipped()
    with pytest.raises(Refused, match="has not been shipped"):
        do(tiktok, RefundOrder(order.number, usd("1.00"), Reason.GOODWILL))


def test_a_refund_of_the_order_is_the_refund_of_the_return_that_is_open(tiktok: Seller) -> None:
    order, back = tiktok.requested("REFUND")
    whole = tiktok.read_return(numbers.back(back)).data.amount
    assert whole
    wish = RefundOrder(order.number, whole, Reason.DAMAGED)
    with pytest.raises(Refused, match="Offer a part"):
        do(tiktok, replace(wish, amount=usd("0.50")))
    assert not found(tiktok, wish).deliveries
    receipt = do(tiktok, wish)
    assert receipt.external_id == f"return/{numbers.back(back)}"
    assert [each.amount for each in order.refunds] == [whole.amount]
    again = found(tiktok, wish).receipt
    assert again
    assert again.external_id == receipt.external_id


# ---- cancellations


def test_an_order_is_cancelled_in_the_sellers_name_once(tiktok: Seller) -> None:
    order = tiktok.unshipped()
    wish = CancelOrder(order.number, Reason.OUT_OF_STOCK)
    assert not found(tiktok, wish).deliveries
    receipt = do(tiktok, wish)
    read = tiktok.read_order(order)
    assert read.fulfillment_status is FulfillmentStatus.CANCELLED
    assert [each.amount for each in read.refunds] == [usd(order.total)]
    again = found(tiktok, wish).receipt
    assert again
    assert again.external_id == receipt.external_id
    with pytest.raises(Refused, match="cancelled"):
        do(tiktok, wish, "key-2")


def test_some_lines_are_cancelled_where_they_are_out_of_stock(tiktok: Seller) -> None:
    order = next(
        each for each in tiktok.orders() if len(each.lines) > 1 and not (each.parcels or each.cancelled_at)
    )
    order.cancel_requested_at = None
    first, other = (line.external_id for line in tiktok.read_order(order).lines[:2])
    do(tiktok, CancelOrder(order.number, Reason.OUT_OF_STOCK, ((first, 1),)))
    read = tiktok.read_order(order)
    assert first not in [each.external_id for each in read.lines]
    assert other in [each.external_id for each in read.lines]
    assert (read.fulfillment_status, len(read.refunds)) == (FulfillmentStatus.UNFULFILLED, 1)
    with pytest.raises(Refused, match="out of stock"):
        do(tiktok, CancelOrder(order.number, Reason.PRICE, ((other, 1),)), "key-2")


def test_a_shoppers_wish_to_cancel_is_granted(tiktok: Seller, traffic: list[httpx.Response]) -> None:
    order = tiktok.unshipped(wants_cancelling=True)
    wish = CancelOrder(order.number, Reason.CHANGED_MIND)
    do(tiktok, wish)
    assert order.cancelled_at
    assert any(each.request.url.path.endswith(f"{numbers.request(order)}/approve") for each in traffic)
    assert found(tiktok, wish).receipt


def test_a_shoppers_wish_to_cancel_is_refused_because_it_left(
    tiktok: Seller, traffic: list[httpx.Response]
) -> None:
    order = tiktok.unshipped(wants_cancelling=True)
    wish = RefuseCancellation(order.number, tracking_number="1Z999AA10123456784")
    assert not found(tiktok, wish).deliveries
    do(tiktok, wish)
    [sent] = [each.request for each in traffic if each.request.url.path.endswith("/reject")]
    assert json.loads(sent.content) == {
        "reject_reason": "seller_reject_apply_product_is_shipped",
        "comment": "It has left already: 1Z999AA10123456784.",
    }
    assert tiktok.read_order(order).cancel_requested_at is None
    assert found(tiktok, wish).receipt
    with pytest.raises(Refused, match="has not asked"):
        do(tiktok, RefuseCancellation(tiktok.unshipped().number))


# ---- what TikTok decides itself


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        ("IN_PROGRESS", DisputeState.WAITING),
        ("SUPPORT_BUYER", DisputeState.LOST),
        ("SUPPORT_SELLER", DisputeState.WON),
    ],
)
def test_an_arbitration_is_a_dispute_answered_on_tiktoks_page(
    tiktok: Seller, monkeypatch: pytest.MonkeyPatch, standing: str, state: DisputeState
) -> None:
    order, back = tiktok.requested()
    shown = connector.fetch(tiktok.account, One("return", numbers.back(back))).deliveries[0]
    body = {**json.loads(shown.body), "arbitration_status": standing}
    [_, dispute] = connector.parse(tiktok.account, replace(shown, body=json.dumps(body).encode()))
    assert isinstance(dispute, DisputeChanged)
    assert (dispute.state, dispute.answers, dispute.order_id) == (state, (), order.number)
    assert dispute.url.endswith(f"/order/detail?order_no={order.number}&shop_region=US")


@pytest.mark.parametrize(
    ("reason", "offered", "chosen"),
    [
        (Reason.DAMAGED, ["a_missing", "b_damaged"], "b_damaged"),
        (Reason.LATE, ["a_missing", "b_other"], "b_other"),
        (Reason.FRAUD, ["a_missing"], "a_missing"),
        (Reason.FRAUD, [], ""),
    ],
)
def test_the_reason_that_says_ours_is_chosen_from_what_is_offered(
    reason: Reason, offered: list[str], chosen: str
) -> None:
    assert reasons.for_reason(reason, offered) == chosen
