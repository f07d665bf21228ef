"""Refunds and cancellations: read first, then change, so that a repeat finds what the first try did.

Walmart takes no key of ours. A refund of an order carries our mark in its comment; a refund of a return and a
cancellation show in the object's own state. Which object a key was about is remembered in the shared store, for a
quick look; without it the orders that changed lately are searched for the mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from connectors.channels.walmart import client, compose
from connectors.channels.walmart.fields import Json, amount, cents, listed, quantity
from connectors.channels.walmart.orders import fulfiller, is_cancelled, name_of
from connectors.channels.walmart.reading import fetched
from connectors.channels.walmart.returns import is_of_platform, refundable, total_of
from connectors.commands import CancelOrder, RefundOrder
from connectors.contract import Account, Outcome, Page, RawDelivery, Receipt
from connectors.errors import Refused
from connectors.events import Fulfiller
from connectors.shared import shared

_REMEMBERED = 30 * 86_400.0  # seconds
_SEARCHED = timedelta(days=1)
_MOST_PAGES = 15


def refund(account: Account, command: RefundOrder, key: str) -> Receipt:
    order, mark = _order(account, command.order_id), compose.mark_of(key)
    if _is_marked(order, mark):
        return _done(mark)
    returns = _returns_of(account, order, command)
    if chosen := _to_refund(returns, command):
        return _refund_return(account, chosen, command, mark)
    apart = {str(line.get("purchaseOrderLineNumber")) for _, lines in returns for line in lines}
    if _remembered(account, mark) in {f"return:{found['returnOrderId']}" for found, _ in returns}:
        return _done(mark)  # an earlier try went through, and the return has nothing left to refund
    lines = compose.refund_lines(order, command, mark, apart)
    _remember(account, mark, f"order:{command.order_id}")
    client.refund(account, command.order_id, lines)
    return _done(mark)


def cancel(account: Account, command: CancelOrder, key: str) -> Receipt:
    order, mark = _order(account, command.order_id), compose.mark_of(key)
    if lines := compose.cancel_lines(order, command):
        _remember(account, mark, f"cancelled:{command.order_id}")
        client.cancel(account, command.order_id, lines)
    return _done(mark)


def find(account: Account, key: str) -> Page:
    """What a key changed, as it is now; empty if Walmart never saw it."""
    mark = compose.mark_of(key)
    kind, _, name = _remembered(account, mark).partition(":")
    if kind == "return":
        found = client.returns(account, returnOrderId=name)
        done = [each for each in found if not any(map(refundable, listed(each, "returnOrderLines")))]
        return _found(mark, [fetched("return", name, each) for each in done])
    if kind == "cancelled":
        order = client.order(account, name)
        gone = order and is_cancelled(order)
        return _found(mark, [fetched("order", name, order)] if order and gone else [])
    orders = [client.order(account, name)] if kind == "order" else _lately(account)
    marked = (each for each in orders if each and _is_marked(each, mark))
    return _found(mark, [fetched("order", name_of(each), each) for each in marked][:1])


def _found(mark: str, deliveries: Sequence[RawDelivery]) -> Page:
    return Page(deliveries, receipt=_done(mark) if deliveries else None)


def _lately(account: Account) -> Iterator[Json]:
    since = (datetime.now(UTC) - _SEARCHED).strftime("%Y-%m-%dT%H:%M:%SZ")
    query: dict[str, str] | str = {"lastModifiedStartDate": since, "limit": "200"}
    for _ in range(_MOST_PAGES):
        answer, _whole = client.listed(account, "/v3/orders", query)
        held = answer.get("list") or {}
        yield from (held.get("elements") or {}).get("order") or ()
        onward = (held.get("meta") or {}).get("nextCursor")
        if not onward or onward == query:
            return
        query = str(onward)


def _order(account: Account, name: str) -> Json:
    order = client.order(account, name)
    if order is None:
        raise Refused("Walmart does not know this order.")
    if fulfiller(order) is Fulfiller.PLATFORM:
        raise Refused(
            "Walmart fulfils this order itself: only its own customer care can change or refund it."
        )
    return order


def _returns_of(account: Account, order: Json, command: RefundOrder) -> list[tuple[Json, list[Json]]]:
    """The returns of this order that were not called off, each with its lines of this order."""
    name = command.return_id.partition(":")[0]
    wanted = {"returnOrderId": name} if name else {"customerOrderId": str(order.get("customerOrderId"))}
    found = []
    for each in client.returns(account, **wanted):
        lines = [
            line
            for line in listed(each, "returnOrderLines")
            if line.get("purchaseOrderId") == command.order_id and line.get("status") != "CANCELLED"
        ]
        if lines:
            found.append((each, lines))
    if name and not found:
        raise Refused("Walmart does not know this return.")
    return found


def _to_refund(
    returns: Sequence[tuple[Json, list[Json]]], command: RefundOrder
) -> tuple[Json, list[Json]] | None:
    """The return that money goes back through. Past it the shopper could be paid twice."""
    wanted = {line.line_id for line in command.lines}
    for each, lines in returns:
        open_ones = [line for line in lines if refundable(line)]
        touched = {str(line.get("purchaseOrderLineNumber")) for line in open_ones}
        if command.return_id or (open_ones and (not wanted or wanted & touched)):
            return each, open_ones
    return None


def _refund_return(
    account: Account, chosen: tuple[Json, list[Json]], command: RefundOrder, mark: str
) -> Receipt:
    found, lines = chosen
    if any(map(is_of_platform, lines)):
        raise Refused("Walmart takes this return back itself and refunds it.")
    if not lines:  # refunded already: by an earlier try, in Seller Center, or by Walmart after 48 hours
        return _done(mark)
    _check_amount(found, lines, command)
    name = str(found["returnOrderId"])
    body = {
        "customerOrderId": str(found["customerOrderId"]),
        "refundLines": [
            {
                "returnOrderLineNumber": line["returnOrderLineNumber"],
                "quantity": {"unitOfMeasure": "EACH", "measurementValue": refundable(line)},
            }
            for line in lines
        ],
    }
    _remember(account, mark, f"return:{name}")
    client.refund_return(account, name, body)
    return _done(mark)


def _check_amount(found: Json, lines: Sequence[Json], command: RefundOrder) -> None:
    """Walmart works out what a return is worth; nobody may believe that another amount went back."""
    shares = (total_of(line) * refundable(line) / max(quantity(line.get("quantity")), 1) for line in lines)
    worth = cents(sum(shares, Decimal(0))) or amount(found.get("totalRefundAmount"))
    if worth and worth != command.amount.amount:
        raise Refused(
            f"There is a return for this, and Walmart sets its amount: {worth} {command.amount.currency}. "
            "Refund that amount, or a part of it in Seller Center."
        )


def _is_marked(order: Json, mark: str) -> bool:
    return any(
        mark in str((line.get("refund") or {}).get("refundComments") or "")
        for line in listed(order, "orderLines")
    )


def _remember(account: Account, mark: str, what: str) -> None:
    shared().write(f"walmart:{account.id}:{mark}", what, _REMEMBERED)


def _remembered(account: Account, mark: str) -> str:
    return shared().read(f"walmart:{account.id}:{mark}") or ""


def _done(mark: str) -> Receipt:
    return Receipt(Outcome.SENT, mark, datetime.now(UTC))
