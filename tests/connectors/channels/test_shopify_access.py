"""Tokens, consent and the connection test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from connectors import oauth
from connectors.channels.shopify.connector import connector
from connectors.errors import (
    AuthorizationLost,
    InvalidSignature,
    Refused,
)
from connectors.signatures import hmac_hex
from tests.connectors.channels.connected import (
    Shop,
    answering,
    with_credentials,
    with_value,
)
from tests.connectors.channels.shops import DOMAIN
from tests.connectors.conftest import Serve

BACK = "https://inbox.example/back"


def test_a_good_connection_is_healthy(shop: Shop) -> None:
    health = connector.check(shop.account)
    assert health.ok
    assert "Northpine" in health.message


def test_a_wrong_token_is_said_in_words(shop: Shop) -> None:
    health = connector.check(with_credentials(shop, access_token="wrong"))
    assert not health.ok
    assert "401" in health.message


def test_a_missing_scope_is_found_before_it_hurts(serve: Serve, shop: Shop) -> None:
    scopes = [{"handle": "write_orders"}, {"handle": "read_customers"}]
    data = {"shop": {"name": "N"}, "currentAppInstallation": {"accessScopes": scopes}}
    health = connector.check(answering(serve, shop, {"data": data}))
    assert not health.ok
    assert "read_returns" in health.message
    assert "read_orders" not in health.message


def test_a_shop_that_is_none_is_refused_before_anything_leaves(shop: Shop) -> None:
    account = replace(shop.account, external_id="evil.example/x", settings={})
    assert not connector.check(account).ok


def test_an_app_without_a_token_gets_one_by_itself(shop: Shop) -> None:
    account = with_credentials(shop, access_token="")
    assert connector.check(account).ok
    oauth.keep(account, with_value(account, "withdrawn"))
    assert connector.check(account).ok


def test_consent_leads_to_credentials_that_renew_themselves(shop: Shop) -> None:
    account = with_credentials(shop, access_token="")
    url = connector.authorize_url(account, BACK, "state-1")
    assert "Install" in httpx.get(url).text
    back = dict(parse_qsl(urlsplit(httpx.post(url).headers["location"]).query))
    assert back["state"] == "state-1"
    given = dict(connector.exchange(account, back, BACK).credentials)
    assert set(given) == {"access_token", "refresh_token", "expires_at"}

    renewed: list[Mapping[str, str]] = []
    old = given | {"expires_at": "2026-01-01T00:00:00+00:00"}
    connected = replace(with_credentials(shop, **old), renewed=renewed.append)
    assert connector.check(connected).ok
    assert connector.check(connected).ok
    assert len(renewed) == 1
    assert renewed[0]["refresh_token"] != given["refresh_token"]


def test_a_code_works_once_and_only_signed(shop: Shop) -> None:
    url = connector.authorize_url(shop.account, BACK, "s")
    back = dict(parse_qsl(urlsplit(httpx.post(url).headers["location"]).query))
    with pytest.raises(InvalidSignature):
        connector.exchange(shop.account, back | {"code": "other"}, BACK)
    with pytest.raises(InvalidSignature):
        connector.exchange(replace(shop.account, external_id="other.myshopify.com"), back, BACK)
    refused = {"shop": DOMAIN, "error": "access_denied"}
    signed = hmac_hex("app-secret", urlencode(sorted(refused.items())).encode())
    with pytest.raises(Refused):
        connector.exchange(shop.account, refused | {"hmac": signed}, BACK)
    connector.exchange(shop.account, back, BACK)
    with pytest.raises(AuthorizationLost):
        connector.exchange(shop.account, back, BACK)
