"""TikTok Shop: signatures, consent and tokens, and the sandbox that looks at all three."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import httpx
import pytest

from connectors import oauth
from connectors.channels.tiktok import access, signing
from connectors.channels.tiktok.connector import connector
from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.gate import Gate, cipher
from connectors.channels.tiktok.pretend.opening import _shop as another_shop
from connectors.channels.tiktok.pretend.pushing import revoke
from connectors.commands import SendMessage
from connectors.contract import Account, One
from connectors.errors import AuthorizationLost, InvalidSignature, Refused
from connectors.events import (
    Changed,
    Disconnected,
    Party,
)
from tests.connectors.channels.tiktoks import DOMAIN, HOOK, Seller, posted

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
