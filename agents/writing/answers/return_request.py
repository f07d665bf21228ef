"""Sending something back: the rule in its own words, and whether this order is inside it."""

from __future__ import annotations

import re
from datetime import timedelta

from agents.checking.claims.days import window
from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import OrderFacts
from agents.writing.answers import asking
from agents.writing.answers.case import Answer, Case, Paragraph, handover, quote, say
from agents.writing.phrases import day, spelled

_STATES = {
    "return_requested": "has been requested and is waiting for us to check it",
    "return_open": "is approved",
    "return_closed": "is completed",
    "return_declined": "was declined",
    "return_cancelled": "was cancelled",
}


def answer(case: Case) -> Answer:
    rule = case.passage(r"return.*(?:within|up to) \w+ days|(?:within|up to) \w+ days.*return")
    how = case.passage(r"return (?:label|instructions)|label")
    under_way = standing(case.meant) if case.meant else []
    if not (rule or how or under_way):
        return handover("Wants to return something, and no article says how returns work.")
    inside_ = inside(case.meant, rule) if case.meant and rule else []
    paragraphs = [under_way, quote(rule), inside_]
    if any("closed on" in each.text for each in inside_):
        paragraphs.append(
            [say("If something is wrong with the item, tell me what, and a teammate will take a look.")]
        )
    elif not under_way:
        paragraphs += [quote(how) if how is not rule else [], _ask(case)]
    sources = dict.fromkeys(passage.source for passage in (rule, how) if passage)
    return Answer(paragraphs, "Return rules from " + ", ".join(sources) if sources else "Return under way")


def standing(order: OrderFacts) -> Paragraph:
    """How the returns of an order stand, and what brings them."""
    said = []
    for back in order.returns:
        name, state = back["name"], back["status"]
        if state.value in _STATES:
            text = f"Your return {name.value} for order {order.number} {_STATES[state.value]}."
            said.append(say(text, name, state, order["number"]))
        number = back.get("number")
        if number and state.value == "return_open":
            said.append(say(f"Its tracking number is {number.value}.", number))
    return said


def inside(order: OrderFacts, rule: Evidence) -> Paragraph:
    """Whether the order is inside the stated window today, counted from the day the rule names."""
    stated = window(rule.value)
    if stated is None:
        return []
    days, field = stated
    if field == "placed_on":
        return [_until(order, rule, order["placed_on"], "was placed", days)]
    arrived = [parcel["delivered_at"] for parcel in order.parcels if parcel.get("delivered_at")]
    if len(arrived) == 1 == len(order.parcels):
        return [_until(order, rule, arrived[0], "was delivered", days, order.parcels[0]["status"])]
    if not arrived:
        state = order.parcels[0]["status"] if order.parcels else order["fulfillment_status"]
        words = "has not been delivered yet" if order.parcels else "has not shipped yet"
        return [
            say(
                f"Your order {order.number} {words}, so all of that time is still ahead.",
                order["number"],
                state,
            )
        ]
    return []


def _until(
    order: OrderFacts, rule: Evidence, start: Evidence, deed: str, days: int, *more: Evidence
) -> Sentence:
    last = start.day + timedelta(days=days)
    grounds = (order["number"], start, rule, *more)
    if last >= start.fetched_at.date():
        return say(
            f"Your order {order.number} {deed} on {day(start)}, so you have until {spelled(last)}.", *grounds
        )
    return say(
        f"Your order {order.number} {deed} on {day(start)}, so the return window closed on {spelled(last)}.",
        *grounds,
    )


def _ask(case: Case) -> Paragraph:
    """What is still needed to begin."""
    if case.meant is None:
        return asking.which_item(case)
    lines = case.meant.lines
    if len(lines) == 1 or re.search(
        r"doesn.?t fit|too (?:small|big|large)|changed my mind", case.text, re.IGNORECASE
    ):
        return []
    titles = [line["title"] for line in lines]
    return [say("Which item would you like to send back, and why?", *titles)] if titles else []
