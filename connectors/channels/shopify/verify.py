"""Shopify's two signatures: over a webhook's raw body, and over the query it sends a browser back with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature
from connectors.signatures import equal, hmac_base64, hmac_hex

_KEPT = ("x-shopify-topic", "x-shopify-api-version", "x-shopify-event-id", "x-shopify-triggered-at")


def verify(account: Account, request: RawRequest) -> RawDelivery:
    given = request.headers.get("x-shopify-hmac-sha256", "")
    if not any(equal(hmac_base64(secret, request.body), given) for secret in _secrets(account)):
        raise InvalidSignature("The webhook is not signed with this app's secret.")
    shop = request.headers.get("x-shopify-shop-domain", "")
    if shop and shop.lower() != account.external_id.lower():
        raise InvalidSignature("The webhook is about another shop.")
    return RawDelivery(
        topic=request.headers.get("x-shopify-topic", ""),
        key=request.headers.get("x-shopify-webhook-id") or hashlib.sha256(request.body).hexdigest(),
        body=request.body,
        headers={name: request.headers[name] for name in _KEPT if name in request.headers},
    )


def verify_query(account: Account, query: Mapping[str, str]) -> None:
    signed = {name: value for name, value in sorted(query.items()) if name not in ("hmac", "signature")}
    given = query.get("hmac", "")
    body = urlencode(signed).encode()
    if not any(equal(hmac_hex(secret, body), given) for secret in _secrets(account)):
        raise InvalidSignature("The answer does not come from Shopify.")


def _secrets(account: Account) -> list[str]:
    """The old secret may sign for an hour after it was replaced."""
    held = (account.credentials.get(name, "") for name in ("client_secret", "previous_client_secret"))
    return [secret for secret in held if secret]
