"""Money that goes back, and orders that are cancelled or redirected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number, once
from connectors.channels.shopify.pretend.money import refundable
from connectors.channels.shopify.pretend.nodes import order_node
from connectors.channels.shopify.pretend.shapes import gid, refund_node
from connectors.events import Address, ReturnStatus
from connectors.sandbox.trouble import Kind


class Paying(Desk):
    def refundCreate(self, info: Any, input: Json) -> Json:
        return once(self.memory, info, input, lambda: answered("refund", lambda: self._refund(input)))

    def _refund(self, asked: Json) -> Json:
        order = self.order_of(asked["orderId"])
        lines = {number(e["lineItemId"]): int(e["quantity"]) for e in asked.get("refundLineItems") or ()}
        for line, count in lines.items():
            if count > refundable(order, line):
                raise No("Quantity cannot refund more items than were purchased")
        parts = asked.get("transactions") or ()
        if any(each.get("parentId") != gid("OrderTransaction", order.id) for each in parts):
            raise No("Transactions parent does not belong to the order")
        amount = sum((Decimal(str(each["amount"])) for each in parts), Decimal("0.00"))
        made = self.pay_back(order, amount, asked.get("note") or "", lines)
        self.world.touch(order)
        return {"refund": refund_node(self.shop_, made)}

    def orderCancel(self, info: Any, orderId: str, staffNote: str | None = None, **asked: Any) -> Json:
        return answered("job", lambda: self._cancel(orderId, staffNote or ""), "orderCancelUserErrors")

    def _cancel(self, id: str, note: str) -> Json:
        order = self.order_of(id)
        if order.cancelled_at:
            raise No("Order has already been cancelled")
        if order.parcels:
            raise No("Cannot cancel an order that has fulfillments")
        if any(each.status in (ReturnStatus.REQUESTED, ReturnStatus.OPEN) for each in order.returns):
            raise No("Cannot cancel an order with open returns")
        job = str(uuid4())
        self.memory.jobs.add(job)
        if self.trouble.take("shopify", Kind.REJECTED) is None:
            order.cancelled_at = self.world.clock.now()
            if order.left:
                self.pay_back(order, order.left, note, {})
            self.world.touch(order)
        return {"job": {"id": f"gid://shopify/Job/{job}", "done": False}}

    def job(self, info: Any, id: str) -> Json | None:
        return {"id": id, "done": True} if id.rpartition("/")[2] in self.memory.jobs else None

    def orderUpdate(self, info: Any, input: Json) -> Json:
        return answered("order", lambda: self._update(input))

    def _update(self, asked: Json) -> Json:
        order = self.order_of(asked["id"])
        if given := asked.get("shippingAddress"):
            if not given.get("address1") or not given.get("city"):
                raise No("Shipping address is incomplete")
            order.address = address_of(given)
        self.world.touch(order)
        return {"order": order_node(self.world, self.shop_, order, self.base)}


def address_of(given: Json) -> Address:
    name = f"{given.get('firstName') or ''} {given.get('lastName') or ''}".strip()
    return Address(
        name=name,
        lines=tuple(line for part in ("address1", "address2") if (line := given.get(part))),
        city=given.get("city") or "",
        region=given.get("provinceCode") or "",
        postal_code=given.get("zip") or "",
        country=given.get("countryCode") or "",
        phone=given.get("phone") or "",
    )
