"""The one way out over HTTP: every connector's request to a platform or carrier goes through `request`.

    response = http.request(account, "GET", url, safe=True, rate=Rate(per_second=5, burst=10), headers=...)
    order = http.decoded(response, safe=True)

`safe` says that repeating the request changes nothing (a read, even one sent by POST). Safe requests are
tried up to three times with back-off; others never twice. What went wrong is always a `connectors.errors` type:

    connection refused, DNS, TLS: it never left    Unreachable
    time-out or broken connection after it left    Unreachable if safe, else OutcomeUnknown
    5xx                                            the same (RateLimited if safe and it says Retry-After)
    429                                            RateLimited, `retry_after` from the platform's header
    401, 403                                       AuthorizationLost
    every other answer but 2xx                     Refused, with the first words of what the platform said
    our own limit for this account is used up      RateLimited
    our application's `quota` for the day is       RateLimited, until when

A status in `accept` is returned instead, for platforms that put ordinary news into a 404; `judge` may look at
every answer that is returned and raise, for platforms that put errors into a 200. Neither logs nor exceptions
hold query strings, headers or any value of `account.credentials`.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore
import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from connectors import reach
from connectors.contract import Account
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from connectors.quota import Quota
from connectors.shared import shared

TIMEOUT = httpx.Timeout(20, connect=5)  # seconds
TRIES = 3
PATIENCE = 5.0  # seconds a request may wait for its turn; a longer wait is the caller's to plan
RETRY_AFTER = 10.0  # seconds, where a platform says "too many" but not for how long

log = logging.getLogger(__name__)
for _name in ("httpx", "httpcore"):  # they write whole URLs and headers
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Rate:
    """A platform's limit: a bucket of `burst` requests refilled at `per_second`.

    One bucket per account and `name`, shared by all processes.
    """

    per_second: float
    burst: int
    name: str = "api"


def request(
    account: Account,
    method: str,
    url: str,
    *,
    safe: bool,
    rate: Rate,
    quota: Quota | None = None,
    accept: Collection[int] = (),
    judge: Callable[[httpx.Response], None] | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    data: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: httpx.Timeout = TIMEOUT,
) -> httpx.Response:
    try:
        wanted = _client(os.getpid()).build_request(
            method,
            url,
            headers=headers,
            params=params,
            json=json,
            data=data,
            content=content,
            files=files,
            timeout=timeout,
        )
    except httpx.InvalidURL:
        raise Refused("The address of this platform is not a valid URL.") from None
    if auth:
        next(httpx.BasicAuth(*auth).auth_flow(wanted))

    def once() -> httpx.Response:
        _await_turn(account, rate)
        if quota:
            quota.spend()
        response = _judged(account, _sent(account, wanted, safe), safe, accept)
        if judge:
            judge(response)
        return response

    return _retrying(once) if safe else once()


def decoded(response: httpx.Response, *, safe: bool, shape: type | tuple[type, ...] = dict) -> Any:
    """The JSON of an answer. Garbage from a platform, or JSON of another shape, counts as no answer."""
    where = _where(response.request)
    try:
        found = response.json()
    except ValueError as error:
        raise no_answer(f"{where} answered with something that is not JSON.", safe) from error
    if not isinstance(found, shape):
        raise no_answer(f"{where} answered with JSON of another shape than its contract says.", safe)
    return found


@cache
def _client(pid: int) -> httpx.Client:
    # By process id, so that a forked worker never shares its parent's sockets.
    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=50, keepalive_expiry=4))
    transport._pool._network_backend = _WithinReach()  # httpx has no public place for it; a test notices
    return httpx.Client(transport=transport, follow_redirects=False)


class _WithinReach(httpcore.SyncBackend):
    """Connects to the addresses that were looked at, and to no others the name may have a moment later."""

    def connect_tcp(self, host: str, port: int, *more: Any, **options: Any) -> httpcore.NetworkStream:
        try:
            addresses = reach.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, *more, **options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, *more, **options)


def _await_turn(account: Account, rate: Rate) -> None:
    wait = shared().take(f"{account.id}:{rate.name}", rate.per_second, rate.burst, PATIENCE)
    if wait > PATIENCE:
        raise RateLimited("Too many requests are waiting for this account.", wait)
    time.sleep(wait)


def _sent(account: Account, wanted: httpx.Request, safe: bool) -> httpx.Response:
    where, started = _where(wanted), time.monotonic()
    try:
        response = _client(os.getpid()).send(wanted)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        log.info("%s %s %s: not reached, %s", account.id, wanted.method, where, type(error).__name__)
        raise Unreachable(f"{where} cannot be reached.") from error
    except httpx.RequestError as error:
        log.info("%s %s %s: no answer, %s", account.id, wanted.method, where, type(error).__name__)
        raise no_answer(f"{where} did not answer ({type(error).__name__}).", safe) from error
    spent = (time.monotonic() - started) * 1000
    log.info("%s %s %s: %d in %d ms", account.id, wanted.method, where, response.status_code, spent)
    return response


def _judged(
    account: Account, response: httpx.Response, safe: bool, accept: Collection[int]
) -> httpx.Response:
    status, where = response.status_code, _where(response.request)
    if response.is_success or status in accept:
        return response
    message = f"{where} answered {status}{_said(account, response)}"
    if status in (401, 403):
        raise AuthorizationLost(message)
    if status == 429:
        raise RateLimited(message, retry_after(response) or RETRY_AFTER)
    if status < 500:
        raise Refused(message)
    if safe and (seconds := retry_after(response)):
        raise RateLimited(message, seconds)
    raise no_answer(message, safe)


def no_answer(message: str, safe: bool) -> ConnectorError:
    return Unreachable(message) if safe else OutcomeUnknown(message)


def _retrying(once: Callable[[], httpx.Response]) -> httpx.Response:
    backing_off = wait_exponential(multiplier=0.2, max=3) + wait_random(0, 0.3)

    def waiting(state: RetryCallState) -> float:
        error = state.outcome and state.outcome.exception()
        said = error.retry_after if isinstance(error, RateLimited) else 0.0
        return max(said, backing_off(state))

    def worth_it(error: BaseException) -> bool:
        return isinstance(error, Unreachable) and getattr(error, "retry_after", 0.0) <= PATIENCE

    tries = Retrying(
        stop=stop_after_attempt(TRIES), wait=waiting, retry=retry_if_exception(worth_it), reraise=True
    )
    return tries(once)


def retry_after(response: httpx.Response) -> float:
    """Seconds from now; 0 when the platform did not say. The header is a number or an HTTP date."""
    value = response.headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # absent, unreadable, or without a zone
        return 0.0


def _is_secret(header: str) -> bool:
    return any(word in header for word in ("authorization", "token", "key", "secret"))


def _where(wanted: httpx.Request) -> str:
    return f"{wanted.url.host}{wanted.url.path}"


def _said(account: Account, response: httpx.Response) -> str:
    """The first words of a refusal, for the person who has to act on it."""
    if "html" in response.headers.get("content-type", ""):
        return "."
    text = " ".join(response.text.split())
    sent = [value.split(" ")[-1] for name, value in response.request.headers.items() if _is_secret(name)]
    for secret in (*account.credentials.values(), *sent):
        if len(secret) > 3:
            text = text.replace(secret, "…")
    return f": {text[:300]}" if text else "."
