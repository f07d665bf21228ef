"""Where it is: from the newest scan, never from hope."""

from __future__ import annotations

from agents.answers import parcels
from agents.answers.case import Answer, Case, Paragraph, say
from agents.known import OrderFacts
from agents.phrases import day


def answer(case: Case) -> Answer:
    order = case.order
    if cancelled := order.get("cancelled"):
        text = f"Your order {order.number} was cancelled on {day(order['cancelled_on'])}, so there is no parcel on its way."
        return Answer(
            [[say(text, order["number"], cancelled, order["cancelled_on"])]], "The order is cancelled"
        )
    if not order.parcels:
        return Answer([_not_shipped(order)], "Not shipped yet")
    if len(order.parcels) == 1:
        parcel = order.parcels[0]
        return Answer(
            [parcels.news(case, order, parcel), parcels.link(case, order, [parcel])], _reason(order)
        )
    return Answer(_several(case, order), _reason(order))


def _not_shipped(order: OrderFacts) -> Paragraph:
    placed, state = order["placed_on"], order["fulfillment_status"]
    return [
        say(
            f"We received your order {order.number} on {day(placed)}, and it has not shipped yet.",
            order["number"],
            placed,
            state,
        ),
    ]


def _several(case: Case, order: OrderFacts) -> list[Paragraph]:
    count = len(order.parcels)
    first = say(
        f"Your order {order.number} comes in {count} parcels.",
        order["number"],
        *(parcel["status"] for parcel in order.parcels),
    )
    each = [parcels.news(case, order, parcel, alone=False) for parcel in order.parcels]
    return [[first], *each]


def _reason(order: OrderFacts) -> str:
    return "; ".join(f"{p['carrier'].value}: {p.status.replace('_', ' ')}" for p in order.parcels)
