"""UPS over HTTP: the calls we make, answers as they come. No mapping.

Tokens live about four hours and asking for one has a quota of its own, so every call shares the cached one.
UPS publishes no limit for tracking; PACE is our own good manners.
"""

from __future__ import annotations

from uuid import uuid4

import httpx

from connectors import http, oauth
from connectors.contract import Account
from connectors.errors import AuthorizationLost

HOST = "https://onlinetools.ups.com"
PACE = http.Rate(per_second=5, burst=10)
WRONG_KEYS = "UPS does not accept the client id and secret. Copy them again from the UPS developer portal."
BLOCKED = "UPS has blocked this account for tracking. UPS support can say why."


def details(account: Account, number: str) -> httpx.Response:
    """Everything about one package. A 404 is an answer too: UPS does not know the number (yet)."""
    response = _details(account, number)
    if response.status_code == 401:  # a token may be withdrawn before its time
        oauth.forget(account)
        response = _details(account, number)
    if response.status_code == 403:
        raise AuthorizationLost(BLOCKED)
    if response.status_code == 401:
        raise AuthorizationLost(WRONG_KEYS)
    return response


def token(account: Account) -> str:
    url = f"{_base(account)}/security/v1/oauth/token"
    try:
        return oauth.token(account, lambda: oauth.by_client_credentials(account, url))
    except AuthorizationLost as refusal:
        raise AuthorizationLost(WRONG_KEYS) from refusal


def _details(account: Account, number: str) -> httpx.Response:
    return http.request(
        account,
        "GET",
        f"{_base(account)}/api/track/v1/details/{number}",
        safe=True,
        rate=PACE,
        accept=(401, 403, 404),
        params={"locale": "en_US"},
        headers={
            "Authorization": f"Bearer {token(account)}",
            "Accept": "application/json",
            "transId": uuid4().hex,
            "transactionSrc": "waybill",
        },
    )


def _base(account: Account) -> str:
    return str(account.settings.get("base_url") or HOST).rstrip("/")
