"""When a person must answer, and what they should know at a glance."""

from __future__ import annotations

from collections.abc import Collection

from agents.intents import IntentKind
from agents.known import Facts, OrderFacts
from agents.phrases import day
from agents.understand import Understanding

_WANTS = {
    IntentKind.EXCHANGE: "wants to exchange something",
    IntentKind.REFUND_REQUEST: "asks for a refund",
    IntentKind.CHANGE_ORDER: "wants to change an order",
    IntentKind.CHANGE_ADDRESS: "wants to change the address",
    IntentKind.PAYMENT: "asks about a payment",
    IntentKind.DISCOUNT: "asks for a discount",
    IntentKind.ACCOUNT: "asks about their account",
    IntentKind.HUMAN: "wants to talk to a person",
    IntentKind.COMPLAINT: "complains",
    IntentKind.OTHER: "writes about something the machine does not answer",
}
# Courtesy beside a wish we can answer needs nobody; alone it does.
_MINOR = {IntentKind.COMPLAINT, IntentKind.OTHER, IntentKind.UNSURE}
_GRAVE = ("legal", "lawyer", "danger", "injury", "did not make")


def person_needed(seen: Understanding, facts: Facts, answerable: Collection[IntentKind]) -> str:
    """Why a person must answer, with what is known; "" where the machine may."""
    if seen.manipulation:
        return f"This message {seen.manipulation_reason}. {known(facts)}"
    if any(word in seen.urgency.reason for word in _GRAVE):
        return f"The customer {seen.urgency.reason}. {known(facts)}"
    kinds = list(dict.fromkeys(seen.kinds))
    can = [kind for kind in kinds if kind in answerable]
    cannot = [kind for kind in kinds if kind in _WANTS and not (can and kind in _MINOR)]
    if seen.wants_human and IntentKind.HUMAN not in cannot:
        cannot.append(IntentKind.HUMAN)
    if not cannot:
        return ""
    wishes = " and ".join(_WANTS[kind] for kind in cannot)
    return f"The customer {wishes}. {known(facts)}"


def known(facts: Facts) -> str:
    """What is known, in a line."""
    if facts.focus is not None:
        return _summary(facts.focus)
    if not facts.orders:
        return "No order is known under this address."
    numbers = ", ".join(order.number for order in facts.orders[:5])
    return f"{len(facts.orders)} orders: {numbers}."


def _summary(order: OrderFacts) -> str:
    parts = [
        f"placed {day(order['placed_on'])}",
        order["total"].value,
        order["financial_status"].value.replace("_", " "),
        "cancelled" if order.get("cancelled") else "",
        ", ".join(f"{p['carrier'].value} {p.status.replace('_', ' ')}" for p in order.parcels)
        or "no parcel yet",
    ]
    return f"Order {order.number}: {', '.join(part for part in parts if part)}."
