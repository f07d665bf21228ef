"""FedEx over HTTP: the calls we make, answers as they come. No mapping.

Tokens live an hour. FedEx publishes no limit a project can rely on; PACE is our own good manners.
"""

from __future__ import annotations

from uuid import uuid4

import httpx

from connectors import http, oauth
from connectors.carriers.calling import base, with_token
from connectors.contract import Account
from connectors.errors import AuthorizationLost

HOST = "https://apis.fedex.com"
PACE = http.Rate(per_second=5, burst=10)
WRONG_KEYS = (
    "FedEx does not accept the client id and secret. Copy the API key and the secret key again from the project in "
    "the FedEx developer portal, and use those of production."
)
NO_TRACKING = (
    "FedEx accepts the keys, but their project may not track parcels. Tracking needs a project of its own, "
    '"Basic Integrated Visibility", with its own keys.'
)


def tracked(account: Account, number: str) -> httpx.Response:
    """Everything about one number. A 404 is an answer too: FedEx does not know it (yet)."""
    response = with_token(account, lambda: _tracked(account, number))
    if response.status_code == 401:
        raise AuthorizationLost(WRONG_KEYS)
    if response.status_code == 403:
        raise AuthorizationLost(NO_TRACKING)
    return response


def token(account: Account) -> str:
    url = f"{base(account, HOST)}/oauth/token"
    try:
        return oauth.token(account, lambda: oauth.by_client_credentials(account, url, in_body=True))
    except AuthorizationLost as refusal:
        raise AuthorizationLost(WRONG_KEYS) from refusal


def _tracked(account: Account, number: str) -> httpx.Response:
    return http.request(
        account,
        "POST",
        f"{base(account, HOST)}/track/v1/trackingnumbers",
        safe=True,  # a POST that only reads
        rate=PACE,
        accept=(401, 403, 404),
        json={
            "includeDetailedScans": True,
            "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}],
        },
        headers={
            "Authorization": f"Bearer {token(account)}",
            "Accept": "application/json",
            "x-customer-transaction-id": uuid4().hex,
            "x-locale": "en_US",
        },
    )
