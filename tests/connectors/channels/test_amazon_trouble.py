"""Amazon's bad moments, each named as what it is; and what "test connection" says is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors import http, oauth
from connectors.channels.amazon import access, client
from connectors.channels.amazon.connector import connector
from connectors.channels.amazon.pretend import queues
from connectors.contract import Since
from connectors.errors import AuthorizationLost, InvalidSignature, RateLimited, Refused, Unreachable
from connectors.events import OrderChanged
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.amazons import Seller, selling
from tests.connectors.conftest import Serve

BACK = "https://inbox.example/back"


@pytest.fixture
def seller(serve: Serve, request: pytest.FixtureRequest) -> Iterator[Seller]:
    with selling(serve, request.node.name, mailboxes=False) as seller:
        yield seller


def test_a_broken_moment_is_read_over(seller: Seller) -> None:
    seller.trouble.ask("amazon", Kind.BROKEN)
    [order] = seller.read("order", seller.order().number)
    assert isinstance(order, OrderChanged)


def test_garbage_counts_as_no_answer(seller: Seller) -> None:
    seller.trouble.ask("amazon", Kind.GARBAGE)
    with pytest.raises(Unreachable):
        seller.read("order", seller.order().number)


def test_too_many_requests_wait_at_least_one_turn(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.5)
    seller.trouble.ask("amazon", Kind.TOO_MANY)
    with pytest.raises(RateLimited) as caught:
        seller.read("performance", "")
    assert caught.value.retry_after >= 1 / 0.0222


def test_the_ration_of_searches_is_kept_by_us_before_amazon_has_to(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.0)
    now = datetime.now(UTC) - timedelta(minutes=5)
    for _ in range(20):
        client.search(seller.account, now - timedelta(days=1), now)
    with pytest.raises(RateLimited) as caught:
        client.search(seller.account, now - timedelta(days=1), now)
    assert caught.value.retry_after > 100


def test_a_token_that_died_early_is_replaced_once(seller: Seller) -> None:
    oauth.keep(seller.account, oauth.Token("Atza|ffffffff|wrong", 9e9))
    assert seller.read("order", seller.order().number)


def test_a_consent_that_was_withdrawn_is_told_from_a_wrong_secret(seller: Seller) -> None:
    seller.shop.keys["revoked"] = "yes"
    with pytest.raises(AuthorizationLost, match="consent"):
        connector.fetch(seller.account, Since())
    wrong = seller.with_credentials(client_secret="wrong")
    assert "client ID and secret" in connector.check(wrong).message
    assert "consent" in connector.check(seller.account).message


def test_nothing_is_lost_while_the_consent_is(seller: Seller) -> None:
    seller.caught_up()
    seller.world.touch(seller.order())
    seller.hub.settle()
    seller.shop.keys["revoked"] = "yes"
    assert len(seller.round()) == 1  # the queue is ours, and goes on


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("Buyer Communication", "Buyer Communication"),
        ("Buyer Solicitation", "Buyer Solicitation"),
        ("Inventory and Order Tracking", "Inventory and Order Tracking"),
        ("Direct-to-Consumer Shipping", "Direct-to-Consumer Shipping"),
    ],
)
def test_a_missing_role_is_named(seller: Seller, role: str, said: str) -> None:
    seller.shop.keys["lacks"] = role
    health = connector.check(seller.account)
    assert not health.ok
    assert said in health.message


def test_a_missing_role_for_messages_does_not_end_the_connection(seller: Seller) -> None:
    seller.shop.keys["lacks"] = "Buyer Communication"
    with pytest.raises(Refused):
        seller.read("openings", seller.order().number)


def test_a_wrong_marketplace_or_region_is_named(seller: Seller) -> None:
    health = connector.check(seller.with_settings(marketplace_id="A1F83G8C2ARO7P"))
    assert (health.ok, "www.amazon.com" in health.message) == (False, True)
    assert "region" in connector.check(seller.with_settings(base_url="", region="mars")).message


def test_a_clock_that_is_wrong_is_named(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "SKEW", timedelta(seconds=-1))
    assert "clock" in connector.check(seller.account).message


def test_a_queue_that_is_not_there_is_named(seller: Seller) -> None:
    url = str(seller.account.settings["queue_url"]).replace("waybill-", "nobodys-")
    assert "no such notification queue" in connector.check(seller.with_settings(queue_url=url)).message


def test_a_seller_agrees_and_is_connected(seller: Seller) -> None:
    fresh = seller.with_credentials(refresh_token="")
    with pytest.raises(AuthorizationLost, match="not agreed"):
        access.token(fresh)
    page = connector.authorize_url(fresh, BACK, "state-1")
    assert httpx.get(page).status_code == 200
    back = httpx.post(page).headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert query["state"] == "state-1"
    grant = connector.exchange(fresh, query, BACK)
    assert grant.external_id == seller.shop.seller_id
    connected = seller.with_credentials(**grant.credentials)
    assert connector.check(connected).ok
    with pytest.raises(AuthorizationLost):
        connector.exchange(fresh, query, BACK)  # a code works once


def test_the_consent_of_another_seller_is_not_taken(seller: Seller) -> None:
    with pytest.raises(InvalidSignature, match="A9STRANGER"):
        connector.exchange(
            seller.account, {"spapi_oauth_code": "c", "selling_partner_id": "A9STRANGER"}, BACK
        )
    with pytest.raises(Refused, match="did not agree"):
        connector.exchange(seller.account, {"state": "s"}, BACK)
