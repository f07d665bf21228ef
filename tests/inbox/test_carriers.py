"""Who is asked where a parcel is: its carrier, or the aggregator where the carrier is not connected."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.contract import One, Page, RawDelivery
from connectors.events import Changed
from inbox import intake, polling
from inbox.models import Channel, Shipment
from tests.world import World

NUMBER = "794100047118"


def tracker(carrier: str) -> RawDelivery:
    """As the aggregator answers, under the carrier's name it was asked with."""
    location = {"city": "DENVER", "state": "CO", "zip": "80211", "country": None}
    scan = {
        "message": "On FedEx vehicle for delivery",
        "status": "out_for_delivery",
        "status_detail": "out_for_delivery",
        "datetime": datetime(2026, 11, 20, 15, tzinfo=UTC).isoformat(),
        "tracking_location": location,
    }
    body = {
        "tracking_code": NUMBER,
        "status": "out_for_delivery",
        "carrier": "FedEx",
        "tracking_details": [scan],
    }
    headers = {"tracking-number": NUMBER, "carrier": carrier}
    return RawDelivery("fetched/parcel", f"{NUMBER}:1", json.dumps(body).encode(), headers)


@pytest.fixture
def asked(world: World, monkeypatch) -> list[tuple[str, One]]:
    """Every question a carrier or the aggregator got."""
    seen: list[tuple[str, One]] = []
    with world.inside():
        aggregator = Channel.objects.create(kind="easypost", name="EasyPost", external_id="e", state="active")
        world.ups.resume()

    def fetch(self, account, wanted: One) -> Page:
        seen.append((account.kind, wanted))
        return Page((tracker(wanted.carrier),) if account.kind == "easypost" else ())

    for channel in (aggregator, world.ups):
        monkeypatch.setattr(type(channel.connector), "fetch", fetch)
    return seen


def moved_by(world: World, carrier: str) -> Shipment:
    shipment = world.buys().shipments.all()[0]
    with world.inside():
        Shipment.objects.filter(pk=shipment.pk).update(
            carrier=carrier, tracking_number=NUMBER, checked_at=None
        )
        return Shipment.objects.get(pk=shipment.pk)


@pytest.mark.parametrize("carrier", ["fedex", "OnTrac"])
def test_a_carrier_nobody_connected_is_followed_through_the_aggregator(world: World, asked, carrier: str):
    shipment = moved_by(world, carrier)
    asked.clear()
    polling.track(world.organization.pk, shipment.pk)
    assert asked == [("easypost", One("parcel", NUMBER, carrier))]
    with world.inside():
        shipment.refresh_from_db()
        assert shipment.status == "out_for_delivery"
        assert [each.place for each in shipment.scans.all()] == ["Denver, CO"]


def test_a_connected_carrier_goes_before_the_aggregator(world: World, asked):
    shipment = moved_by(world, "ups")
    asked.clear()
    polling.track(world.organization.pk, shipment.pk)
    assert asked == [("ups", One("parcel", NUMBER, "ups"))]


@pytest.mark.parametrize(("carrier", "who"), [("ups", "ups"), ("fedex", "easypost")])
def test_a_hint_of_the_aggregator_is_asked_of_who_knows_best(world: World, asked, carrier: str, who: str):
    moved_by(world, carrier)
    asked.clear()
    with world.inside():
        intake.receive(Channel.objects.get(kind="easypost"), Changed("parcel", NUMBER))
    assert asked == [(who, One("parcel", NUMBER, carrier))]
