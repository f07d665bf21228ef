from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors import http
from connectors.contract import Account
from connectors.errors import AuthorizationLost, OutcomeUnknown, RateLimited, Refused, Unreachable
from connectors.http import Rate
from tests.connectors.conftest import Serve

FAST = Rate(per_second=1000, burst=1000)
SECRET = "s3cret-token-value"
SHORT = httpx.Timeout(0.2)


class Platform:
    """Answers what it was told to, in order, and remembers what it was asked."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    def route(self) -> Route:
        def answer(request: Request) -> Response:
            self.asked.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

        return Route("/thing", answer, methods=["GET", "POST"])


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    return Account(request.node.name, "test", "shop", {"token": SECRET})


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/thing"


@pytest.fixture
def refusing() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/thing"


def test_it_returns_what_the_platform_answered(account: Account, serve: Serve) -> None:
    base = serve([Platform(JSONResponse({"id": 7})).route()])
    response = http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert http.decoded(response, safe=True) == {"id": 7}


@pytest.mark.parametrize("safe", [True, False])
def test_a_refused_connection_is_unreachable_because_nothing_left(
    account: Account, refusing: str, safe: bool
) -> None:
    with pytest.raises(Unreachable):
        http.request(account, "POST", refusing, safe=safe, rate=FAST)


def test_an_unknown_host_is_unreachable(account: Account) -> None:
    with pytest.raises(Unreachable):
        http.request(account, "POST", "http://no-such-host.invalid/thing", safe=False, rate=FAST)


def test_a_broken_tls_handshake_is_unreachable(account: Account, serve: Serve) -> None:
    base = serve([Platform(Response()).route()]).replace("http:", "https:")
    with pytest.raises(Unreachable):
        http.request(account, "POST", f"{base}/thing", safe=False, rate=FAST)


def test_a_time_out_after_an_unsafe_request_left_has_an_unknown_outcome(
    account: Account, silent: str
) -> None:
    with pytest.raises(OutcomeUnknown):
        http.request(account, "POST", silent, safe=False, rate=FAST, timeout=SHORT)


def test_a_time_out_of_a_safe_read_is_unreachable(account: Account, silent: str) -> None:
    with pytest.raises(Unreachable):
        http.request(account, "GET", silent, safe=True, rate=FAST, timeout=httpx.Timeout(0.05))


def test_a_connection_broken_after_the_request_left_has_an_unknown_outcome(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(OutcomeUnknown):
            http.request(
                account, "POST", f"http://127.0.0.1:{listener.getsockname()[1]}/", safe=False, rate=FAST
            )


def test_a_safe_read_is_repeated_until_the_platform_recovers(account: Account, serve: Serve) -> None:
    platform = Platform(Response(status_code=503), Response(status_code=500), JSONResponse({}))
    base = serve([platform.route()])
    assert http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST).status_code == 200
    assert len(platform.asked) == 3


def test_a_safe_read_gives_up_as_unreachable(account: Account, serve: Serve) -> None:
    platform = Platform(Response(status_code=500))
    base = serve([platform.route()])
    with pytest.raises(Unreachable):
        http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert len(platform.asked) == http.TRIES


def test_a_500_to_an_unsafe_request_has_an_unknown_outcome_and_is_never_repeated(
    account: Account, serve: Serve
) -> None:
    platform = Platform(Response(status_code=500), JSONResponse({}))
    base = serve([platform.route()])
    with pytest.raises(OutcomeUnknown):
        http.request(account, "POST", f"{base}/thing", safe=False, rate=FAST)
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthorizationLost), (403, AuthorizationLost), (404, Refused), (422, Refused), (302, Refused)],
)
def test_a_no_is_named_and_not_repeated(
    account: Account, serve: Serve, status: int, error: type[Exception]
) -> None:
    platform = Platform(PlainTextResponse("The name is too long.", status_code=status))
    base = serve([platform.route()])
    with pytest.raises(error, match="The name is too long"):
        http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert len(platform.asked) == 1


def test_a_status_the_caller_accepts_is_returned(account: Account, serve: Serve) -> None:
    base = serve([Platform(JSONResponse({"code": "none"}, status_code=404)).route()])
    response = http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST, accept=(404,))
    assert response.json() == {"code": "none"}


def test_429_to_an_unsafe_request_says_when_to_come_back(account: Account, serve: Serve) -> None:
    platform = Platform(Response(status_code=429, headers={"Retry-After": "2.5"}))
    base = serve([platform.route()])
    with pytest.raises(RateLimited) as caught:
        http.request(account, "POST", f"{base}/thing", safe=False, rate=FAST)
    assert caught.value.retry_after == 2.5
    assert len(platform.asked) == 1


def test_retry_after_may_be_a_date(account: Account, serve: Serve) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    base = serve([Platform(Response(status_code=429, headers={"Retry-After": at})).route()])
    with pytest.raises(RateLimited) as caught:
        http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert 85 < caught.value.retry_after <= 90


def test_a_safe_read_waits_as_long_as_it_was_told(account: Account, serve: Serve) -> None:
    platform = Platform(Response(status_code=429, headers={"Retry-After": "1"}), JSONResponse({}))
    base = serve([platform.route()])
    started = time.monotonic()
    http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert time.monotonic() - started >= 1


def test_a_503_that_says_when_to_come_back_is_a_rate_limit(account: Account, serve: Serve) -> None:
    base = serve([Platform(Response(status_code=503, headers={"Retry-After": "120"})).route()])
    with pytest.raises(RateLimited) as caught:
        http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    assert caught.value.retry_after == 120


def test_garbage_counts_as_no_answer(account: Account, serve: Serve) -> None:
    base = serve([Platform(PlainTextResponse("<!doctype html>")).route()])
    response = http.request(account, "GET", f"{base}/thing", safe=True, rate=FAST)
    with pytest.raises(Unreachable):
        http.decoded(response, safe=True)
    with pytest.raises(OutcomeUnknown):
        http.decoded(response, safe=False)


def test_secrets_stay_out_of_logs_and_exceptions(
    account: Account, serve: Serve, refusing: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base = serve([Platform(PlainTextResponse(f"bad token {SECRET}", status_code=401)).route()])
    for url in (f"{base}/thing", refusing):
        with pytest.raises((AuthorizationLost, Unreachable)) as caught:
            http.request(
                account,
                "POST",
                url,
                safe=False,
                rate=FAST,
                headers={"X-Access-Token": SECRET},
                params={"key": SECRET},
                auth=("user", SECRET),
            )
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text
    assert "/thing" in caplog.text
    assert SECRET not in repr(account)


def test_a_request_beyond_its_patience_is_told_when_to_come_back(account: Account, serve: Serve) -> None:
    base = serve([Platform(JSONResponse({})).route()])
    slow = Rate(per_second=0.05, burst=1)
    http.request(account, "POST", f"{base}/thing", safe=False, rate=slow)
    with pytest.raises(RateLimited) as caught:
        http.request(account, "POST", f"{base}/thing", safe=False, rate=slow)
    assert 15 < caught.value.retry_after <= 20
