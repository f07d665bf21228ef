"""Where a parcel is, by its carrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ParcelStatus(StrEnum):
    """The eight normalised states of a parcel, in the order of a parcel's life."""

    PRE_TRANSIT = "pre_transit"
    IN_TRANSIT = "in_transit"
    EXCEPTION = "exception"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    FAILURE = "failure"
    RETURNED = "returned"


@dataclass(frozen=True)
class Scan:
    """One scan of a parcel. `status` None: it says something, but does not move the parcel's state."""

    key: str  # stable across repeats of the same scan
    at: datetime  # aware
    zone: str  # UTC offset of the place, "-05:00"; "" when the carrier does not say
    status: ParcelStatus | None
    text: str  # the carrier's own words
    code: str  # the carrier's own code
    place: str = ""  # "Columbus, OH"
    reason: str = ""  # normalised cause of an exception: "weather", "attempted", "damaged", ...


@dataclass(frozen=True)
class ParcelTracked:
    """All a carrier knows of one parcel, scans oldest first."""

    tracking_number: str
    carrier: str  # the connector's kind
    status: ParcelStatus
    scans: Sequence[Scan]
    estimated_on: datetime | None = None  # aware, end of the window in the destination's zone
    estimate_changed: bool = False
    delivered_at: datetime | None = None
    signed_by: str = ""
    left_at: str = ""  # "front porch"
    url: str = ""
    proof_url: str = ""  # the carrier's document about the hand-over, where it gives out a link
