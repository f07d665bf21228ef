"""TikTok Shop: chats, orders, returns and webhooks, against the sandbox over HTTP and TikTok's own shapes."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.channels.tiktok import signing
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.pushing import revoke
from connectors.channels.tiktok.subscribing import WANTED
from connectors.commands import SendMessage
from connectors.contract import Money, One, Past, RawRequest
from connectors.errors import InvalidSignature, Refused, Unparsable
from connectors.events import (
    Changed,
    File,
    FinancialStatus,
    FulfillmentStatus,
    MessageReceived,
    NoticeReceived,
    OrderChanged,
    ParcelStatus,
    Party,
    PerformanceReported,
    ReturnChanged,
    ReturnStatus,
)
from connectors.wording import breaches
from tests.connectors.channels.tiktoks import HOOK, PUSHED, Seller, of, posted

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


# ---- chats


def test_a_message_is_read_with_the_buyer_whom_orders_name(tiktok: Seller) -> None:
    shopper = tiktok.shopper()
    order = next(each for each in tiktok.orders() if each.shopper_id == shopper.id)
    connector.subscribe(tiktok.account, HOOK)
    tiktok.writes("Where is it?", order.number)
    hints = set(of(Changed, tiktok.hints()))
    assert hints == {Changed("conversation", numbers.chat(shopper))}
    [said] = tiktok.read("conversation", numbers.chat(shopper))
    assert isinstance(said, MessageReceived)
    assert (said.text, said.order_number, said.thread) == (
        "Where is it?",
        order.number,
        numbers.chat(shopper),
    )
    assert said.sender == Party(
        {"tiktok": numbers.user(shopper), "tiktok_im": numbers.im_user(shopper)}, shopper.handle
    )
    assert tiktok.read_order(order).buyer.names["tiktok"] == said.sender.names["tiktok"]


def test_each_kind_of_message_is_readable(tiktok: Seller) -> None:
    kinds: list[tuple[str, dict[str, Any], str]] = [
        ("IMAGE", {"url": "https://p16.example/a.jpg", "width": "304", "height": "290"}, "[Picture]"),
        ("VIDEO", {"url": "https://v16.example/a.mp4", "vid": "v1"}, "[Video] https://v16.example/a.mp4"),
        ("PRODUCT_CARD", {"product_id": "1729"}, "[Product 1729]"),
        ("ORDER_CARD", {"order_id": "5769"}, "[Order 5769]"),
        ("COUPON_CARD", {"coupon_id": "9"}, "[Coupon 9]"),
        ("LOGISTICS_CARD", {"order_id": "5769", "package_id": "3"}, "[Delivery of order 5769]"),
        ("RETURN_REFUND_CARD", {"order_id": "5769", "sku_id": "3"}, "[Return or refund of order 5769]"),
        ("EMOTICONS", {"content": ":wave:"}, "[Sticker] :wave:"),
        ("HOLOGRAM", {"content": "Hi"}, "[A message of the kind “hologram”, which only Seller Center shows.] Hi"),
    ]  # fmt: skip
    for kind, content, _ in kinds:
        tiktok.says(kind, content)
    found = of(MessageReceived, tiktok.read("conversation", numbers.chat(tiktok.shopper())))
    assert [each.text for each in found] == [text for *_, text in kinds]
    card = next(each for each in found if "Product" in each.text)
    assert card.about
    assert card.about.products == ("1729",)
    assert next(each for each in found if each.text == "[Order 5769]").order_number == "5769"


def test_what_nobody_said_is_no_message(tiktok: Seller) -> None:
    tiktok.says("NOTIFICATION", {"content": "A colleague joined"}, "SYSTEM")
    tiktok.says("TEXT", {"content": "Please rate this chat"}, "SYSTEM", is_visible=False)
    tiktok.says("TEXT", {"content": "Welcome!"}, "ROBOT")
    tiktok.says("ALLOCATED_SERVICE", {"nickname": "Bob"})
    assert tiktok.read("conversation", numbers.chat(tiktok.shopper())) == []


def test_an_answer_given_in_seller_center_is_the_sellers(tiktok: Seller) -> None:
    tiktok.writes("Hello?")
    tiktok.says("TEXT", {"content": "On its way"}, "CUSTOMER_SERVICE")
    said = of(MessageReceived, tiktok.read("conversation", numbers.chat(tiktok.shopper())))
    assert [each.ours for each in said] == [False, True]
    assert said[1].recipient == said[0].sender


def test_a_shoppers_picture_can_be_fetched(tiktok: Seller) -> None:
    chat = numbers.chat(tiktok.shopper())
    photo = File("scratch.png", "image/png", PIXEL)
    connector.send(
        tiktok.account, SendMessage(Party({}), "", chat, files=(photo,)), "k"
    )  # there is one to look at
    [ours] = of(MessageReceived, tiktok.read("conversation", chat))
    url = ours.text.removeprefix("[Picture] ")
    tiktok.says("IMAGE", {"url": url})
    [_, theirs] = of(MessageReceived, tiktok.read("conversation", chat))
    [file] = theirs.files
    assert (theirs.text, file.source) == ("[Picture]", url)
    [fetched] = connector.fetch(tiktok.account, One("file", file.source)).deliveries
    assert fetched.body == PIXEL
    with pytest.raises(Refused):
        connector.fetch(tiktok.account, One("file", f"{url}-gone"))


def test_a_person_and_a_machine_say_who_they_are(tiktok: Seller, traffic: list[httpx.Response]) -> None:
    chat = numbers.chat(tiktok.shopper())
    by_hand = SendMessage(Party({}), "Hello from Bob", chat)
    connector.send(tiktok.account, by_hand, "k1")
    connector.send(tiktok.account, replace(by_hand, text="Hello from us", by_person=False), "k2")
    roles = [
        json.loads(each.request.content)["sender_role"]
        for each in traffic
        if "202606" in each.request.url.path
    ]
    assert roles == ["CUSTOMER_SERVICE", "ROBOT"]


def test_a_chat_is_opened_where_there_is_none(tiktok: Seller) -> None:
    shopper = tiktok.shopper()
    to = Party({"tiktok": numbers.user(shopper)})
    receipt = connector.send(tiktok.account, SendMessage(to, "Your parcel is late"), "k")
    [said] = of(MessageReceived, tiktok.read("conversation", numbers.chat(shopper)))
    assert (said.external_id, said.ours) == (receipt.external_id, True)
    with pytest.raises(Refused, match="no number"):
        connector.send(tiktok.account, SendMessage(Party({"tiktok_im": "7"}), "Hello"), "k2")


def test_a_chat_that_may_not_be_written_to_says_why(tiktok: Seller) -> None:
    shopper = tiktok.shopper()
    tiktok.shop.keys[f"chat_over:{shopper.id}"] = "yes"
    with pytest.raises(Refused, match="30 days"):
        connector.send(tiktok.account, SendMessage(Party({}), "Hello", numbers.chat(shopper)), "k")


def test_links_contacts_and_other_places_are_forbidden_by_name() -> None:
    for text in (
        "See https://northpine.example/fit",
        "Write to bob@northpine.com",
        "Call +1 213-373-4253",
    ):
        [found] = breaches(text, connector.limits)
        assert found.blocks
        assert found.source.startswith("https://seller-")
    assert breaches("Let us go on outside of TikTok", connector.limits)[0].blocks
    assert not breaches("https://www.tiktok.com/view/product/1", connector.limits)


# ---- orders


def test_an_order_is_read_whole(tiktok: Seller) -> None:
    order = tiktok.delivered()
    found = tiktok.read_order(order)
    pieces = sum(line.quantity for line in order.lines)
    assert len(found.lines) == pieces
    assert {line.quantity for line in found.lines} == {1}
    assert sum(line.unit_price.amount for line in found.lines) == order.subtotal
    assert (
        found.subtotal.amount - found.discount.amount + found.shipping.amount + found.tax.amount
        == order.total
    )
    assert found.total == Money(order.total, "USD")
    assert (found.financial_status, found.fulfillment_status) == (
        FinancialStatus.PAID,
        FulfillmentStatus.FULFILLED,
    )
    [parcel] = found.shipments
    assert (parcel.tracking_number, parcel.status) == (order.parcels[0], ParcelStatus.DELIVERED)
    assert parcel.carrier in ("UPS", "USPS")
    assert len(parcel.line_ids) == pieces
    assert found.shipping_address.city == tiktok.shop.shoppers[order.shopper_id].home.city
    assert found.url.endswith(f"/order/detail?order_no={order.number}&shop_region=US")


def test_every_order_of_the_demo_can_be_read(tiktok: Seller) -> None:
    seen = [tiktok.read_order(order) for order in tiktok.orders()]
    assert {FulfillmentStatus.UNFULFILLED, FulfillmentStatus.FULFILLED, FulfillmentStatus.CANCELLED} <= {
        each.fulfillment_status for each in seen
    }
    for order, each in zip(tiktok.orders(), seen, strict=True):
        assert sum(refund.amount.amount for refund in each.refunds) == sum(r.amount for r in order.refunds)
        assert (each.cancelled_at is not None) == (order.cancelled_at is not None)


def test_a_wish_to_cancel_is_seen_with_its_time(tiktok: Seller) -> None:
    order = tiktok.unshipped(wants_cancelling=True)
    asked = tiktok.read_order(order).cancel_requested_at
    assert asked
    assert order.cancel_requested_at
    assert abs(asked - order.cancel_requested_at) < timedelta(seconds=1)


def test_an_order_that_is_not_there_is_no_news(tiktok: Seller) -> None:
    with pytest.raises(Refused, match="does not exist"):
        connector.fetch(tiktok.account, One("order", "999"))


def test_a_return_says_what_it_is_and_until_when_it_waits(tiktok: Seller) -> None:
    _, back = tiktok.requested()
    found = tiktok.read_return(numbers.back(back))
    assert (found.data.status, found.data.waits_for_seller) == (ReturnStatus.REQUESTED, True)
    assert found.data.due_at
    assert found.data.due_at > datetime.now(UTC) - timedelta(days=4)
    _, money_only = tiktok.requested("REFUND")
    assert tiktok.read_return(numbers.back(money_only)).data.name.startswith("Refund request")


# ---- catching up


def test_catching_up_finds_everything_once(tiktok: Seller) -> None:
    tiktok.writes("Is it warm?")
    first, cursor = tiktok.since()
    events = [event for each in first for event in connector.parse(tiktok.account, each)]
    assert [each.text for each in of(MessageReceived, events)] == ["Is it warm?"]
    assert of(PerformanceReported, events)
    assert of(OrderChanged, events)
    again, cursor = tiktok.since(cursor)
    assert again == []
    places = json.loads(cursor or "{}")
    later = json.dumps(
        {
            name: {**place, "at": "2020-01-01T00:00:00+00:00"}
            for name, place in places.items()
            if name != "performance"
        }
    )
    tiktok.says("TEXT", {"content": "And dry?"})
    news, _ = tiktok.since(later)
    known = {each.key for each in first}
    fresh = [
        event for each in news if each.key not in known for event in connector.parse(tiktok.account, each)
    ]
    assert [each.text for each in of(MessageReceived, fresh)] == ["And dry?"]


def test_the_past_comes_page_by_page(tiktok: Seller) -> None:
    tiktok.writes("An old question")
    now = datetime.now(UTC) + timedelta(minutes=1)
    wanted, events, shares = Past(now - timedelta(days=40), now), list[Any](), list[float]()
    for _ in range(20):
        page = connector.fetch(tiktok.account, wanted)
        events += tiktok.parsed(page)
        shares.append(page.share or 0)
        wanted = replace(wanted, cursor=page.cursor)
        if not page.more:
            break
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(of(OrderChanged, events)) == len(tiktok.shop.orders)
    assert of(ReturnChanged, events)
    assert len(of(MessageReceived, events)) == 1


def test_a_long_chat_is_read_to_its_beginning(tiktok: Seller) -> None:
    for number in range(23):
        tiktok.writes(f"Message {number}")
    found, _ = tiktok.since()
    said = [
        event for each in found if each.topic == "message" for event in connector.parse(tiktok.account, each)
    ]
    assert [each.text for each in of(MessageReceived, said)] == [f"Message {number}" for number in range(23)]


# ---- webhooks


def test_subscribing_asks_once_and_takes_chats(tiktok: Seller) -> None:
    assert connector.subscribe(tiktok.account, HOOK) == list(WANTED)
    assert connector.subscribe(tiktok.account, HOOK) == []
    assert tiktok.shop.keys["accepts_chats"] == "yes"
    with pytest.raises(Refused, match="255"):
        connector.subscribe(tiktok.account, f"{HOOK}/{'x' * 255}")


def test_what_is_pushed_is_what_tiktok_documents(tiktok: Seller) -> None:
    connector.subscribe(tiktok.account, HOOK)
    order, back = tiktok.requested()
    tiktok.writes("Hello")
    back.changed_at = tiktok.world.clock.now()
    tiktok.world.touch(order)
    other = tiktok.unshipped()
    other.cancel_requested_at = tiktok.world.clock.now()
    tiktok.world.touch(other)
    revoke(tiktok.world, tiktok.shop, tiktok.deliver)
    topics = [each.topic for each in tiktok.pushed()]
    assert set(topics) == {
        "NEW_MESSAGE",
        "ORDER_STATUS_CHANGE",
        "RETURN_STATUS_CHANGE",
        "CANCELLATION_STATUS_CHANGE",
        "SELLER_DEAUTHORIZATION",
    }
    for topic, (_, _, body) in zip(topics, tiktok.sent, strict=True):
        PUSHED.validate(PUSHED.contract["webhooks"][topic], json.loads(body))
    hints = of(Changed, tiktok.hints())
    assert Changed("return", numbers.back(back)) in hints
    assert Changed("order", other.number) in hints


def test_a_webhook_about_another_shop_says_nothing(tiktok: Seller) -> None:
    connector.subscribe(tiktok.account, HOOK)
    tiktok.writes("Hello")
    [(_, headers, body)] = tiktok.sent
    delivery = connector.verify(tiktok.account, posted(headers, body))
    assert connector.parse(replace(tiktok.account, external_id="7495"), delivery) == ()
    with pytest.raises(InvalidSignature):
        connector.verify(tiktok.account, posted(headers, body.replace(b"BUYER", b"buyer")))


def test_signed_garbage_is_kept_to_be_looked_at(tiktok: Seller) -> None:
    keys = tiktok.account.credentials
    body = b"<html>"
    proof = signing.of_webhook(keys["client_id"], keys["client_secret"], body)
    delivery = connector.verify(tiktok.account, RawRequest("POST", "/", {"authorization": proof}, body))
    with pytest.raises(Unparsable):
        connector.parse(tiktok.account, delivery)


def test_a_consent_about_to_end_is_told(tiktok: Seller) -> None:
    soon = {"message": "Soon", "expiration_time": "1796000000"}
    content = {
        "type": 7,
        "tts_notification_id": "9",
        "shop_id": tiktok.shop.seller_id,
        "timestamp": 1795000000,
    }
    body = json.dumps({**content, "data": soon}).encode()
    keys = tiktok.account.credentials
    proof = signing.of_webhook(keys["client_id"], keys["client_secret"], body)
    [notice] = connector.parse(
        tiktok.account, connector.verify(tiktok.account, posted({"Authorization": proof}, body))
    )
    assert isinstance(notice, NoticeReceived)
    assert "2026-11-30" in notice.text
