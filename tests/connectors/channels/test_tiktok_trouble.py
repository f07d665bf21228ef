"""TikTok's bad moments, each named as what it is, and what was sent found again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors import http
from connectors.channels.tiktok import changes
from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import numbers
from connectors.commands import Reason, RefundOrder, SendMessage
from connectors.contract import Account, Money, One, RawDelivery, Since
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unparsable,
    Unreachable,
)
from connectors.events import File, Party
from connectors.sandbox.hub import Hub, unsigned
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.test_tiktok import PIXEL
from tests.connectors.channels.tiktoks import HOOK, Seller, impatient, posted


def playing(monkeypatch: pytest.MonkeyPatch, status: int, body: object) -> list[httpx.Request]:
    """TikTok as one answer to everything but tokens; what it was asked."""
    asked: list[httpx.Request] = []

    def play(request: httpx.Request) -> httpx.Response:
        if "/token/" in request.url.path:
            return httpx.Response(
                200, json={"code": 0, "data": {"access_token": "t", "access_token_expire_in": 4e9}}
            )
        asked.append(request)
        return httpx.Response(status, json=body)

    client = httpx.Client(transport=httpx.MockTransport(play))
    monkeypatch.setattr(http, "_client", lambda pid: client)
    monkeypatch.setattr(http, "_await_turn", lambda account, rate: None)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return asked


def account(name: str) -> Account:
    secrets = {"client_id": "k", "client_secret": f"s {name}", "refresh_token": "r"}
    return Account(name, "tiktok", "7495", secrets, {"shop_cipher": "c"})


CODES: list[tuple[int, int, type[ConnectorError], type[ConnectorError], str]] = [
    (200, 105002, AuthorizationLost, AuthorizationLost, "Connect again"),
    (401, 36009005, AuthorizationLost, AuthorizationLost, "Connect again"),
    (200, 106001, AuthorizationLost, AuthorizationLost, "app secret"),
    (200, 106013, AuthorizationLost, AuthorizationLost, "Connect again"),
    (200, 105005, Refused, Refused, "scope"),
    (200, 36009002, RateLimited, RateLimited, "Too many"),
    (429, 12052109, RateLimited, RateLimited, "Too many"),
    (200, 36009003, Unreachable, OutcomeUnknown, "broke"),
    (200, 45101001, Unreachable, OutcomeUnknown, "broke"),
    (200, 36009043, Refused, Refused, "closed"),
    (400, 36009004, Refused, Refused, "bad parameter"),
    (200, 12345, Refused, Refused, "bad parameter"),
]


@pytest.mark.parametrize(("status", "code", "reading", "sending", "words"), CODES)
def test_a_code_is_told_apart_by_whether_something_may_have_happened(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: int,
    reading: type[ConnectorError],
    sending: type[ConnectorError],
    words: str,
) -> None:
    playing(monkeypatch, status, {"code": code, "message": "bad parameter", "request_id": "r-1"})
    hello = SendMessage(Party({}), "Hello", "7")
    for expected, call in (
        (reading, lambda: connector.fetch(account(f"{code}r"), One("order", "1"))),
        (sending, lambda: connector.send(account(f"{code}s"), hello, "k")),
    ):
        with pytest.raises(expected, match=words) as raised:
            call()
        assert "r-1" in raised.value.message


def test_a_send_that_broke_at_tiktok_leaves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = playing(monkeypatch, 200, {"code": 45101001, "message": "internal"})
    with pytest.raises(OutcomeUnknown):
        connector.send(account("once"), SendMessage(Party({}), "Hello", "7"), "k")
    assert len(asked) == 1


def test_a_broken_moment_is_read_over(tiktok: Seller) -> None:
    order = next(tiktok.orders())
    assert connector.check(tiktok.account).ok
    tiktok.trouble.ask("tiktok", Kind.BROKEN)
    assert tiktok.read_order(order).number == order.number


def test_too_many_says_when_to_come_back(tiktok: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.5)
    assert connector.check(tiktok.account).ok
    tiktok.trouble.ask("tiktok", Kind.TOO_MANY)
    with pytest.raises(RateLimited) as raised:
        connector.fetch(tiktok.account, One("order", next(tiktok.orders()).number))
    assert raised.value.retry_after == 2


def test_one_source_in_trouble_does_not_hold_back_the_others(tiktok: Seller) -> None:
    assert connector.check(tiktok.account).ok
    tiktok.trouble.ask("tiktok", Kind.GARBAGE, times=3)  # the first source's three tries
    page = connector.fetch(tiktok.account, Since())
    assert page.deliveries
    assert "chats" not in json.loads(page.cursor or "{}")
    again = connector.fetch(tiktok.account, Since(page.cursor))
    assert {each.name for each in changes.SOURCES} == set(json.loads(again.cursor or "{}"))


# ---- what was sent and had no answer


def lost(seller: Seller, monkeypatch: pytest.MonkeyPatch, wish: SendMessage, key: str) -> datetime:
    """A send that TikTok carried out and said nothing about."""
    at = datetime.now(UTC)
    impatient(monkeypatch)
    assert connector.check(seller.account).ok
    seller.trouble.ask("tiktok", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.send(seller.account, wish, key)
    return at


def said(seller: Seller) -> list[str]:
    return [each.raw.decode() for each in seller.world.mails_of(seller.shopper().email)]


@pytest.mark.parametrize("by_person", [True, False], ids=["person", "machine"])
def test_a_send_without_an_answer_is_found_by_its_words_and_role(
    tiktok: Seller, monkeypatch: pytest.MonkeyPatch, by_person: bool
) -> None:
    wish = SendMessage(
        Party({}), "It arrives\n tomorrow.", numbers.chat(tiktok.shopper()), by_person=by_person
    )
    at = lost(tiktok, monkeypatch, wish, "k")
    assert len(said(tiktok)) == 1
    wanted = One("message", "k", tried=wish, tried_at=at)
    [found] = connector.fetch(tiktok.account, wanted).deliveries
    other = replace(wish, by_person=not by_person)
    assert not connector.fetch(tiktok.account, replace(wanted, tried=other)).deliveries
    known = replace(wish, replies_to=(found.key,))
    assert not connector.fetch(tiktok.account, replace(wanted, tried=known)).deliveries
    late = replace(wanted, tried_at=at + timedelta(hours=1))
    assert not connector.fetch(tiktok.account, late).deliveries


def test_a_send_that_never_left_is_not_found(tiktok: Seller) -> None:
    wish = SendMessage(Party({}), "Hello", numbers.chat(tiktok.shopper()))
    assert not connector.fetch(tiktok.account, One("message", "k", tried=wish)).deliveries


def test_a_picture_is_not_sent_a_second_time_when_the_words_after_it_were_lost(tiktok: Seller) -> None:
    files = (File("a.png", "image/png", PIXEL),)
    wish = SendMessage(Party({}), "See the picture", numbers.chat(tiktok.shopper()), files=files)
    connector.send(tiktok.account, replace(wish, text=""), "k")
    assert connector.fetch(tiktok.account, One("message", "k", tried=replace(wish, text=""))).deliveries
    assert not connector.fetch(tiktok.account, One("message", "k", tried=wish)).deliveries
    connector.send(tiktok.account, wish, "k")
    kinds = ["IMAGE" if "X-Chat-Type: IMAGE" in each else "TEXT" for each in said(tiktok)]
    assert kinds == ["IMAGE", "TEXT"]


def test_a_refund_without_an_answer_is_found(tiktok: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    order, at = tiktok.delivered(), datetime.now(UTC)
    wish = RefundOrder(order.number, Money(order.total, "USD"), Reason.DAMAGED)
    impatient(monkeypatch)
    assert connector.check(tiktok.account).ok
    silence_after_reads(tiktok, monkeypatch)
    with pytest.raises(OutcomeUnknown):
        connector.perform(tiktok.account, wish, "k")
    assert len(order.refunds) == 1
    page = connector.fetch(tiktok.account, One("command", "k", tried=wish, tried_at=at))
    assert page.receipt
    assert page.receipt.external_id == f"return/{numbers.refund(order.refunds[0])}"


def silence_after_reads(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to the first thing that changes something is lost."""
    real = TikTok._write

    def write(api: TikTok, *args: Any, **more: Any) -> Any:
        seller.trouble.ask("tiktok", Kind.SILENT)
        monkeypatch.setattr(TikTok, "_write", real)
        return real(api, *args, **more)

    monkeypatch.setattr(TikTok, "_write", write)


# ---- webhooks that come as they like


def test_webhooks_twice_in_disorder_and_unsigned(tiktok: Seller) -> None:
    connector.subscribe(tiktok.account, HOOK)
    hub = Hub(tiktok.world, tiktok.trouble, {})
    arrived: list[tuple[dict[str, str], bytes]] = []
    hub._send = lambda push: arrived.append((push.headers, push.body))  # type: ignore[method-assign]
    for kind in (Kind.DUPLICATE, Kind.REORDER, Kind.UNSIGNED):
        tiktok.trouble.ask("tiktok", kind)
    for text in ("one", "two", "three"):
        tiktok.writes(text)
    for url, headers, body in tiktok.sent:
        hub.deliver("tiktok", url, headers, body)
    assert len(arrived) == 4
    keys, refused = set(), 0
    for headers, body in arrived:
        try:
            keys.add(connector.verify(tiktok.account, posted(headers, body)).key)
        except ConnectorError:
            refused += 1
    assert (len(keys), refused) == (2, 1)
    # Whatever was lost or came late, the chat has it all, in order.
    texts = [each.text for each in tiktok.read("conversation", numbers.chat(tiktok.shopper()))]
    assert texts == ["one", "two", "three"]


def test_a_spoilt_signature_is_no_signature(tiktok: Seller) -> None:
    connector.subscribe(tiktok.account, HOOK)
    tiktok.writes("Hello")
    [(_, headers, body)] = tiktok.sent
    with pytest.raises(ConnectorError):
        connector.verify(tiktok.account, posted(unsigned(headers), body))


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("message", {"chat": {"id": "1"}, "message": {"id": "2"}}),
        ("order", {"order": {"id": "1"}}),
        ("order", {"order": {"id": "1", "payment": {"currency": "USD"}, "status": "FLYING"}}),
        ("return", {"return_id": "1"}),
        ("command", {"receipt": "return/1"}),
        ("NEW_MESSAGE", {"type": 14, "shop_id": "7495", "data": {"sender": {"role": "BUYER"}}}),
        ("performance", {"response_percentage": "most"}),
    ],
)
def test_what_lacks_or_garbles_something_is_kept_with_the_reason(topic: str, body: object) -> None:
    with pytest.raises(Unparsable) as raised:
        connector.parse(account("broken"), RawDelivery(topic, "k", json.dumps(body).encode()))
    assert topic in raised.value.message
