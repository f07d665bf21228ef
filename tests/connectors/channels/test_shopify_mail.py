"""Shoppers' words at a Shopify shop: its contact form and mailbox, over real SMTP and IMAP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from starlette.routing import Mount

from connectors import mail
from connectors.channels.shopify import sandbox
from connectors.channels.shopify.connector import connector
from connectors.commands import SendMessage
from connectors.contract import Account, One, Past, RawDelivery, Since
from connectors.errors import Refused, Unreachable
from connectors.events import MessageReceived, NoticeReceived, Party
from connectors.mail.sandbox import Mailboxes, in_background
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, Shopper, World
from tests.connectors.channels.shops import DOMAIN, small_world
from tests.connectors.conftest import Serve


@dataclass
class Store:
    world: World
    trouble: Trouble
    account: Account

    @property
    def shop(self) -> Shop:
        return self.world.shops[DOMAIN]

    @property
    def maya(self) -> Shopper:
        return self.shop.shoppers[7]

    def form(self, text: str, order: str = "") -> None:
        raw = sandbox.contact_form(self.shop, self.maya, text, self.world.clock.now(), order)
        self.world.deliver_mail(self.shop.mailbox, raw)

    def messages(self, cursor: str | None = None) -> list[MessageReceived]:
        page = connector.fetch(self.account, Since(cursor))
        events = [event for each in page.deliveries for event in connector.parse(self.account, each)]
        return [event for event in events if isinstance(event, MessageReceived)]


@pytest.fixture
def store(serve: Serve, request: pytest.FixtureRequest) -> Iterator[Store]:
    world, trouble = small_world(), Trouble()
    base = serve([Mount("/shopify", routes=sandbox.routes(world, trouble))])
    shop = world.shops[DOMAIN]
    with in_background(Mailboxes(world, trouble)) as servers:
        credentials = {
            "access_token": shop.access_token,
            "mail_password": shop.mail_password,
            "reply_key": "key",
        }
        settings = {
            "base_url": f"{base}/shopify/{DOMAIN}",
            "mail_address": shop.mailbox,
            "imap_host": servers.host,
            "imap_port": servers.imap_port,
            "smtp_host": servers.host,
            "smtp_port": servers.smtp_port,
            "tls": "none",
        }
        yield Store(world, trouble, Account(request.node.name, "shopify", DOMAIN, credentials, settings))


def test_a_contact_form_is_the_shoppers_own_message(store: Store) -> None:
    store.form("Hello,\n\nwhere is my jacket?\nName: it is not a label here\n\nMaya", order="#1042")
    [message] = store.messages()
    assert dict(message.sender.names) == {"email": "maya@example.com"}
    assert message.sender.display == "Maya Lindqvist"
    assert message.text == "Hello,\n\nwhere is my jacket?\nName: it is not a label here\n\nMaya"
    assert message.order_number == "#1042"
    assert message.subject == ""
    assert not message.automatic


def test_an_answer_goes_to_the_shopper_and_comes_back_in_its_thread(store: Store) -> None:
    store.form("Where is my jacket?")
    [asked] = store.messages()
    answer = SendMessage(
        asked.sender,
        "It arrives tomorrow.",
        subject="Your message",
        replies_to=(asked.external_id,),
        reply_token="c1",
    )
    receipt = connector.send(store.account, answer, "key-1")
    [got] = store.world.mails_of("maya@example.com")
    sent = mail.read(got.raw)
    assert sent.text.strip() == "It arrives tomorrow."
    found = connector.fetch(store.account, One("message", "key-1"))
    assert [mail.read(each.body).message_id for each in found.deliveries] == [receipt.external_id]
    assert connector.fetch(store.account, One("message", "key-2")).deliveries == []


def test_only_new_mail_and_changes_come_next(store: Store) -> None:
    store.form("First")
    page = connector.fetch(store.account, Since())
    store.form("Second")
    assert [message.text for message in store.messages(page.cursor)] == ["Second"]


def test_a_busy_shop_does_not_hold_back_the_mail(store: Store) -> None:
    store.form("Hello?")
    store.trouble.ask("shopify", Kind.BROKEN, times=3)
    page = connector.fetch(store.account, Since())
    assert {each.topic for each in page.deliveries} == {"mail"}
    later = connector.fetch(store.account, Since(page.cursor))
    assert {each.topic for each in later.deliveries} == {"listed/order", "listed/product"}
    store.trouble.ask("shopify", Kind.BROKEN, times=3)
    with pytest.raises(Unreachable):
        connector.fetch(store.account, Since(later.cursor))


def test_a_good_mailbox_is_part_of_a_healthy_connection(store: Store) -> None:
    assert connector.check(store.account).ok
    wrong = replace(store.account, credentials={**store.account.credentials, "mail_password": "wrong"})
    health = connector.check(wrong)
    assert not health.ok
    assert "password" in health.message


def test_a_shop_without_a_mailbox_says_so_instead_of_sending() -> None:
    account = Account("1", "shopify", DOMAIN, {}, {"mail_address": "support@northpine.example"})
    with pytest.raises(Refused, match="server"):
        connector.send(account, SendMessage(Party({"email": "maya@example.com"}), "Hi"), "k")


@pytest.mark.parametrize(
    ("body", "text", "number"),
    [
        ("Name: Maya\nEmail: maya@example.com\nMessage: One line only", "One line only", ""),
        ("Name:\nMaya\n\nOrder #:\n1042\n\nComment:\nA: b\nC: d", "A: b\nC: d", "1042"),
        ("Size:\nM\n\nBody:\nDoes it fit?", "Does it fit?\n\nSize: M", ""),
        ("Just words, no fields at all", "Just words, no fields at all", ""),
    ],
)
def test_forms_of_other_themes_lose_no_words(body: str, text: str, number: str) -> None:
    account = Account("1", "shopify", DOMAIN, {}, {"mail_address": "support@northpine.example"})
    head = "From: Shop <mailer@shopify.com>\r\nReply-To: maya@example.com\r\nMessage-ID: <m@x>\r\n\r\n"
    [message] = connector.parse(account, RawDelivery("mail", "m@x", (head + body).encode()))
    assert isinstance(message, MessageReceived)
    assert (message.text, message.order_number) == (text, number)


def test_a_form_without_reply_to_names_the_shopper_in_a_field() -> None:
    account = Account("1", "shopify", DOMAIN, {}, {"mail_address": "support@northpine.example"})
    body = "Name:\r\nMaya\r\n\r\nEmail:\r\nMaya@Example.com\r\n\r\nBody:\r\nHello"
    head = "From: Shop <mailer@shopify.com>\r\nMessage-ID: <m@x>\r\n\r\n"
    [message] = connector.parse(account, RawDelivery("mail", "m@x", (head + body).encode()))
    assert isinstance(message, MessageReceived)
    assert (dict(message.sender.names), message.sender.display) == ({"email": "maya@example.com"}, "Maya")


def test_shopifys_other_mails_are_notices() -> None:
    account = Account("1", "shopify", DOMAIN, {}, {"mail_address": "support@northpine.example"})
    raw = (
        b"From: Shopify <mailer@shopify.com>\r\nMessage-ID: <m@x>\r\nSubject: Your invoice\r\n\r\nThank you."
    )
    [notice] = connector.parse(account, RawDelivery("mail", "m@x", raw))
    assert isinstance(notice, NoticeReceived)
    assert (notice.subject, notice.sender.names["email"]) == ("Your invoice", "mailer@shopify.com")


def test_the_past_holds_mails_and_orders(store: Store) -> None:
    store.form("Where is my jacket?")
    placed = store.shop.orders[500].updated_at
    now = store.world.clock.now()
    page = connector.fetch(store.account, Past(placed - timedelta(days=1), now + timedelta(days=1)))
    assert {each.topic for each in page.deliveries} == {"mail", "fetched/order"}
    assert (page.more, page.share) == (False, 1.0)
