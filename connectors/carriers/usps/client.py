"""USPS over HTTP: the calls we make, answers as they come. No mapping.

A new USPS app may make 60 calls an hour; more is granted on request and then noted in the account's
`calls_per_hour` setting.
"""

from __future__ import annotations

import httpx

from connectors import http, oauth
from connectors.contract import Account
from connectors.errors import AuthorizationLost, Refused

HOST = "https://apis.usps.com"
CALLS_PER_HOUR = 60

NO_SCOPE = (
    "USPS accepts the keys but has not allowed this app to track parcels. Ask USPS API support to add the "
    '"tracking" scope to the app, then test the connection again.'
)
WRONG_KEYS = "USPS does not accept the client id and secret. Copy them again from the USPS developer portal."
NOT_YOURS = "USPS does not show this parcel to your app: it was mailed under somebody else's agreement."


def tracking(account: Account, number: str) -> httpx.Response:
    """Everything about one piece. A 404 is an answer too: USPS does not know the number (yet)."""
    response = _tracking(account, number)
    if response.status_code == 401:
        oauth.forget(account)  # withdrawn before its time, or issued before the scope was granted
        if not _lacks_scope(response):
            response = _tracking(account, number)
    if response.status_code == 403:
        raise Refused(NOT_YOURS)
    if response.status_code == 401:
        raise AuthorizationLost(NO_SCOPE if _lacks_scope(response) else WRONG_KEYS)
    return response


def token(account: Account) -> str:
    url = f"{_base(account)}/oauth2/v3/token"
    try:
        return oauth.token(account, lambda: oauth.by_client_credentials(account, url, in_body=True))
    except AuthorizationLost as refusal:
        raise AuthorizationLost(WRONG_KEYS) from refusal


def _tracking(account: Account, number: str) -> httpx.Response:
    granted = str(account.settings.get("calls_per_hour") or "")
    per_hour = int(granted) if granted.isdecimal() and int(granted) else CALLS_PER_HOUR
    return http.request(
        account,
        "GET",
        f"{_base(account)}/tracking/v3/tracking/{number}",
        safe=True,
        rate=http.Rate(per_second=per_hour / 3600, burst=per_hour),
        accept=(401, 403, 404),
        params={"expand": "DETAIL"},
        headers={"Authorization": f"Bearer {token(account)}", "Accept": "application/json"},
    )


def _lacks_scope(response: httpx.Response) -> bool:
    """USPS words a missing scope in two ways, both under 401."""
    said = response.text.lower()
    return "scope" in said or "client application identifier" in said


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or HOST).rstrip("/")
