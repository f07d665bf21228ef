"""Shopify's bad moments, each named as what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors import http
from connectors.channels.shopify import sandbox
from connectors.channels.shopify.connector import connector
from connectors.channels.shopify.pretend import points
from connectors.contract import One
from connectors.errors import (
    AuthorizationLost,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.connected import (
    HOOK,
    ORDER,
    Shop,
    answering,
)
from tests.connectors.channels.shops import DOMAIN
from tests.connectors.conftest import Serve


def test_a_broken_moment_is_read_over(shop: Shop) -> None:
    shop.trouble.ask("shopify", Kind.BROKEN)
    shop.trouble.ask("shopify", Kind.GARBAGE)
    assert shop.read("order", ORDER)


def test_too_many_requests_say_when_to_come_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 1)
    shop.trouble.ask("shopify", Kind.TOO_MANY)
    with pytest.raises(RateLimited) as caught:
        shop.read("order", ORDER)
    assert caught.value.retry_after == 2


def test_spent_points_say_when_they_are_back(serve: Serve, shop: Shop) -> None:
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
    serve: Serve, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = points.Bucket(maximum=50, left=50, restore_rate=10)
    monkeypatch.setattr(points, "Bucket", lambda: small)
    base = serve(sandbox.routes(shop.world, shop.trouble))
    account = replace(shop.account, settings={"base_url": f"{base}/{DOMAIN}"})
    with pytest.raises(RateLimited) as caught:
        connector.fetch(account, One("order", ORDER))
    assert caught.value.retry_after > 10


def test_a_missing_scope_is_named(serve: Serve, shop: Shop) -> None:
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
def test_errors_in_a_200_are_named(serve: Serve, shop: Shop, body: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        connector.fetch(answering(serve, shop, body), One("order", ORDER))


def test_a_refused_subscription_says_why(serve: Serve, shop: Shop) -> None:
    listed = {
        "webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "currentAppInstallation": {"accessScopes": []},
    }
    refused = {"done": {"userErrors": [{"field": None, "message": "Not allowed."}]}}
    account = answering(serve, shop, {"data": listed | refused})
    with pytest.raises(Refused, match="Not allowed"):
        connector.subscribe(account, HOOK)


def test_a_mutation_without_an_answer_has_an_unknown_outcome(serve: Serve, shop: Shop) -> None:
    listed = {
        "webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "currentAppInstallation": {"accessScopes": []},
    }

    async def answer(request: Request) -> Response:
        asked = (await request.json())["query"]
        return JSONResponse({"data": listed}) if "mutation" not in asked else Response(status_code=500)

    base = serve([Route("/{rest:path}", answer, methods=["POST"])])
    with pytest.raises(OutcomeUnknown):
        connector.subscribe(replace(shop.account, settings={"base_url": base}), HOOK)
