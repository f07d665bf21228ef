"""UPS: parcels by the Tracking API. See README.md for how to get keys."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from connectors.carriers.carrier import CarrierConnector
from connectors.carriers.ups import client, parse
from connectors.contract import Account, RawDelivery
from connectors.events import Event


class Ups(CarrierConnector):
    kind = "ups"
    label = "UPS"
    mark = "UP"
    colour = "oklch(42% 0.06 65)"
    test_number = "1ZCIETST0111111114"

    def _asked(self, account: Account, number: str) -> httpx.Response:
        return client.details(account, number)

    def _tracked(self, delivery: RawDelivery) -> Sequence[Event]:
        return parse.tracked(delivery)


connector = Ups()
