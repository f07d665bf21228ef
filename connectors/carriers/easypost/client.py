"""EasyPost over HTTP: the calls we make, answers as they come. No mapping.

EasyPost publishes no limit; PACE is our own good manners. A tracker costs money once: asking again for the same
number gives back the same tracker.
"""

from __future__ import annotations

from typing import Any

import httpx

from connectors import http
from connectors.carriers.calling import base
from connectors.contract import Account
from connectors.errors import AuthorizationLost

HOST = "https://api.easypost.com"
PACE = http.Rate(per_second=5, burst=10)
WRONG_KEY = (
    "EasyPost does not accept the API key. Copy the production key again; a test key only knows EasyPost's own "
    "test numbers."
)
# Where EasyPost may guess wrongly, it is told; DHL has several names there and is left to it.
CARRIERS = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx"}


def tracker(account: Account, number: str, carrier: str) -> httpx.Response:
    """The tracker of a number, made if there is none. A 422 says that no carrier has such numbers."""
    named = {"carrier": CARRIERS[carrier]} if carrier in CARRIERS else {}
    wanted = {"tracker": {"tracking_code": number, **named}}
    response = _called(account, "POST", "trackers", json=wanted, safe=True, accept=(404, 409, 422))
    if response.status_code in (409, 422) and "in flight" in response.text.lower():
        # Somebody else asks for the same number at this moment.
        return _called(account, "GET", "trackers", params={"tracking_code": number, **named})
    return response


def newest(account: Account) -> httpx.Response:
    """One tracker of the list, or none: a harmless call."""
    return _called(account, "GET", "trackers", params={"page_size": 1})


def webhooks(account: Account) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.decoded(_called(account, "GET", "webhooks"), safe=True)["webhooks"]
    return found


def make_webhook(account: Account, url: str, secret: str) -> None:
    _called(account, "POST", "webhooks", json={"webhook": {"url": url, "webhook_secret": secret}}, safe=False)


def renew_webhook(account: Account, webhook_id: str, secret: str) -> None:
    """A new secret; one that EasyPost had switched off is on again."""
    _called(account, "PATCH", f"webhooks/{webhook_id}", json={"webhook_secret": secret}, safe=True)


def _called(
    account: Account, method: str, path: str, *, safe: bool = True, accept: tuple[int, ...] = (), **more: Any
) -> httpx.Response:
    url = f"{base(account, HOST)}/v2/{path}"
    auth = (account.credentials.get("api_key", ""), "")
    wanted = {"auth": auth, "headers": {"Accept": "application/json"}, **more}
    response = http.request(account, method, url, safe=safe, rate=PACE, accept=(401, 403, *accept), **wanted)
    if response.status_code in (401, 403):
        raise AuthorizationLost(WRONG_KEY)
    return response
