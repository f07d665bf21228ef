"""Changing something at Shopify: money back, orders cancelled, sent again or redirected. Goods that come back are in
returning.py.

Only refunds take a key that makes a second try harmless. Of everything else `settle` reads what happened.
"""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.channels.shopify import client, compose, lookups, mutations
from connectors.commands import CancelOrder, ChangeAddress, RefundOrder, ResendOrder
from connectors.contract import Account, Outcome, Receipt
from connectors.errors import Refused

Json = compose.Json


def done(number: str, outcome: Outcome = Outcome.SENT) -> Receipt:
    return Receipt(outcome, number, datetime.now(UTC))


def refund(account: Account, wish: RefundOrder, key: str) -> Receipt:
    lines = compose.refund_lines([(each.line_id, each.quantity) for each in wish.lines], "NO_RESTOCK")
    shipping = str(wish.shipping.amount) if wish.shipping else None
    found = order(account, lookups.REFUNDABLE, wish.order_id, lines=lines, shipping=shipping)
    return _paid_back(account, compose.refund(wish, found, key), key)


def cancel(account: Account, wish: CancelOrder, key: str) -> Receipt:
    """Of a whole order Shopify only promises it: `settle.followed` says how it ended."""
    if wish.lines:
        lines = compose.refund_lines(wish.lines, "CANCEL")
        found = order(account, lookups.REFUNDABLE, wish.order_id, lines=lines, shipping=None)
        return _paid_back(account, compose.cancelled_lines(wish, found, key), key)
    made = client.change(
        account,
        mutations.CANCEL,
        id=wish.order_id,
        reason=compose.CANCEL.get(wish.reason, "CUSTOMER"),
        method={"originalPaymentMethodsRefund": True},
        note=wish.note or None,
    )
    job = made["job"] or {"id": "", "done": True}
    return done(receipt_of_job(wish.order_id, job["id"]), Outcome.SENT if job["done"] else Outcome.ACCEPTED)


def receipt_of_job(order_id: str, job: str) -> str:
    """Names the order too, which a job does not."""
    return f"{order_id}#{job.rpartition('/')[2]}"


def change_address(account: Account, wish: ChangeAddress, key: str) -> Receipt:
    """Shopify would change it on paper after the parcel left, too; that helps nobody."""
    found = client.order(account, wish.order_id)
    if found is None:
        raise Refused("Shopify does not know this order.")
    if found["cancelledAt"]:
        raise Refused("The order was cancelled.")
    if any(each["status"] == "SUCCESS" for each in found["fulfillments"]):
        raise Refused("The order has left already. Ask the carrier to redirect the parcel.")
    body = {"id": wish.order_id, "shippingAddress": compose.address(wish.address)}
    client.change(account, mutations.UPDATE_ORDER, input=body)
    return done(wish.order_id)


def resend(account: Account, wish: ResendOrder, key: str) -> Receipt:
    """A draft is nothing yet: only completing it makes an order."""
    found = order(account, lookups.AGAIN, wish.order_id)
    draft = client.change(account, mutations.DRAFT, input=compose.same_goods(wish, found, key))
    made = client.change(account, mutations.COMPLETE_DRAFT, id=draft["draftOrder"]["id"])
    return done(made["draftOrder"]["order"]["id"])


def order(account: Account, question: str, order_id: str, **more: object) -> Json:
    found: Json | None = client.look(account, question, id=order_id, **more)["order"]
    if found is None:
        raise Refused("Shopify does not know this order.")
    return found


def _paid_back(account: Account, body: Json, key: str) -> Receipt:
    return done(client.change(account, mutations.REFUND, input=body, key=key)["refund"]["id"])
