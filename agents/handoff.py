"""When a person must answer, and what they should know at a glance."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agents.facts.known import Facts, OrderFacts
from agents.understanding.intents import IntentKind
from agents.understanding.message import Understanding
from agents.understanding.threats import said
from agents.writing.phrases import day

WANTS = {
    IntentKind.WHERE_IS_MY_ORDER: "wants to know where an order is",
    IntentKind.DELIVERY_EXCEPTION: "reports trouble with a delivery",
    IntentKind.RETURN_REQUEST: "wants to return something",
    IntentKind.REFUND_STATUS: "asks where a refund is",
    IntentKind.CANCEL: "wants to cancel an order",
    IntentKind.EXCHANGE: "wants to exchange something",
    IntentKind.REFUND_REQUEST: "asks for a refund",
    IntentKind.CHANGE_ORDER: "wants to change an order",
    IntentKind.CHANGE_ADDRESS: "wants to change the address",
    IntentKind.PAYMENT: "asks about a payment",
    IntentKind.DISCOUNT: "asks for a discount",
    IntentKind.ACCOUNT: "asks about their account",
    IntentKind.SUBSCRIPTION: "asks about a subscription",
    IntentKind.WARRANTY: "asks about the warranty",
    IntentKind.SHIPPING_INFO: "asks about shipping",
    IntentKind.PRODUCT_QUESTION: "asks about a product",
    IntentKind.HUMAN: "wants to talk to a person",
    IntentKind.COMPLAINT: "complains",
    IntentKind.OTHER: "writes about something the machine does not answer",
}
# Courtesy beside a wish we can answer needs nobody; alone it does.
_MINOR = {IntentKind.COMPLAINT, IntentKind.OTHER, IntentKind.UNSURE}


def person_needed(seen: Understanding, facts: Facts, answerable: Collection[IntentKind]) -> str:
    """Why a person must answer, with what is known; "" where the machine may."""
    if facts.is_sender_doubtful:
        return f"The sender could not be verified: somebody else may have written this. {known(facts)}"
    if seen.manipulation:
        return f"This message {seen.manipulation_reason}. {known(facts)}"
    if seen.urgency.threats:
        return f"The customer {said(seen.urgency.threats)}. {known(facts)}"
    if seen.grief:
        return f"The customer writes of a death. {known(facts)}"
    kinds = list(dict.fromkeys(seen.kinds))
    can = [kind for kind in kinds if kind in answerable]
    cannot = [
        kind for kind in kinds if kind in WANTS and kind not in answerable and not (can and kind in _MINOR)
    ]
    if seen.wants_human and IntentKind.HUMAN not in cannot:
        cannot.append(IntentKind.HUMAN)
    return f"The customer {wishes(cannot)}. {known(facts)}" if cannot else ""


def wishes(kinds: Sequence[IntentKind], joint: str = "and") -> str:
    return f" {joint} ".join(WANTS.get(kind, f"asks about {kind.replace('_', ' ')}") for kind in kinds)


def claim_is_open(facts: Facts) -> str:
    """What we write while a claim runs is read by the platform or the bank: a person writes it. "" where none runs."""
    dispute = facts.open_dispute(facts.focus)
    if dispute is None:
        return ""
    due = dispute.fields.get("due")
    until = f", to be answered by {day(due)}" if due else ""
    return f"{dispute.fields['label'].value} is open on {dispute.order_number}{until}. {known(facts)}"


def known(facts: Facts) -> str:
    """What is known, in a line."""
    if facts.focus is not None:
        return _summary(facts.focus)
    if not facts.orders:
        return "No order of this customer is known."
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
        *(back["status"].value.replace("_", " ") for back in order.returns),
        *(f"refunded {refund['amount'].value}" for refund in order.refunds),
    ]
    return f"Order {order.number}: {', '.join(part for part in parts if part)}."
