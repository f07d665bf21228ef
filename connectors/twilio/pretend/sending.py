"""Webhooks as Twilio signs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from connectors.sandbox.world import Shop
from connectors.twilio.signature import sign

Deliver = Callable[[str, Mapping[str, str], bytes], object]


def call(shop: Shop, url: str, form: Mapping[str, str], deliver: Deliver) -> None:
    """Nothing where the seller has set no address."""
    if not url:
        return
    fields = {"AccountSid": shop.client_id, "ApiVersion": "2010-04-01", **form}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": sign(shop.client_secret, url, fields.items()),
    }
    deliver(url, headers, urlencode(fields).encode())
