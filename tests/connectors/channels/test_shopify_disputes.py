"""Disputes of Shopify Payments: told by webhook, read hourly, answered in Shopify's admin."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.channels.shopify import access, client, disputes
from connectors.channels.shopify.connector import connector
from connectors.contract import Money, Page, Past, Since
from connectors.events import Changed, DisputeAnswer, DisputeChanged, DisputeKind, DisputeState, Event
from connectors.sandbox.world import Dispute
from tests.connectors.channels.connected import HOOK, ORDER, Shop
from tests.connectors.channels.shops import DOMAIN

OPENED = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def claim(shop: Shop) -> Dispute:
    made = Dispute(
        "71",
        DisputeKind.CHARGEBACK,
        DisputeState.ACTION_NEEDED,
        500,
        "Product not received",
        Decimal("128.00"),
        OPENED,
        OPENED,
        due_at=OPENED + timedelta(days=7),
    )
    shop.world.shops[DOMAIN].disputes["71"] = made
    return made


def events(shop: Shop, page: Page) -> Sequence[Event]:
    return [event for each in page.deliveries for event in connector.parse(shop.account, each)]


def disputes_in(shop: Shop, page: Page) -> list[DisputeChanged]:
    return [each for each in events(shop, page) if isinstance(each, DisputeChanged)]


def test_a_dispute_says_what_is_wanted_until_when(shop: Shop, claim: Dispute) -> None:
    [event] = shop.read("dispute", "gid://shopify/ShopifyPaymentsDispute/71")
    assert isinstance(event, DisputeChanged)
    assert (event.kind, event.state) == (DisputeKind.CHARGEBACK, DisputeState.ACTION_NEEDED)
    assert (event.amount, event.reason) == (Money(Decimal("128.00"), "USD"), "Product not received")
    assert (event.order_id, event.order_number) == (ORDER, "#1042")
    assert event.due_at == OPENED + timedelta(days=7)
    assert event.url.endswith("/admin/orders/500")
    assert event.answers == (DisputeAnswer.ADD_EVIDENCE, DisputeAnswer.CONTEST)
    assert shop.read("dispute", "gid://shopify/ShopifyPaymentsDispute/72") == []


def test_its_end_is_told(shop: Shop, claim: Dispute) -> None:
    claim.state, claim.updated_at = DisputeState.WON, OPENED + timedelta(days=30)
    [event] = shop.read("dispute", "gid://shopify/ShopifyPaymentsDispute/71")
    assert isinstance(event, DisputeChanged)
    assert (event.state, event.outcome, event.updated_at) == (DisputeState.WON, "Won", claim.updated_at)


def test_webhooks_name_it(shop: Shop, claim: Dispute) -> None:
    assert set(disputes.TOPICS) <= set(connector.subscribe(shop.account, HOOK))
    shop.world.changed("dispute", claim)
    claim.updated_at += timedelta(days=1)
    shop.world.changed("dispute", claim)
    told = shop.webhooks()
    assert [each.topic for each in told] == ["disputes/create", "disputes/update"]
    for each in told:
        [event] = connector.parse(shop.account, each)
        assert event == Changed("dispute", "gid://shopify/ShopifyPaymentsDispute/71")


def test_a_lost_webhook_is_made_up_for_within_the_hour(shop: Shop, claim: Dispute) -> None:
    page = connector.fetch(shop.account, Since())
    assert [each.external_id for each in disputes_in(shop, page)] == [
        "gid://shopify/ShopifyPaymentsDispute/71"
    ]
    page = connector.fetch(shop.account, Since(page.cursor))
    assert disputes_in(shop, page) == []
    held = json.loads(page.cursor or "")
    held["disputes"] = (datetime.now(UTC) - timedelta(minutes=61)).isoformat()
    assert disputes_in(shop, connector.fetch(shop.account, Since(json.dumps(held))))


def test_the_past_brings_them_once(shop: Shop, claim: Dispute) -> None:
    wanted = Past(OPENED - timedelta(days=30), OPENED + timedelta(days=1))
    assert len(disputes_in(shop, connector.fetch(shop.account, wanted))) == 1


def test_a_shop_that_did_not_grant_it_works_without(
    shop: Shop, claim: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "granted", lambda account: set(access.SCOPES.split(",")))
    assert not set(disputes.TOPICS) & set(connector.subscribe(shop.account, HOOK))
    assert disputes_in(shop, connector.fetch(shop.account, Since())) == []
    assert connector.check(shop.account).ok
