"""UPS: parcels by the Tracking API, news by Track Alert. See README.md for how to get keys."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connectors import signatures
from connectors.carriers.carrier import CarrierConnector
from connectors.carriers.ups import client, parse
from connectors.contract import Account, FormField, RawRequest


class Ups(CarrierConnector):
    kind = "ups"
    label = "UPS"
    mark = "UP"
    colour = "oklch(42% 0.06 65)"
    reading = parse
    test_number = "1ZCIETST0111111114"

    connect_form = (
        *CarrierConnector.connect_form,
        FormField(
            "account_number",
            "UPS account number",
            "Only for pushes: everything this account ships is pushed. Enter Waybill's address and the webhook secret "
            "at UPS under Manage Webhook Credentials.",
            required=False,
        ),
    )

    def subscribe(self, account: Account, url: str) -> Sequence[str]:
        """By account; without its number and the secret UPS will show there is nothing to ask for."""
        shipper = str(account.settings.get("account_number") or "")
        if not (shipper and account.credentials.get("webhook_secret")):
            return ()
        client.subscribe(account, shipper)
        return (f"account {shipper}",)

    def _signed(self, secret: str, request: RawRequest) -> bool:
        """UPS signs nothing: it shows the bearer credential it was given for our address."""
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and signatures.equal(credential, secret)

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.details(account, number)


connector = Ups()
