"""FedEx: parcels by the Track API, news by its tracking webhooks. See README.md for how to get keys."""

from __future__ import annotations

from typing import Any

import httpx

from connectors import signatures
from connectors.carriers.answers import Json
from connectors.carriers.carrier import CarrierConnector
from connectors.carriers.fedex import client, parse
from connectors.contract import Account, RawRequest


class FedEx(CarrierConnector):
    kind = "fedex"
    label = "FedEx"
    mark = "FE"
    colour = "oklch(40% 0.16 305)"
    reading = parse
    test_number = "000000000000"

    def _signed(self, secret: str, request: RawRequest) -> bool:
        """One page of FedEx's documentation writes the signature in base64, another in hex: both are taken."""
        shown = request.headers.get("fdx-signature", "").strip()
        return signatures.equal(signatures.hmac_base64(secret, request.body), shown) or signatures.equal(
            signatures.hmac_hex(secret, request.body), shown.lower()
        )

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.tracked(account, number)

    def _lasting(self, said: Json) -> Any:
        return said.get("output")  # the rest names the call


connector = FedEx()
