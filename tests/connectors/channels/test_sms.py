"""Text messages against the sandbox's Twilio over HTTP; every exchange is held against Twilio's own documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.channels.sms import sandbox
from connectors.channels.sms.connector import connector
from connectors.commands import SendMessage
from connectors.contract import One, Past, RawRequest, Since
from connectors.errors import AuthorizationLost, NotWelcome, OutcomeUnknown, RateLimited, Refused, Unreachable
from connectors.events import (
    Changed,
    File,
    MessageBounced,
    MessageProgressed,
    MessageReceived,
    OptedIn,
    OptedOut,
    Party,
    Progress,
)
from connectors.sandbox.trouble import Kind
from connectors.twilio.pretend import talk
from connectors.twilio.signature import sign
from tests.connectors.channels.twilios import HOOK, Seller, as_published, open_seller
from tests.connectors.conftest import Serve

PHOTO = File("lamp.png", "image/png", b"\x89PNG a broken lamp")


@pytest.fixture(autouse=True)
def _always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read every time, and not only every few minutes."""
    monkeypatch.setattr("connectors.channels.sms.reading.LOOKS_EVERY", timedelta(0))


@pytest.fixture
def seller(
    serve: Serve,
    request: pytest.FixtureRequest,
    traffic: list[httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Seller]:
    monkeypatch.setattr(sandbox, "CARRIER", 0.0)
    yield open_seller(serve, sandbox, "sms", request.node.name)
    for each in traffic:
        as_published(each)


def wish(seller: Seller, text: str = "It comes on Friday.") -> SendMessage:
    return SendMessage(Party({"phone": seller.shopper.phone}), text)


def received(events: Sequence[object]) -> MessageReceived:
    [found] = [each for each in events if isinstance(each, MessageReceived)]
    return found


def followed(seller: Seller, count: int) -> Sequence[object]:
    """What Twilio says of a message of ours, from its thread."""
    until = datetime.now(UTC) + timedelta(seconds=3)
    while len(seller.sent) < count and datetime.now(UTC) < until:
        pass
    return seller.told()


def test_a_text_is_brought_to_us_and_found_in_the_list_as_the_same(seller: Seller) -> None:
    cursor = connector.fetch(seller.account, Since()).cursor
    seller.writes("Where is my lamp?")
    [pushed] = seller.pushed()
    heard = received(connector.parse(seller.account, pushed))
    assert (heard.text, heard.thread) == ("Where is my lamp?", seller.shopper.phone)
    assert heard.sender.names == {"phone": seller.shopper.phone}
    page = connector.fetch(seller.account, Since(cursor))
    assert [each.key for each in page.deliveries] == [pushed.key]
    assert received(seller.parsed(page)).external_id == heard.external_id


def test_photos_are_collected_with_our_key_and_shown_to_nobody_else(
    seller: Seller, traffic: list[httpx.Response]
) -> None:
    talk.to_shop(seller.world, seller.shop, seller.shopper, "It came like this", files=(PHOTO,))
    [file] = received(seller.told()).files
    assert (file.name, file.content_type) == ("image-1.png", "image/png")
    [found] = connector.fetch(seller.account, One("file", file.source)).deliveries
    assert found.body == PHOTO.content
    named, given = traffic[-2:]
    assert (named.status_code, "authorization" in named.request.headers) == (307, True)
    assert "authorization" not in given.request.headers
    assert not connector.fetch(seller.account, One("file", f"{file.source}0")).deliveries


def test_a_photo_that_is_only_listed_is_looked_up(seller: Seller) -> None:
    cursor = connector.fetch(seller.account, Since()).cursor
    talk.to_shop(seller.world, seller.shop, seller.shopper, "Look", files=(PHOTO,))
    [hint] = seller.parsed(connector.fetch(seller.account, Since(cursor)))
    assert isinstance(hint, Changed)
    heard = received(seller.parsed(connector.fetch(seller.account, One(hint.kind, hint.external_id))))
    assert (heard.text, [each.content_type for each in heard.files]) == ("Look", ["image/png"])


def test_an_answer_goes_out_and_its_arrival_is_told(seller: Seller) -> None:
    receipt = connector.send(seller.account, wish(seller), "key-1")
    [mail] = [mail for mail, _ in talk.ours(seller.world, seller.shop)]
    assert receipt.external_id == f"SM{mail.id:032x}"
    told = [each for each in followed(seller, 2) if isinstance(each, MessageProgressed)]
    assert [each.progress for each in told] == [Progress.SENT, Progress.DELIVERED]
    assert {(each.external_id, each.key) for each in told} == {(receipt.external_id, "key-1")}


def test_what_the_carrier_loses_comes_back_with_a_reason_and_can_be_read_again(seller: Seller) -> None:
    seller.trouble.ask("sms", Kind.REJECTED)
    receipt = connector.send(seller.account, wish(seller), "key-1")
    _, lost = followed(seller, 2)
    assert isinstance(lost, MessageBounced)
    assert "could not be reached" in lost.reason
    page = connector.fetch(seller.account, One("message", receipt.external_id))
    assert [type(each) for each in seller.parsed(page)] == [MessageBounced]


@pytest.mark.parametrize("word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "End", "quit"])
def test_after_a_word_of_refusal_twilio_sends_nothing_until_they_start_again(
    seller: Seller, word: str
) -> None:
    seller.writes(word)
    heard, refused = seller.told()
    assert isinstance(heard, MessageReceived)
    assert heard.automatic
    assert isinstance(refused, OptedOut)
    assert refused.said == word
    with pytest.raises(NotWelcome, match="21610"):
        connector.send(seller.account, wish(seller), "key-1")
    seller.writes("START")
    assert isinstance(seller.told()[-1], OptedIn)
    connector.send(seller.account, wish(seller), "key-2")


def test_help_is_answered_by_twilio_or_as_the_seller_wishes(seller: Seller) -> None:
    seller.writes("HELP")
    [pushed] = seller.pushed()
    assert pushed.answer
    assert pushed.answer.body.endswith(b"<Response/>")
    own = replace(seller.account, settings={**seller.account.settings, "help_text": "Write <here> & wait."})
    fields = {"MessageSid": "SM1", "From": "+13035550142", "To": seller.shop.seller_id, "Body": "help"}
    headers = {"x-twilio-signature": sign(seller.shop.client_secret, HOOK, fields.items())}
    body = str(httpx.QueryParams(fields)).encode()
    asked = connector.verify(own, RawRequest("POST", "/hooks/1", headers, body, {}, HOOK))
    assert asked.answer
    assert b"<Message>Write &lt;here&gt; &amp; wait.</Message>" in asked.answer.body
    assert asked.answer.content_type == "text/xml"


def test_a_send_without_an_answer_is_found_again_and_not_repeated(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors import http

    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(0.5))
    before = datetime.now(UTC)
    looks = One("message", "key-1", tried=wish(seller), tried_at=before)
    assert not connector.fetch(seller.account, looks).deliveries
    seller.trouble.ask("sms", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.send(seller.account, wish(seller), "key-1")
    [found] = connector.fetch(seller.account, looks).deliveries
    [(mail, _)] = talk.ours(seller.world, seller.shop)
    assert found.key == f"SM{mail.id:032x}"
    known = replace(looks, tried=replace(wish(seller), replies_to=(found.key,)))
    assert not connector.fetch(seller.account, known).deliveries  # that one is another message of ours
    other = replace(looks, tried=wish(seller, "Other words"))
    assert not connector.fetch(seller.account, other).deliveries


def test_the_past_has_both_sides_page_after_page(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.channels.sms.reading.AT_ONCE", 2)
    for n in range(3):
        seller.writes(f"Question {n}")
        connector.send(seller.account, wish(seller, f"Answer {n}"), f"key-{n}")
    now = datetime.now(UTC)
    wanted, found = Past(now - timedelta(days=1), now + timedelta(minutes=1)), []
    while True:
        page = connector.fetch(seller.account, wanted)
        found += seller.parsed(page)
        if not page.more:
            break
        wanted = replace(wanted, cursor=page.cursor)
    assert sorted(each.text for each in found) == sorted(
        [f"{side} {n}" for side in ("Question", "Answer") for n in range(3)]
    )
    assert {each.thread for each in found} == {seller.shopper.phone}
    assert all(each.recipient for each in found if each.ours)


def test_a_long_absence_is_caught_up_page_after_page(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.channels.sms.reading.AT_ONCE", 2)
    cursor, texts = connector.fetch(seller.account, Since()).cursor, []
    for n in range(5):
        seller.writes(f"Text {n}")
    for _ in range(3):
        page = connector.fetch(seller.account, Since(cursor))
        texts += [each.text for each in seller.parsed(page)]
        cursor = page.cursor
    assert sorted(texts) == [f"Text {n}" for n in range(5)]
    assert not page.more


def test_connecting_points_the_number_at_us_once(seller: Seller) -> None:
    assert connector.subscribe(seller.account, HOOK) == []
    assert connector.subscribe(seller.account, f"{HOOK}2") == ["SmsUrl"]
    assert seller.account.credentials["status_callback"] == f"{HOOK}2"


def test_the_check_says_what_is_missing(seller: Seller) -> None:
    assert connector.check(seller.account).ok
    stranger = replace(seller.account, external_id="+13035550199")
    assert "not a number of this Twilio account" in connector.check(stranger).message
    seller.shop.keys["account_status"] = "suspended"
    assert "suspended" in connector.check(seller.account).message
    wrong = replace(seller.account, credentials={"auth_token": "wrong"})
    assert "Account SID and Auth Token" in connector.check(wrong).message


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(Kind.TOO_MANY, RateLimited), (Kind.BROKEN, OutcomeUnknown), (Kind.GARBAGE, OutcomeUnknown)],
)
def test_trouble_in_sending_is_named_and_tried_once(
    seller: Seller, traffic: list[httpx.Response], trouble: Kind, error: type[Exception]
) -> None:
    seller.trouble.ask("sms", trouble)
    with pytest.raises(error):
        connector.send(seller.account, wish(seller), "key-1")
    assert sum(each.request.method == "POST" and "Messages" in each.request.url.path for each in traffic) == 1


def test_trouble_in_reading_is_read_over(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    seller.trouble.ask("sms", Kind.BROKEN)
    assert connector.fetch(seller.account, Since()).cursor
    seller.trouble.ask("sms", Kind.BROKEN, times=3)
    with pytest.raises(Unreachable):
        connector.fetch(seller.account, Since())


def test_refusals_are_said_in_words(seller: Seller) -> None:
    stranger = SendMessage(Party({"phone": "+13035550100"}), "Hello")
    with pytest.raises(Refused, match=r"not a phone number that can be written to. \(Twilio 21211\)"):
        connector.send(seller.account, stranger, "key-1")
    with pytest.raises(Refused, match="no phone number"):
        connector.send(seller.account, SendMessage(Party({"email": "maya@mail.example"}), "Hello"), "key-2")
    with pytest.raises(AuthorizationLost):
        connector.send(replace(seller.account, credentials={"auth_token": "x"}), wish(seller), "key-3")


def test_the_list_is_left_alone_for_some_minutes(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.channels.sms.reading.LOOKS_EVERY", timedelta(minutes=3))
    cursor = connector.fetch(seller.account, Since()).cursor
    assert connector.fetch(seller.account, Since(cursor)).cursor == cursor
