"""Changing things at eBay, and knowing afterwards whether they changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.channels.ebay.connector import connector
from connectors.commands import (
    AnswerDispute,
    CancelOrder,
    Command,
    DecideReturn,
    Reason,
    RefundLine,
    RefundOrder,
    RefuseCancellation,
    ReturnDecision,
)
from connectors.contract import Money, One, Outcome
from connectors.errors import OutcomeUnknown, Refused
from connectors.events import CommandSettled, DisputeAnswer, DisputeKind, DisputeState, Ended, File
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Order, Return
from tests.connectors.channels.ebay_shop import Seller, impatient, now

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def usd(value: str) -> Money:
    return Money(Decimal(value), "USD")


def delivered(seller: Seller) -> Order:
    """Without returns or disputes of its own."""
    disputed = {each.order_id for each in seller.shop.disputes.values()}
    fits = (o for o in seller.shop.orders.values() if o.parcels and not o.returns and not o.refunds)
    return next(each for each in fits if each.id not in disputed)


def open_return(seller: Seller) -> Return:
    fits = (back for order in seller.shop.orders.values() for back in order.returns)
    return next(each for each in fits if each.status == "requested")


def tried(command: Command) -> One:
    return One("command", "key-1", tried=command, tried_at=now() - timedelta(seconds=1))


# ---- refunds


def test_a_refund_is_accepted_and_settles_when_ebay_has_paid(ebay: Seller) -> None:
    order = delivered(ebay)
    wish = RefundOrder(order.number, usd("5.00"), Reason.GOODWILL, note="Sorry for the wait")
    receipt = connector.perform(ebay.account, wish, "key-1")
    assert receipt.outcome is Outcome.ACCEPTED
    followed = ebay.parsed(connector.fetch(ebay.account, One("command", receipt.external_id)))
    assert not any(isinstance(each, CommandSettled) for each in followed)
    ebay.world.advance(timedelta(minutes=1))
    followed = ebay.parsed(connector.fetch(ebay.account, One("command", receipt.external_id)))
    [settled] = [each for each in followed if isinstance(each, CommandSettled)]
    assert (settled.external_id, settled.ended) == (receipt.external_id, Ended.DONE)


def test_a_refund_by_line_comes_to_its_total_and_postage_rides_along(ebay: Seller) -> None:
    order = delivered(ebay)
    line = RefundLine(str(order.lines[0].id), 1, usd("4.00"), usd("0.50"))
    wish = RefundOrder(order.number, usd("6.00"), Reason.DAMAGED, (line,), shipping=usd("1.50"))
    connector.perform(ebay.account, wish, "key-1")
    assert order.refunds[-1].amount == Decimal("6.00")


def test_a_lost_answer_to_a_refund_is_settled_by_reading_and_never_repeated(
    ebay: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    order = delivered(ebay)
    wish = RefundOrder(order.number, usd("5.00"), Reason.LATE)
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    ebay.trouble.ask("ebay", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.perform(ebay.account, wish, "key-1")
    found = connector.fetch(ebay.account, tried(wish)).receipt
    assert found
    assert (found.external_id, found.outcome) == (
        f"{order.number}/{order.refunds[-1].id}",
        Outcome.ACCEPTED,
    )
    assert len(order.refunds) == 1


def test_what_ebay_will_not_refund_is_guidance(ebay: Seller) -> None:
    order = delivered(ebay)
    with pytest.raises(Refused, match="more than is left"):
        connector.perform(ebay.account, RefundOrder(order.number, usd("9999.00"), Reason.OTHER), "k")
    connector.perform(ebay.account, RefundOrder(order.number, Money(order.total, "USD"), Reason.OTHER), "k")
    with pytest.raises(Refused, match="refunded already"):
        connector.perform(ebay.account, RefundOrder(order.number, usd("1.00"), Reason.OTHER), "k")
    asked = ebay.shop.orders[ebay.dispute(DisputeKind.INQUIRY).order_id]
    with pytest.raises(Refused, match="open request"):
        connector.perform(ebay.account, RefundOrder(asked.number, usd("1.00"), Reason.OTHER), "k")


# ---- cancellations


def test_a_shoppers_request_is_granted(ebay: Seller) -> None:
    order = next(each for each in ebay.shop.orders.values() if each.cancel_requested_at)
    wish = CancelOrder(order.number, Reason.CHANGED_MIND)
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    receipt = connector.perform(ebay.account, wish, "k")
    assert order.cancelled_at
    assert order.financial_status == "refunded"
    [found] = connector.fetch(ebay.account, tried(wish)).deliveries
    assert found.key == receipt.external_id


def test_a_shoppers_request_is_refused(ebay: Seller) -> None:
    order = next(each for each in ebay.shop.orders.values() if each.cancel_requested_at)
    wish = RefuseCancellation(order.number, tracking_number="1Z999AA10123456784")
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    connector.perform(ebay.account, wish, "k")
    assert not order.cancel_requested_at
    assert not order.cancelled_at
    assert connector.fetch(ebay.account, tried(wish)).deliveries
    with pytest.raises(Refused, match="not asked"):
        connector.perform(ebay.account, wish, "k")


def test_a_seller_cancels_whole_orders_only(ebay: Seller) -> None:
    order = ebay.order(parcels=False, cancelled_at=None, cancel_requested_at=None)
    with pytest.raises(Refused, match="whole orders"):
        connector.perform(ebay.account, CancelOrder(order.number, Reason.OTHER, (("1", 1),)), "k")
    connector.perform(ebay.account, CancelOrder(order.number, Reason.OUT_OF_STOCK), "k")
    assert order.cancelled_at


# ---- returns


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        (ReturnDecision.APPROVE, "open"),
        (ReturnDecision.DECLINE, "declined"),
        (ReturnDecision.OFFER, "closed"),
    ],
)
def test_a_return_is_decided_and_that_can_be_read(
    ebay: Seller, decision: ReturnDecision, status: str
) -> None:
    there = open_return(ebay)
    wish = DecideReturn(str(there.id), decision, usd("3.00"), "As agreed")
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    connector.perform(ebay.account, wish, "k")
    assert there.status == status
    assert connector.fetch(ebay.account, tried(wish)).deliveries


def test_a_return_is_approved_with_a_label_of_ours_then_received_and_refunded(ebay: Seller) -> None:
    there = open_return(ebay)
    label = File("label.pdf", "application/pdf", b"%PDF-1.4")
    connector.perform(ebay.account, DecideReturn(str(there.id), ReturnDecision.APPROVE, label=label), "k")
    connector.perform(ebay.account, DecideReturn(str(there.id), ReturnDecision.RECEIVED), "k")
    order = next(each for each in ebay.shop.orders.values() if there in each.returns)
    wish = RefundOrder(
        order.number, usd("7.00"), Reason.RETURNED, return_id=str(there.id), shipping=usd("2.00")
    )
    connector.perform(ebay.account, wish, "k")
    assert there.status == "closed"
    assert order.refunds[-1].amount == Decimal("7.00")
    assert connector.fetch(ebay.account, tried(wish)).deliveries


# ---- disputes


def test_an_inquiry_is_answered_with_tracking(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.INQUIRY)
    wish = AnswerDispute(f"inquiry/{there.id}", DisputeAnswer.PROVIDE_TRACKING)
    with pytest.raises(Refused, match="tracking number"):
        connector.perform(ebay.account, wish, "k")
    wish = replace(wish, tracking_number="1Z999AA10123456784", carrier="UPS")
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    connector.perform(ebay.account, wish, "k")
    assert there.state == DisputeState.WAITING
    assert connector.fetch(ebay.account, tried(wish)).deliveries


def test_an_inquiry_is_refunded_whole(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.INQUIRY)
    connector.perform(ebay.account, AnswerDispute(f"inquiry/{there.id}", DisputeAnswer.REFUND), "k")
    assert there.state == DisputeState.CLOSED
    assert ebay.shop.orders[there.order_id].refunds[-1].amount == there.amount


def test_a_case_is_appealed_once(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.CASE)
    wish = AnswerDispute(f"case/{there.id}", DisputeAnswer.APPEAL, "The carrier shows it was handed over.")
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    connector.perform(ebay.account, wish, "k")
    assert connector.fetch(ebay.account, tried(wish)).deliveries
    with pytest.raises(Refused):
        connector.perform(ebay.account, wish, "k")
    with pytest.raises(Refused, match="only appeal"):
        connector.perform(ebay.account, replace(wish, answer=DisputeAnswer.REFUND), "k")


def test_a_payment_dispute_is_contested_after_its_evidence_went_in(
    ebay: Seller, traffic: list[httpx.Response]
) -> None:
    there = ebay.dispute(DisputeKind.PAYMENT_DISPUTE)
    wish = AnswerDispute(
        f"payment/{there.id}",
        DisputeAnswer.CONTEST,
        "It was delivered.",
        (File("door.png", "image/png", PNG), File("slip.png", "image/png", PNG)),
        tracking_number="1Z999AA10123456784",
        carrier="UPS",
        revision="1",
    )
    assert not connector.fetch(ebay.account, tried(wish)).deliveries
    connector.perform(ebay.account, wish, "k")
    deeds = [each.request.url.path.rsplit("/", 1)[1] for each in traffic if each.request.method == "POST"]
    assert deeds[-5:] == [
        "shipping_fulfillment",
        "upload_evidence_file",
        "upload_evidence_file",
        "add_evidence",
        "contest",
    ]
    assert there.state == DisputeState.WAITING
    assert "1Z999AA10123456784" in ebay.shop.orders[there.order_id].parcels
    assert connector.fetch(ebay.account, tried(wish)).deliveries


def test_evidence_that_is_there_is_not_sent_again(ebay: Seller, traffic: list[httpx.Response]) -> None:
    there = ebay.dispute(DisputeKind.PAYMENT_DISPUTE)
    files = (File("door.png", "image/png", PNG),)
    wish = AnswerDispute(f"payment/{there.id}", DisputeAnswer.ADD_EVIDENCE, files=files)
    connector.perform(ebay.account, wish, "k")
    traffic.clear()
    connector.perform(ebay.account, wish, "k")
    assert all(each.request.method == "GET" for each in traffic)
    assert connector.fetch(ebay.account, tried(wish)).deliveries


def test_a_dispute_that_changed_is_not_answered(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.PAYMENT_DISPUTE)
    wish = AnswerDispute(f"payment/{there.id}", DisputeAnswer.ACCEPT, revision="7")
    with pytest.raises(Refused, match="changed meanwhile"):
        connector.perform(ebay.account, wish, "k")
    connector.perform(ebay.account, replace(wish, revision="1"), "k")
    assert there.state == DisputeState.LOST


def test_only_pictures_of_a_size_are_evidence(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.PAYMENT_DISPUTE)
    wish = AnswerDispute(
        f"payment/{there.id}", DisputeAnswer.CONTEST, files=(File("a.pdf", "application/pdf", b"%"),)
    )
    with pytest.raises(Refused, match="JPEG or PNG"):
        connector.perform(ebay.account, wish, "k")
    large = (File("a.png", "image/png", PNG + b"0" * 1_600_000),)
    with pytest.raises(Refused, match=r"1\.5 MB"):
        connector.perform(ebay.account, replace(wish, files=large), "k")
