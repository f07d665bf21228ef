"""The right question instead of a guess."""

from __future__ import annotations

from agents.answers.case import Answer, Case, Paragraph, say
from agents.evidence import Evidence
from agents.known import OrderFacts
from agents.phrases import day, listed

_MOST = 5  # candidates that one question can hold


def named(case: Case) -> list[OrderFacts]:
    """The customer's orders that the message names by number, or by a parcel's."""
    numbers = {number.lstrip("#").lower() for number in case.seen.order_numbers}
    tracked = set(case.seen.tracking_numbers)
    return [
        order
        for order in case.facts.orders
        if order.number.lstrip("#").lower() in numbers
        or any((found := parcel.get("number")) and found.value in tracked for parcel in order.parcels)
    ]


def which_order(case: Case) -> Answer | None:
    """A question, where it is not clear which order is meant; None where it is."""
    facts = case.facts
    if facts.focus is not None or len(named(case)) > 1:
        return None
    if facts.unknown_numbers:
        return Answer([_unknown()], "No order with the number given is under this customer's address")
    if not facts.orders:
        return Answer([_no_orders()], "No order is known under this customer's address")
    candidates = facts.open_orders or facts.orders
    return Answer([_choose(candidates)], f"Could be any of {len(candidates)} orders, so it asks which")


def not_found(case: Case) -> Paragraph:
    """Beside an answer about an order we do know."""
    if not case.facts.unknown_numbers or case.facts.focus is None:
        return []
    return [say("I can't find the other order number you mention under this address; could you check it?")]


def what_is_it(case: Case) -> Answer:
    """Nothing in the message says what it is about."""
    order = case.facts.focus
    if order is None:
        text = "Could you tell me a little more about what you need, with the order number if it is about an order?"
        return Answer([[say(text)]], "Unclear what the customer wants, so it asks")
    words, grounds = _described(order)
    return Answer(
        [[say(f"Is this about your order {words}, and what can I do for you?", *grounds)]],
        "Unclear what the customer wants, so it asks",
    )


def _unknown() -> Paragraph:
    return [
        say("I can't find an order with that number under this address."),
        say("Could you check the number in your order confirmation and send it to me again?"),
        say("If you ordered with another e-mail address, please write to us from that one."),
    ]


def _no_orders() -> Paragraph:
    return [
        say("I can't find an order under this address yet."),
        say("Which order number is on your confirmation, and did you use another e-mail address for it?"),
    ]


def _choose(candidates: list[OrderFacts]) -> Paragraph:
    described = [_described(order) for order in candidates[:_MOST]]
    grounds = [item for _, items in described for item in items]
    words = listed([words for words, _ in described], "or")
    more = ", or an older one" if len(candidates) > _MOST else ""
    return [
        say(
            f"I see more than one order of yours, and want to get this right. Which one do you mean: {words}{more}?",
            *grounds,
        )
    ]


def _described(order: OrderFacts) -> tuple[str, list[Evidence]]:
    """ "#1042 (Field Jacket, ordered on Monday, November 3)"."""
    placed = order["placed_on"]
    if not order.lines:
        return f"{order.number} (ordered on {day(placed)})", [order["number"], placed]
    title = order.lines[0]["title"]
    more = " and more" if len(order.lines) > 1 else ""
    return f"{order.number} ({title.value}{more}, ordered on {day(placed)})", [order["number"], title, placed]
