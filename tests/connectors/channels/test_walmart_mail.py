"""Shoppers' words at Walmart: relay mail in and out, over real SMTP and IMAP, among Walmart's own mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import mail
from connectors.channels.walmart import sandbox
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.letters import sorted_out
from connectors.commands import SendMessage
from connectors.contract import One, Since
from connectors.errors import Refused, Unreachable
from connectors.events import (
    MessageBounced,
    MessageReceived,
    NoticeKind,
    NoticeReceived,
    OrderChanged,
    Party,
)
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Mail, Order, Shopper
from tests.connectors.channels.walmarts import Seller, of


def shopper_of(seller: Seller, order: Order) -> Shopper:
    return seller.shop.shoppers[order.shopper_id]


def write(
    seller: Seller, order: Order, text: str, *, number: bool = True, answers: Mail | None = None
) -> Mail:
    shopper = shopper_of(seller, order)
    return sandbox.write(
        seller.world, seller.shop, shopper, text, "A question", order.number if number else "", answers
    )


def test_a_shopper_is_joined_to_their_order_by_the_relay_address(seller: Seller) -> None:
    order = seller.delivered()
    write(seller, order, "Where is my parcel?\n\nThank you")
    found, _ = seller.everything()
    [message] = of(MessageReceived, found)
    assert dict(message.sender.names) == dict(seller.read_order(order).buyer.names)
    assert (message.text, message.order_number) == ("Where is my parcel?\n\nThank you", order.number)
    assert message.thread == f"{message.sender.names['email']}/{order.number}"
    assert not message.automatic


def test_nine_of_ten_mails_are_walmarts_own_and_open_no_conversation(seller: Seller) -> None:
    for order in list(seller.shop.orders.values())[:3]:
        write(seller, order, "Hello?")
    found, _ = seller.everything()
    notices = of(NoticeReceived, found)
    assert len(of(MessageReceived, found)) == 3
    assert len(notices) >= 27
    kinds = {each.kind for each in notices}
    assert {
        NoticeKind.ORDER_PLACED,
        NoticeKind.SHIP_NOW,
        NoticeKind.RETURN,
        NoticeKind.PAYOUT,
        NoticeKind.PERFORMANCE,
        NoticeKind.POLICY,
        NoticeKind.DIGEST,
        NoticeKind.CANCELLATION,
    } <= kinds
    assert NoticeKind.OTHER not in kinds
    numbers = {order.number for order in seller.shop.orders.values()}
    assert all(each.order_number in numbers for each in notices if each.kind is NoticeKind.ORDER_PLACED)
    assert all(each.text for each in notices)


def test_an_answer_reaches_the_shopper_and_the_talk_goes_on(seller: Seller) -> None:
    order = seller.delivered()
    write(seller, order, "Where is my parcel?")
    [asked] = of(MessageReceived, seller.everything()[0])
    answer = SendMessage(
        asked.sender,
        "It arrives tomorrow.",
        thread=asked.thread,
        subject=asked.subject,
        replies_to=(asked.external_id,),
        reply_token="conversation-1",
    )
    receipt = connector.send(seller.account, answer, "key-1")
    [got] = seller.world.mails_of(shopper_of(seller, order).email)
    sent = mail.read(got.raw)
    assert sent.text.strip() == "It arrives tomorrow."
    assert sent.header("From").endswith("walmart@northpine.example")
    assert sent.header("Reply-To") == ""  # the relay takes mail from the registered address alone
    assert connector.fetch(seller.account, One("message", "key-1")).deliveries[0].key == receipt.external_id
    assert connector.fetch(seller.account, One("message", "key-2")).deliveries == []

    write(seller, order, "Thanks!", answers=got)
    messages = of(MessageReceived, seller.everything()[0])
    assert [each.text for each in messages] == ["Where is my parcel?", "Thanks!"]
    assert len({each.thread for each in messages}) == 1


def test_an_answer_that_comes_back_is_a_failed_answer(seller: Seller) -> None:
    gone = Party({"email": "gone0000000000000000000000000000@relay.walmart.com"})
    receipt = connector.send(seller.account, SendMessage(gone, "Hello"), "key")
    [bounced] = of(MessageBounced, seller.everything()[0])
    assert bounced.external_id == receipt.external_id


def test_nobody_is_written_to_but_through_the_relay(seller: Seller) -> None:
    for address in ("maya@example.com", "maya@relay.walmart.com.evil.example", ""):
        with pytest.raises(Refused, match="relay"):
            connector.send(seller.account, SendMessage(Party({"email": address}), "Hello"), "key")


def test_a_busy_api_does_not_hold_back_the_mail(seller: Seller) -> None:
    write(seller, seller.delivered(), "Hello?")
    connector.check(seller.account)
    seller.trouble.ask("walmart", Kind.BROKEN, times=3)
    page = connector.fetch(seller.account, Since())
    assert {each.topic for each in page.deliveries} == {"mail"}
    found, cursor = seller.everything(page.cursor)
    assert of(OrderChanged, found)
    assert seller.everything(cursor)[0] == []


def test_where_nothing_is_new_and_walmart_is_down_it_says_so(seller: Seller) -> None:
    without = {name: value for name, value in seller.account.settings.items() if "imap" not in name}
    connector.check(seller.account)
    seller.trouble.ask("walmart", Kind.BROKEN, times=3)
    with pytest.raises(Unreachable):
        connector.fetch(replace(seller.account, settings=without), Since())


def letter(sender: str, subject: str, text: str = "Words.") -> Any:
    return sorted_out(
        MessageReceived(
            "m", Party({"email": sender}), text, datetime(2026, 11, 22, tzinfo=UTC), subject=subject
        )
    )


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("no-reply@walmart.com", "You've got a new order!", NoticeKind.ORDER_PLACED),
        ("x@mp.walmart.com", "Action required: orders due to ship", NoticeKind.SHIP_NOW),
        ("x@walmart.com", "Customer requested cancellation: 200012800000101", NoticeKind.CANCELLATION),
        ("x@walmart.com", "Return authorized for order 200012800000101", NoticeKind.RETURN),
        ("x@walmart.com", "A refund was issued", NoticeKind.REFUND),
        ("x@walmart.com", "Your dispute was decided", NoticeKind.DISPUTE),
        ("x@walmart.com", "Return policy changes", NoticeKind.POLICY),
        ("x@walmart.com", "Your account is at risk", NoticeKind.PERFORMANCE),
        ("x@wal-mart.com", "Hello", NoticeKind.OTHER),
    ],
)
def test_walmarts_own_mails_are_sorted_by_their_subject(sender: str, subject: str, kind: NoticeKind) -> None:
    notice = letter(sender, subject)
    assert isinstance(notice, NoticeReceived)
    assert notice.kind is kind


def test_the_relays_own_machine_is_no_shopper() -> None:
    assert isinstance(letter("postmaster@relay.walmart.com", "Your message"), NoticeReceived)


@pytest.mark.parametrize("sender", ["ada@supplier.example", "x@notwalmart.com", "x@walmart.com.evil.example"])
def test_everybody_else_is_nobody_special(sender: str) -> None:
    assert isinstance(letter(sender, "New order"), MessageReceived)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("order 200012800000101 please", "200012800000101"),
        ("PO#108910000000101.", "108910000000101"),
        ("call 4125550142 or parcel 9405590371286400000013", ""),
        ("id a200012800000101", ""),
    ],
)
def test_an_order_number_is_read_wherever_it_stands(text: str, number: str) -> None:
    assert letter(f"{'a' * 32}@relay.walmart.com", "Question", text).order_number == number
