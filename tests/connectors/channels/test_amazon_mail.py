"""Buyers' words at Amazon: the relay's mails in and out, over real SMTP and IMAP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors import mail
from connectors.channels.amazon import relay
from connectors.channels.amazon.connector import connector
from connectors.commands import SendMessage
from connectors.contract import One
from connectors.events import (
    DisputeChanged,
    DisputeKind,
    MessageBounced,
    MessageReceived,
    NoticeReceived,
    Party,
)
from tests.connectors.channels.amazons import Seller, selling
from tests.connectors.conftest import Serve


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest) -> Iterator[Seller]:
    with selling(serve, request.node.name) as seller:
        seller.caught_up()
        yield seller


def received(seller: Seller) -> list[MessageReceived]:
    return [each for each in seller.caught_up() if isinstance(each, MessageReceived)]


def answer_to(said: MessageReceived, text: str) -> SendMessage:
    return SendMessage(
        said.sender, text, said.thread, said.subject, (said.external_id,), "a" * 32, "Northpine"
    )


def test_a_buyer_writes_reads_the_answer_and_stays_in_the_thread(seller: Seller) -> None:
    order = seller.order()
    seller.writes(order, "Where is my parcel?")
    [first] = received(seller)
    assert (first.text, first.order_number) == ("Where is my parcel?", order.number)
    connector.send(seller.account, answer_to(first, "It arrives on Friday."), "key-1")
    [got] = seller.world.mails_of(seller.buyer_of(order).email)
    assert mail.read(got.raw).text.startswith("It arrives on Friday.")
    seller.writes(order, "Thank you!", answers=got)
    [second] = received(seller)
    assert (second.text, second.thread) == ("Thank you!", first.thread)
    assert second.sender.names == first.sender.names  # though the relay ends the alias anew each time


def test_an_answer_keeps_amazons_mark_and_shows_no_address_of_ours(seller: Seller) -> None:
    mark = relay.token_in(mail.read(seller.writes(seller.order(), "Hello?").raw))
    [said] = received(seller)
    connector.send(seller.account, answer_to(said, "Hello!"), "key-1")
    sent = mail.read(seller.world.mails_of(said.sender.names["email"])[0].raw)
    assert mark
    assert mark in sent.text
    assert not sent.header("Reply-To")


def test_a_second_try_of_a_send_is_found_by_its_key(seller: Seller) -> None:
    seller.writes(seller.order(), "Hello?")
    [said] = received(seller)
    receipt = connector.send(seller.account, answer_to(said, "Hello!"), "key-1")
    page = connector.fetch(seller.account, One("message", "key-1"))
    assert [each.key for each in page.deliveries] == [receipt.external_id]
    assert not connector.fetch(seller.account, One("message", "key-2")).deliveries


@pytest.mark.parametrize("text", ["See https://northpine.example/sale", "Write to me: sam@northpine.example"])
def test_what_amazon_blocks_comes_back_as_a_bounce_and_never_reaches_the_buyer(
    seller: Seller, text: str
) -> None:
    seller.writes(seller.order(), "Hello?")
    [said] = received(seller)
    receipt = connector.send(seller.account, answer_to(said, text), "key-1")
    [bounce] = [each for each in seller.caught_up() if isinstance(each, MessageBounced)]
    assert bounce.external_id == receipt.external_id
    assert "blocked" in bounce.reason
    assert not seller.world.mails_of(said.sender.names["email"])


def test_a_buyer_who_is_gone_bounces_by_the_mail_servers_own_words(seller: Seller) -> None:
    to = SendMessage(Party({"email": "gone77@marketplace.amazon.com"}), "Hello")
    receipt = connector.send(seller.account, to, "key-1")
    [bounce] = [each for each in seller.caught_up() if isinstance(each, MessageBounced)]
    assert bounce.external_id == receipt.external_id


def test_nine_of_ten_mails_are_notices_and_only_buyers_are_messages(serve: Serve) -> None:
    with selling(serve, "noise") as seller:
        events = seller.caught_up()
    said = [each for each in events if isinstance(each, MessageReceived)]
    notices = [each for each in events if isinstance(each, NoticeReceived)]
    written = [each for each in seller.world.mails_of(seller.shop.mailbox) if each.written]
    assert sorted(each.text for each in said) == sorted(each.written for each in written)
    lately = datetime.now(UTC) - timedelta(days=29)
    assert len(said) + len(notices) >= sum(
        each.at > lately for each in seller.world.mails_of(seller.shop.mailbox)
    )
    assert 0.05 < len(said) / (len(said) + len(notices)) < 0.15


def test_claims_and_chargebacks_have_a_deadline_and_a_page_to_answer_them(serve: Serve) -> None:
    with selling(serve, "disputes") as seller:
        found = {each.kind: each for each in seller.caught_up() if isinstance(each, DisputeChanged)}
        made = {each.kind: each for each in seller.shop.disputes.values()}
    assert set(found) == {DisputeKind.CLAIM, DisputeKind.CHARGEBACK}
    for kind, dispute in found.items():
        due = made[kind].due_at
        assert due
        assert dispute.due_at == due.replace(second=0)
        assert dispute.amount
        assert dispute.amount.amount == made[kind].amount
        assert dispute.url.startswith(str(seller.account.settings["base_url"]))
        assert dispute.answers == ()


def test_a_mail_without_order_or_product_leaves_the_thread_to_what_it_answers() -> None:
    assert relay.thread_of("a@marketplace.amazon.com", "Hello", "no numbers") == ("", "")
    thread, order = relay.thread_of("a@marketplace.amazon.com", "About ASIN: B0NP4FJMM1", "")
    assert (thread, order) == ("a@marketplace.amazon.com:B0NP4FJMM1", "")


def test_a_number_a_buyer_mentions_does_not_move_the_thread() -> None:
    asked = relay.thread_of("a@b", "About ASIN: B0NP4FJMM1", "Like the one in 111-2222222-3333333")
    assert asked == ("a@b:B0NP4FJMM1", "111-2222222-3333333")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello there", "Hello there"),
        ("Order block\n\nMessage:\nDoes it fit?\n\nSolve case\nmore", "Does it fit?"),
        ("--- Begin message ---\nOne\n\nTwo\n--- End message ---\nFor Your Information: …", "One\n\nTwo"),
        ("--- Début du message ---\nBonjour\n--- Fin du message ---", "Bonjour"),
        ("--- Begin message ---\n--- End message ---", "--- Begin message ---\n--- End message ---"),
    ],
)
def test_only_the_buyers_words_are_kept(text: str, words: str) -> None:
    assert relay.words_in(text) == words


@pytest.mark.parametrize("address", ["donotreply@marketplace.amazon.com", "no-reply@marketplace.amazon.de"])
def test_nobodys_address_is_no_buyer(address: str) -> None:
    assert not relay.is_alias(address)
    assert relay.is_alias("k3v9q2mzr7pl+8f2c@marketplace.amazon.co.uk")


def test_mail_is_read_while_the_queue_and_the_api_are_down(seller: Seller) -> None:
    seller.writes(seller.order(), "Anybody there?")
    down = replace(
        seller.account,
        settings={
            **seller.account.settings,
            "base_url": "http://127.0.0.1:1",
            "queue_url": "http://127.0.0.1:1/queue/1/waybill",
        },
    )
    seller.account = down
    assert [each.text for each in seller.round() if isinstance(each, MessageReceived)] == ["Anybody there?"]
