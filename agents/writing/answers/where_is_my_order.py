"""Where it is: from the newest scan, never from hope."""

from __future__ import annotations

from agents.facts.evidence import Evidence
from agents.facts.known import OrderFacts, ParcelFacts
from agents.writing.answers import delay, parcels
from agents.writing.answers.case import Answer, Case, Paragraph, say
from agents.writing.answers.refund_status import refunds
from agents.writing.phrases import day


def answer(case: Case) -> Answer:
    order = case.order
    if cancelled := order.get("cancelled"):
        return called_off(order, cancelled)
    if not order.parcels:
        return _without_parcel(order)
    if len(order.parcels) == 1:
        return one(case, order, order.parcels[0])
    reason = "; ".join(parcels.summary(parcel) for parcel in order.parcels)
    return Answer(several(case, order), f"Order {order.number}: {reason}")


def one(case: Case, order: OrderFacts, parcel: ParcelFacts) -> Answer:
    """An apology where it is late, what we told before, where it is now, when it is expected, what happens next."""
    opening = [
        *delay.apology(case, parcel),
        *delay.earlier(case, order, parcel),
        *delay.as_told(case, order, parcel),
    ]
    paragraphs = [
        [*opening, *parcels.news(case, order, parcel)],
        delay.what_next(case, parcel),
        parcels.link(case, parcel),
    ]
    return Answer(paragraphs, f"Order {order.number}: {parcels.summary(parcel)}")


def _without_parcel(order: OrderFacts) -> Answer:
    if order["fulfillment_status"].value == "fulfilled":
        return Answer(
            reason=f"Order {order.number} is marked as shipped, but no parcel or tracking number is known.",
            needs_person=True,
        )
    return Answer([not_shipped(order)], f"Order {order.number} has not shipped yet")


def called_off(order: OrderFacts, cancelled: Evidence) -> Answer:
    on = order["cancelled_on"]
    text = f"Your order {order.number} was cancelled on {day(on)}."
    return Answer(
        [[say(text, order["number"], cancelled, on), *refunds(order)]], f"Order {order.number} is cancelled"
    )


def not_shipped(order: OrderFacts) -> Paragraph:
    placed, state = order["placed_on"], order["fulfillment_status"]
    return [
        say(
            f"We received your order {order.number} on {day(placed)}, and it has not shipped yet.",
            order["number"],
            placed,
            state,
        ),
        *_ship_by(order),
        say("Once it leaves, there is a tracking number to follow it by."),
    ]


def _ship_by(order: OrderFacts) -> Paragraph:
    """The platform's own day for it to be there."""
    by = order.get("deliver_by")
    return [say(f"It is due by {day(by)}.", by)] if by else []


def several(case: Case, order: OrderFacts) -> list[Paragraph]:
    """Each parcel in a paragraph of its own."""
    first = say(
        f"Your order {order.number} comes in {len(order.parcels)} parcels.",
        order["number"],
        *(parcel["status"] for parcel in order.parcels),
    )
    each = [
        [*parcels.news(case, order, parcel, alone=False), *delay.what_next(case, parcel)]
        for parcel in order.parcels
    ]
    late = next((parcel for parcel in order.parcels if delay.is_delayed(case, parcel)), None)
    sorry = delay.apology(case, late) if late else []
    return [[*sorry, first], *each]
