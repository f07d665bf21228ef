"""Walmart's Marketplace API (US): one method per endpoint used, no mapping.

What is particular: an empty list may come as a 404; 206 means that some of it is missing; a 429 says in headers of
its own when to come back; the edge refuses with HTML, whatever the status says.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from connectors import http, oauth
from connectors.channels.walmart import access
from connectors.contract import Account
from connectors.errors import AuthorizationLost, OutcomeUnknown, RateLimited, Refused, Unreachable

Json = dict[str, Any]

# A bucket a seller and an API (README). Reading orders is allowed 5,000 times a minute; we need far less.
ORDERS = http.Rate(per_second=20, burst=40, name="orders")
RETURNS = http.Rate(per_second=2, burst=10, name="returns")
CHANGES = http.Rate(per_second=1, burst=10, name="changes")  # cancel and refund: 60 a minute each
OTHERS = http.Rate(per_second=1, burst=12, name="others")

_LIST_OF = {"/v3/orders": ORDERS, "/v3/returns": RETURNS}


def listed(account: Account, path: str, query: Mapping[str, str] | str) -> tuple[Json, bool]:
    """A page of "/v3/orders" or "/v3/returns", and whether it is whole.

    `query` is our question, or a cursor of Walmart's: that is a finished query string and goes back untouched.
    """
    cursor = query if isinstance(query, str) else ""
    where = f"{path}{cursor if cursor.startswith('?') or not cursor else f'?{cursor}'}"
    params = None if isinstance(query, str) else query
    response = _asked(account, "GET", where, rate=_LIST_OF[path], params=params, absent=(404,))
    if response.status_code == 404:
        return {}, True
    return http.decoded(response, safe=True), response.status_code != 206


def order(account: Account, purchase_order: str) -> Json | None:
    """None if this seller has no such order. The document wraps it in "order" in its examples, not in its schema."""
    path = f"/v3/orders/{_segment(purchase_order)}"
    response = _asked(account, "GET", path, rate=ORDERS, params={"replacementInfo": "true"}, absent=(404,))
    if response.status_code == 404:
        return None
    found: Json = http.decoded(response, safe=True)
    return found.get("order") or found or None


def returns(account: Account, **filters: str) -> list[Json]:
    """The returns that match; no caller expects more than a page of 200."""
    answer, _ = listed(account, "/v3/returns", {"limit": "200", **filters})
    return list(answer.get("returnOrders") or ())


def cancel(account: Account, purchase_order: str, lines: Sequence[Json]) -> None:
    body = {"orderCancellation": {"orderLines": {"orderLine": list(lines)}}}
    _asked(account, "POST", f"/v3/orders/{_segment(purchase_order)}/cancel", rate=CHANGES, json=body)


def refund(account: Account, purchase_order: str, lines: Sequence[Json]) -> None:
    body = {"orderRefund": {"purchaseOrderId": purchase_order, "orderLines": {"orderLine": list(lines)}}}
    _asked(account, "POST", f"/v3/orders/{_segment(purchase_order)}/refund", rate=CHANGES, json=body)


def refund_return(account: Account, return_order: str, body: Json) -> None:
    _asked(account, "POST", f"/v3/returns/{_segment(return_order)}/refund", rate=CHANGES, json=body)


def performance(account: Account, metric: str, days: int) -> Json | None:
    """None where Walmart keeps no such measure for this seller."""
    path = f"/v3/insights/performance/{metric}/summary"
    response = _asked(
        account, "GET", path, rate=OTHERS, params={"reportDuration": str(days)}, absent=(404,), basic=True
    )
    if response.status_code == 404:
        return None
    found: Json | None = http.decoded(response, safe=True).get("payload")
    return found


def token_detail(account: Account) -> httpx.Response:
    return _asked(account, "GET", "/v3/token/detail", rate=OTHERS, kind="application/json")


def event_types(account: Account) -> list[Json]:
    """The document and its own example disagree on the name of the list."""
    answer = http.decoded(_asked(account, "GET", "/v3/webhooks/eventTypes", rate=OTHERS), safe=True)
    return list(answer.get("eventTypes") or answer.get("events") or ())


def subscriptions(account: Account) -> list[Json]:
    response = _asked(account, "GET", "/v3/webhooks/subscriptions", rate=OTHERS, absent=(404,))
    if response.status_code == 404:
        return []
    listed = http.decoded(response, safe=True).get("events") or ()
    return [each for entry in listed for each in entry.get("event") or [entry]]


def subscribe(account: Account, events: Sequence[Json]) -> None:
    _asked(account, "POST", "/v3/webhooks/subscriptions", rate=OTHERS, json={"events": list(events)})


def _asked(account: Account, method: str, path: str, **options: Any) -> httpx.Response:
    """Once more with a new token where Walmart took ours back before its time; nothing was done then."""
    try:
        return _once(account, method, path, **options)
    except _TokenRefused:
        oauth.forget(account)
        return _once(account, method, path, **options)


class _TokenRefused(AuthorizationLost):
    pass


def _once(
    account: Account,
    method: str,
    path: str,
    *,
    rate: http.Rate,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    absent: Sequence[int] = (),
    basic: bool = False,
    kind: str = "",
) -> httpx.Response:
    held = account.credentials
    return http.request(
        account,
        method,
        f"{access.base_url(account)}{path}",
        safe=method == "GET",
        rate=rate,
        accept=(*absent, 401, 403, 429),
        judge=_judge,
        headers={**access.headers(account), **({"Content-Type": kind} if kind else {})},
        params=params,
        json=json,
        auth=(held["client_id"], held["client_secret"]) if basic else None,
    )


def _judge(response: httpx.Response) -> None:
    status, safe = response.status_code, response.request.method == "GET"
    if status == 429:
        raise RateLimited("Walmart's limit for this seller is used up.", _refilled_in(response))
    if status in (401, 403) and _is_html(response):
        raise Unreachable("Walmart's edge refused the request before it reached the API.")
    if status == 401:
        raise _TokenRefused(f"Walmart did not accept the access token{_said(response)}")
    if status == 403:
        raise AuthorizationLost(f"Walmart did not grant this app enough access{_said(response)}")
    if status < 300 and _is_html(response):
        words = "Walmart answered with a web page instead of data."
        raise Unreachable(words) if safe else OutcomeUnknown(words)


def _refilled_in(response: httpx.Response) -> float:
    """Seconds. The header's name and its format differ from page to page: epoch in ms, ISO 8601, or Retry-After."""
    for name in ("x-next-replenishment-time", "x-next-replenish-time"):
        value = response.headers.get(name, "")
        if value.isdecimal():
            return _from_now(int(value) / 1000)
        try:
            return _from_now(datetime.fromisoformat(value).timestamp())
        except ValueError:
            continue
    given = response.headers.get("retry-after", "")
    return float(given) if re.fullmatch(r"\d+(\.\d+)?", given) else http.RETRY_AFTER


def _from_now(seconds: float) -> float:
    return min(max(0.5, seconds - time.time()), 3600.0)


def _is_html(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "")


def _said(response: httpx.Response) -> str:
    """The list of errors is called "errors" or "error"."""
    try:
        answer = response.json()
        errors = answer.get("errors") or answer.get("error") or ()
        words = [each.get("description") or each.get("code") for each in errors if isinstance(each, dict)]
    except (ValueError, AttributeError):
        return "."
    return f": {'; '.join(filter(None, words))}" if any(words) else "."


def _segment(value: str) -> str:
    """An id inside a path is nothing but letters and digits."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value):
        raise Refused(f"{value!r} is not an id of Walmart's.")
    return value
