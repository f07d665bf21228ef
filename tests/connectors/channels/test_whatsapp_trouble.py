"""WhatsApp's bad moments, each named as what it is, and nothing sent twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from connectors import http
from connectors.channels.whatsapp import sandbox
from connectors.channels.whatsapp.connector import connector
from connectors.channels.whatsapp.refusals import KNOWN
from connectors.commands import SendMessage
from connectors.contract import Account, One
from connectors.errors import (
    AuthorizationLost,
    InvalidSignature,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from connectors.events import File, MessageReceived, Party
from connectors.sandbox.hub import Hub
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.ebay_shop import impatient
from tests.connectors.channels.whatsapps import Seller, connected
from tests.connectors.conftest import Serve

ACCOUNT = Account("refusing", "whatsapp", "100", {"access_token": "t", "app_secret": "s"}, {"waba_id": "900"})


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest) -> Seller:
    return connected(serve, request.node.name)


def ask(seller: Seller, text: str = "Hello") -> SendMessage:
    seller.writes("Where is it?")
    [said] = seller.heard()
    assert isinstance(said, MessageReceived)
    return SendMessage(said.sender, text, thread=said.thread)


def arrived(seller: Seller) -> int:
    return len(seller.world.mails_of(seller.shopper().email))


def test_an_answer_that_is_lost_is_uncertain_and_was_sent_once(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
):
    wish = ask(seller)
    impatient(monkeypatch)
    seller.trouble.ask("whatsapp", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.send(seller.account, wish, "key-1")
    assert arrived(seller) == 1
    assert {getattr(each, "key", "") for each in seller.heard()} == {"key-1"}  # and a status tells of it


def test_garbage_after_a_send_is_uncertain(seller: Seller):
    wish = ask(seller)
    seller.trouble.ask("whatsapp", Kind.GARBAGE)
    with pytest.raises(OutcomeUnknown):
        connector.send(seller.account, wish, "key-1")
    assert arrived(seller) == 1


def test_too_many_waits_and_nothing_was_sent(seller: Seller):
    wish = ask(seller)
    seller.trouble.ask("whatsapp", Kind.TOO_MANY)
    with pytest.raises(RateLimited) as limit:
        connector.send(seller.account, wish, "key-1")
    assert limit.value.retry_after == 2
    assert arrived(seller) == 0


def test_an_upload_and_a_reading_are_tried_again(seller: Seller):
    seller.trouble.ask("whatsapp", Kind.BROKEN)
    assert connector.fetch(seller.account, One("templates", "")).deliveries
    wish = ask(seller)
    seller.trouble.ask("whatsapp", Kind.BROKEN)
    with_file = SendMessage(wish.to, "So", files=(File("a.pdf", "application/pdf", b"%PDF"),))
    connector.send(seller.account, with_file, "key-1")
    assert arrived(seller) == 1


def test_a_webhook_that_is_wrongly_signed_or_garbage(seller: Seller, monkeypatch: pytest.MonkeyPatch):
    hub = Hub(seller.world, seller.trouble, {"whatsapp": sandbox}, gaps=())
    seller.trouble.ask("whatsapp", Kind.UNSIGNED)
    sent: list[Any] = []
    monkeypatch.setattr(hub, "_send", sent.append)
    seller.writes("Hello")
    url, headers, body = seller.sent.pop()
    hub.deliver("whatsapp", url, headers, body)
    seller.sent = [(sent[0].url, sent[0].headers, sent[0].body)]
    with pytest.raises(InvalidSignature):
        seller.pushed()
    seller.trouble.ask("whatsapp", Kind.GARBAGE)
    hub.deliver("whatsapp", url, headers, body)
    seller.sent = [(sent[1].url, sent[1].headers, sent[1].body)]
    [garbage] = seller.pushed()  # signed, and no JSON
    with pytest.raises(Exception, match="not JSON"):
        connector.parse(seller.account, garbage)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (190, AuthorizationLost),
        (131047, Refused),
        (131056, RateLimited),
        (130429, RateLimited),
        (131026, Refused),
        (131051, Refused),
        (133010, Refused),
        (1, OutcomeUnknown),
    ],
)
def test_each_error_is_named_truly(code: int, expected: type[Exception], monkeypatch: pytest.MonkeyPatch):
    error = {"error": {"message": "(#0) x", "type": "OAuthException", "code": code}}
    answer = httpx.MockTransport(lambda request: httpx.Response(400, json=error))
    monkeypatch.setattr(http, "_client", lambda pid: httpx.Client(transport=answer))
    with pytest.raises(expected) as raised:
        connector.send(ACCOUNT, SendMessage(Party({"whatsapp": "15550100"}), "Hello"), "key-1")
    if code in KNOWN and expected is Refused:
        assert str(raised.value) == KNOWN[code]


def test_media_behind_a_dead_address_is_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    def play(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/9"):
            return httpx.Response(200, json={"id": "9", "url": "https://cdn.example/x", "sha256": ""})
        return httpx.Response(503)

    monkeypatch.setattr(http, "_client", lambda pid: httpx.Client(transport=httpx.MockTransport(play)))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(Unreachable):
        connector.fetch(ACCOUNT, One("file", "9"))
