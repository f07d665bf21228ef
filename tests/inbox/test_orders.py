"""What a platform says of orders and parcels, and whose they are."""

from __future__ import annotations

from datetime import timedelta

from connectors.events import ParcelStatus, Party, ShipmentData
from inbox import intake
from inbox.models import Customer, Order, Shipment
from tests.world import NOW, World, an_order


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


def test_an_order_without_an_address_finds_its_buyer_by_its_own_number(world: World) -> None:
    """Amazon's own warehouses tell no alias; a mail about the order names both."""
    unnamed = an_order("111-2", Party({"amazon": "111-2"}, "Stella"), external_id="111-2")
    sender = Party({"email": "alias-1@relay.example", "amazon": "111-2"}, "Stella")
    with world.inside():
        intake.receive(world.shop, unnamed)
    message = world.writes("Where is 111-2?", sender=sender)
    with world.inside():
        assert Order.objects.get(number="111-2").customer_id == message.conversation.customer_id


def test_an_order_that_names_nobody_keeps_its_stranger(world: World) -> None:
    for hours in (2, 1):
        event = an_order("#77", Party({}), external_id="gid://77", updated_at=NOW - timedelta(hours=hours))
        with world.inside():
            intake.receive(world.shop, event)
    with world.inside():
        assert Customer.objects.filter(orders__number="#77").count() == 1
        assert Customer.objects.count() == 1
