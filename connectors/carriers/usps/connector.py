"""USPS: parcels by the Tracking API, news by subscription. See README.md for how to get keys and the tracking scope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from secrets import token_hex

import httpx

from connectors import signatures
from connectors.carriers.answers import text
from connectors.carriers.carrier import CarrierConnector
from connectors.carriers.usps import client, parse
from connectors.contract import Account, FormField, RawRequest

SECRET_LENGTH = 32  # what USPS demands


class Usps(CarrierConnector):
    kind = "usps"
    label = "USPS"
    mark = "US"
    colour = "oklch(45% 0.14 265)"
    reading = parse
    test_number = "9400100000000000000000"

    connect_form = (
        *CarrierConnector.connect_form,
        FormField(
            "calls_per_hour",
            "Calls per hour",
            "What USPS has granted this app; a new one gets 60.",
            required=False,
            default=str(client.CALLS_PER_HOUR),
        ),
        FormField(
            "mailer_id",
            "Mailer ID",
            "Only for pushes, which USPS must allow this app: every piece with this mailer ID is pushed.",
            required=False,
        ),
    )

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """By mailer id. A subscription that is suspended, or whose secret we have not, is made anew."""
        mailer_id = str(account.settings.get("mailer_id") or "")
        if not mailer_id:
            return ()
        secret = account.credentials.get("webhook_secret", "")
        for each in client.subscriptions(account, mailer_id):
            if text(each, "listenerURL") != url:
                continue
            if secret and text(each, "status") != "SUSPENDED":
                return ()
            client.unsubscribe(account, text(each, "subscriptionId"))
        if len(secret) != SECRET_LENGTH:
            secret = token_hex(SECRET_LENGTH // 2)
            account.renewed({"webhook_secret": secret})
        client.subscribe(account, url, mailer_id, secret)
        return (f"mailer id {mailer_id}",)

    def _signed(self, secret: str, request: RawRequest) -> bool:
        """X-HMAC covers the frame's timestamp and payload, put together as they came."""
        try:
            frame = json.loads(request.body)
            signed = f"{frame['timestamp']}{frame['payload']}".encode()
        except (ValueError, KeyError, TypeError):
            return False
        return signatures.equal(signatures.hmac_base64(secret, signed), request.headers.get("x-hmac", ""))

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.tracking(account, number)


connector = Usps()
