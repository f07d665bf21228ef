"""Walmart's bad moments, each named as what it is; and a day's calls against what is allowed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from connectors import http
from connectors.channels.walmart import client, reading
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.pretend import gate
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.commands import Reason, RefundOrder
from connectors.contract import Account, Money, One, Page, Since
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unparsable,
    Unreachable,
)
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.walmarts import Seller
from tests.connectors.conftest import Serve

ERROR = {"code": "X.GMP_ORDER_API", "description": "Not like that", "severity": "ERROR", "category": "DATA"}
PLAIN = Account("plain", "walmart", "10001", {"client_id": "id", "client_secret": "secret"})


def answering(serve: Serve, answer: Callable[[], Response], name: str) -> Account:
    """At a Walmart that always gives this answer, except for tokens."""

    def given(request: Request) -> Response:
        if request.url.path.endswith("/v3/token"):
            return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 900})
        return answer()

    base = serve([Route("/{rest:path}", given, methods=["GET", "POST"])])
    return replace(PLAIN, id=name, settings={"base_url": base})


@pytest.fixture
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(http, "PATIENCE", 0)
    return str(request.node.name)


def test_a_broken_moment_is_read_over(seller: Seller) -> None:
    order = purchase_order(seller.delivered())
    for kind in (Kind.BROKEN, Kind.GARBAGE):
        seller.trouble.ask("walmart", kind)
        assert connector.fetch(seller.account, One("order", order)).deliveries


@pytest.mark.parametrize(
    "header",
    [
        {"x-next-replenishment-time": str(int((time.time() + 86_000) * 1000))},
        {"x-next-replenishment-time": (datetime.now(UTC) + timedelta(hours=5)).isoformat()},
        {"x-next-replenish-time": (datetime.now(UTC) + timedelta(hours=5)).isoformat()},
        {"retry-after": "3600"},
    ],
    ids=["milliseconds", "ISO 8601", "another name", "plain"],
)
def test_too_many_requests_say_when_to_come_back(serve: Serve, name: str, header: dict[str, str]) -> None:
    account = answering(serve, lambda: JSONResponse({"errors": [ERROR]}, 429, header), name)
    with pytest.raises(RateLimited) as caught:
        connector.fetch(account, One("order", "1"))
    assert caught.value.retry_after == 3600  # never longer, whatever a clock says


@pytest.mark.parametrize("header", [{}, {"x-next-replenishment-time": "soon"}], ids=["none", "nonsense"])
def test_too_many_requests_without_a_time_wait_a_little(
    serve: Serve, name: str, header: dict[str, str]
) -> None:
    account = answering(serve, lambda: HTMLResponse("<html>", 429, header), name)
    with pytest.raises(RateLimited) as caught:
        connector.fetch(account, One("order", "1"))
    assert caught.value.retry_after == http.RETRY_AFTER


def test_the_sandbox_keeps_walmarts_limit_and_we_keep_below_it(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gate.PER_MINUTE, "orders", 3)
    order = purchase_order(seller.delivered())
    for _ in range(3):
        connector.fetch(seller.account, One("order", order))
    with pytest.raises(RateLimited) as caught:
        connector.fetch(seller.account, One("order", order))
    assert 5 < caught.value.retry_after <= 20
    assert client.ORDERS.per_second * 60 < 5000
    assert client.CHANGES.per_second * 60 <= 60


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: JSONResponse({"errors": [ERROR]}, 401), AuthorizationLost),
        (lambda: JSONResponse({"error": [ERROR]}, 403), AuthorizationLost),
        (lambda: HTMLResponse("<html>Access denied", 403), Unreachable),
        (lambda: HTMLResponse("<html>", 520), Unreachable),
        (lambda: HTMLResponse("<html>"), Unreachable),
        (lambda: JSONResponse({"errors": [ERROR]}, 500), Unreachable),
        (lambda: JSONResponse({"errors": [ERROR]}, 400), Refused),
        (lambda: Response('{"order": {"purchaseOr', media_type="application/json"), Unreachable),
    ],
)
def test_what_goes_wrong_in_reading_is_named(
    serve: Serve, name: str, answer: Callable[[], Response], error: type[ConnectorError]
) -> None:
    with pytest.raises(error) as caught:
        connector.fetch(answering(serve, answer, name), One("order", "1"))
    assert type(caught.value) is error or error is AuthorizationLost


def test_what_was_not_granted_says_walmarts_words(serve: Serve, name: str) -> None:
    account = answering(serve, lambda: JSONResponse({"error": [ERROR]}, 403), name)
    with pytest.raises(AuthorizationLost, match="enough access: Not like that"):
        connector.fetch(account, One("order", "1"))


@pytest.mark.parametrize("body", [[], "text", 7, {"purchaseOrderId": None}, {"orderLines": 3}])
def test_an_order_of_wrong_types_is_kept_and_named(body: object) -> None:
    delivery = reading.RawDelivery("fetched/order", "k", json.dumps(body).encode())
    with pytest.raises(Unparsable):
        connector.parse(PLAIN, delivery)


def test_an_empty_list_is_a_404_and_no_error(serve: Serve, name: str) -> None:
    account = answering(serve, lambda: JSONResponse({"errors": [ERROR]}, 404), name)
    cursor: str | None = None
    for _ in range(4):
        page = connector.fetch(account, Since(cursor))
        assert page.deliveries == []
        cursor = page.cursor
    assert not page.more


@pytest.mark.parametrize(
    ("kind", "error"),
    [(Kind.BROKEN, OutcomeUnknown), (Kind.GARBAGE, OutcomeUnknown), (Kind.TOO_MANY, RateLimited)],
)
def test_a_refund_that_went_wrong_is_never_sent_twice_by_itself(
    seller: Seller, traffic: list[httpx.Response], kind: Kind, error: type[ConnectorError]
) -> None:
    order = seller.delivered()
    wish = RefundOrder(purchase_order(order), Money(Decimal("5.00"), "USD"), Reason.LATE)
    connector.check(seller.account)
    coming: list[Kind | None] = [None, None, kind]
    seller.trouble.take = lambda *_: coming.pop(0) if coming else None  # type: ignore[method-assign]
    with pytest.raises(error):
        connector.perform(seller.account, wish, "key")
    assert sum(each.request.url.path.endswith("/refund") for each in traffic) == 1
    connector.perform(seller.account, wish, "key")  # as dispatch would, once it has looked
    assert sum(each.amount for each in order.refunds) == Decimal("5.00")


def test_a_page_that_failed_is_read_again_from_the_same_cursor(seller: Seller) -> None:
    first = connector.fetch(seller.account, Since())
    seller.trouble.ask("walmart", Kind.BROKEN, times=3)
    second = connector.fetch(seller.account, Since(first.cursor))  # its mail came, its orders did not
    assert {each.topic for each in second.deliveries} <= {"mail"}
    third = connector.fetch(seller.account, Since(second.cursor))
    assert json.loads(third.cursor or "")["api"]["walk"]["step"] == 2


ORDERS = 2000


def test_a_simulated_day_stays_inside_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 orders that change four times each, told by a webhook every time, and a round of lists every ten minutes.
    The day's 400 messages cost no call, since they are mail."""
    calls, clock = Counter[str](), [datetime(2026, 11, 22, tzinfo=UTC)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return clock[0]

    changed_in_ten_minutes = ORDERS * 4 // 144

    def asked(account: Account, method: str, path: str, **options: object) -> httpx.Response:
        calls[path] += 1
        request = httpx.Request(method, f"https://walmart.example{path}")
        if path == "/v3/orders":
            found = [{"purchaseOrderId": str(n)} for n in range(changed_in_ten_minutes)]
            meta = {"totalCount": len(found), "limit": 200}
            body: object = {"list": {"meta": meta, "elements": {"order": found}}}
        elif path.startswith("/v3/orders/"):
            body = {"order": {"purchaseOrderId": "1"}}
        else:
            body = {"meta": {"totalCount": 0, "limit": 200, "nextCursor": ""}, "returnOrders": []}
        return httpx.Response(200, json=body, request=request)

    monkeypatch.setattr(client, "_asked", asked)
    monkeypatch.setattr(reading, "datetime", Clock)
    cursor: str | None = None
    for _ in range(24 * 60 * 2):  # the poller comes every thirty seconds
        page: Page = connector.fetch(PLAIN, Since(cursor))
        while page.more:
            page = connector.fetch(PLAIN, Since(page.cursor))
        cursor = page.cursor
        clock[0] += timedelta(seconds=30)
    for _ in range(ORDERS * 4):
        connector.fetch(PLAIN, One("order", "1"))
    lists, returns, reads = calls["/v3/orders"], calls["/v3/returns"], calls["/v3/orders/1"]
    assert (lists, returns, reads) == (3 * 144, 144, ORDERS * 4)
    # Reads and lists together may be 5,000 a minute: the whole day takes less than two minutes' worth. A refund for
    # every twentieth order, each with two reads before it, takes less than two minutes' worth of its 60.
    refunds = ORDERS // 20
    assert lists + reads + 2 * refunds < 2 * 5000
    assert refunds < 2 * 60
