"""USPS: parcels by the Tracking API. See README.md for how to get keys and the tracking scope."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connectors.carriers.carrier import CarrierConnector
from connectors.carriers.usps import client, parse
from connectors.contract import Account, RawDelivery
from connectors.events import Event


class Usps(CarrierConnector):
    kind = "usps"
    label = "USPS"
    mark = "US"
    colour = "oklch(45% 0.14 265)"
    test_number = "9400100000000000000000"

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.tracking(account, number)

    def _tracked(self, delivery: RawDelivery) -> Sequence[Event]:
        return parse.tracked(delivery)


connector = Usps()
