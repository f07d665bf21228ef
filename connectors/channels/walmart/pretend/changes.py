"""What a seller may do to orders and returns, with the rules by which Walmart refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.channels.walmart.pretend.returning import return_order
from connectors.channels.walmart.pretend.shapes import (
    Charged,
    cancel_lines,
    cancelled_lines,
    charged,
    node_type,
    parcel_of,
    refund_note,
)
from connectors.events import ReturnStatus
from connectors.sandbox.world import Order, Refund, Return, Shop, World

Json = dict[str, Any]


class Refusal(Exception):
    """Holds the words of the error."""


def cancel(world: World, shop: Shop, order: Order, body: Json) -> None:
    lines = _lines(order, body["orderCancellation"]["orderLines"]["orderLine"])
    gone = cancelled_lines(shop, order)
    for each, wish in lines:
        if parcel_of(world, order, each.line):
            raise Refusal("The line is shipped and cannot be cancelled.")
        if order.cancelled_at or each.line.id in gone:
            raise Refusal("The line is cancelled already.")
        [status] = wish["orderLineStatuses"]["orderLineStatus"]
        if status["status"] != "Cancelled" or int(status["statusQuantity"]["amount"]) != each.line.quantity:
            raise Refusal("A line is cancelled whole.")
    cancel_lines(shop, order, {each.line.id for each, _ in lines})
    if cancelled_lines(shop, order) == {line.id for line in order.lines}:
        order.cancelled_at, order.financial_status = world.clock.now(), "voided"
    order.cancel_requested_at = None
    world.touch(order)


def refund(world: World, shop: Shop, order: Order, body: Json) -> None:
    wanted = body["orderRefund"]
    lines = _lines(order, wanted["orderLines"]["orderLine"])
    made = [_refund(world, order, each, wish) for each, wish in lines]
    order.refunds += made
    _settle(order)
    world.touch(order)


def refund_return(world: World, order: Order, back: Return, body: Json) -> None:
    if node_type(order) != "SellerFulfilled":
        raise Refusal("The return is fulfilled by Walmart.")
    if back.status in (ReturnStatus.CLOSED, ReturnStatus.CANCELLED):
        raise Refusal("Nothing of this return is left to refund.")
    if body["customerOrderId"] != order.number:
        raise Refusal("The return is of another order.")
    at = next(n for n, line in enumerate(order.lines) if line.id == back.line_id)
    each = charged(order)[at]
    worth = (each.goods + each.tax) * back.quantity / each.line.quantity
    order.refunds.append(_made(world, worth, at, f"Return {return_order(back)}"))
    back.status = ReturnStatus.CLOSED.value
    _settle(order)
    world.touch(order)


def return_named(shop: Shop, name: str) -> tuple[Order, Return] | None:
    every = ((order, back) for order in shop.orders.values() for back in order.returns)
    return next((pair for pair in every if return_order(pair[1]) == name), None)


def _refund(world: World, order: Order, each: Charged, wish: Json) -> Refund:
    if not parcel_of(world, order, each.line):
        raise Refusal("Only shipped lines can be refunded.")
    gross, comments = Decimal(0), ""
    for one in wish["refunds"]["refund"]:
        comments = one.get("refundComments") or ""
        gross += sum(
            (_gross(each, held["charge"]) for held in one["refundCharges"]["refundCharge"]), Decimal(0)
        )
    if gross > each.left:
        raise Refusal("The refund is more than what was charged.")
    return _made(world, gross, order.lines.index(each.line), comments)


def _gross(each: Charged, charge: Json) -> Decimal:
    """Tax in proportion is checked to the cent and a half: both sides round."""
    net = -Decimal(str(charge["chargeAmount"]["amount"]))
    tax = -Decimal(str((charge.get("tax") or {}).get("taxAmount", {}).get("amount", 0)))
    if net <= 0 or tax < 0:
        raise Refusal("Refund amounts must be negative.")
    due = net * each.tax / (each.goods - each.off) if charge["chargeType"] == "PRODUCT" else Decimal(0)
    if abs(tax - due) > Decimal("0.015"):
        raise Refusal(f"The tax must be refunded in proportion: {due:.2f}.")
    return net + tax


def _made(world: World, gross: Decimal, line_at: int, comments: str) -> Refund:
    amount = gross.quantize(Decimal("0.01"))
    return Refund(world.next_id(), amount, world.clock.now(), refund_note(str(line_at + 1), comments))


def _settle(order: Order) -> None:
    back = sum((each.amount for each in order.refunds), Decimal(0))
    order.financial_status = "refunded" if back >= order.total else "partially_refunded"


def _lines(order: Order, wishes: list[Json]) -> list[tuple[Charged, Json]]:
    known = {str(n): each for n, each in enumerate(charged(order), 1)}
    unknown = [wish["lineNumber"] for wish in wishes if wish["lineNumber"] not in known]
    if unknown:
        raise Refusal(f"There is no line {', '.join(unknown)}.")
    return [(known[wish["lineNumber"]], wish) for wish in wishes]
