"""What a seller may do at Amazon: refunds and cancellations by feed, messages of fixed kinds, asking for reviews."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from connectors import mail
from connectors.channels.amazon import client, feeds
from connectors.channels.amazon.connector import connector
from connectors.channels.amazon.pretend import papers
from connectors.commands import (
    AskForReview,
    CancelOrder,
    Command,
    Reason,
    RefundLine,
    RefundOrder,
    RefuseCancellation,
    SendOpening,
)
from connectors.contract import Money, One, Outcome
from connectors.errors import OutcomeUnknown, Refused, Unsupported
from connectors.events import Changed, CommandSettled, Ended, Event, File, OpeningsRead
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Order
from tests.connectors.channels.amazons import Seller, selling
from tests.connectors.conftest import Serve

PDF = File("warranty.pdf", "application/pdf", b"%PDF-1.7 two years")


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seller]:
    monkeypatch.setattr(papers, "FEED_TAKES", 0.1)
    with selling(serve, request.node.name, mailboxes=False) as seller:
        connector.subscribe(seller.account, "")
        yield seller


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def settled(seller: Seller, command: Command) -> CommandSettled:
    """Accepted first; then the queue says that there is news, and the feed how it ended."""
    receipt = connector.perform(seller.account, command, "key-1")
    assert receipt.outcome is Outcome.ACCEPTED
    for _ in range(100):
        events: list[Event] = seller.read("command", receipt.external_id)
        if events:
            break
        time.sleep(0.05)
    [event] = events
    assert isinstance(event, CommandSettled)
    assert event.external_id == receipt.external_id
    return event


def test_a_refund_is_accepted_and_later_done(seller: Seller) -> None:
    order = seller.order(shipped=True)
    assert settled(seller, RefundOrder(order.number, usd("5.00"), Reason.DAMAGED)).ended is Ended.DONE
    assert sum(each.amount for each in order.refunds) == Decimal("5.00")


def test_the_queue_says_that_a_feed_is_through(seller: Seller) -> None:
    order = seller.order(shipped=True)
    receipt = connector.perform(seller.account, RefundOrder(order.number, usd("5.00"), Reason.LATE), "key-1")
    for _ in range(60):
        if Changed("command", receipt.external_id) in seller.round():
            return
        time.sleep(0.05)
    pytest.fail("nothing came")


def test_a_refund_of_chosen_lines_with_postage_is_written_once(seller: Seller) -> None:
    order = seller.order(shipped=True)
    [found] = [client.order(seller.account, order.number)]
    assert found
    line = found["orderItems"][0]["orderItemId"]
    lines = (RefundLine(line, 1, usd("9.00"), usd("0.75")),)
    command = RefundOrder(order.number, usd("12.75"), Reason.WRONG_ITEM, lines, shipping=usd("3.00"))
    kind, content = feeds.of(command, found)
    head, row = (each.split("\t") for each in content.decode().splitlines())
    written = dict(zip(head, row, strict=True))
    assert kind == feeds.REFUND
    assert written["adjustment-reason-code"] == "DifferentItem"
    assert (written["item-price-adj"], written["item-tax-adj"], written["shipping-price-adj"]) == (
        "9.00",
        "0.75",
        "3.00",
    )


def test_an_amount_is_spread_over_what_was_paid_to_the_cent(seller: Seller) -> None:
    order = next(
        each for each in seller.shop.orders.values() if len(each.lines) > 1 and each.fulfilled_by == "seller"
    )
    found = client.order(seller.account, order.number)
    assert found
    _, content = feeds.of(RefundOrder(order.number, usd("10.01"), Reason.GOODWILL), found)
    head, *rows = (each.split("\t") for each in content.decode().splitlines())
    parts = [dict(zip(head, row, strict=True)) for row in rows]
    amounts = (Decimal(each[name] or 0) for each in parts for name in ("item-price-adj", "item-tax-adj"))
    assert sum(amounts) == Decimal("10.01")


def test_a_feed_that_is_through_may_still_have_refused_its_line(seller: Seller) -> None:
    order = seller.order(shipped=True)
    lines = (RefundLine(line_of(seller, order), 1, usd("9999.00")),)
    event = settled(seller, RefundOrder(order.number, usd("9999.00"), Reason.DEFECTIVE, lines))
    assert event.ended is Ended.REJECTED
    assert "9999.00" in event.reason
    assert not order.refunds


def line_of(seller: Seller, order: Order) -> str:
    found = client.order(seller.account, order.number)
    return str(found["orderItems"][0]["orderItemId"]) if found else ""


def test_an_order_that_waits_is_cancelled(seller: Seller) -> None:
    order = seller.order(shipped=False)
    assert settled(seller, CancelOrder(order.number, Reason.CHANGED_MIND)).ended is Ended.DONE
    assert order.cancelled_at


@pytest.mark.parametrize(
    "wish", [lambda o: RefundOrder(o, usd("5.00"), Reason.LATE), lambda o: CancelOrder(o, Reason.OTHER)]
)
def test_what_amazon_ships_is_amazons_to_refund_and_cancel(
    seller: Seller, wish: Callable[[str], Command], traffic: list[httpx.Response]
) -> None:
    with pytest.raises(Refused, match="FBA"):
        connector.perform(seller.account, wish(seller.order(fba=True).number), "key-1")
    assert not [
        each for each in traffic if each.request.method == "POST" and "feeds" in each.request.url.path
    ]


def test_what_cannot_be_cancelled_any_more_says_so(seller: Seller) -> None:
    gone = next(
        o
        for o in seller.shop.orders.values()
        if o.fulfilled_by == "seller"
        and len(o.parcels) == 1
        and len(seller.world.parcels[o.parcels[0]].steps) > 2
    )
    with pytest.raises(Refused, match="has shipped"):
        connector.perform(seller.account, CancelOrder(gone.number, Reason.OTHER), "key-1")
    with pytest.raises(Refused, match="was paid"):
        connector.perform(seller.account, RefundOrder(gone.number, usd("99999.00"), Reason.OTHER), "key-2")


def test_a_feed_nobody_answered_for_is_found_and_not_made_twice(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = seller.order(shipped=True)
    command = RefundOrder(order.number, usd("5.00"), Reason.LATE)
    began = datetime.now(UTC)
    whole = client.make_feed

    def lost(*given: str) -> str:
        whole(*given)  # type: ignore[arg-type]
        raise OutcomeUnknown("no answer")

    monkeypatch.setattr(client, "make_feed", lost)
    with pytest.raises(OutcomeUnknown):
        connector.perform(seller.account, command, "key-1")
    page = connector.fetch(seller.account, One("command", "key-1", tried=command, tried_at=began))
    assert len(page.deliveries) == 1
    assert page.receipt
    assert page.receipt.outcome is Outcome.ACCEPTED
    assert page.deliveries[0].key.startswith(f"{page.receipt.external_id}:")
    cancel = CancelOrder(order.number, Reason.OTHER)
    assert not connector.fetch(
        seller.account, One("command", "key-2", tried=cancel, tried_at=began)
    ).deliveries
    assert not connector.fetch(
        seller.account, One("command", "key-3", tried=command, tried_at=began)
    ).deliveries


def test_only_the_kinds_of_message_an_order_allows_are_offered(seller: Seller) -> None:
    waiting, gone = seller.order(shipped=False), seller.order(shipped=True)
    kinds = {}
    for order in (waiting, gone, seller.order(fba=True)):
        [read] = seller.read("openings", order.number)
        assert isinstance(read, OpeningsRead)
        kinds[order.number] = {each.kind for each in read.openings}
    assert "confirmOrderDetails" in kinds[waiting.number]
    assert "confirmOrderDetails" not in kinds[gone.number]
    assert kinds[seller.order(fba=True).number] <= {"productReviewAndSellerFeedback"}
    assert not {"negativeFeedbackRemoval", "amazonMotors"} & set().union(*kinds.values())


def test_a_message_of_a_fixed_kind_reaches_the_buyer(seller: Seller) -> None:
    order = seller.order(shipped=False)
    opening = SendOpening(order.number, "confirmOrderDetails", "Which colour did you want?")
    assert connector.perform(seller.account, opening, "key-1").outcome is Outcome.SENT
    [got] = seller.world.mails_of(seller.buyer_of(order).email)
    assert "Which colour" in mail.read(got.raw).text


def test_files_are_uploaded_before_the_message(seller: Seller, traffic: list[httpx.Response]) -> None:
    order = seller.order(shipped=True)
    warranty = SendOpening(order.number, "warranty", "", (PDF,), date(2026, 11, 1), date(2028, 11, 1))
    connector.perform(seller.account, warranty, "key-1")
    [got] = seller.world.mails_of(seller.buyer_of(order).email)
    assert "warranty.pdf" in mail.read(got.raw).text
    put = next(each.request for each in traffic if each.request.method == "PUT")
    assert put.content == PDF.content


@pytest.mark.parametrize(
    ("opening", "why"),
    [
        (SendOpening("1", "smallTalk", "Hi"), "knows no message"),
        (SendOpening("1", "confirmDeliveryDetails", " "), "Write the message"),
        (SendOpening("1", "digitalAccessKey", "x" * 401), "at most 400"),
        (SendOpening("1", "unexpectedProblem", "Hi", (PDF,)), "takes no files"),
        (SendOpening("1", "legalDisclosure"), "attach it"),
        (SendOpening("1", "invoice", "", (PDF,) * 6), "at most 5 files"),
        (SendOpening("1", "warranty", "", (PDF,)), "from when to when"),
    ],
)
def test_what_amazon_would_refuse_is_refused_before(seller: Seller, opening: SendOpening, why: str) -> None:
    with pytest.raises(Refused, match=why):
        connector.perform(seller.account, opening, "key-1")


def test_a_review_is_asked_for_once(seller: Seller) -> None:
    asked = "productReviewAndSellerFeedback"
    order = next(each for each in seller.shop.orders.values() if asked in allowed(seller, each))
    connector.perform(seller.account, AskForReview(order.number), "key-1")
    assert asked not in allowed(seller, order)
    with pytest.raises(Refused, match="Buyer Solicitation"):
        connector.perform(seller.account, AskForReview(order.number), "key-2")


def allowed(seller: Seller, order: Order) -> set[str]:
    answer = client.soliciting_actions(seller.account, order.number)
    return {each["name"] for each in answer["_links"]["actions"]}


def test_a_message_without_an_answer_is_uncertain_and_nobody_can_look(seller: Seller) -> None:
    order = seller.order(shipped=False)
    opening = SendOpening(order.number, "confirmOrderDetails", "Which colour?")
    seller.trouble.ask("amazon", Kind.BROKEN)
    with pytest.raises(OutcomeUnknown):
        connector.perform(seller.account, opening, "key-1")
    with pytest.raises(Refused, match="Seller Central"):
        connector.fetch(seller.account, One("command", "key-1", tried=opening))


def test_what_amazon_has_no_way_for_is_not_declared(seller: Seller) -> None:
    with pytest.raises(Unsupported):
        connector.perform(seller.account, RefuseCancellation("1"), "key-1")
