"""Where the money is: only from refunds and returns on record."""

from __future__ import annotations

from agents.facts.known import OrderFacts
from agents.writing.answers import parcels
from agents.writing.answers.case import Answer, Case, Paragraph, handover, quote, say
from agents.writing.answers.return_request import standing
from agents.writing.phrases import amount, day


def answer(case: Case) -> Answer:
    order = case.order
    if order.refunds:
        rule = quote(case.passage(r"refund.*payment method"))
        return Answer(
            [[*refunds(order), *as_of(case, order)], rule], f"Order {order.number}: refund on record"
        )
    if order.returns:
        still = say(
            f"Your order {order.number} has not been refunded yet.",
            order["number"],
            order["financial_status"],
        )
        return Answer(
            [[*standing(order), still, *as_of(case, order)], quote(case.passage(r"refund.*payment method"))],
            f"Order {order.number}: a return, no refund yet",
        )
    return handover(f"Asks about a refund for {order.number}; neither refund nor return is on record.")


def as_of(case: Case, order: OrderFacts) -> Paragraph:
    """When the shop's own system did not answer."""
    return [parcels.unreached(case, "our shop system", order.failure)] if order.failure else []


def refunds(order: OrderFacts) -> Paragraph:
    """The refunds on record, one sentence each."""
    return [
        say(
            f"A refund of {amount(refund['amount'])} for your order {order.number} was made on {day(refund['on'])}.",
            order["number"],
            refund["amount"],
            refund["on"],
            refund["status"],
        )
        for refund in order.refunds
    ]
