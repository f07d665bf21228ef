"""Asking for webhooks, and trusting them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connectors.channels.shopify import disputes
from connectors.channels.shopify.connector import TOPICS, connector
from connectors.channels.shopify.pretend import webhooks
from connectors.errors import (
    InvalidSignature,
)
from connectors.events import (
    Changed,
    Disconnected,
    ParcelStatus,
)
from connectors.sandbox.world import Refund, Return, Step
from connectors.signatures import hmac_base64
from tests.connectors.channels.connected import (
    HOOK,
    ORDER,
    Shop,
    posted,
)
from tests.connectors.channels.shops import DOMAIN


def test_it_asks_for_what_is_missing_and_only_once(shop: Shop) -> None:
    assert set(connector.subscribe(shop.account, HOOK)) == {*TOPICS, *disputes.TOPICS}
    assert connector.subscribe(shop.account, HOOK) == []
    del shop.world.shops[DOMAIN].subscriptions[3]
    assert connector.subscribe(shop.account, HOOK) == [TOPICS[3]]


def test_a_changed_order_arrives_signed(shop: Shop) -> None:
    connector.subscribe(shop.account, HOOK)
    shop.world.clock.advance(timedelta(hours=1))
    shop.world.touch(shop.order)
    [webhook] = shop.webhooks()
    assert webhook.topic == "orders/updated"
    assert webhook.key
    assert list(connector.parse(shop.account, webhook)) == [Changed("order", ORDER)]


def test_a_scan_a_refund_and_a_return_all_point_to_the_order(shop: Shop) -> None:
    connector.subscribe(shop.account, HOOK)
    shop.world.move("1Z999AA10123456784", Step(shop.world.clock.now(), ParcelStatus.IN_TRANSIT, "Scan"))
    now = shop.world.clock.now()
    shop.order.refunds.append(Refund(82, Decimal("1.00"), now))
    shop.order.returns.append(Return(92, "#1042-R2", "closed", "Too big", 501, 1, now))
    shop.world.touch(shop.order)
    webhooks = shop.webhooks()
    assert [each.topic for each in webhooks] == [
        "fulfillments/update",
        "orders/updated",
        "orders/updated",
        "refunds/create",
        "returns/close",
    ]
    assert {event for each in webhooks for event in connector.parse(shop.account, each)} == {
        Changed("order", ORDER)
    }


def test_a_changed_product_and_the_end_arrive_too(shop: Shop) -> None:
    connector.subscribe(shop.account, HOOK)
    seller = shop.world.shops[DOMAIN]
    shop.world.changed("product", seller.products[10])
    webhooks.uninstall(shop.world, seller, shop.deliver)
    product, end = (connector.parse(shop.account, each)[0] for each in shop.webhooks())
    assert product == Changed("product", "gid://shopify/Product/10")
    assert isinstance(end, Disconnected)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: (headers, body + b" "),
        lambda headers, body: (headers | {"X-Shopify-Hmac-Sha256": "d3Jvbmc="}, body),
        lambda headers, body: (headers | {"X-Shopify-Hmac-Sha256": ""}, body),
        lambda headers, body: (headers | {"X-Shopify-Shop-Domain": "other.myshopify.com"}, body),
    ],
)
def test_what_shopify_did_not_sign_for_this_shop_is_refused(shop: Shop, spoil: object) -> None:
    connector.subscribe(shop.account, HOOK)
    shop.world.touch(shop.order)
    _, headers, body = shop.sent[0]
    with pytest.raises(InvalidSignature):
        connector.verify(shop.account, posted(*spoil(headers, body)))  # type: ignore[operator]


def test_a_replaced_secret_still_signs_for_a_while(shop: Shop) -> None:
    rotated = {
        "client_secret": "new",
        "previous_client_secret": shop.account.credentials["client_secret"],
    }
    connector.subscribe(shop.account, HOOK)
    shop.world.touch(shop.order)
    _, headers, body = shop.sent[0]
    assert connector.verify(replace(shop.account, credentials=rotated), posted(headers, body)).key


def test_an_account_without_a_secret_trusts_nobody(shop: Shop) -> None:
    headers = {"X-Shopify-Hmac-Sha256": hmac_base64("", b"{}")}
    with pytest.raises(InvalidSignature):
        connector.verify(replace(shop.account, credentials={}), posted(headers, b"{}"))
