"""USPS event codes and categories, and what they do to a parcel.

Code figures from Publication 199, appendix G-4, as far as public answers show them; the sorting into states is
ours. The carrier's own words are kept with every scan, never these.
"""

from __future__ import annotations

import logging

from connectors.carriers.reasons import Reason
from connectors.events import ParcelStatus as S

log = logging.getLogger(__name__)

_GROUPS: tuple[tuple[S, Reason, str], ...] = (
    (S.PRE_TRANSIT, Reason.NONE, "MA GX TM 80 81 82"),
    (S.IN_TRANSIT, Reason.NONE, "PA 03 41 42 43 10 A1 EF SF NT TL T1 07 PC 06 19"),
    (S.OUT_FOR_DELIVERY, Reason.NONE, "OF"),
    (S.AVAILABLE_FOR_PICKUP, Reason.NONE, "14 16"),
    (S.DELIVERED, Reason.NONE, "01 17"),
    (S.EXCEPTION, Reason.ATTEMPTED, "02 30 51 52 53 54 55 56"),
    (S.EXCEPTION, Reason.ADDRESS, "05"),
    (S.EXCEPTION, Reason.DELAY, "08 15 71 DX"),
    (S.EXCEPTION, Reason.RECALLED, "44"),
    (S.RETURNED, Reason.NONE, "09 28 29"),
    (S.RETURNED, Reason.REFUSED, "04"),
    (S.RETURNED, Reason.ADDRESS, "21 22 23 24 25 26"),
    (S.RETURNED, Reason.UNCLAIMED, "27 31"),
    (S.FAILURE, Reason.UNDELIVERABLE, "11"),
)
_BY_CODE = {code: (status, reason) for status, reason, codes in _GROUPS for code in codes.split()}
_BY_CATEGORY = {
    "pre-shipment": S.PRE_TRANSIT,
    "accepted": S.IN_TRANSIT,
    "in transit": S.IN_TRANSIT,
    "out for delivery": S.OUT_FOR_DELIVERY,
    "delivered": S.DELIVERED,
    "delivered to agent": S.DELIVERED,
    "available for pickup": S.AVAILABLE_FOR_PICKUP,
    "delivery attempt": S.EXCEPTION,
    "delivery attempted": S.EXCEPTION,
    "alert": S.EXCEPTION,
    "return to sender": S.RETURNED,
}
_ALARMING = frozenset({S.EXCEPTION, S.RETURNED, S.FAILURE})


def meaning(code: str, category: str = "") -> tuple[S | None, Reason]:
    """The state for an event code; None keeps the last one.

    `category` is the answer's statusCategory and belongs to its first event. It goes before the code, except
    that "Alert" covers everything from a closed shop to a dead letter: there the code knows better.
    """
    state, reason = _BY_CODE.get(code, (None, Reason.NONE))
    by_category = _BY_CATEGORY.get(category.strip().lower())
    if code and state is None and by_category is None:
        log.warning("USPS event code %s is not in our table", code)
    if by_category is None or (category.strip().lower() == "alert" and state in _ALARMING):
        return state, reason
    return by_category, reason if by_category is state else Reason.NONE
