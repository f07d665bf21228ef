"""Another address, or something else in the order: only before it leaves, and only by a person. What is known is said,
and what is to be done is prepared."""

from __future__ import annotations

from agents.facts.known import OrderFacts
from agents.understanding.intents import IntentKind
from agents.writing.answers import parcels, where_is_my_order
from agents.writing.answers.case import Answer, Case, Paragraph, quote, say

_ADDRESS = r"\d+\s+\w+(?:\s\w+)*\s+(?:st|street|ave|avenue|rd|road|ln|lane|dr|drive|blvd|way|ct|court|pl|place)\b|\b\d{5}\b"

_NOTHING_SAID = "need want like love try wish change modify edit update amend alter fix make made mistake error wrong different placed bought recent new help possible still time quick"


def address(case: Case) -> Answer:
    return _changed(case, "the address", "Change the address of", IntentKind.CHANGE_ADDRESS)


def order(case: Case) -> Answer:
    return _changed(case, "what is in the order", "Change", IntentKind.CHANGE_ORDER)


def _changed(case: Case, what: str, deed: str, kind: IntentKind) -> Answer:
    order = case.order
    if cancelled := order.get("cancelled"):
        return where_is_my_order.called_off(order, cancelled)
    waiting = all(parcel.status == "pre_transit" for parcel in order.parcels)
    if not waiting or (not order.parcels and order["fulfillment_status"].value == "fulfilled"):
        return _too_late(case, order, what)
    state = _not_shipped(order)
    rule = quote(case.passage(r"chang\w+ (?:the |your )?(?:address|order)|address.*chang"))
    return Answer(
        [[*state, *rule], _ask(case, kind)],
        f"Wants to change {what} of {order.number}, which has not left: change it at the shop, then send this",
        proposals=(f"{deed} {order.number} as the customer writes.",),
    )


def _not_shipped(order: OrderFacts) -> Paragraph:
    if order.parcels:
        parcel = order.parcels[0]
        name = parcel["carrier"].value
        text = f"Your order {order.number} has its label, but {name} has not received the parcel yet."
        return [say(text, order["number"], parcel["status"], parcel["carrier"])]
    text = f"Your order {order.number} has not shipped yet."
    return [say(text, order["number"], order["fulfillment_status"])]


def _ask(case: Case, kind: IntentKind) -> Paragraph:
    """What is still needed, and who does it."""
    person = say("A teammate will look at it now and reply to you here.")
    if kind is IntentKind.CHANGE_ORDER and case.says_only(_NOTHING_SAID):
        return [say("What should be different: which item, and which size, color or number instead?")]
    if kind is IntentKind.CHANGE_ADDRESS and not case.says(_ADDRESS):
        return [
            say("Could you send me the full new address, with apartment or unit number and ZIP code?"),
            person,
        ]
    return [person]


def _too_late(case: Case, order: OrderFacts, what: str) -> Answer:
    reason = f"Wants to change {what} of {order.number}, which has already left"
    after = [say("So it is too late to change it."), *quote(case.passage(r"cannot be stopped"))]
    if not order.parcels:
        shipped = say(
            f"Your order {order.number} has already shipped.", order["number"], order["fulfillment_status"]
        )
        return Answer([[shipped, *after]], reason)
    if len(order.parcels) == 1:
        parcel = order.parcels[0]
        return Answer([parcels.news(case, order, parcel), after, parcels.link(case, parcel)], reason)
    return Answer([*where_is_my_order.several(case, order), after], reason)
