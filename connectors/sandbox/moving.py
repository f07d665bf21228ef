"""What can happen next to a parcel, at the press of a button or by a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.events import ParcelStatus as S
from connectors.sandbox.journeys import OUT, Leg, regular, wording
from connectors.sandbox.world import Parcel, Place, Step, World

PRESSES = {
    "next": "Next scan",
    "delay": "Delay",
    "attempted": "Failed delivery",
    "damaged": "Damaged",
    "delivered": "Delivered",
}
FINAL = (S.DELIVERED, S.RETURNED, S.FAILURE)


class Finished(Exception):
    """The parcel is where its journey ends; there is no next scan."""


def press(world: World, number: str, name: str) -> Parcel:
    """One of PRESSES. Raises Finished when "next" finds no next scan."""
    if name == "next":
        leg = _next_leg(world, world.parcels[number])
        return move(world, number, leg.status, text=leg.text, place=leg.place)
    if name == "delivered":
        return move(world, number, S.DELIVERED)
    return move(world, number, S.EXCEPTION, "weather" if name == "delay" else name)


def move(
    world: World, number: str, status: S, reason: str = "", text: str = "", place: Place | None = None
) -> Parcel:
    """The next scan. What is not given is what the carrier would say, where the parcel would be."""
    parcel = world.parcels[number]
    step = Step(
        at=world.clock.now().replace(microsecond=0),
        status=status,
        text=text or wording(parcel.carrier, status, reason),
        place=place or _where(world, parcel, status),
        reason=reason,
    )
    return world.move(number, step, _new_estimate(parcel, step))


def evening(day: datetime, home: Place) -> datetime:
    """The end of that day's delivery window where the shopper lives."""
    there = day.astimezone(ZoneInfo(home.zone)).replace(hour=20, minute=0, second=0, microsecond=0)
    return there.astimezone(UTC)


def _next_leg(world: World, parcel: Parcel) -> Leg:
    if parcel.status in FINAL:
        raise Finished(f"{parcel.number} is {parcel.status.value}.")
    legs = _legs(world, parcel)
    if parcel.steps and parcel.steps[-1].reason in ("attempted", "address"):
        return legs[OUT]
    for step in reversed(parcel.steps):
        for at, leg in reversed(list(enumerate(legs[:-1]))):
            if (leg.status, leg.text, leg.place) == (step.status, step.text, step.place):
                return legs[at + 1]
    return legs[0] if not parcel.steps else legs[OUT]


def _where(world: World, parcel: Parcel, status: S) -> Place | None:
    """Deliveries happen at home, a label nowhere, anything else where the parcel was last seen."""
    legs = _legs(world, parcel)
    if status in (S.DELIVERED, S.OUT_FOR_DELIVERY):
        return legs[-1].place
    seen = next((step.place for step in reversed(parcel.steps) if step.place), None)
    return None if status is S.PRE_TRANSIT else seen or legs[1].place


def _legs(world: World, parcel: Parcel) -> list[Leg]:
    return regular(parcel.carrier, world.shops[parcel.shop].warehouse, parcel.home)


def _new_estimate(parcel: Parcel, step: Step) -> datetime | None:
    """Bad weather costs two days, a failed attempt one; a van on its way means today."""
    days = {"weather": 2, "attempted": 1}.get(step.reason)
    if days is not None:
        return evening(max(parcel.estimated, step.at) + timedelta(days=days), parcel.home)
    tonight = evening(step.at, parcel.home)
    return tonight if step.status is S.OUT_FOR_DELIVERY and tonight > step.at else None
