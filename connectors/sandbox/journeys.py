"""The life of a parcel in a carrier's words: the regular scans from label to door, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from connectors.events import ParcelStatus as S
from connectors.sandbox.places import route
from connectors.sandbox.world import Place, Step


@dataclass(frozen=True)
class Leg:
    """A scan to come, `after` hours later than the one before it."""

    status: S
    text: str
    place: Place | None
    after: float
    reason: str = ""


_REGULAR: dict[str, tuple[str, ...]] = {
    "ups": (
        "Shipper created a label, UPS has not received the package yet",
        "Pickup Scan",
        "Departed from Facility",
        "Arrived at Facility",
        "Departed from Facility",
        "Arrived at Facility",
        "Departed from Facility",
        "Processing at UPS Facility",
        "Out For Delivery Today",
        "Delivered",
    ),
    "usps": (
        "Shipping Label Created, USPS Awaiting Item",
        "USPS in possession of item",
        "Departed USPS Regional Origin Facility",
        "Arrived at USPS Regional Facility",
        "Departed USPS Regional Facility",
        "Arrived at USPS Regional Destination Facility",
        "Departed USPS Regional Destination Facility",
        "Arrived at Post Office",
        "Out for Delivery",
        "Delivered, Front Door/Porch",
    ),
    "fedex": (
        "Shipment information sent to FedEx",
        "Picked up",
        "Departed FedEx location",
        "Arrived at FedEx hub",
        "Departed FedEx hub",
        "Arrived at FedEx location",
        "Departed FedEx location",
        "At local FedEx facility",
        "On FedEx vehicle for delivery",
        "Delivered",
    ),
    "dhl": (
        "Electronic notification received",
        "Package received at DHL eCommerce distribution center",
        "Departed origin facility",
        "Arrived at transit facility",
        "Departed from transit facility",
        "Arrived at destination sorting hub",
        "Departed from facility",
        "Arrived at delivery facility",
        "Out for delivery",
        "Delivered at front door",
    ),
}
CARRIERS = tuple(_REGULAR)
_STATUS = (S.PRE_TRANSIT, *[S.IN_TRANSIT] * 7, S.OUT_FOR_DELIVERY, S.DELIVERED)
_STOPS = (None, 0, 0, 1, 1, 2, 2, 3, 3, 3)  # which facility of the route; a label is made nowhere
_AFTER = (0, 7, 5, 26, 4, 15, 5, 6, 4, 5.5)  # hours

_WRONG: dict[str, dict[tuple[S, str], str]] = {
    "ups": {
        (
            S.EXCEPTION,
            "weather",
        ): "Severe weather has delayed delivery. We are adjusting plans to deliver soon.",
        (S.EXCEPTION, "attempted"): "The receiver was not available. Another delivery attempt will be made.",
        (S.EXCEPTION, "damaged"): "The package was damaged in transit. The sender will be notified.",
        (S.EXCEPTION, "address"): "The address is incorrect. The receiver can correct it to go on.",
        (S.RETURNED, ""): "Returning to the sender",
        (S.AVAILABLE_FOR_PICKUP, ""): "Ready for pickup at a UPS Access Point",
        (S.FAILURE, ""): "Delivery could not be completed",
    },
    "usps": {
        (S.EXCEPTION, "weather"): "Weather Delay",
        (S.EXCEPTION, "attempted"): "Notice Left (No Authorized Recipient Available)",
        (S.EXCEPTION, "damaged"): "Item Damaged in Handling",
        (S.EXCEPTION, "address"): "Insufficient Address",
        (S.RETURNED, ""): "Return to Sender Processed",
        (S.AVAILABLE_FOR_PICKUP, ""): "Available for Pickup",
        (S.FAILURE, ""): "Undeliverable as Addressed",
    },
    "fedex": {
        (S.EXCEPTION, "weather"): "Weather delay",
        (S.EXCEPTION, "attempted"): "Customer not available or business closed",
        (S.EXCEPTION, "damaged"): "Package damaged in transit",
        (S.EXCEPTION, "address"): "Incorrect address",
        (S.RETURNED, ""): "Returning package to shipper",
        (S.AVAILABLE_FOR_PICKUP, ""): "Ready for pickup at a FedEx location",
        (S.FAILURE, ""): "Shipment cancelled",
    },
    "dhl": {
        (S.EXCEPTION, "weather"): "Held for bad weather, further processing on the next working day",
        (S.EXCEPTION, "attempted"): "No one to receive, card left",
        (S.EXCEPTION, "damaged"): "Visible damage",
        (S.EXCEPTION, "address"): "Undeliverable, incorrect address",
        (S.RETURNED, ""): "Return to sender",
        (S.AVAILABLE_FOR_PICKUP, ""): "Available for pickup at post office",
        (S.FAILURE, ""): "Destroyed",
    },
}

ARRIVED_AT_HUB, OUT, DELIVERED = 5, 8, 9  # places in the regular journey


def regular(carrier: str, origin: Place, home: Place) -> list[Leg]:
    """Label, pickup, three facilities, the town, the van, the door."""
    stops = route(origin, home)
    return [
        Leg(status, text, None if stop is None else stops[stop], after)
        for status, text, stop, after in zip(_STATUS, _REGULAR[carrier], _STOPS, _AFTER, strict=True)
    ]


def wording(carrier: str, status: S, reason: str = "") -> str:
    """What this carrier says of a parcel in this state."""
    wrong = _WRONG[carrier]
    if text := wrong.get((status, reason)) or wrong.get((status, "")):
        return text
    return _REGULAR[carrier][_STATUS.index(status)] if status in _STATUS else "Delivery exception"


def in_state(state: str, carrier: str, origin: Place, home: Place) -> list[Leg]:
    """The journey so far of a parcel in `state`: a key of STATES."""
    legs = regular(carrier, origin, home)
    return STATES[state](legs, carrier)


def timed(legs: list[Leg], last: datetime, rng: Random) -> list[Step]:
    """Scans whose last one is at `last`; the gaps before it vary a little from parcel to parcel."""
    steps: list[Step] = []
    at = last
    for leg in reversed(legs):
        steps.append(Step(at.replace(microsecond=0), leg.status, leg.text, leg.place, leg.reason))
        at -= timedelta(hours=leg.after * rng.uniform(0.85, 1.25))
    return steps[::-1]


def _upto(stop: int) -> Callable[[list[Leg], str], list[Leg]]:
    return lambda legs, carrier: legs[: stop + 1]


def _wrong(stop: int, *mishaps: tuple[S, str]) -> Callable[[list[Leg], str], list[Leg]]:
    def cut(legs: list[Leg], carrier: str) -> list[Leg]:
        place = legs[stop].place
        return legs[: stop + 1] + [Leg(s, wording(carrier, s, why), place, 7, why) for s, why in mishaps]

    return cut


STATES: dict[str, Callable[[list[Leg], str], list[Leg]]] = {
    "label": _upto(0),
    "transit": _upto(4),
    "near": _upto(7),
    "stalled": _upto(3),
    "delayed": _wrong(ARRIVED_AT_HUB, (S.EXCEPTION, "weather")),
    "out": _upto(OUT),
    "delivered": _upto(DELIVERED),
    "attempted": _wrong(OUT, (S.EXCEPTION, "attempted")),
    "damaged": _wrong(ARRIVED_AT_HUB, (S.EXCEPTION, "damaged")),
    "address": _wrong(OUT, (S.EXCEPTION, "address")),
    "returned": _wrong(OUT, (S.EXCEPTION, "address"), (S.RETURNED, "")),
}
