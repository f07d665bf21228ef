"""Another size or colour: the shop's own rule for it, whether this order is inside it, and what is in stock."""

from __future__ import annotations

from agents.writing.answers import product_question, return_request
from agents.writing.answers.case import Answer, Case, Paragraph, handover, quote, say


def answer(case: Case) -> Answer:
    rule = case.passage(r"exchang")
    if rule is None:
        stock = f" {case.meant.number}" if case.meant else ""
        return handover(f"Wants to exchange something of an order{stock}; no article says how.")
    window = case.passage(r"within \w+ days") or rule
    inside = return_request.inside(case.meant, window) if case.meant else []
    return Answer(
        [quote(rule), [*quote(window if inside and window is not rule else None), *inside], _instead(case)],
        f"Exchange rules from {rule.source}",
        proposals=(f"Exchange an item of {case.meant.number}.",) if case.meant else (),
    )


def _instead(case: Case) -> Paragraph:
    """What there is of what they name; else which one they would like."""
    if case.facts.products:
        product = case.facts.products[0]
        if product_question.named(case, product):
            return product_question.stock(case, product)
    if case.meant is None:
        return [say("Which order is it about, and what would you like instead?")]
    return [say("Which size or color would you like instead?")]
