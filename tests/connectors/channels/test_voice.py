"""Calls against the sandbox's Twilio over HTTP; every exchange is held against Twilio's own documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest

from connectors.channels.voice import sandbox
from connectors.channels.voice.connector import connector
from connectors.commands import SendMessage
from connectors.contract import Account, One, Since
from connectors.errors import RateLimited, Unreachable, Unsupported
from connectors.events import CallChanged, CallState, Changed, Party
from connectors.sandbox.trouble import Kind
from connectors.twilio.signature import sign
from tests.connectors.channels.twilios import HOOK, Seller, as_published, as_request, open_seller
from tests.connectors.conftest import Serve


@pytest.fixture(autouse=True)
def _always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read every time, and not only every few minutes."""
    monkeypatch.setattr("connectors.channels.voice.reading.LOOKS_EVERY", timedelta(0))


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest, traffic: list[httpx.Response]) -> Iterator[Seller]:
    yield open_seller(serve, sandbox, "voice", request.node.name)
    for each in traffic:
        as_published(each)


def whole(seller: Seller, events: list[Any]) -> CallChanged:
    """The call as Twilio knows it, as the hints among these have us read it."""
    [number] = {each.external_id for each in events if isinstance(each, Changed)}
    [found] = seller.parsed(connector.fetch(seller.account, One("call", number)))
    assert isinstance(found, CallChanged)
    return found


def test_a_missed_call_leaves_its_words_and_its_sound(seller: Seller) -> None:
    seller.writes("My lamp came broken. Please call me back.")
    told = list(seller.told())
    [ringing, *_] = [each for each in told if isinstance(each, CallChanged)]
    assert (ringing.state, ringing.thread) == (CallState.RINGING, seller.shopper.phone)
    call = whole(seller, told)
    assert (call.state, call.transcript) == (CallState.VOICEMAIL, "My lamp came broken. Please call me back.")
    assert call.shopper.names == {"phone": seller.shopper.phone}
    assert call.recording
    [sound] = connector.fetch(seller.account, One("file", call.recording.source)).deliveries
    assert len(sound.body) > 100


@pytest.mark.parametrize(
    ("said", "state"), [("(hangs up)", CallState.MISSED), ("(answered) about an order", CallState.ANSWERED)]
)
def test_how_it_ended_is_read_from_its_legs(seller: Seller, said: str, state: CallState) -> None:
    seller.writes(said)
    call = whole(seller, list(seller.told()))
    assert (call.state, call.transcript, call.recording) == (state, "", None)
    assert call.seconds


def test_whatever_order_it_is_told_in_the_same_is_read(seller: Seller) -> None:
    seller.writes("It is about my order.")
    deliveries = seller.pushed()
    assert len({each.key for each in deliveries}) == len(deliveries) == 5
    for order in list(permutations(deliveries))[::17]:
        told = [event for each in order for event in connector.parse(seller.account, each)]
        assert whole(seller, told).transcript == "It is about my order."


def test_a_call_nobody_told_us_of_is_found_in_the_list(seller: Seller) -> None:
    cursor = connector.fetch(seller.account, Since()).cursor
    seller.writes("Hello?")
    page = connector.fetch(seller.account, Since(cursor))
    assert whole(seller, seller.parsed(page)).transcript == "Hello?"
    again = connector.fetch(seller.account, Since(page.cursor))
    assert [each.key for each in again.deliveries] == [each.key for each in page.deliveries]


def test_the_number_is_only_answered_by_us_where_the_seller_says_so(seller: Seller) -> None:
    listening = replace(seller.account, settings={**seller.account.settings, "forward_to": ""})
    assert connector.subscribe(listening, f"{HOOK}2") == ["StatusCallback"]
    assert connector.subscribe(seller.account, f"{HOOK}3") == ["StatusCallback", "VoiceUrl"]


def answer_to(account: Account, **form: str) -> str:
    fields = {"CallSid": "CA1", "From": "+13035550142", "To": "+17025550100", "Direction": "inbound", **form}
    headers = {"X-Twilio-Signature": sign(account.credentials["auth_token"], HOOK, fields.items())}
    body = str(httpx.QueryParams(fields)).encode()
    raw = connector.verify(account, as_request(HOOK, headers, body))
    answer = connector.answer(raw, "")
    return answer.body.decode() if answer else ""


def test_a_call_rings_the_sellers_phone_and_ends_in_a_voicemail() -> None:
    own = {"forward_to": "(702) 555-0190", "greeting": "Northpine & sons."}
    account = Account("1", "voice", "+17025550100", {"auth_token": "t"}, own)
    rings = answer_to(account, CallStatus="ringing")
    assert f'<Dial timeout="20" action="{HOOK}">+17025550190</Dial>' in rings
    assert "record-from-answer-dual" in answer_to(
        replace(account, settings={**own, "record": "yes"}), CallStatus="ringing"
    )
    voicemail = answer_to(account, CallStatus="in-progress", DialCallStatus="no-answer")
    assert "<Say>Northpine &amp; sons.</Say><Record" in voicemail
    assert 'transcribe="true"' in voicemail
    assert "<Response></Response>" in answer_to(account, CallStatus="completed", DialCallStatus="completed")
    assert "<Hangup/>" in answer_to(
        account, CallStatus="in-progress", RecordingUrl="https://x", RecordingSid="RE1"
    )
    assert not answer_to(account, CallStatus="completed", CallDuration="12")


def test_nothing_can_be_written(seller: Seller) -> None:
    with pytest.raises(Unsupported):
        connector.send(seller.account, SendMessage(Party({"phone": "+13035550142"}), "Hi"), "key-1")


def test_trouble_in_reading_is_read_over_or_named(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    seller.writes("Hello?")
    told = list(seller.told())
    seller.trouble.ask("voice", Kind.BROKEN)
    assert whole(seller, told).transcript == "Hello?"
    for kind, error in ((Kind.GARBAGE, Unreachable), (Kind.TOO_MANY, RateLimited)):
        seller.trouble.ask("voice", kind, times=3)
        with pytest.raises(error):
            whole(seller, told)
        seller.trouble.wishes.clear()


def test_a_call_that_twilio_has_forgotten_is_no_news(seller: Seller) -> None:
    assert not connector.fetch(seller.account, One("call", f"CA{'0' * 32}")).deliveries
