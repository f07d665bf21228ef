"""Where everybody reads along: what an article or the catalogue says, and nothing about the shopper or their orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agents.understanding.intents import IntentKind
from agents.writing.answers.case import Answer, Case, say

# Answered alike for everybody, from passages and products alone.
_FOR_EVERYBODY = {
    IntentKind.PRODUCT_QUESTION,
    IntentKind.SHIPPING_INFO,
    IntentKind.WARRANTY,
    IntentKind.RETURN_REQUEST,
    IntentKind.DISCOUNT,
}


def answer(case: Case, plan: Callable[[Case], Answer]) -> Answer:
    """`plan` gets the case as a stranger's: without orders, claims and what was said before."""
    facts = case.facts
    stranger = replace(facts, orders=[], focus=None, candidates=[], unknown_numbers=(), disputes=[], told=[])
    if case.seen.kinds and set(case.seen.kinds) <= _FOR_EVERYBODY:
        return plan(replace(case, facts=stranger, meant=None))
    private = plan(case)
    if private.needs_person:
        return private
    said = say("Please send us a private message with your order number, and we will look into it there.")
    return Answer(
        [[say("Thank you for writing to us."), said]], "Public: nothing about an order is said here"
    )
