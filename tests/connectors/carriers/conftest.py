"""A carrier's sandbox behind a real server, with one parcel whose journey a test tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from connectors.contract import Account, Connector, One
from connectors.events import ParcelStatus as S
from connectors.events import ParcelTracked
from connectors.registry import connector
from connectors.sandbox import numbers
from connectors.sandbox.journeys import wording
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import CarrierKeys, Clock, Parcel, Place, Step, World
from tests.connectors.conftest import Serve

COLUMBUS = Place("Columbus", "OH", "43228", "America/New_York")
DENVER = Place("Denver", "CO", "80211", "America/Denver")
TOKENS = ("ups", "usps", "fedex")  # carriers that issue tokens for a client's id and secret
KEYS = ("dhl", "easypost")  # carriers that take an API key
MOVERS = {"easypost": "usps"}  # whose parcel an aggregator tells of
ONE_ESTIMATE = ("dhl",)  # carriers that show their newest estimate and nothing of the one before
START = datetime(2026, 11, 2, 15, 4, 5, tzinfo=UTC)
TODAY = START + timedelta(days=20)
DUE = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)  # eight in the evening in Denver


@dataclass
class Stage:
    """One carrier, one seller's account there, and one parcel from Columbus to Denver."""

    connector: Connector
    account: Account
    world: World
    trouble: Trouble
    parcel: Parcel

    def happens(self, status: S, reason: str = "", place: Place | None = COLUMBUS, hours: float = 6) -> Step:
        """The next scan, that many hours after the one before."""
        steps = self.parcel.steps
        at = (steps[-1].at if steps else START) + timedelta(hours=hours)
        words = wording(self.parcel.carrier, status, reason)
        steps.append(Step(at, status, words, None if status is S.PRE_TRANSIT else place, reason))
        return steps[-1]

    def tracked(self, number: str = "") -> ParcelTracked:
        (event,) = self.events(number)
        assert isinstance(event, ParcelTracked)
        return event

    def events(self, number: str = "") -> Sequence[Any]:
        page = self.connector.fetch(self.account, One("parcel", number or self.parcel.number))
        (delivery,) = page.deliveries
        return self.connector.parse(self.account, delivery)


@pytest.fixture
def on_stage(serve: Serve) -> Callable[..., Stage]:
    def opened(kind: str, **settings: Any) -> Stage:
        mover = MOVERS.get(kind, kind)
        number = numbers.MAKERS[mover](4711)
        parcel = Parcel(number, mover, "shop", 1, [1], DENVER, DUE)
        clock = Clock(TODAY - datetime.now(UTC))
        keys = CarrierKeys("app", "s3cret-of-app") if kind in TOKENS else CarrierKeys(api_key="s3cret-of-app")
        world = World(clock, parcels={number: parcel}, carrier_keys={kind: keys})
        trouble = Trouble()
        module = __import__(f"connectors.carriers.{kind}.sandbox", fromlist=["routes"])
        account = Account(
            id=f"test-{uuid4()}",
            kind=kind,
            external_id="app",
            credentials=keys.shown(),
            settings={"base_url": serve(module.routes(world, trouble)), **settings},
        )
        return Stage(connector(kind), account, world, trouble, parcel)

    return opened
