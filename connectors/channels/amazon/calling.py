"""One request to the Selling Partner API: token, pace, and what its refusals mean.

A 403 is either a token that died early (then a new one is got, once) or a missing role, a consent older than the
role, or a host of another region. Which of these it is, Amazon does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from connectors import garbled, http
from connectors.channels.amazon import access
from connectors.contract import Account
from connectors.errors import AuthorizationLost, RateLimited, Refused
from connectors.http import Rate

Json = dict[str, Any]
AGENT = "Waybill/1.0 (Language=Python)"


def call(
    account: Account,
    method: str,
    path: str,
    *,
    rate: Rate,
    safe: bool,
    role: str = "",
    params: Mapping[str, str] | None = None,
    json: Json | None = None,
    accept: Collection[int] = (),
    token: Callable[[], str] | None = None,
) -> httpx.Response:
    """`role` names what a 403 is likely to lack; without one, a 403 means that nothing works any more.

    Raises Refused for a missing role, and otherwise what http.request raises.
    """

    def once() -> httpx.Response:
        return http.request(
            account,
            method,
            f"{access.api_url(account)}{path}",
            safe=safe,
            rate=rate,
            accept={403, *accept},
            headers=_headers(token() if token else access.token(account)),
            params=params,
            json=json,
        )

    try:
        response = once()
        if response.status_code == 403:  # it was refused, so even an unsafe request may go again
            access.forget(account)
            response = once()
    except RateLimited as error:  # Amazon does not say for how long; one turn of the bucket is the least
        raise RateLimited(error.message, max(error.retry_after, 1 / rate.per_second)) from error
    if response.status_code == 403:
        raise _forbidden(path, role)
    return response


understood = partial(garbled.understood, "Amazon")


def _headers(token: str) -> dict[str, str]:
    return {
        "x-amz-access-token": token,
        "x-amz-date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        "user-agent": AGENT,
    }


def _forbidden(path: str, role: str) -> Exception:
    if role:
        return Refused(
            f"Amazon does not allow this ({path.split('/')[1]}). The application needs the role “{role}”, "
            "and the seller must have agreed after it was added."
        )
    return AuthorizationLost(
        "Amazon refuses this seller's orders. The application may lack the role “Inventory and Order Tracking”, "
        "the consent may be older than the role, or the region may be wrong."
    )
