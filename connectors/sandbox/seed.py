"""The world as it is when it begins: the same for the same `now`, down to every id and tracking number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from connectors.events import DisputeKind, DisputeState, ParcelStatus
from connectors.sandbox import lumenloom, northpine
from connectors.sandbox.cast import CURRENT, LUMENLOOM, NORTHPINE, Plan, Role, past
from connectors.sandbox.catalogue import stocked
from connectors.sandbox.ordering import Sketch, place_order, sketch
from connectors.sandbox.people import crowd, named
from connectors.sandbox.places import GREENSBORO, RENO
from connectors.sandbox.world import CarrierKeys, Dispute, Place, Shop, Shopper, World

SHOPPERS, ORDERS, FIRST_NUMBER, LONGEST_AGO = 50, 90, 1001, 54


def seed(now: datetime) -> World:
    """`now` is aware; orders reach back sixty days from it. The clock is left at real time."""
    rng = Random(20)
    world = World()
    world.carrier_keys = {kind: _keys(kind) for kind in ("ups", "usps", "fedex")} | {
        kind: CarrierKeys(api_key=f"{kind}-api-key") for kind in ("dhl", "easypost")
    }
    north = _shop(world, "Northpine", "northpine", "support", RENO)
    north.products = stocked(world, rng, "NP", northpine.GOODS)
    loom = _shop(world, "Lumen & Loom", "lumenloom", "help", GREENSBORO)
    loom.products = stocked(world, rng, "LL", lumenloom.GOODS)

    taken = {role.name for role in (*NORTHPINE, *LUMENLOOM)}
    strangers = crowd(world, rng, SHOPPERS - len(NORTHPINE), taken)
    _open(world, north, NORTHPINE, strangers, now, rng)
    _charge_back(world, north, {each.id for each in strangers}, now)
    both = [replace(shopper, id=world.next_id()) for shopper in strangers[:3]]
    strangers = both + crowd(world, rng, SHOPPERS - len(LUMENLOOM) - len(both), taken)
    _open(world, loom, LUMENLOOM, strangers, now, rng)
    return world


def _charge_back(world: World, shop: Shop, among: set[int], now: datetime) -> None:
    """The bank of one of these shoppers takes the money back for a parcel that was delivered: the seller can prove it."""
    for order in reversed(shop.orders.values()):
        parcels = [world.parcels[number] for number in order.parcels]
        arrived = bool(parcels) and all(
            each.status is ParcelStatus.DELIVERED and each.steps[-1].at < now - timedelta(days=8)
            for each in parcels
        )
        if order.shopper_id in among and arrived and not (order.refunds or order.returns):
            at, due = now - timedelta(days=2), now + timedelta(days=6)
            shop.disputes[str(order.id)] = Dispute(
                id=str(order.id),
                kind=DisputeKind.CHARGEBACK.value,
                state=DisputeState.ACTION_NEEDED.value,
                order_id=order.id,
                reason="Product not received",
                amount=order.total,
                opened_at=at,
                updated_at=at,
                due_at=due,
            )
            return


def _shop(world: World, name: str, slug: str, mailbox: str, warehouse: Place) -> Shop:
    shop = Shop(
        domain=f"{slug}.myshopify.com",
        name=name,
        mailbox=f"{mailbox}@{slug}.example",
        form_mailbox=f"store@{slug}.example",
        mail_password=f"{slug}-mail-password",
        access_token=f"{slug}-access-token",
        client_id=f"{slug}-client-id",
        client_secret=f"{slug}-client-secret",
        warehouse=warehouse,
    )
    world.shops[shop.domain] = shop
    return shop


def _keys(kind: str) -> CarrierKeys:
    return CarrierKeys(f"{kind}-client-id", f"{kind}-client-secret")


def _open(
    world: World, shop: Shop, cast: tuple[Role, ...], strangers: list[Shopper], now: datetime, rng: Random
) -> None:
    """Fill the shop: first the cast, then one current order each for the others, then old orders up to the count."""
    sketches: list[Sketch] = []

    def add(shopper: Shopper, plan: Plan) -> None:
        shop.shoppers[shopper.id] = shopper
        sketches.append(sketch(shop, shopper, plan, now, rng))

    for role in cast:
        shopper = named(world, rng, role.name, role.city)
        for plan in role.plans:
            add(shopper, plan)
    for at, shopper in enumerate(strangers):
        add(shopper, CURRENT[at] if at < len(CURRENT) else past(rng.uniform(5, LONGEST_AGO), at))
    for at, plan in enumerate(CURRENT[len(strangers) :]):
        add(strangers[at], plan)
    while len(sketches) < ORDERS:
        add(rng.choice(strangers), past(rng.uniform(5, LONGEST_AGO), len(sketches)))

    for number, drawn in enumerate(sorted(sketches, key=lambda s: s.placed_at), start=FIRST_NUMBER):
        place_order(world, shop, drawn, f"#{number}", now, rng)
