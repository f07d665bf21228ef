"""EasyPost's statuses and what they do to a parcel.

Status and detail as in the reference of EasyPost's trackers; the sorting into states is ours. The carrier's own
words are kept with every scan, never these.
"""

from __future__ import annotations

import logging

from connectors.carriers.reasons import Reason
from connectors.events import ParcelStatus as S

log = logging.getLogger(__name__)

_BY_STATUS: dict[str, tuple[S | None, Reason]] = {
    "unknown": (None, Reason.NONE),
    "pre_transit": (S.PRE_TRANSIT, Reason.NONE),
    "in_transit": (S.IN_TRANSIT, Reason.NONE),
    "out_for_delivery": (S.OUT_FOR_DELIVERY, Reason.NONE),
    "delivered": (S.DELIVERED, Reason.NONE),
    "available_for_pickup": (S.AVAILABLE_FOR_PICKUP, Reason.NONE),
    "return_to_sender": (S.RETURNED, Reason.NONE),
    "failure": (S.EXCEPTION, Reason.NONE),
    "cancelled": (S.FAILURE, Reason.VOIDED),
    "error": (None, Reason.NONE),  # EasyPost could not follow it, which says nothing of the parcel
}
# What a detail makes of a parcel that is on its way or in trouble; other details only name the stage.
_BY_DETAIL = {
    "address_correction": (S.EXCEPTION, Reason.ADDRESS),
    "awaiting_information": (S.EXCEPTION, Reason.ACTION_REQUIRED),
    "cancelled": (S.FAILURE, Reason.VOIDED),
    "customs_delay": (S.EXCEPTION, Reason.CUSTOMS),
    "damaged": (S.EXCEPTION, Reason.DAMAGED),
    "delayed": (S.EXCEPTION, Reason.DELAY),
    "delivery_exception": (S.EXCEPTION, Reason.NONE),
    "held": (S.EXCEPTION, Reason.HELD),
    "lost": (S.FAILURE, Reason.LOST),
    "missorted": (S.EXCEPTION, Reason.DELAY),
    "refused": (S.EXCEPTION, Reason.REFUSED),
    "return": (S.RETURNED, Reason.NONE),
    "transit_exception": (S.EXCEPTION, Reason.NONE),
    "weather_delay": (S.EXCEPTION, Reason.WEATHER),
}
_OPEN = frozenset({"in_transit", "failure", "unknown"})


def meaning(status: str, detail: str = "") -> tuple[S | None, Reason]:
    """The state for a status and its detail; None keeps the last one."""
    if status not in _BY_STATUS:
        if status:
            log.warning("EasyPost status %s is not in our table", status)
        return None, Reason.NONE
    return (_BY_DETAIL.get(detail) if status in _OPEN else None) or _BY_STATUS[status]
