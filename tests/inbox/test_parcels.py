"""What a platform says of parcels before their carrier does."""

from __future__ import annotations

from connectors.events import ParcelStatus, ShipmentData
from inbox import intake
from inbox.models import Shipment
from tests.world import World, an_order


def tells(world: World, parcel: ShipmentData, **order) -> Shipment:
    event = an_order("#2001", world.maya, external_id="gid://shop/Order/parcels", shipments=[parcel], **order)
    with world.inside():
        intake.receive(world.shop, event)
        return Shipment.objects.get(order__external_id=event.external_id)


def test_the_platforms_word_counts_until_the_carrier_has_scanned_it(world: World) -> None:
    said = ShipmentData("p1", "1Z999AA10123456784", "UPS", status=ParcelStatus.IN_TRANSIT)
    shipment = tells(world, said)
    assert shipment.status == ParcelStatus.IN_TRANSIT
    scanned = world.parcel_moves(shipment, ParcelStatus.EXCEPTION)
    assert scanned.status == ParcelStatus.EXCEPTION
    later = ShipmentData("p1", "1Z999AA10123456784", "UPS", status=ParcelStatus.DELIVERED)
    assert tells(world, later).status == ParcelStatus.EXCEPTION


def test_a_number_says_its_carrier_where_the_platform_does_not(world: World) -> None:
    assert tells(world, ShipmentData("p1", "1Z999AA10123456784", "")).carrier == "ups"
    assert tells(world, ShipmentData("p1", "12345", "")).carrier == ""


def test_the_carriers_proof_of_delivery_can_be_opened(world: World) -> None:
    shipment = tells(world, ShipmentData("p1", "1Z999AA10123456784", "UPS"))
    proof = "https://carrier.example/proof/1"
    moved = world.parcel_moves(shipment, ParcelStatus.DELIVERED, proof_url=proof)
    assert moved.proof_url == proof
