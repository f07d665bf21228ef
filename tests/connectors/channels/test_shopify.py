"""The connector against its sandbox, over real HTTP. Mail has its own tests; here only what is Shopify's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from connectors import http, oauth
from connectors.channels.shopify import sandbox
from connectors.channels.shopify.connector import TOPICS, connector
from connectors.channels.shopify.pretend import points, webhooks
from connectors.contract import Account, Money, One, RawDelivery, RawRequest, Since
from connectors.errors import (
    AuthorizationLost,
    InvalidSignature,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from connectors.events import (
    Changed,
    Disconnected,
    FinancialStatus,
    FulfillmentStatus,
    OrderChanged,
    ParcelStatus,
    ProductChanged,
    ReturnStatus,
)
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Line, Order, Refund, Return, Step, World
from connectors.signatures import hmac_base64, hmac_hex
from tests.connectors.channels.shops import DOMAIN, small_world
from tests.connectors.conftest import Serve

HOOK = "https://inbox.example/hooks/1"
ORDER = "gid://shopify/Order/500"


@dataclass
class Shop:
    """A shop of the sandbox and the account that is connected to it."""

    world: World
    trouble: Trouble
    account: Account
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.world.shops[DOMAIN].orders[500]

    def read(self, kind: str, gid: str) -> list[object]:
        page = connector.fetch(self.account, One(kind, gid))
        return [event for each in page.deliveries for event in connector.parse(self.account, each)]

    def deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.sent.append((url, dict(headers), body))

    def webhooks(self) -> list[RawDelivery]:
        """What was pushed so far, as the connector accepts it."""
        return [connector.verify(self.account, posted(headers, body)) for _, headers, body in self.sent]


def posted(headers: Mapping[str, str], body: bytes) -> RawRequest:
    return RawRequest("POST", "/hooks/1", {name.lower(): value for name, value in headers.items()}, body)


@pytest.fixture
def shop(serve: Serve, request: pytest.FixtureRequest) -> Shop:
    world, trouble = small_world(), Trouble()
    base = serve([Mount("/shopify", routes=sandbox.routes(world, trouble))])
    seller = world.shops[DOMAIN]
    account = Account(
        request.node.name,
        "shopify",
        DOMAIN,
        {
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
            "access_token": seller.access_token,
        },
        {"base_url": f"{base}/shopify/{DOMAIN}"},
    )
    shop = Shop(world, trouble, account)
    world.listeners.append(lambda what, thing: sandbox.push(world, what, thing, shop.deliver))
    return shop


def answering(serve: Serve, shop: Shop, body: object, status: int = 200) -> Account:
    """The account at a Shopify that always gives this answer."""
    path = "/{rest:path}"
    base = serve([Route(path, lambda _: JSONResponse(body, status), methods=["POST"])])
    return replace(shop.account, settings={"base_url": base})


class TestReading:
    def test_it_reads_a_whole_order(self, shop: Shop) -> None:
        [order] = shop.read("order", ORDER)
        assert isinstance(order, OrderChanged)
        assert order.number == "#1042"
        assert dict(order.buyer.names) == {
            "shopify": "gid://shopify/Customer/7",
            "email": "maya@example.com",
            "phone": "+13035550123",
        }
        assert order.buyer.display == "Maya Lindqvist"
        assert order.total == Money(Decimal("145.21"), "USD")
        parts = order.subtotal.amount - order.discount.amount + order.shipping.amount + order.tax.amount
        assert parts == order.total.amount
        assert [(line.title, line.variant, line.quantity) for line in order.lines] == [
            ("Field Jacket", "Moss / M", 1),
            ("Wool Socks", "One size", 2),
        ]
        assert order.shipping_address.region == "CO"
        assert order.financial_status is FinancialStatus.PARTIALLY_REFUNDED
        assert order.fulfillment_status is FulfillmentStatus.PARTIAL
        [parcel] = order.shipments
        assert (parcel.carrier, parcel.tracking_number) == ("UPS", "1Z999AA10123456784")
        assert parcel.line_ids == (order.lines[0].external_id,)
        [refund] = order.refunds
        assert refund.amount == Money(Decimal("5.00"), "USD")
        [back] = order.returns
        assert (back.status, back.reason, back.quantity) == (ReturnStatus.REQUESTED, "Too small", 1)
        assert order.status_url.startswith("http://127.0.0.1")
        assert httpx.get(order.status_url).status_code == httpx.get(order.url).status_code == 200

    def test_a_returns_id_leads_to_its_order(self, shop: Shop) -> None:
        [order] = shop.read("order", "gid://shopify/Return/91")
        assert isinstance(order, OrderChanged)
        assert order.external_id == ORDER

    def test_an_order_with_very_many_lines_loses_none(self, shop: Shop) -> None:
        shop.order.lines += [Line(1000 + at, 20, 21, 1, Decimal("9.00")) for at in range(170)]
        [order] = shop.read("order", ORDER)
        assert isinstance(order, OrderChanged)
        assert len(order.lines) == 172
        assert len({line.external_id for line in order.lines}) == 172

    def test_a_cancelled_order_says_so(self, shop: Shop) -> None:
        shop.order.cancelled_at = shop.order.updated_at
        shop.order.parcels.clear()
        [order] = shop.read("order", ORDER)
        assert isinstance(order, OrderChanged)
        assert order.fulfillment_status is FulfillmentStatus.CANCELLED
        assert order.cancelled_at == shop.order.cancelled_at

    def test_it_reads_a_product(self, shop: Shop) -> None:
        [product] = shop.read("product", "gid://shopify/Product/10")
        assert isinstance(product, ProductChanged)
        assert product.attributes["Sun protection"] == "UPF 50+"
        assert [(each.sku, each.price, each.stock) for each in product.variants] == [
            ("FJ-M", Money(Decimal("128.00"), "USD"), 4)
        ]

    def test_a_changed_product_is_newer_than_before(self, shop: Shop) -> None:
        gid = "gid://shopify/Product/10"
        [before] = shop.read("product", gid)
        shop.world.clock.advance(timedelta(minutes=1))
        shop.world.changed("product", shop.world.shops[DOMAIN].products[10])
        [after] = shop.read("product", gid)
        assert isinstance(before, ProductChanged)
        assert isinstance(after, ProductChanged)
        assert after.updated_at > before.updated_at

    def test_what_is_gone_gives_an_empty_page(self, shop: Shop) -> None:
        assert shop.read("order", "gid://shopify/Order/1") == []
        assert shop.read("product", "gid://shopify/Product/1") == []

    def test_the_same_state_read_twice_has_one_key(self, shop: Shop) -> None:
        keys = [connector.fetch(shop.account, One("order", ORDER)).deliveries[0].key for _ in range(2)]
        shop.world.clock.advance(timedelta(minutes=1))
        shop.world.touch(shop.order)
        changed = connector.fetch(shop.account, One("order", ORDER)).deliveries[0].key
        assert keys[0] == keys[1] != changed

    def test_it_says_what_it_cannot_look_up(self, shop: Shop) -> None:
        with pytest.raises(Unsupported):
            connector.fetch(shop.account, One("parcel", "1Z"))


class TestCatchingUp:
    def test_it_lists_everything_once_and_then_only_what_changed(self, shop: Shop) -> None:
        first = connector.fetch(shop.account, Since())
        assert {each.topic for each in first.deliveries} == {"listed/order", "listed/product"}
        shop.world.clock.advance(timedelta(hours=1))
        shop.world.touch(shop.order)
        second = connector.fetch(shop.account, Since(first.cursor))
        new = {each.key for each in second.deliveries} - {each.key for each in first.deliveries}
        assert len(new) == 1
        changed = [event for each in second.deliveries for event in connector.parse(shop.account, each)]
        assert Changed("order", ORDER) in changed

    @pytest.mark.parametrize("spread", [timedelta(minutes=3), timedelta()])
    def test_a_long_list_is_read_to_its_end(self, shop: Shop, spread: timedelta) -> None:
        at = datetime(2026, 10, 1, tzinfo=UTC)
        for number in range(600, 900):
            at += spread
            shop.world.shops[DOMAIN].orders[number] = replace(shop.order, id=number, updated_at=at)
        seen: set[str] = set()
        page = connector.fetch(shop.account, Since())
        for _ in range(10):
            seen |= {each.key for each in page.deliveries if each.topic == "listed/order"}
            if not page.more:
                break
            page = connector.fetch(shop.account, Since(page.cursor))
        assert len(seen) == 301
        assert not page.more


class TestWebhooks:
    def test_it_asks_for_what_is_missing_and_only_once(self, shop: Shop) -> None:
        assert set(connector.subscribe(shop.account, HOOK)) == set(TOPICS)
        assert connector.subscribe(shop.account, HOOK) == []
        del shop.world.shops[DOMAIN].subscriptions[3]
        assert connector.subscribe(shop.account, HOOK) == [TOPICS[3]]

    def test_a_changed_order_arrives_signed(self, shop: Shop) -> None:
        connector.subscribe(shop.account, HOOK)
        shop.world.clock.advance(timedelta(hours=1))
        shop.world.touch(shop.order)
        [webhook] = shop.webhooks()
        assert webhook.topic == "orders/updated"
        assert webhook.key
        assert list(connector.parse(shop.account, webhook)) == [Changed("order", ORDER)]

    def test_a_scan_a_refund_and_a_return_all_point_to_the_order(self, shop: Shop) -> None:
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

    def test_a_changed_product_and_the_end_arrive_too(self, shop: Shop) -> None:
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
    def test_what_shopify_did_not_sign_for_this_shop_is_refused(self, shop: Shop, spoil: object) -> None:
        connector.subscribe(shop.account, HOOK)
        shop.world.touch(shop.order)
        _, headers, body = shop.sent[0]
        with pytest.raises(InvalidSignature):
            connector.verify(shop.account, posted(*spoil(headers, body)))  # type: ignore[operator]

    def test_a_replaced_secret_still_signs_for_a_while(self, shop: Shop) -> None:
        rotated = {
            "client_secret": "new",
            "previous_client_secret": shop.account.credentials["client_secret"],
        }
        connector.subscribe(shop.account, HOOK)
        shop.world.touch(shop.order)
        _, headers, body = shop.sent[0]
        assert connector.verify(replace(shop.account, credentials=rotated), posted(headers, body)).key

    def test_an_account_without_a_secret_trusts_nobody(self, shop: Shop) -> None:
        headers = {"X-Shopify-Hmac-Sha256": hmac_base64("", b"{}")}
        with pytest.raises(InvalidSignature):
            connector.verify(replace(shop.account, credentials={}), posted(headers, b"{}"))


class TestTrouble:
    def test_a_broken_moment_is_read_over(self, shop: Shop) -> None:
        shop.trouble.ask("shopify", Kind.BROKEN)
        shop.trouble.ask("shopify", Kind.GARBAGE)
        assert shop.read("order", ORDER)

    def test_too_many_requests_say_when_to_come_back(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "PATIENCE", 1)
        shop.trouble.ask("shopify", Kind.TOO_MANY)
        with pytest.raises(RateLimited) as caught:
            shop.read("order", ORDER)
        assert caught.value.retry_after == 2

    def test_spent_points_say_when_they_are_back(self, serve: Serve, shop: Shop) -> None:
        cost = {
            "requestedQueryCost": 900,
            "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100},
        }
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        account = answering(serve, shop, {"errors": [error], "extensions": {"cost": cost}})
        with pytest.raises(RateLimited) as caught:
            connector.fetch(account, One("order", ORDER))
        assert caught.value.retry_after == 8

    def test_the_sandbox_throttles_who_asks_too_much(
        self, serve: Serve, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small = points.Bucket(maximum=50, left=50, restore_rate=10)
        monkeypatch.setattr(points, "Bucket", lambda: small)
        base = serve(sandbox.routes(shop.world, shop.trouble))
        account = replace(shop.account, settings={"base_url": f"{base}/{DOMAIN}"})
        with pytest.raises(RateLimited) as caught:
            connector.fetch(account, One("order", ORDER))
        assert caught.value.retry_after > 10

    def test_a_missing_scope_is_named(self, serve: Serve, shop: Shop) -> None:
        words = "`read_returns` access scope."
        error = {"message": "Denied", "extensions": {"code": "ACCESS_DENIED", "requiredAccess": words}}
        account = answering(serve, shop, {"data": {"order": None}, "errors": [error]})
        with pytest.raises(AuthorizationLost, match="read_returns"):
            connector.fetch(account, One("order", ORDER))

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"errors": [{"message": "x", "extensions": {"code": "SHOP_INACTIVE"}}]}, Refused),
            ({"errors": [{"message": "Field 'colour' doesn't exist"}]}, Refused),
            ({"errors": "Unavailable Shop"}, Refused),
            ({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, Unreachable),
            ({}, Unreachable),
            ([], Unreachable),
        ],
    )
    def test_errors_in_a_200_are_named(
        self, serve: Serve, shop: Shop, body: object, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            connector.fetch(answering(serve, shop, body), One("order", ORDER))

    def test_a_refused_subscription_says_why(self, serve: Serve, shop: Shop) -> None:
        listed = {
            "webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
        }
        refused = {"webhookSubscriptionCreate": {"userErrors": [{"field": None, "message": "Not allowed."}]}}
        account = answering(serve, shop, {"data": listed | refused})
        with pytest.raises(Refused, match="Not allowed"):
            connector.subscribe(account, HOOK)

    def test_a_mutation_without_an_answer_has_an_unknown_outcome(self, serve: Serve, shop: Shop) -> None:
        listed = {
            "webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
        }

        async def answer(request: Request) -> Response:
            asked = (await request.json())["query"]
            return (
                JSONResponse({"data": listed})
                if "query Subscriptions" in asked
                else Response(status_code=500)
            )

        base = serve([Route("/{rest:path}", answer, methods=["POST"])])
        with pytest.raises(OutcomeUnknown):
            connector.subscribe(replace(shop.account, settings={"base_url": base}), HOOK)


class TestAccess:
    def test_a_good_connection_is_healthy(self, shop: Shop) -> None:
        health = connector.check(shop.account)
        assert health.ok
        assert "Northpine" in health.message

    def test_a_wrong_token_is_said_in_words(self, shop: Shop) -> None:
        health = connector.check(with_credentials(shop, access_token="wrong"))
        assert not health.ok
        assert "401" in health.message

    def test_a_missing_scope_is_found_before_it_hurts(self, serve: Serve, shop: Shop) -> None:
        scopes = [{"handle": "write_orders"}, {"handle": "read_customers"}]
        data = {"shop": {"name": "N"}, "currentAppInstallation": {"accessScopes": scopes}}
        health = connector.check(answering(serve, shop, {"data": data}))
        assert not health.ok
        assert "read_returns" in health.message
        assert "read_orders" not in health.message

    def test_a_shop_that_is_none_is_refused_before_anything_leaves(self, shop: Shop) -> None:
        account = replace(shop.account, external_id="evil.example/x", settings={})
        assert not connector.check(account).ok

    def test_an_app_without_a_token_gets_one_by_itself(self, shop: Shop) -> None:
        account = with_credentials(shop, access_token="")
        assert connector.check(account).ok
        oauth.keep(account, replace_token(account, "withdrawn"))
        assert connector.check(account).ok

    def test_consent_leads_to_credentials_that_renew_themselves(self, shop: Shop) -> None:
        account = with_credentials(shop, access_token="")
        url = connector.authorize_url(account, "https://inbox.example/back", "state-1")
        assert "Install" in httpx.get(url).text
        back = dict(parse_qsl(urlsplit(httpx.post(url).headers["location"]).query))
        assert back["state"] == "state-1"
        given = connector.exchange(account, back)
        assert set(given) == {"access_token", "refresh_token", "expires_at"}

        renewed: list[Mapping[str, str]] = []
        old = given | {"expires_at": "2026-01-01T00:00:00+00:00"}
        connected = replace(with_credentials(shop, **old), renewed=renewed.append)
        assert connector.check(connected).ok
        assert connector.check(connected).ok
        assert len(renewed) == 1
        assert renewed[0]["refresh_token"] != given["refresh_token"]

    def test_a_code_works_once_and_only_signed(self, shop: Shop) -> None:
        url = connector.authorize_url(shop.account, "https://inbox.example/back", "s")
        back = dict(parse_qsl(urlsplit(httpx.post(url).headers["location"]).query))
        with pytest.raises(InvalidSignature):
            connector.exchange(shop.account, back | {"code": "other"})
        with pytest.raises(InvalidSignature):
            connector.exchange(replace(shop.account, external_id="other.myshopify.com"), back)
        refused = {"shop": DOMAIN, "error": "access_denied"}
        signed = hmac_hex("app-secret", urlencode(sorted(refused.items())).encode())
        with pytest.raises(Refused):
            connector.exchange(shop.account, refused | {"hmac": signed})
        connector.exchange(shop.account, back)
        with pytest.raises(AuthorizationLost):
            connector.exchange(shop.account, back)


def with_credentials(shop: Shop, **changed: str) -> Account:
    return replace(shop.account, credentials={**shop.account.credentials, **changed})


def replace_token(account: Account, value: str) -> oauth.Token:
    return replace(oauth.cached(account) or oauth.Token("", 0), value=value, expires_at=9e9)
