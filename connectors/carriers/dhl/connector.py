"""DHL: parcels of all its services by the unified tracking API, news by push. See README.md for how to get a key."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connectors import signatures
from connectors.carriers.carrier import API_KEY, WEBHOOK_SECRET, CarrierConnector
from connectors.carriers.dhl import client, parse
from connectors.contract import Account, FormField, RawRequest


class Dhl(CarrierConnector):
    kind = "dhl"
    label = "DHL"
    mark = "DH"
    colour = "oklch(52% 0.13 85)"
    reading = parse
    test_number = "00000000"
    connect_form = (
        API_KEY,
        FormField(
            "calls_per_day",
            "Calls per day",
            "What DHL has granted this key; a new one gets 250.",
            required=False,
            default=str(client.CALLS_PER_DAY),
        ),
        FormField(
            "service",
            "Service",
            'Only if all your parcels go by one: "ecommerce", "express", …',
            required=False,
        ),
        FormField(
            "account_number",
            "DHL customer account",
            "Only for pushes, which DHL offers to its direct customers.",
            required=False,
        ),
        WEBHOOK_SECRET,
    )

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """Only direct customers get pushes; without their account number there is nothing to ask for."""
        number = str(account.settings.get("account_number") or "")
        secret = account.credentials.get("webhook_secret")
        if not (number and secret):
            return ()
        already = client.subscribe(account, url, number, secret).status_code == 409
        return () if already else client.EVENTS

    def _signed(self, secret: str, request: RawRequest) -> bool:
        """DHL signs nothing: it shows the secret in the header we named when we subscribed."""
        return signatures.equal(request.headers.get(client.PUSH_HEADER, ""), secret)

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.shipments(account, number)


connector = Dhl()
