"""A complaint with an order behind it: where a delivery is the trouble, what is known of it; else a person's word."""

from __future__ import annotations

from agents.answers import delay, delivery_exception
from agents.answers.case import Answer, Case, handover


def answer(case: Case) -> Answer:
    order = case.meant
    if order and any(delay.is_delayed(case, parcel) for parcel in order.parcels):
        return delivery_exception.answer(case)
    return handover(f"Complains{f' about {order.number}' if order else ''}.")
