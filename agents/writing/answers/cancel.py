"""Cancelling: nothing is promised. A person does it, or it is too late, or it is done."""

from __future__ import annotations

from agents.facts.known import OrderFacts
from agents.writing.answers import parcels, where_is_my_order
from agents.writing.answers.case import Answer, Case, Paragraph, quote, say

_WAITING = {"pre_transit"}


def answer(case: Case) -> Answer:
    order = case.order
    if cancelled := order.get("cancelled"):
        return where_is_my_order.called_off(order, cancelled)
    if not order.parcels and order["fulfillment_status"].value != "fulfilled":
        return _not_shipped(case, order)
    if order.parcels and all(parcel.status in _WAITING for parcel in order.parcels):
        return _labelled(case, order)
    return _too_late(case, order)


def _not_shipped(case: Case, order: OrderFacts) -> Answer:
    state = say(
        f"Your order {order.number} has not shipped yet.", order["number"], order["fulfillment_status"]
    )
    rule = quote(case.passage(r"not shipped yet can be cancelled|can be cancelled"))
    person = say("A teammate will look at it now and reply to you here.")
    return Answer(
        [[state, *rule], [person]] if rule else [[state, person]],
        f"Wants to cancel {order.number}, which has not shipped: cancel it at the shop, then send this",
        proposals=(f"Cancel {order.number}.",),
    )


def _labelled(case: Case, order: OrderFacts) -> Answer:
    parcel = order.parcels[0]
    name = parcel["carrier"].value
    text = f"Your order {order.number} has its label, but {name} has not received the parcel yet."
    return Answer(
        [
            [
                say(text, order["number"], parcel["status"], parcel["carrier"]),
                say("A teammate will check at once what is still possible and reply to you here."),
            ]
        ],
        f"Wants to cancel {order.number}: label made, not handed over. A person must see whether it can be stopped",
        proposals=(f"Stop the parcel of {order.number}, then cancel it.",),
    )


def _too_late(case: Case, order: OrderFacts) -> Answer:
    reason = f"Wants to cancel {order.number}, which has already left"
    if not order.parcels:
        shipped = say(
            f"Your order {order.number} has already shipped.", order["number"], order["fulfillment_status"]
        )
        return Answer([[shipped, *_afterwards(case, order)]], reason)
    if len(order.parcels) == 1:
        return Answer([parcels.news(case, order, order.parcels[0]), _afterwards(case, order)], reason)
    return Answer([*where_is_my_order.several(case, order), _afterwards(case, order)], reason)


def _afterwards(case: Case, order: OrderFacts) -> Paragraph:
    states = {parcel.status for parcel in order.parcels}
    if states & _WAITING:
        return [
            say("A teammate will check at once what is still possible for the rest and reply to you here.")
        ]
    if states == {"returned"}:
        return []
    rule = case.passage(r"within \w+ days" if states == {"delivered"} else r"cannot be stopped")
    instead = quote(rule) or [say("Would you like to send it back once it is with you?")]
    return [say("So it is too late to cancel."), *instead]
