"""UPS over HTTP: the calls we make, answers as they come. No mapping.

Tokens live about four hours and asking for one has a quota of its own, so every call shares the cached one.
UPS publishes no limit for tracking; PACE is our own good manners.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

import httpx

from connectors import http, oauth
from connectors.carriers.calling import base, with_token
from connectors.contract import Account
from connectors.errors import AuthorizationLost

HOST = "https://onlinetools.ups.com"
PACE = http.Rate(per_second=5, burst=10)
WRONG_KEYS = "UPS does not accept the client id and secret. Copy them again from the UPS developer portal."
NO_PUSHES = (
    'UPS does not let this app subscribe to scans. Add the product "Track Alert" to the app at UPS, or leave the '
    "account number empty."
)
BLOCKED = "UPS has blocked this account for tracking. UPS support can say why."


def details(account: Account, number: str) -> httpx.Response:
    """Everything about one package. A 404 is an answer too: UPS does not know the number (yet)."""
    return _called(account, "GET", f"/api/track/v1/details/{number}", {"locale": "en_US"})


def subscribe(account: Account, shipper: str) -> None:
    """Pushes about everything an account ships, until further notice; where to is said in UPS's portal.

    UPS does not say what it does with a second subscription, so that the one there may be goes first.
    """
    path = "/api/track/v2/subscription/standard/account"
    wanted = {
        "locale": "en_US",
        "countryCode": "US",
        "shipperAccountNumber": shipper,
        "subAccountType": ["Outbound"],
        "subscriptionId": "waybill",
        "clientSubscriptionId": "waybill",
    }
    try:
        _called(account, "DELETE", path, {"shipper_account_number": shipper}, accept=(400, 404))
        _called(account, "POST", path, json=wanted, accept=())
    except AuthorizationLost as refusal:
        raise AuthorizationLost(NO_PUSHES) from refusal


def token(account: Account) -> str:
    url = f"{base(account, HOST)}/security/v1/oauth/token"
    try:
        return oauth.token(account, lambda: oauth.by_client_credentials(account, url))
    except AuthorizationLost as refusal:
        raise AuthorizationLost(WRONG_KEYS) from refusal


def _called(
    account: Account,
    method: str,
    path: str,
    params: Mapping[str, str] | None = None,
    *,
    json: Any = None,
    accept: Collection[int] = (404,),
) -> httpx.Response:
    """Everything we ask of UPS may be asked again without harm."""
    response = with_token(
        account,
        lambda: http.request(
            account,
            method,
            f"{base(account, HOST)}{path}",
            safe=True,
            rate=PACE,
            accept=(401, 403, *accept),
            params=params,
            json=json,
            headers={
                "Authorization": f"Bearer {token(account)}",
                "Accept": "application/json",
                "transId": uuid4().hex,
                "transactionSrc": "waybill",
            },
        ),
    )
    if response.status_code == 403:
        raise AuthorizationLost(BLOCKED)
    if response.status_code == 401:
        raise AuthorizationLost(WRONG_KEYS)
    return response
