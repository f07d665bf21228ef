"""TikTok Shop: signatures, consent, chats, orders, webhooks, against the sandbox over HTTP and TikTok's own shapes."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors import oauth
from connectors.channels.tiktok import access, signing
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.gate import Gate, cipher
from connectors.channels.tiktok.pretend.opening import _shop as another_shop
from connectors.channels.tiktok.pretend.pushing import revoke
from connectors.channels.tiktok.subscribing import WANTED
from connectors.commands import SendMessage
from connectors.contract import Account, Money, One, Past, RawRequest
from connectors.errors import AuthorizationLost, InvalidSignature, Refused, Unparsable
from connectors.events import (
    Changed,
    Disconnected,
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
from tests.connectors.channels.tiktoks import DOMAIN, HOOK, PUSHED, Seller, of, posted

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


# ---- signatures


@pytest.mark.parametrize(
    ("path", "query", "body", "expected"),
    [
        (
            "/test-api",
            {"foo": "bar"},
            b"",
            "d3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f",
        ),
        (
            "/order/202309/orders/search",
            {
                "timestamp": "1700000000",
                "shop_cipher": "c1",
                "app_key": "k1",
                "page_size": "20",
                "sign": "old",
            },
            b'{"order_status":"AWAITING_SHIPMENT"}',
            "f88b12f0d4750bba1a710bf88da41aaf24ff831b18d1ae44119a62837a9faae6",
        ),
    ],
)
def test_a_request_is_signed_as_the_platform_does(
    path: str, query: dict[str, str], body: bytes, expected: str
) -> None:
    assert signing.of_request("app_secret", path, query, body) == expected


def test_a_webhook_is_signed_as_the_platform_does() -> None:
    body = (
        b'{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,"data":{"order_id":"576684019603311365",'
        b'"order_status":"AWAITING_SHIPMENT","update_time":1664095610}}'
    )
    expected = "21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27"
    assert signing.of_webhook("fake_app_key", "fake_app_secret", body) == expected
    account = Account(
        "s",
        "tiktok",
        "7494726673780148744",
        {"client_id": "fake_app_key", "client_secret": "fake_app_secret"},
    )
    delivery = connector.verify(account, posted({"Authorization": expected}, body))
    assert connector.parse(account, delivery) == (Changed("order", "576684019603311365"),)
    for wrong in (expected.upper(), f"Bearer {expected}", ""):
        with pytest.raises(InvalidSignature):
            connector.verify(account, posted({"Authorization": wrong}, body))
    with pytest.raises(InvalidSignature):
        connector.verify(replace(account, credentials={}), posted({"Authorization": expected}, body))


def test_what_is_signed_is_what_is_sent(tiktok: Seller, traffic: list[httpx.Response]) -> None:
    chat = numbers.chat(tiktok.shopper())
    connector.send(tiktok.account, SendMessage(Party({}), "Grüße, “Maya” ✓", chat), "k")
    [sent] = [each.request for each in traffic if "202606" in each.request.url.path]
    query = dict(sent.url.params)
    path = sent.url.path.removeprefix("/tiktok")
    assert query["sign"] == signing.of_request(tiktok.shop.client_secret, path, query, sent.content)
    assert json.loads(json.loads(sent.content)["content"]) == {"content": "Grüße, “Maya” ✓"}


# ---- being let in


def test_a_good_connection_says_so(tiktok: Seller) -> None:
    health = connector.check(tiktok.account)
    assert health.ok, health
    assert "chats, orders and returns" in health.message


def test_what_is_missing_is_named_as_a_seller_would(tiktok: Seller) -> None:
    tiktok.shop.keys["scopes_missing"] = "customer_service"
    poor = connector.check(tiktok.account)
    assert not poor.ok
    assert "scope" in poor.message
    tiktok.shop.keys["scopes_missing"] = ""
    wrong = replace(
        tiktok.account, id="wrong", credentials={**tiktok.account.credentials, "client_secret": "guess"}
    )
    assert "did not accept the app's keys" in connector.check(wrong).message
    other = replace(tiktok.account, id="other", external_id="7495")
    assert "no shop 7495" in connector.check(other).message


def agreed(seller: Seller, account: Account, **said: str) -> dict[str, str]:
    """What the browser brings back from the consent page."""
    url = connector.authorize_url(account, "https://inbox.example/back", "state-1")
    assert "Authorize" in httpx.get(url).text
    form = {"accepted_url": "https://inbox.example/back", **said}
    return dict(httpx.URL(httpx.post(url, data=form).headers["location"]).params)


def test_consent_names_the_shop_and_its_cipher(tiktok: Seller) -> None:
    account = replace(tiktok.account, id="consent", external_id="tiktok")
    query = agreed(tiktok, account)
    assert query["state"] == "state-1"
    grant = connector.exchange(account, query, "https://inbox.example/back")
    assert grant.external_id == tiktok.shop.seller_id
    assert grant.settings == {"shop_cipher": cipher(tiktok.shop), "region": "US"}
    given = replace(
        account,
        external_id=grant.external_id,
        credentials={**account.credentials, **grant.credentials},
        settings={**account.settings, **grant.settings},
    )
    assert connector.check(given).ok
    with pytest.raises(AuthorizationLost):
        connector.exchange(account, query, "https://inbox.example/back")  # a code works once
    with pytest.raises(InvalidSignature):
        connector.exchange(account, {**query, "app_key": "another"}, "https://inbox.example/back")
    with pytest.raises(Refused, match="did not agree"):
        connector.exchange(account, agreed(tiktok, account, answer="no"), "https://inbox.example/back")


def test_of_several_shops_the_one_that_is_meant_has_to_be_named(tiktok: Seller) -> None:
    second = another_shop(tiktok.shop)
    second.domain, second.seller_id = "second.tiktok.example", "7495000000000000002"
    tiktok.world.shops[second.domain] = second
    account = replace(tiktok.account, id="several", external_id="tiktok")
    with pytest.raises(Refused, match="Which shop"):
        connector.exchange(account, agreed(tiktok, account), "https://inbox.example/back")
    named = replace(account, id="named", external_id=second.seller_id)
    grant = connector.exchange(named, agreed(tiktok, named), "https://inbox.example/back")
    assert grant.settings["shop_cipher"] == cipher(second)


def test_the_end_of_a_token_is_a_moment_and_no_duration(tiktok: Seller) -> None:
    assert connector.check(tiktok.account).ok
    held = oauth.cached(tiktok.account)
    assert held
    assert 6 * 86_400 < held.expires_at - time.time() <= 7 * 86_400


def test_a_replaced_refresh_token_is_kept(tiktok: Seller) -> None:
    kept: dict[str, str] = {}
    account = replace(tiktok.account, id="renewing", renewed=kept.update)
    assert connector.check(account).ok
    assert kept["refresh_token"] != account.credentials["refresh_token"]


def test_a_token_that_ended_early_is_replaced_in_silence_by_the_newest_refresh_token(tiktok: Seller) -> None:
    assert connector.check(tiktok.account).ok
    for _ in range(3):  # by then the refresh token the account was made with is not taken any more
        held = oauth.cached(tiktok.account)
        assert held
        oauth.keep(tiktok.account, replace(held, value="TTP_ffffffff.spoilt"))
        assert connector.check(tiktok.account).ok


def test_a_consent_that_was_withdrawn_has_to_be_given_again(tiktok: Seller) -> None:
    connector.subscribe(tiktok.account, HOOK)
    revoke(tiktok.world, tiktok.shop, tiktok.deliver)
    assert isinstance(tiktok.hints()[-1], Disconnected)
    oauth.forget(tiktok.account)
    with pytest.raises(AuthorizationLost, match="Connect again"):
        connector.fetch(tiktok.account, One("order", "1"))


def test_secrets_stay_out_of_what_is_said(tiktok: Seller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    wrong = replace(
        tiktok.account,
        id="leak",
        credentials={**tiktok.account.credentials, "refresh_token": "TTR_9.oops-oops"},
    )
    with pytest.raises(AuthorizationLost) as raised:
        connector.fetch(wrong, One("order", "1"))
    for secret in ("oops-oops", tiktok.shop.client_secret):
        assert secret not in caplog.text + raised.value.message


def test_the_consent_page_differs_by_market() -> None:
    at = lambda region: connector.authorize_url(  # noqa: E731
        Account("m", "tiktok", "1", {}, {"service_id": "7", "region": region}), "https://x", "s"
    )
    assert at("US").startswith("https://services.us.tiktokshop.com/open/authorize?service_id=7")
    assert at("GB").startswith("https://services.tiktokshop.com/open/authorize?service_id=7")
    assert connector.order_page(Account("m", "tiktok", "1", {}, {"region": "GB"}), "5").startswith(
        "https://seller-uk.tiktok.com/order/detail?order_no=5"
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


# ---- the gate of the sandbox


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sign": "0" * 64}, 106001),
        ({"sign": "upper"}, 106001),
        ({"timestamp": "1700000000"}, 36009004),
        ({"shop_cipher": "GCP_wrong"}, 106013),
        ({"token": "TTP_ffffffff.wrong"}, 105002),
        ({"app_key": "nobody"}, 36009004),
    ],
)
def test_the_sandbox_really_looks_at_what_it_is_given(
    tiktok: Seller, changed: dict[str, str], code: int
) -> None:
    shop = tiktok.shop
    given = dict(changed)
    token = given.pop("token", access.token(tiktok.account))
    query = {"app_key": shop.client_id, "timestamp": str(int(time.time())), "shop_cipher": cipher(shop)}
    query |= {name: value for name, value in given.items() if name != "sign"}
    query["sign"] = signing.of_request(shop.client_secret, "/event/202309/webhooks", query)
    if sign := given.get("sign"):
        query["sign"] = query["sign"].upper() if sign == "upper" else sign
    url = f"{tiktok.account.settings['base_url']}/event/202309/webhooks"
    headers = {"x-tts-access-token": token, "content-type": "application/json"}
    assert httpx.get(url, params=query, headers=headers).json()["code"] == code


def test_a_token_outlives_a_restart_of_the_sandbox(tiktok: Seller) -> None:
    token = access.token(tiktok.account)
    path, shop = "/authorization/202309/shops", tiktok.shop
    query = {"app_key": shop.client_id, "timestamp": str(int(time.time()))}
    query["sign"] = signing.of_request(shop.client_secret, path, query)
    assert Gate(tiktok.world).let_in(path, query, token, b"").domain == DOMAIN
