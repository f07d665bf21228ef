"""How it stands with an order, in words, and what a shopper in that place would write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.events import ParcelStatus as S
from connectors.events import ReturnStatus
from connectors.sandbox.world import Order, Parcel, Shop, Shopper, World

_STALLED = timedelta(days=4)
_JUST_DELIVERED = timedelta(days=3)

# most telling first: (key, tone)
_TONES = {
    "damaged": "bad",
    "address": "bad",
    "returned": "bad",
    "delayed": "warn",
    "stalled": "warn",
    "attempted": "warn",
    "returning": "accent",
    "return requested": "accent",
    "just delivered": "good",
    "unshipped": "",
    "out": "",
    "label": "",
    "transit": "",
    "pickup": "",
    "failed": "bad",
    "cancelled": "",
    "refunded": "",
    "delivered": "",
}
_RANK = {key: rank for rank, key in enumerate(_TONES)}
_REASONS = {"weather": "delayed", "attempted": "attempted", "damaged": "damaged", "address": "address"}
_DONE = ("cancelled", "refunded", "delivered", "returned", "failed")


@dataclass(frozen=True)
class Situation:
    key: str  # of _TONES
    words: str
    order: Order

    @property
    def tone(self) -> str:
        """ "good", "warn", "bad", "accent" or ""."""
        return _TONES[self.key]

    @property
    def is_open(self) -> bool:
        return self.key not in _DONE


def situations(world: World, shop: Shop, shopper: Shopper) -> list[Situation]:
    """Of each of the shopper's orders, the most telling first, newer before older. A number that people text or call
    sells nothing itself: there it is the store's orders they speak of."""
    sold = shop.orders or next(
        (s.orders for s in world.shops.values() if s.slug == shop.slug and s.orders), {}
    )
    orders = sorted(
        (o for o in sold.values() if o.shopper_id == shopper.id),
        key=lambda o: o.placed_at,
        reverse=True,
    )
    return sorted((of_order(world, order) for order in orders), key=lambda s: _RANK[s.key])


def headline(found: list[Situation]) -> str:
    """What is special about this shopper, in a line."""
    if not found:
        return "No orders"
    waiting = sum(s.is_open for s in found)
    if waiting >= 3:
        return f"{waiting} open orders: {', '.join(s.order.number for s in found if s.is_open)}"
    return found[0].words


def of_order(world: World, order: Order) -> Situation:
    if order.cancelled_at:
        return Situation("cancelled", "Cancelled and refunded", order)
    if order.returns and order.returns[-1].status == ReturnStatus.OPEN:
        return Situation("returning", "Return approved, goods on their way back", order)
    if order.returns and order.returns[-1].status == ReturnStatus.REQUESTED:
        return Situation("return requested", f"Return requested: {order.returns[-1].reason.lower()}", order)
    if order.refunds:
        whole = order.financial_status == "refunded"
        return Situation("refunded", "Refunded" if whole else "Partly refunded", order)
    if not order.parcels:
        return Situation("unshipped", "Paid, not shipped yet", order)
    found = [_of_parcel(world, order, world.parcels[number]) for number in order.parcels]
    worst = min(found, key=lambda s: _RANK[s.key])
    more = f" (one of {len(found)} parcels)" if len(found) > 1 else ""
    return Situation(worst.key, worst.words + more, order)


def _of_parcel(world: World, order: Order, parcel: Parcel) -> Situation:
    carrier, last = parcel.carrier.upper(), parcel.steps[-1]
    where = f" in {last.place.city}, {last.place.region}" if last.place else ""
    if parcel.status is S.EXCEPTION:
        key = _REASONS.get(last.reason, "delayed")
        words = {
            "delayed": f"{carrier} parcel delayed{' by weather' if last.reason == 'weather' else ''}{where}",
            "attempted": f"{carrier} tried to deliver{where}, nobody was there",
            "damaged": f"Damaged at {carrier}{where}",
            "address": f"{carrier} says the address is wrong",
        }
        return Situation(key, words[key], order)
    age = world.clock.now() - last.at
    if parcel.status is S.IN_TRANSIT and age > _STALLED:
        return Situation("stalled", f"No {carrier} scan for {age.days} days, last seen{where}", order)
    if parcel.status is S.DELIVERED and age < _JUST_DELIVERED:
        return Situation("just delivered", f"Delivered by {carrier} {_days_ago(age)}", order)
    key, text = _PLAIN[parcel.status]
    return Situation(key, text.format(carrier=carrier, where=where), order)


def _days_ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if age.days:
        return "yesterday" if age.days == 1 else f"{age.days} days ago"
    return f"{hours} hours ago" if hours > 1 else "just now"


_PLAIN = {
    S.PRE_TRANSIT: ("label", "Label made, {carrier} does not have it yet"),
    S.IN_TRANSIT: ("transit", "On its way with {carrier}, last seen{where}"),
    S.OUT_FOR_DELIVERY: ("out", "Out for delivery with {carrier}{where}"),
    S.AVAILABLE_FOR_PICKUP: ("pickup", "Waiting at a {carrier} pickup point{where}"),
    S.DELIVERED: ("delivered", "Delivered by {carrier}"),
    S.RETURNED: ("returned", "{carrier} is taking it back to the seller"),
    S.FAILURE: ("failed", "{carrier} could not deliver it"),
}
