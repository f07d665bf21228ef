"""eBay over real HTTP: what is read, said and pushed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from connectors.channels.ebay.connector import connector
from connectors.channels.ebay.pretend import answers, conversations
from connectors.channels.ebay.pretend.grants import REVOKED
from connectors.channels.ebay.pretend.notifications import revoke
from connectors.commands import SendMessage
from connectors.contract import Account, One, Past, Since
from connectors.errors import AuthorizationLost, InvalidSignature, OutcomeUnknown, Refused
from connectors.events import (
    Changed,
    Disconnected,
    DisputeAnswer,
    DisputeChanged,
    DisputeKind,
    DisputeState,
    ErasureAsked,
    File,
    FulfillmentStatus,
    MessageReceived,
    NoticeReceived,
    OrderChanged,
    Party,
    PerformanceReported,
    ReturnChanged,
    ReturnStatus,
)
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.ebay_shop import Seller, impatient, now, posted

HOOK = "/hooks/1"


# ---- messages


def test_a_message_is_pushed_signed_and_read(ebay: Seller) -> None:
    assert "NEW_MESSAGE" in connector.subscribe(ebay.account, ebay.hook)
    ebay.writes("Does the jacket run small?")
    [delivery] = ebay.pushed()
    [message] = connector.parse(ebay.account, delivery)
    assert isinstance(message, MessageReceived)
    assert message.text == "Does the jacket run small?"
    assert message.sender.names == {"ebay": ebay.shopper().handle}
    assert message.thread
    assert not message.ours


def test_a_lost_push_is_found_by_looking_and_is_the_same_message(ebay: Seller) -> None:
    connector.subscribe(ebay.account, ebay.hook)
    _, cursor = ebay.since()
    ebay.writes("Where is it?")
    [pushed] = connector.parse(ebay.account, ebay.pushed()[0])
    found, _ = ebay.since(as_if_later(cursor))
    [read] = [each for each in seen(ebay, found) if isinstance(each, MessageReceived)]
    assert isinstance(pushed, MessageReceived)
    assert (read.external_id, read.thread, read.text) == (pushed.external_id, pushed.thread, pushed.text)


def test_several_messages_between_two_looks_are_all_read(ebay: Seller) -> None:
    _, cursor = ebay.since()
    for text in ("Hello", "Anybody there?", "I need it by Friday"):
        ebay.writes(text)
    found, _ = ebay.since(as_if_later(cursor))
    texts = [each.text for each in seen(ebay, found) if isinstance(each, MessageReceived)]
    assert texts == ["Hello", "Anybody there?", "I need it by Friday"]


def test_messages_of_the_same_millisecond_stay_in_their_order(
    ebay: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = answers.time(now())
    monkeypatch.setattr(conversations, "time", lambda at: moment)
    for text in ("Hello", "Anybody there?"):
        ebay.writes(text)
    texts = [each.text for each in seen(ebay, ebay.since()[0]) if isinstance(each, MessageReceived)]
    assert texts == ["Hello", "Anybody there?"]


def test_an_answer_reaches_the_shopper(ebay: Seller) -> None:
    ebay.writes("Is it in stock?")
    [message] = [each for each in seen(ebay, ebay.since()[0]) if isinstance(each, MessageReceived)]
    receipt = connector.send(
        ebay.account, SendMessage(message.sender, "Yes, it ships today.", message.thread), "key-1"
    )
    got = ebay.world.mails_of(ebay.shopper().email)
    assert str(got[-1].id) == receipt.external_id
    assert b"Yes, it ships today." in got[-1].raw


def test_what_the_seller_wrote_at_ebay_is_ours(ebay: Seller) -> None:
    ebay.writes("Is it in stock?")
    found, cursor = ebay.since()
    [message] = [each for each in seen(ebay, found) if isinstance(each, MessageReceived)]
    connector.send(ebay.account, SendMessage(message.sender, "Yes.", message.thread), "k")
    again, _ = ebay.since(as_if_later(cursor))
    [ours] = [each for each in seen(ebay, again) if isinstance(each, MessageReceived) and each.ours]
    assert ours.text == "Yes."
    assert ours.recipient == message.sender


def test_an_uncertain_send_is_settled_by_reading_the_conversation(
    ebay: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ebay.writes("Hello?")
    [message] = [each for each in seen(ebay, ebay.since()[0]) if isinstance(each, MessageReceived)]
    wish = SendMessage(message.sender, "We are here.", message.thread)
    wanted = One("message", "key-1", tried=wish, tried_at=now())
    assert not connector.fetch(ebay.account, wanted).deliveries
    ebay.trouble.ask("ebay", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.send(ebay.account, wish, "key-1")
    [found] = connector.fetch(ebay.account, wanted).deliveries
    assert found.key == str(ebay.world.mails_of(ebay.shopper().email)[-1].id)
    known = replace(wish, replies_to=(found.key,))
    assert not connector.fetch(ebay.account, replace(wanted, tried=known)).deliveries


def test_a_first_message_goes_to_the_user_name(ebay: Seller) -> None:
    shopper = ebay.shopper()
    connector.send(ebay.account, SendMessage(Party({"ebay": shopper.handle}), "Your parcel is late."), "k")
    assert b"Your parcel is late." in ebay.world.mails_of(shopper.email)[-1].raw


def test_files_and_long_texts_are_refused_in_words(ebay: Seller) -> None:
    to = Party({"ebay": "somebody"})
    with pytest.raises(Refused, match="public web addresses"):
        connector.send(ebay.account, SendMessage(to, "x", files=(File("a.png", "image/png"),)), "k")
    with pytest.raises(Refused, match="2,000"):
        connector.send(ebay.account, SendMessage(to, "x" * 2001), "k")


def test_what_ebay_itself_writes_is_a_notice(ebay: Seller) -> None:
    notices = [each for each in seen(ebay, ebay.since()[0]) if isinstance(each, NoticeReceived)]
    assert len(notices) >= 4
    assert {"order_placed", "ship_now", "payout"} <= {each.kind for each in notices}
    assert any(each.order_number for each in notices)


# ---- signatures


def test_a_changed_body_or_an_unknown_key_is_refused(ebay: Seller) -> None:
    connector.subscribe(ebay.account, ebay.hook)
    ebay.writes("Hello")
    [(_, headers, body)] = ebay.sent
    with pytest.raises(InvalidSignature):
        connector.verify(ebay.account, posted(headers, body.replace(b"Hello", b"Hallo")))
    with pytest.raises(InvalidSignature):  # the same JSON, written again
        connector.verify(ebay.account, posted(headers, json.dumps(json.loads(body)).encode()))
    for wrong in ("", "c3BvaWx0", "e30=", "Ww=="):
        with pytest.raises(InvalidSignature):
            connector.verify(ebay.account, posted({"X-EBAY-SIGNATURE": wrong}, body))


def test_a_key_is_fetched_once_an_hour(ebay: Seller, traffic: list[httpx.Response]) -> None:
    connector.subscribe(ebay.account, ebay.hook)
    for text in ("one", "two", "three"):
        ebay.writes(text)
    traffic.clear()
    assert len(ebay.pushed()) == 3
    assert len([each for each in traffic if "public_key" in each.request.url.path]) <= 1


VECTORS = Path(__file__).parents[4] / "shared/data/payloads/ebay"


@pytest.mark.skipif(not VECTORS.exists(), reason="the collected payloads are not beside this repository")
@pytest.mark.parametrize("name", ["valid", "invalid", "signature_mismatch", "error"])
def test_published_vectors_are_judged_as_published(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vector = json.loads((VECTORS / f"event_notification_{name}.json").read_text())
    account = Account(f"vector {name}", "ebay", "s", {"client_id": "i"}, {"base_url": f"https://{name}.test"})
    body = json.dumps(vector["message"], separators=(",", ":")).encode()
    with key_server(monkeypatch, vector["response"]):
        request = posted({"X-EBAY-SIGNATURE": vector["signature"]}, body)
        if name == "valid":
            delivery = connector.verify(account, request)
            assert delivery.key == vector["message"]["notification"]["notificationId"]
            [event] = connector.parse(account, delivery)
            assert isinstance(event, ErasureAsked)
            assert event.who.names == {"ebay": vector["message"]["notification"]["data"]["username"]}
        else:
            with pytest.raises(InvalidSignature):
                connector.verify(account, request)


@contextmanager
def key_server(monkeypatch: pytest.MonkeyPatch, key: object) -> Iterator[None]:
    from connectors import http

    def answer(request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        return httpx.Response(200, json=key) if key else httpx.Response(404, json={})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(http, "_client", lambda pid: client)
    yield
    client.close()


# ---- orders


def test_an_order_is_read_whole_with_its_shipments(ebay: Seller) -> None:
    there = ebay.order(parcels=True, cancelled_at=None)
    [order] = ebay.parsed(connector.fetch(ebay.account, One("order", there.number)))
    assert isinstance(order, OrderChanged)
    shopper = ebay.shop.shoppers[there.shopper_id]
    assert order.buyer.names["ebay"] == shopper.handle
    assert order.total.amount == there.total
    assert [each.tracking_number for each in order.shipments] == there.parcels
    assert order.shipments[0].line_ids
    assert order.ship_by
    assert there.ship_by
    assert abs(order.ship_by - there.ship_by) < timedelta(seconds=1)
    assert connector.order_page(ebay.account, there.number) == order.url
    assert httpx.get(order.url).status_code == 200


def test_a_request_to_cancel_is_seen_only_in_the_single_order_and_so_that_is_read(ebay: Seller) -> None:
    asked = next(each for each in ebay.shop.orders.values() if each.cancel_requested_at)
    found = seen(ebay, ebay.since()[0])
    assert Changed("order", asked.number) in found
    [order] = ebay.parsed(connector.fetch(ebay.account, One("order", asked.number)))
    assert isinstance(order, OrderChanged)
    assert order.cancel_requested_at
    assert order.fulfillment_status is FulfillmentStatus.UNFULFILLED


def test_an_order_that_a_list_says_all_about_costs_no_second_call(ebay: Seller) -> None:
    new = ebay.order(parcels=False, cancelled_at=None, cancel_requested_at=None)
    orders = [each for each in seen(ebay, ebay.since()[0]) if isinstance(each, OrderChanged)]
    assert new.number in {each.number for each in orders}
    assert all(each.fulfillment_status is FulfillmentStatus.UNFULFILLED for each in orders)


# ---- returns, disputes, standards


def test_open_returns_and_requests_are_found_with_their_deadlines(ebay: Seller) -> None:
    found = seen(ebay, ebay.since()[0])
    asked = [each for each in found if isinstance(each, ReturnChanged) and each.data.waits_for_seller]
    assert asked
    assert asked[0].data.status is ReturnStatus.REQUESTED
    assert asked[0].data.due_at
    inquiries = [
        each for each in found if isinstance(each, DisputeChanged) and each.kind is DisputeKind.INQUIRY
    ]
    assert inquiries[0].state is DisputeState.ACTION_NEEDED
    assert inquiries[0].due_at
    assert DisputeAnswer.PROVIDE_TRACKING in inquiries[0].answers
    assert inquiries[0].amount
    assert inquiries[0].amount.amount == ebay.dispute(DisputeKind.INQUIRY).amount
    assert any(isinstance(each, PerformanceReported) for each in found)


def test_a_return_that_ended_is_read_once_more(ebay: Seller) -> None:
    _, cursor = ebay.since()
    there = next(
        back for each in ebay.shop.orders.values() for back in each.returns if back.status == "requested"
    )
    there.status = "closed"
    again, _ = ebay.since(as_if_later(cursor))
    assert Changed("return", str(there.id)) in seen(ebay, again)
    [back] = ebay.parsed(connector.fetch(ebay.account, One("return", str(there.id))))
    assert isinstance(back, ReturnChanged)
    assert back.data.status is ReturnStatus.CLOSED


def test_a_payment_dispute_says_what_may_be_answered(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.PAYMENT_DISPUTE)
    assert Changed("dispute", f"payment/{there.id}") in seen(ebay, ebay.since()[0])
    [dispute] = ebay.parsed(connector.fetch(ebay.account, One("dispute", f"payment/{there.id}")))
    assert isinstance(dispute, DisputeChanged)
    assert dispute.state is DisputeState.ACTION_NEEDED
    assert {DisputeAnswer.ACCEPT, DisputeAnswer.CONTEST, DisputeAnswer.ADD_EVIDENCE} <= set(dispute.answers)
    assert (dispute.revision, dispute.order_id) == ("1", ebay.shop.orders[there.order_id].number)


def test_a_closed_case_can_be_appealed_and_nothing_else(ebay: Seller) -> None:
    there = ebay.dispute(DisputeKind.CASE)
    [case] = ebay.parsed(connector.fetch(ebay.account, One("dispute", f"case/{there.id}")))
    assert isinstance(case, DisputeChanged)
    assert (case.kind, case.answers) == (DisputeKind.CASE, (DisputeAnswer.APPEAL,))
    shopper = ebay.shop.shoppers[ebay.shop.orders[there.order_id].shopper_id]
    assert case.buyer
    assert case.buyer.names == {"ebay": shopper.handle}
    assert httpx.get(case.url).status_code == 200


# ---- the past


def test_the_past_is_read_to_its_end_page_by_page(ebay: Seller) -> None:
    ebay.writes("An old question")
    wanted, found, shares = Past(now() - timedelta(days=60), now() + timedelta(minutes=1)), [], [0.0]
    while True:
        page = connector.fetch(ebay.account, wanted)
        found += ebay.parsed(page)
        shares.append(page.share or 0)
        if not page.more:
            break
        wanted = replace(wanted, cursor=page.cursor)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    numbers = {each.number for each in found if isinstance(each, OrderChanged)}
    assert numbers == {each.number for each in ebay.shop.orders.values()}
    assert any(isinstance(each, MessageReceived) for each in found)
    assert any(isinstance(each, ReturnChanged) for each in found)


# ---- access


def test_a_good_connection_is_healthy_and_names_the_seller(ebay: Seller) -> None:
    health = connector.check(ebay.account)
    assert health.ok, health.message
    assert ebay.shop.seller_id in health.message


def test_a_wrong_key_an_ended_consent_and_another_seller_are_told_apart(ebay: Seller) -> None:
    wrong = replace(ebay.account, id="w", credentials={**ebay.account.credentials, "client_secret": "x"})
    assert "Cert ID" in connector.check(wrong).message
    assert "consent is" in connector.check(replace(ebay.account, external_id="other_shop")).message
    ebay.shop.keys[REVOKED] = "yes"
    ended = replace(ebay.account, id="e")
    assert "consent" in connector.check(ended).message
    with pytest.raises(AuthorizationLost):
        connector.fetch(ended, Since())


def test_consent_leads_to_a_refresh_token(ebay: Seller) -> None:
    held = {key: value for key, value in ebay.account.credentials.items() if key != "refresh_token"}
    account = replace(ebay.account, id="consent", credentials=held)
    url = connector.authorize_url(account, "https://inbox.example/back", "state-1")
    assert "Agree" in httpx.get(url).text
    went = httpx.post(url, data={"accepted_url": "https://inbox.example/back", "answer": "yes"})
    back = dict(httpx.URL(went.headers["location"]).params)
    assert back["state"] == "state-1"
    grant = connector.exchange(account, back, "https://inbox.example/back")
    assert grant.external_id == ebay.shop.seller_id
    assert connector.check(replace(account, credentials={**held, **grant.credentials})).ok
    with pytest.raises(AuthorizationLost):
        connector.exchange(account, back, "https://inbox.example/back")
    with pytest.raises(Refused):
        connector.exchange(account, {"error": "access_denied"}, "https://inbox.example/back")


def test_subscribing_twice_asks_for_nothing_more(ebay: Seller) -> None:
    missing = connector.subscribe(ebay.account, ebay.hook)
    assert set(missing) == {"NEW_MESSAGE", "ORDER_CONFIRMATION", "AUTHORIZATION_REVOCATION"}
    assert connector.subscribe(ebay.account, ebay.hook) == []


def test_only_our_own_revocation_disconnects(ebay: Seller) -> None:
    connector.subscribe(ebay.account, ebay.hook)
    revoke(ebay.world, ebay.shop, ebay.deliver)
    [delivery] = ebay.pushed()
    assert isinstance(connector.parse(ebay.account, delivery)[0], Disconnected)
    assert connector.parse(replace(ebay.account, external_id="another"), delivery) == ()


# ---- helpers


def seen(ebay: Seller, deliveries: list) -> list:
    """The facts of what would be stored: the same key twice is the same thing twice."""
    stored = {each.key: each for each in deliveries}.values()
    return [event for each in stored for event in connector.parse(ebay.account, each)]


def as_if_later(cursor: str | None) -> str:
    """Every source is due again."""
    places = json.loads(cursor or "{}")
    return json.dumps({name: {k: v for k, v in place.items() if k != "at"} for name, place in places.items()})
