"""Facebook and Instagram in the sandbox: written to, answered, commented on, and held to Meta's rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors import http
from connectors.channels.facebook.connector import Facebook
from connectors.channels.instagram.connector import Instagram
from connectors.commands import HideComment, ReplyPrivately, SendMessage
from connectors.contract import One, Past
from connectors.errors import AuthorizationLost, OutcomeUnknown, RateLimited, Refused, Unreachable
from connectors.events import (
    Changed,
    File,
    MessageProgressed,
    MessageReceived,
    Party,
    PartyNamed,
    Progress,
    Spot,
)
from connectors.meta.pretend import grants
from connectors.meta.pretend.talking import letter_of
from connectors.sandbox.trouble import Kind
from connectors.shared import shared
from tests.connectors.channels.metas import NAMES, MetaSeller, as_published, connected, either
from tests.connectors.conftest import Serve

__all__ = ["either"]
NOW = datetime.now(UTC)
PHOTO = File("cup.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a cup")


@pytest.fixture
def seller(
    serve: Serve, request: pytest.FixtureRequest, either: str, traffic: list[httpx.Response]
) -> Iterator[MetaSeller]:
    """Whatever was said is held against what is published afterwards."""
    yield connected(serve, request.node.name, either)
    for each in traffic:
        as_published(each)


def message(seller: MetaSeller, text: str = "It left on Monday.", **more: object) -> SendMessage:
    said = SendMessage(
        Party({seller.kind: seller.person}), text, seller.person, last_heard_at=datetime.now(UTC)
    )
    return replace(said, **more)  # type: ignore[arg-type]


def said(seller: MetaSeller, events: Sequence[object]) -> MessageReceived:
    [found] = [each for each in events if isinstance(each, MessageReceived)]
    return found


# ---- direct messages


def test_what_a_shopper_writes_arrives_with_who_wrote_it(seller: MetaSeller) -> None:
    events = seller.writes("Where is my order? ❤")
    arrived = said(seller, events)
    assert (arrived.text, arrived.thread, arrived.ours, arrived.public) == (
        "Where is my order? ❤",
        seller.person,
        False,
        False,
    )
    assert arrived.sender.names == {seller.kind: seller.person}
    assert Changed("profile", seller.person) in events


def test_a_writer_is_named_once_a_week(seller: MetaSeller) -> None:
    page = seller.connector.fetch(seller.account, One("profile", seller.person))
    [named] = [event for each in page.deliveries for event in seller.connector.parse(seller.account, each)]
    assert named == PartyNamed(Party({seller.kind: seller.person}, display=seller.shopper.name))
    assert not seller.connector.fetch(seller.account, One("profile", seller.person)).deliveries


def test_an_answer_goes_out_and_comes_back_as_ours(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    receipt = seller.connector.send(seller.account, message(seller), "key-1")
    assert len(seller.world.mails_of(seller.shopper.email)) == 1
    events = seller.heard()
    echo = said(seller, events)
    assert (echo.external_id, echo.ours, echo.thread) == (receipt.external_id, True, seller.person)
    assert echo.recipient == Party({seller.kind: seller.person})
    if seller.kind == "facebook":
        assert echo.sent_under == "key-1"
        [delivered] = [each for each in events if isinstance(each, MessageProgressed)]
        assert (delivered.progress, delivered.external_id) == (Progress.DELIVERED, receipt.external_id)


def test_files_go_along_and_a_second_try_sends_only_what_is_missing(seller: MetaSeller) -> None:
    seller.writes("Show me")
    with_photo = message(seller, files=(PHOTO,))
    first = seller.connector.send(seller.account, with_photo, "key-2")
    assert len(seller.world.mails_of(seller.shopper.email)) == 2
    assert seller.connector.send(seller.account, with_photo, "key-2").external_id == first.external_id
    assert len(seller.world.mails_of(seller.shopper.email)) == 2


def test_a_picture_is_collected_from_where_it_lies(seller: MetaSeller) -> None:
    raw = letter_of(
        seller.shop, seller.shopper, "Broken", to_shopper=False, file=("x.jpg", PHOTO.content, "image/jpeg")
    )
    seller.world.deliver_mail(seller.shop.mailbox, raw)
    [file] = said(seller, seller.heard()).files
    assert (file.content_type, file.content) == ("image/jpeg", b"")
    [found] = seller.connector.fetch(seller.account, One("file", file.source)).deliveries
    assert found.body == PHOTO.content


def test_an_address_that_died_is_asked_for_again(seller: MetaSeller) -> None:
    raw = letter_of(
        seller.shop, seller.shopper, "Broken", to_shopper=False, file=("x.jpg", PHOTO.content, "image/jpeg")
    )
    seller.world.deliver_mail(seller.shop.mailbox, raw)
    [file] = said(seller, seller.heard()).files
    source = json.loads(file.source)
    dead = json.dumps({**source, "url": source["url"].replace("/cdn/", "/cdn/9")})
    [found] = seller.connector.fetch(seller.account, One("file", dead)).deliveries
    assert found.body == PHOTO.content
    with pytest.raises(Refused):
        seller.connector.fetch(
            seller.account, One("file", json.dumps({"url": source["url"].replace("/cdn/", "/cdn/9")}))
        )


# ---- windows


def test_after_a_day_only_a_person_may_answer_and_after_a_week_nobody(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    day_ago, week_ago = (datetime.now(UTC) - timedelta(days=days) for days in (2, 8))
    seller.world.clock.advance(timedelta(days=2))
    with pytest.raises(Refused, match="24 hours"):  # Meta itself
        seller.connector.send(seller.account, message(seller), "k1")
    with pytest.raises(Refused, match="person"):
        seller.connector.send(seller.account, message(seller, last_heard_at=day_ago, by_person=False), "k2")
    assert seller.connector.send(seller.account, message(seller, last_heard_at=day_ago), "k3")
    with pytest.raises(Refused, match="7 days"):
        seller.connector.send(seller.account, message(seller, last_heard_at=week_ago), "k4")


def test_too_long_is_refused_by_meta_too(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    text = "é" * 501 if seller.kind == "instagram" else "x" * 2001
    with pytest.raises(Refused):
        seller.connector.send(seller.account, message(seller, text), "k")


# ---- comments


def test_a_comment_says_under_what_it_was_written(seller: MetaSeller) -> None:
    number, _ = seller.comments("How big is it?")
    comment = said(seller, seller.heard())
    assert (comment.external_id, comment.public, comment.thread) == (number, True, f"comment/{number}")
    assert comment.about
    assert (comment.about.kind, comment.about.external_id) == (Spot.POST, seller.post("post").id)
    assert comment.sender.names == {seller.kind: seller.person}


def test_a_comment_under_an_ad_says_so(seller: MetaSeller) -> None:
    seller.comments("Is it still on sale?", under="ad")
    about = said(seller, seller.heard()).about
    assert about
    assert about.kind is Spot.AD


def test_a_live_comment_says_so(serve: Serve, request: pytest.FixtureRequest) -> None:
    seller = connected(serve, request.node.name, "instagram")
    seller.comments("price?", under="live")
    live = said(seller, seller.heard())
    assert live.about
    assert (live.about.kind, live.public) == (Spot.LIVE, True)


def test_a_public_answer_stands_under_the_comment_and_is_recognised(seller: MetaSeller) -> None:
    number, comment = seller.comments("How big is it?")
    seller.heard()
    wish = message(seller, "It holds 300 ml.", thread=f"comment/{number}", public=True)
    receipt = seller.connector.send(seller.account, wish, "k")
    answers = [each for each in seller.post("post").comments if each.parent_id == comment.id]
    assert [each.text for each in answers] == ["It holds 300 ml."]
    own = said(seller, seller.heard())
    assert (own.external_id, own.ours, own.thread) == (receipt.external_id, True, f"comment/{number}")
    found = seller.connector.fetch(seller.account, One("message", "k", tried=wish, tried_at=NOW)).deliveries
    assert [each.key for each in found] == [receipt.external_id]


def test_a_private_answer_goes_once_and_opens_a_thread(seller: MetaSeller) -> None:
    number, _ = seller.comments("My order never came!")
    wish = ReplyPrivately(number, "We are sorry. What is your order number?")
    assert (
        seller.connector.fetch(seller.account, One("command", "k", tried=wish, tried_at=NOW)).receipt is None
    )
    receipt = seller.connector.perform(seller.account, wish, "k")
    assert (receipt.thread, receipt.names) == (seller.person, {seller.kind: seller.person})
    found = seller.connector.fetch(seller.account, One("command", "k", tried=wish, tried_at=NOW)).receipt
    assert found
    assert (found.external_id, found.thread) == (receipt.external_id, seller.person)
    with pytest.raises(Refused, match="replied"):
        seller.connector.perform(seller.account, ReplyPrivately(number, "And another thing"), "k2")
    with pytest.raises(Refused):  # the thread opens for more when they have answered
        seller.connector.send(seller.account, message(seller), "k3")


def test_a_private_answer_after_a_week_is_refused(seller: MetaSeller) -> None:
    number, comment = seller.comments("My order never came!")
    comment.at -= timedelta(days=8)
    with pytest.raises(Refused):
        seller.connector.perform(seller.account, ReplyPrivately(number, "Sorry"), "k")


def test_a_comment_is_hidden_and_shown_again(seller: MetaSeller) -> None:
    number, comment = seller.comments("Bad words")
    for hidden in (True, False):
        wish = HideComment(number, hidden)
        assert seller.connector.fetch(seller.account, One("command", "k", tried=wish)).receipt is None
        seller.connector.perform(seller.account, wish, "k")
        assert comment.hidden is hidden
        assert seller.connector.fetch(seller.account, One("command", "k", tried=wish)).receipt


def test_a_mention_is_fetched_and_answered_there(serve: Serve, request: pytest.FixtureRequest) -> None:
    seller = connected(serve, request.node.name, "instagram")
    number, comment = seller.comments("@northpine.official do you ship to Canada?")
    page = seller.connector.fetch(seller.account, One("mention", f"{seller.post('post').id}/{number}"))
    [mention] = [event for each in page.deliveries for event in seller.connector.parse(seller.account, each)]
    assert isinstance(mention, MessageReceived)
    assert (mention.text, mention.public) == (comment.text, True)
    assert mention.sender.names == {"instagram_username": seller.shopper.handle}
    seller.connector.send(seller.account, message(seller, "We do!", thread=mention.thread, public=True), "k")
    assert seller.post("post").comments[-1].text == "We do!"


# ---- connecting


def test_check_names_what_is_missing(seller: MetaSeller) -> None:
    assert seller.connector.check(seller.account).ok
    scope = seller.connector.platform.scopes[1]  # type: ignore[attr-defined]
    seller.shop.keys["withheld"] = scope
    health = seller.connector.check(seller.account)
    assert not health.ok
    assert scope in health.message
    seller.shop.keys[grants.REVOKED] = "yes"
    assert "Connect again" in seller.connector.check(seller.account).message


def test_subscribing_twice_changes_nothing_and_without_it_nothing_comes(seller: MetaSeller) -> None:
    assert seller.connector.subscribe(seller.account, seller.hook) == []
    seller.shop.keys.pop("subscribed_fields")
    assert seller.writes("Hello?") == []
    assert seller.connector.subscribe(seller.account, seller.hook)
    assert seller.writes("Hello?")


def test_consent_gives_a_page_its_token(seller: MetaSeller) -> None:
    account = replace(
        seller.account, external_id=seller.kind, credentials={"app_secret": seller.shop.client_secret}
    )
    back = "https://inbox.example/consent"
    page = httpx.post(seller.connector.authorize_url(account, back, "state-1"), data={"answer": "yes"})
    query = dict(httpx.URL(page.headers["location"]).params)
    assert query.pop("state") == "state-1"
    grant = seller.connector.exchange(account, query, back)
    assert (grant.external_id, grant.credentials) == (
        seller.shop.seller_id,
        {"access_token": grants.page_token(seller.shop)},
    )
    assert grant.settings["user_id"] == seller.shop.keys["user_id"]
    with pytest.raises(Refused):
        seller.connector.exchange(account, {"error": "access_denied"}, back)
    with pytest.raises(Refused, match="Enter the id"):
        seller.connector.exchange(replace(account, external_id="1"), _agreed(seller, account, back), back)


def _agreed(seller: MetaSeller, account: object, back: str) -> dict[str, str]:
    page = httpx.post(seller.connector.authorize_url(account, back, "s"), data={"answer": "yes"})  # type: ignore[arg-type]
    return dict(httpx.URL(page.headers["location"]).params)


def test_the_past_is_read_thread_by_thread(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    seller.connector.send(seller.account, message(seller), "k")
    page = seller.connector.fetch(
        seller.account, Past(NOW - timedelta(days=1), datetime.now(UTC) + timedelta(minutes=1))
    )
    events = [event for each in page.deliveries for event in seller.connector.parse(seller.account, each)]
    told = [(each.text, each.ours) for each in events if isinstance(each, MessageReceived)]
    assert told == [("Hello?", False), ("It left on Monday.", True)]


# ---- bad moments


def test_a_send_without_an_answer_is_uncertain_and_found(
    seller: MetaSeller, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.writes("Hello?")
    monkeypatch.setattr("connectors.http._client", _impatient())
    seller.trouble.ask(seller.kind, Kind.SILENT)
    wish = message(seller)
    with pytest.raises(OutcomeUnknown):
        seller.connector.send(seller.account, wish, "k")
    assert len(seller.world.mails_of(seller.shopper.email)) == 1
    [found] = seller.connector.fetch(seller.account, One("message", "k", tried=wish, tried_at=NOW)).deliveries
    assert found.key == f"m_{seller.world.mails_of(seller.shopper.email)[0].id}"


def _impatient() -> object:
    client = httpx.Client()
    send = client.send

    def soon(request: httpx.Request, **more: object) -> httpx.Response:
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), 0.6)
        return send(request, **more)  # type: ignore[arg-type]

    client.send = soon  # type: ignore[method-assign]
    return lambda pid: client


def test_a_broken_moment_is_read_over_and_never_written_over(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    seller.trouble.ask(seller.kind, Kind.BROKEN)
    assert seller.connector.check(seller.account).ok
    seller.trouble.ask(seller.kind, Kind.BROKEN)
    with pytest.raises(OutcomeUnknown):
        seller.connector.send(seller.account, message(seller), "k")
    seller.trouble.ask(seller.kind, Kind.GARBAGE)
    with pytest.raises(OutcomeUnknown):
        seller.connector.send(seller.account, message(seller), "k2")


def test_too_many_says_when_to_come_back(seller: MetaSeller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.5)
    seller.writes("Hello?")
    seller.trouble.ask(seller.kind, Kind.TOO_MANY)
    with pytest.raises(RateLimited):
        seller.connector.send(seller.account, message(seller), "k")


def test_a_dead_token_asks_for_the_seller(seller: MetaSeller) -> None:
    seller.writes("Hello?")
    seller.shop.keys[grants.REVOKED] = "yes"
    with pytest.raises(AuthorizationLost):
        seller.connector.send(seller.account, message(seller), "k")
    with pytest.raises((AuthorizationLost, Unreachable)):
        seller.connector.fetch(seller.account, One("profile", "1"))


def test_above_four_fifths_of_a_limit_we_slow_down(
    seller: MetaSeller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "connectors.meta.pretend.server.USAGE", '{"call_count":85,"total_cputime":1,"total_time":1}'
    )
    assert shared().read(f"meta:nearly:{seller.account.id}") is None
    seller.connector.fetch(seller.account, One("profile", seller.person))
    assert shared().read(f"meta:nearly:{seller.account.id}") == "1"


# ---- names


def test_what_is_asked_for_is_known_to_metas_own_files() -> None:
    nodes, topics = NAMES["nodes"], NAMES["topics"]
    page = topics["pagesubscribed_apps_subscribed_fields_enum_param"]
    instagram = topics["iggraphusersubscribed_apps_subscribed_fields_enum_param"]
    ours, theirs = Facebook.platform, Instagram.platform
    assert set(ours.topics) <= set(page)
    assert set(theirs.topics) <= set(instagram)
    assert {*ours.page_topics, *theirs.page_topics} <= set(page)
    assert {"id", "from", "created_time", ours.text_field, ours.hidden_field} <= set(
        nodes["Comment"]["fields"]
    )
    assert {"id", "from", "timestamp", theirs.text_field, theirs.hidden_field} <= set(
        nodes["IGComment"]["fields"]
    )
    assert f"POST {ours.reply_edge}" in nodes["Comment"]["edges"]
    assert f"POST {theirs.reply_edge}" in nodes["IGComment"]["edges"]
    assert "POST mentions" in nodes["IGUser"]["edges"]
    assert {"POST messages", "POST subscribed_apps", "GET conversations"} <= set(nodes["Page"]["edges"])
