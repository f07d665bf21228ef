"""Whether an order is paid, from its record. Wrong charges and invoices are for a person, who gets the order with it."""

from __future__ import annotations

from agents.facts.known import OrderFacts
from agents.understanding.intents import IntentKind
from agents.writing.answers import knowledge
from agents.writing.answers.case import Answer, Case, Paragraph, handover, quote, say
from agents.writing.answers.refund_status import refunds
from agents.writing.phrases import amount

_FOR_A_PERSON = r"twice|double|two charges|two payments|wrong amount|overcharg|too much|unauthori|fraud|invoice|receipt|tax|vat\b"
_STATUS = r"go(?:ne)? through|went through|receiv|paid|pending|process|confirm|complete|charged"
_NOTE = r"pay(?:ment)?\b|card|paypal|charge"


def answer(case: Case) -> Answer:
    order = case.meant
    if case.says(_FOR_A_PERSON):
        return handover(f"Asks about a charge or an invoice{f' for {order.number}' if order else ''}.")
    if order is None or not case.says(_STATUS):
        return knowledge.answer(case, IntentKind.PAYMENT, _NOTE)
    said = _standing(order)
    if not said:
        return handover(f"Asks about the payment of {order.number}; its state is unusual.")
    rule = case.passage(r"pending|authoriz") if order["financial_status"].value != "paid" else None
    return Answer([said, quote(rule)], f"Order {order.number}: {order['financial_status'].value}")


def _standing(order: OrderFacts) -> Paragraph:
    state, number, total = order["financial_status"], order["number"], order["total"]
    if state.value == "paid":
        return [
            say(f"Your order {order.number} is paid: {amount(total)} in total.", number, state, total),
        ]
    if state.value in {"pending", "authorized"}:
        return [
            say(
                f"The payment for your order {order.number} is pending: {amount(total)} in total.",
                number,
                state,
                total,
            )
        ]
    return refunds(order)
