"""USPS over HTTP: the calls we make, answers as they come. No mapping.

A new USPS app may make 60 calls an hour; more is granted on request and then noted in the account's
`calls_per_hour` setting.
"""

from __future__ import annotations

from typing import Any

import httpx

from connectors import http, oauth
from connectors.carriers.calling import base, granted, with_token
from connectors.contract import Account
from connectors.errors import AuthorizationLost, Refused

HOST = "https://apis.usps.com"
CALLS_PER_HOUR = 60

NO_SCOPE = (
    "USPS accepts the keys but has not allowed this app to track parcels. Ask USPS API support to add the "
    '"tracking" scope to the app, then test the connection again.'
)
WRONG_KEYS = "USPS does not accept the client id and secret. Copy them again from the USPS developer portal."
NO_PUSHES = (
    "USPS tracks parcels for this app but has not allowed it to subscribe to pushes. Ask USPS API support to add the "
    '"subscriptions-tracking" scope, or leave the mailer id empty.'
)
NOT_YOURS = "USPS does not show this parcel to your app: it was mailed under somebody else's agreement."


def tracking(account: Account, number: str) -> httpx.Response:
    """Everything about one piece. A 404 is an answer too: USPS does not know the number (yet)."""
    per_hour = granted(account, "calls_per_hour", CALLS_PER_HOUR)
    rate = http.Rate(per_second=per_hour / 3600, burst=per_hour)
    path, params = f"/tracking/v3/tracking/{number}", {"expand": "DETAIL"}
    response = _called(account, "GET", path, rate, params=params, accept=(403, 404))
    if response.status_code == 403:
        raise Refused(NOT_YOURS)
    if response.status_code == 401:
        raise AuthorizationLost(NO_SCOPE if _lacks_scope(response) else WRONG_KEYS)
    return response


def subscriptions(account: Account, mailer_id: str) -> list[dict[str, Any]]:
    said = _subscribing(account, "GET", "", params={"MID": mailer_id})
    found: list[dict[str, Any]] = http.decoded(said, safe=True, shape=list)
    return found


def subscribe(account: Account, url: str, mailer_id: str, secret: str) -> None:
    """Every event of every piece that carries a mailer id. `secret` has 32 characters."""
    wanted = {"listenerURL": url, "secret": secret, "filterProperties": {"MID": mailer_id}}
    _subscribing(account, "POST", "", json=wanted)


def unsubscribe(account: Account, subscription_id: str) -> None:
    _subscribing(account, "DELETE", f"/{subscription_id}")


def token(account: Account) -> str:
    url = f"{base(account, HOST)}/oauth2/v3/token"
    try:
        return oauth.token(account, lambda: oauth.by_client_credentials(account, url, in_body=True))
    except AuthorizationLost as refusal:
        raise AuthorizationLost(WRONG_KEYS) from refusal


def _subscribing(account: Account, method: str, path: str, **more: Any) -> httpx.Response:
    rate = http.Rate(per_second=1, burst=5, name="subscriptions")
    whole = f"/subscriptions-tracking/v3/subscriptions{path}"
    response = _called(account, method, whole, rate, accept=(403,), **more)
    if response.status_code in (401, 403):
        raise AuthorizationLost(NO_PUSHES)
    return response


def _called(
    account: Account, method: str, path: str, rate: http.Rate, *, accept: tuple[int, ...], **more: Any
) -> httpx.Response:
    """Everything we ask of USPS may be asked again without harm. A 401 is the caller's to explain."""

    def ask() -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(account)}", "Accept": "application/json"}
        url = f"{base(account, HOST)}{path}"
        return http.request(
            account, method, url, safe=True, rate=rate, accept=(401, *accept), headers=headers, **more
        )

    return with_token(account, ask)


def _lacks_scope(response: httpx.Response) -> bool:
    """USPS words a missing scope in two ways, both under 401."""
    said = response.text.lower()
    return "scope" in said or "client application identifier" in said
