"""How careful to be with whom, 0 to 100, from the organization's own records; each point has its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.rules.history import usual
from inbox.templatetags.words import counted

if TYPE_CHECKING:
    from agents.rules.case import Case

NEW = timedelta(days=30)
REFUND_DAYS, CONTACT_DAYS = 180, 30
MANY_REFUNDS, MANY_CONTACTS = 2, 5
HIGH = 3  # times the usual order


def score(case: Case) -> tuple[int, tuple[str, ...]]:
    found = list(_risks(case))
    return min(sum(points for points, _ in found), 100), tuple(sentence for _, sentence in found)


def _risks(case: Case) -> Iterator[tuple[int, str]]:
    known, customer, at = case.history, case.action.customer_id, case.at
    before = known.orders_before(customer, at)
    if before and before[-1]["placed_at"] > at - NEW:
        yield 15, f"New customer: first order {counted((at - before[-1]['placed_at']).days, 'day,days')} ago."
    refunds = known.refunds_since(customer, at, REFUND_DAYS)
    if len(refunds) >= MANY_REFUNDS:
        yield (
            min(15 * len(refunds), 45),
            f"{counted(len(refunds), 'refund,refunds')} within {REFUND_DAYS} days.",
        )
    yield from _of_order(case)
    if known.has_open_dispute(customer, at):
        yield 30, "A dispute is open."
    contacts = known.contacts_since(customer, at, CONTACT_DAYS)
    if contacts >= MANY_CONTACTS:
        yield 10, f"{counted(contacts, 'conversation,conversations')} within {CONTACT_DAYS} days."


def _of_order(case: Case) -> Iterator[tuple[int, str]]:
    order = case.order
    if order is None:
        return
    typical = usual(order.currency)
    if typical and order.total > typical * HIGH:
        times = int(order.total / typical)
        yield 20, f"High value: {order.total} {order.currency}, {times} times the usual order."
    here = _place(order.shipping_address)
    earlier = {
        _place(each["shipping_address"])
        for each in case.history.orders_before(case.action.customer_id, case.at)
        if each["id"] != order.pk
    } - {""}
    if here and earlier and here not in earlier:
        yield 15, "Address mismatch: no other order of this customer went there."
    name, addressee = str(order.customer.name).split(), str(order.shipping_address.get("name") or "")
    if name and addressee and name[-1].lower() not in addressee.lower():
        yield 15, f"Address mismatch: it goes to {addressee}."


def _place(address: dict[str, object]) -> str:
    return f"{address.get('postal_code') or ''} {address.get('country') or ''}".strip().lower()
