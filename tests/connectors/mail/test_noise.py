"""Newsletters and system mail become notices; a shopper's mail never does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.shopify import mailroom
from connectors.contract import Account, RawDelivery
from connectors.events import MessageReceived, NoticeKind, NoticeReceived
from connectors.mail import parse, read, sorted_out
from connectors.mail.noise import is_noise, kind_of
from connectors.mail.threading import reply_address, sent_message_id
from tests.connectors.mail.room import ACCOUNT, MAILBOX, MAYA, raw

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mail"
NEWS = {"From": "Paper & Co <news@paper.example>", "Subject": "Our November newsletter"}


def events(account: Account = ACCOUNT, **headers: str) -> list[Any]:
    delivery = RawDelivery("mail", "1", raw(**headers))
    return sorted_out(account, delivery, parse(account, delivery))


@pytest.mark.parametrize(
    "headers",
    [
        {"List-Unsubscribe": "<https://paper.example/u>"},
        {"List-Id": "news.paper.example"},
        {"Precedence": "bulk"},
        {"Auto-Submitted": "auto-generated"},
        {"From": "no-reply@paper.example"},
        {"From": "do_not_reply@paper.example", "Reply-To": "no-reply@paper.example"},
        {"List-Unsubscribe": "<https://x.example/u>", "Reply-To": "hello@mail.paper.example"},
    ],
)
def test_what_a_system_sends_is_a_notice(headers: dict[str, str]):
    [event] = events(ACCOUNT, **{**NEWS, **headers})
    assert isinstance(event, NoticeReceived)
    assert (event.kind, event.subject) == (NoticeKind.DIGEST, "Our November newsletter")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Precedence": "normal"},
        {"Auto-Submitted": "no"},
        {"From": "forms@forms.example", "Reply-To": MAYA, "List-Unsubscribe": "<https://f.example/u>"},
        {"From": "no-reply@forms.example", "Reply-To": MAYA},
        {"From": MAILBOX, "Reply-To": MAYA, "Auto-Submitted": "auto-generated"},
        {"List-Id": f"support.{MAILBOX.rpartition('@')[2]}", "Precedence": "list"},
        {"In-Reply-To": f"<{sent_message_id(MAILBOX, 'k')}>", "Auto-Submitted": "auto-replied"},
        {"To": reply_address(MAILBOX, "0" * 32, "hush"), "List-Unsubscribe": "<https://x.example/u>"},
    ],
)
def test_what_a_shopper_may_have_sent_is_a_message(headers: dict[str, str]):
    account = Account("1", "email", MAILBOX, {"reply_key": "hush"})
    [event] = events(account, **headers)
    assert isinstance(event, MessageReceived)


def test_an_automatic_reply_to_nothing_opens_no_conversation():
    [event] = events(ACCOUNT, **{"Auto-Submitted": "auto-replied", "Subject": "I am away"})
    assert isinstance(event, NoticeReceived)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("[Northpine] Order #1042 placed by Maya Okafor", NoticeKind.ORDER_PLACED),
        ("A chargeback was opened for order #1042", NoticeKind.DISPUTE),
        ("Your payout of $204 is on its way", NoticeKind.PAYOUT),
        ("Return request for order 1042", NoticeKind.RETURN),
        ("We changed our terms of service", NoticeKind.POLICY),
        ("Hello", NoticeKind.OTHER),
    ],
)
def test_a_subject_says_what_it_is_about(subject: str, kind: NoticeKind):
    assert kind_of(read(raw(Subject=subject))) is kind


def test_what_shopify_tells_is_a_notice_on_its_order():
    delivery = RawDelivery(
        "mail", "1", raw(From="Shopify <mailer@shopify.com>", Subject="Order #1042 placed")
    )
    [event] = mailroom.parse(ACCOUNT, delivery)
    assert isinstance(event, NoticeReceived)
    assert (event.kind, event.order_number) == (NoticeKind.ORDER_PLACED, "#1042")


def test_what_a_shopper_wrote_in_shopifys_form_is_a_message():
    mail = {"From": "Shopify <mailer@shopify.com>", "Subject": "New customer message", "Reply-To": MAYA}
    [event] = mailroom.parse(ACCOUNT, RawDelivery("mail", "1", raw(**mail)))
    assert isinstance(event, MessageReceived)
    assert event.sender.names == {"email": MAYA}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared mails are not here")
def test_no_reply_of_a_person_among_real_mails_is_taken_for_noise():
    cases = [json.loads(line) for line in (SHARED / "cases.jsonl").read_text().splitlines()]
    written = [
        each for each in cases if "reply" in each["kind"] or each["kind"] in {"signature", "html_forward"}
    ]
    wrong = [each["id"] for each in written if is_noise(read((SHARED / each["file"]).read_bytes()), MAILBOX)]
    assert len(written) > 70
    assert wrong == []
