"""A complaint with an order behind it: where a delivery is the trouble, what is known of it; else a person's word."""

from __future__ import annotations

from agents.writing.answers import delay, delivery_exception
from agents.writing.answers.case import Answer, Case, handover


def has_ground(case: Case) -> bool:
    """The order meant does not come as it should."""
    return bool(case.meant and any(delay.is_delayed(case, parcel) for parcel in case.meant.parcels))


def answer(case: Case) -> Answer:
    order = case.meant
    if has_ground(case):
        return delivery_exception.answer(case)
    return handover(f"Complains{f' about {order.number}' if order else ''}.")
