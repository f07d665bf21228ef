"""A pretend world of one shop, one shopper and one eventful order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from connectors.events import ParcelStatus
from connectors.sandbox.world import (
    Line,
    Order,
    Parcel,
    Place,
    Product,
    Refund,
    Return,
    Shop,
    Shopper,
    Step,
    Variant,
    World,
)

DOMAIN = "northpine.myshopify.com"
PLACED = datetime(2026, 11, 2, 15, 4, 5, tzinfo=UTC)
HOME = Place("Boulder", "CO", "80302", "America/Denver", "12 Pearl St")


def small_world() -> World:
    world = World()
    shop = Shop(
        DOMAIN,
        "Northpine",
        "support@northpine.example",
        "mail-password",
        "shop-access-token",
        "app-id",
        "app-secret",
    )
    shop.products[10] = Product(
        10,
        "Field Jacket",
        "Waxed cotton.",
        [Variant(11, "Moss / M", "FJ-M", Decimal("128.00"), 4)],
        {"Sun protection": "UPF 50+"},
    )
    shop.products[20] = Product(
        20, "Wool Socks", "Warm.", [Variant(21, "One size", "WS", Decimal("9.00"), 50)]
    )
    shop.shoppers[7] = Shopper(7, "Maya", "Lindqvist", "maya@example.com", HOME, "+13035550123")
    shop.orders[500] = _order()
    world.shops[DOMAIN] = shop
    shipped = PLACED + timedelta(hours=20)
    world.parcels["1Z999AA10123456784"] = Parcel(
        "1Z999AA10123456784",
        "ups",
        DOMAIN,
        500,
        [501],
        HOME,
        PLACED + timedelta(days=4),
        [Step(shipped, ParcelStatus.PRE_TRANSIT, "Label created")],
    )
    return world


def _order() -> Order:
    return Order(
        id=500,
        number="#1042",
        shopper_id=7,
        placed_at=PLACED,
        updated_at=PLACED + timedelta(days=6),
        lines=[Line(501, 10, 11, 1, Decimal("128.00")), Line(502, 20, 21, 2, Decimal("9.00"))],
        shipping=Decimal("7.95"),
        tax=Decimal("5.86"),
        discount=Decimal("14.60"),
        financial_status="partially_refunded",
        parcels=["1Z999AA10123456784"],
        refunds=[Refund(81, Decimal("5.00"), PLACED + timedelta(days=5), "Scratch on a button")],
        returns=[Return(91, "#1042-R1", "requested", "Too small", 502, 1, PLACED + timedelta(days=6))],
    )
