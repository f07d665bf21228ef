"""Money back is a person's decision; what is on record already, and what has not even left, is not."""

from __future__ import annotations

from agents.writing.answers import cancel, refund_status
from agents.writing.answers.case import Answer, Case, handover


def answer(case: Case) -> Answer:
    order = case.order
    if order.refunds or order.returns:
        return refund_status.answer(case)
    if order.get("cancelled") or (not order.parcels and order["fulfillment_status"].value == "unfulfilled"):
        return cancel.answer(case)
    return handover(f"Asks for a refund of {order.number}; none is on record, and no return.")
