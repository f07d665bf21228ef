"""DHL over HTTP: the calls we make, answers as they come. No mapping.

A new key may make 250 calls a day; more is granted on request and then noted in the account's `calls_per_day`
setting.
"""

from __future__ import annotations

import httpx

from connectors import http
from connectors.carriers.calling import base, granted
from connectors.contract import Account
from connectors.errors import AuthorizationLost

HOST = "https://api-eu.dhl.com"
CALLS_PER_DAY = 250
DAY = 86_400  # seconds
PUSH_HEADER = "x-waybill-key"  # in which DHL shows us the secret of the subscription
WRONG_KEY = "DHL does not accept the API key. Copy it again from the app in the DHL developer portal."
NO_TRACKING = (
    "DHL accepts the key, but its app may not track shipments. Add the API "
    '"Shipment Tracking - Unified" to the app and wait for DHL\'s approval.'
)
NO_PUSHES = (
    "DHL tracks parcels for this key but does not push for it: pushes are for direct DHL customers with the API "
    '"Shipment Tracking - Unified Push". Leave the customer account empty to do without.'
)
EVENTS = ("Transit", "Delivered", "Pre-Transit", "Failure", "Unknown")


def shipments(account: Account, number: str) -> httpx.Response:
    """Every shipment under a number. A 404 is an answer too: DHL does not know it (yet)."""
    per_day = granted(account, "calls_per_day", CALLS_PER_DAY)
    service = str(account.settings.get("service") or "")
    response = http.request(
        account,
        "GET",
        f"{base(account, HOST)}/track/shipments",
        safe=True,
        rate=http.Rate(per_second=per_day / DAY, burst=per_day),
        accept=(401, 403, 404),
        params={"trackingNumber": number, "language": "en"} | ({"service": service} if service else {}),
        headers=_headers(account),
    )
    if response.status_code == 401:
        raise AuthorizationLost(WRONG_KEY)
    if response.status_code == 403:
        raise AuthorizationLost(NO_TRACKING)
    return response


def subscribe(account: Account, url: str, account_number: str, secret: str) -> httpx.Response:
    """Ask for a push with every event of an account's shipments. A 409 says that we had asked before."""
    authentication = {"type": "ApiKeyAuthentication", "header": PUSH_HEADER, "token": secret}
    response = http.request(
        account,
        "POST",
        f"{base(account, HOST)}/tracking/push/v1/subscription",
        safe=False,
        rate=http.Rate(per_second=0.2, burst=2, name="push"),
        accept=(401, 403, 409),
        json={
            "hook": {"uri": url, "authentication": authentication},
            "format": "Default",
            "type": "Account",
            "events": list(EVENTS),
            "accountID": account_number,
        },
        headers=_headers(account),
    )
    if response.status_code in (401, 403):
        raise AuthorizationLost(NO_PUSHES)
    return response


def _headers(account: Account) -> dict[str, str]:
    return {"DHL-API-Key": account.credentials.get("api_key", ""), "Accept": "application/json"}
