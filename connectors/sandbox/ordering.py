"""From a plan to an order with lines, parcels and whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from zoneinfo import ZoneInfo

from connectors.events import ReturnStatus
from connectors.sandbox import numbers
from connectors.sandbox.cast import Plan
from connectors.sandbox.journeys import in_state, timed
from connectors.sandbox.moving import evening
from connectors.sandbox.world import (
    Line,
    Order,
    Parcel,
    Product,
    Refund,
    Return,
    Shop,
    Shopper,
    Step,
    Variant,
    World,
)

_TAX = {
    "OR": "0",
    "MT": "0",
    "NH": "0",
    "PA": "0.06",
    "WA": "0.103",
    "CA": "0.0875",
    "IL": "0.1025",
    "NY": "0.08875",
}
_HOURS_SINCE = {
    "label": 20,
    "transit": 9,
    "near": 6,
    "damaged": 21,
    "address": 27,
    "returned": 52,
    "stalled": 162,
}
_ESTIMATE_IN_DAYS = {"label": 5, "transit": 3, "near": 1, "delayed": 3, "stalled": 2, "attempted": 1}
_WHY_BACK = (
    "Size was too small",
    "Changed my mind",
    "Not as described",
    "Color is different",
    "Arrived too late",
)


@dataclass
class Sketch:
    """An order before it has a number: numbers follow the time of purchase."""

    shopper: Shopper
    plan: Plan
    placed_at: datetime
    journeys: list[tuple[str, str, list[Step]]] = field(default_factory=list)  # state, carrier, scans


def sketch(shop: Shop, shopper: Shopper, plan: Plan, now: datetime, rng: Random) -> Sketch:
    journeys = []
    for state, carrier in plan.parcels:
        legs = in_state(state, carrier, shop.warehouse, shopper.home)
        zone = (legs[-1].place or shop.warehouse).zone
        journeys.append((state, carrier, timed(legs, _last_scan(state, plan.days, now, zone, rng), rng)))
    shipped = min((steps[0].at for _, _, steps in journeys), default=now - timedelta(days=plan.days or 0))
    lead = rng.uniform(3, 30) if journeys else 0
    return Sketch(shopper, plan, (shipped - timedelta(hours=lead)).replace(microsecond=0), journeys)


def place_order(world: World, shop: Shop, drawn: Sketch, number: str, now: datetime, rng: Random) -> Order:
    lines = [_line(world, *chosen, rng) for chosen in _goods(shop, drawn.plan, rng)]
    subtotal = sum((line.price * line.quantity for line in lines), Decimal("0.00"))
    rate = Decimal(_TAX.get(drawn.shopper.home.region, "0.07"))
    order = Order(
        id=world.next_id(),
        number=number,
        shopper_id=drawn.shopper.id,
        placed_at=drawn.placed_at,
        updated_at=drawn.placed_at,
        lines=lines,
        shipping=Decimal("0.00") if subtotal >= 100 else Decimal("7.95"),
        tax=_cents(subtotal * rate),
        discount=_cents(subtotal / 10) if not drawn.plan.goods and rng.random() < 0.15 else Decimal("0.00"),
    )
    shop.orders[order.id] = order
    _ship(world, shop, order, drawn, rng)
    _aftermath(world, order, drawn.plan, now, rng)
    return order


def _last_scan(state: str, days: float | None, now: datetime, zone: str, rng: Random) -> datetime:
    """Vans leave in the morning, doors are reached by day, hubs scan at any hour."""
    local = now.astimezone(ZoneInfo(zone))
    if state in ("delivered", "delayed", "attempted"):
        hour = 18 if state == "delayed" else rng.randint(11, 17)
        day = local - timedelta(days=1 if days is None else days)
        return day.replace(hour=hour, minute=rng.randint(2, 57), second=0).astimezone(now.tzinfo)
    if state == "out":
        morning = local.replace(hour=8, minute=rng.randint(2, 40), second=0).astimezone(now.tzinfo)
        return min(morning, now - timedelta(minutes=35))
    return now - timedelta(hours=_HOURS_SINCE[state] * rng.uniform(0.9, 1.1))


def _goods(shop: Shop, plan: Plan, rng: Random) -> list[tuple[Product, Variant]]:
    if plan.goods:
        return [_named(shop, title, variant) for title, variant in plan.goods]
    if plan.alone:
        only = rng.choice([product for product in shop.products.values() if len(product.variants) > 1])
        return [(only, rng.choice(only.variants))]
    least = max(len(plan.parcels) + plan.half, 1)
    products = rng.sample(list(shop.products.values()), max(least, rng.choice((1, 1, 1, 2, 2, 3))))
    return [(product, rng.choice(product.variants)) for product in products]


def _named(shop: Shop, title: str, variant: str) -> tuple[Product, Variant]:
    product = next(p for p in shop.products.values() if p.title == title)
    return product, next(v for v in product.variants if not variant or v.title == variant)


def _line(world: World, product: Product, variant: Variant, rng: Random) -> Line:
    quantity = 2 if variant.price < 50 and rng.random() < 0.25 else 1
    return Line(world.next_id(), product.id, variant.id, quantity, variant.price)


def _ship(world: World, shop: Shop, order: Order, drawn: Sketch, rng: Random) -> None:
    waiting = [line.id for line in order.lines]
    home = shop.shoppers[order.shopper_id].home
    for at, (state, carrier, steps) in enumerate(drawn.journeys, start=1):
        last = at == len(drawn.journeys) and not drawn.plan.half
        packed, waiting = (waiting, []) if last else (waiting[:1], waiting[1:])
        number = numbers.MAKERS[carrier](rng.randint(1_000_000, 9_999_999))
        estimated = evening(steps[-1].at + timedelta(days=_ESTIMATE_IN_DAYS.get(state, 0)), home)
        late = state in ("delayed", "attempted")
        world.parcels[number] = Parcel(
            number, carrier, shop.domain, order.id, packed, home, estimated, steps, late
        )
        order.parcels.append(number)
        order.updated_at = max(order.updated_at, steps[-1].at)


def _aftermath(world: World, order: Order, plan: Plan, now: datetime, rng: Random) -> None:
    after = order.updated_at + timedelta(hours=rng.uniform(8, 40) if plan.then != "cancelled" else 0.1)
    after = min(after.replace(microsecond=0), now)
    line = order.lines[0]
    if plan.then == "cancelled":
        order.cancelled_at = after
        _refund(world, order, order.total, after, "Cancelled by the customer")
    elif plan.then == "refunded":
        _refund(world, order, order.total, after, "Arrived damaged")
    elif plan.then == "partly refunded":
        _refund(world, order, _cents(line.price / 5), after, "Small flaw, kept by the customer")
    elif plan.then:
        statuses = {"return requested": ReturnStatus.REQUESTED, "returning": ReturnStatus.OPEN}
        status = statuses.get(plan.then, ReturnStatus.CLOSED)
        name = f"{order.number}-R1"
        order.returns.append(
            Return(world.next_id(), name, status.value, rng.choice(_WHY_BACK), line.id, 1, after)
        )
        order.updated_at = after
        if status is ReturnStatus.CLOSED:
            _refund(world, order, line.price, after, "Return received")


def _refund(world: World, order: Order, amount: Decimal, at: datetime, note: str) -> None:
    order.refunds.append(Refund(world.next_id(), amount, at, note))
    order.financial_status = "refunded" if amount == order.total else "partially_refunded"
    order.updated_at = max(order.updated_at, at)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
