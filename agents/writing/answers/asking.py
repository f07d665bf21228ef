"""The right question instead of a guess."""

from __future__ import annotations

from agents.facts.evidence import Evidence
from agents.facts.known import OrderFacts
from agents.writing.answers.case import Answer, Case, Paragraph, say
from agents.writing.phrases import day, listed

_SOMETHING = r"\b(?:problem|issue|trouble|wrong)\b"
_NOTHING_SAID = "problem issue trouble wrong bad something thing got get received arrive came help need fix urgent parcel package delivery"
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
        return Answer([_unknown(case)], "No order with the number given is under this customer's address")
    if not facts.orders:
        return Answer([_no_orders(case)], "No order is known under this customer's address")
    candidates = facts.candidates or facts.open_orders or facts.orders
    return Answer([_choose(candidates)], f"Could be any of {len(candidates)} orders, so it asks which")


def what_is_wrong(case: Case) -> Answer | None:
    """Something is, with what has arrived, and that is all they say; None where more is said."""
    order = case.meant
    if (
        order is None
        or not order.has_arrived
        or not case.says(_SOMETHING)
        or not case.says_only(_NOTHING_SAID)
    ):
        return None
    number = order["number"]
    text = f"What is wrong with your order {number.value}: is something missing, damaged, or not what you ordered?"
    return Answer([[say(text, number)]], f"Something is wrong with {number.value}, and it asks what")


def not_found(case: Case) -> Paragraph:
    """Beside an answer about an order we do know."""
    if not case.facts.unknown_numbers or case.facts.focus is None:
        return []
    where = " under this address" if case.is_letter else ""
    return [say(f"I can't find the other order number you mention{where}; could you check it?")]


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


def _unknown(case: Case) -> Paragraph:
    where = " under this address" if case.is_letter else " of yours"
    said = [
        say(f"I can't find an order with that number{where}."),
        say("Could you check the number in your order confirmation and send it to me again?"),
    ]
    another = "another" if case.is_letter else "an"
    elsewhere = say(f"If you ordered with {another} e-mail address, please write to us from that one.")
    return said if case.stays_here else [*said, elsewhere]


def _no_orders(case: Case) -> Paragraph:
    which = "Which order number is on your confirmation"
    address = "did you use another e-mail address" if case.is_letter else "which e-mail address did you use"
    other = "" if case.stays_here else f", and {address} for it"
    where = "under this address" if case.is_letter else "of yours"
    return [say(f"I can't find an order {where} yet."), say(f"{which}{other}?")]


def which_item(case: Case) -> Paragraph:
    """Something is to be sent back or exchanged, of one of several orders."""
    candidates = case.facts.candidates
    if not 1 < len(candidates) <= _MOST:
        return [say("Which order is it about, and which item would you like to send back?")]
    words, grounds = _options(candidates)
    return [say(f"Is it about {words}?", *grounds)]


def _choose(candidates: list[OrderFacts]) -> Paragraph:
    words, grounds = _options(candidates)
    return [
        say(
            f"I see more than one order of yours, and want to get this right. Which one do you mean: {words}?",
            *grounds,
        )
    ]


def _options(candidates: list[OrderFacts]) -> tuple[str, list[Evidence]]:
    described = [_described(order) for order in candidates[:_MOST]]
    grounds = [item for _, items in described for item in items]
    more = ", or an older one" if len(candidates) > _MOST else ""
    return listed([words for words, _ in described], "or") + more, grounds


def _described(order: OrderFacts) -> tuple[str, list[Evidence]]:
    """ "the Field Jacket from Monday, November 3 (order #1042)"."""
    placed, number = order["placed_on"], order["number"]
    if not order.lines:
        return f"the order from {day(placed)} ({order.number})", [number, placed]
    title = order.lines[0]["title"]
    more = " and more" if len(order.lines) > 1 else ""
    return f"the {title.value}{more} from {day(placed)} (order {order.number})", [number, title, placed]
