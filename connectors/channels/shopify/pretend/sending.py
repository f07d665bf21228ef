"""Orders that an app makes: drafts, and what they become."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number
from connectors.channels.shopify.pretend.nodes import order_node
from connectors.channels.shopify.pretend.paying import address_of
from connectors.channels.shopify.pretend.shapes import gid
from connectors.sandbox.world import Line, Order


class Sending(Desk):
    def draftOrderCreate(self, info: Any, input: Json) -> Json:
        return answered("draftOrder", lambda: self._draft(input))

    def _draft(self, asked: Json) -> Json:
        for each in asked.get("lineItems") or ():
            self.variant_of(number(each["variantId"]))
        made = self.world.next_id()
        self.memory.drafts[made] = asked
        return {"draftOrder": {"id": gid("DraftOrder", made), "order": None}}

    def draftOrderComplete(self, info: Any, id: str) -> Json:
        return answered("draftOrder", lambda: self._complete(id))

    def _complete(self, id: str) -> Json:
        asked = self.memory.drafts.pop(number(id), None)
        if asked is None:
            raise No("Draft order does not exist, or is completed")
        made = self._order(asked)
        self.shop_.orders[made.id] = made
        self.world.touch(made)
        return {
            "draftOrder": {"id": id, "order": order_node(self.world, self.shop_, made, self.base)},
        }

    def _order(self, asked: Json) -> Order:
        customer = (asked.get("purchasingEntity") or {}).get("customerId") or ""
        now, taken = self.world.clock.now(), [int(e.number.lstrip("#")) for e in self.shop_.orders.values()]
        made = Order(
            self.world.next_id(),
            f"#{max(taken, default=1000) + 1}",
            number(customer) if customer else next(iter(self.shop_.shoppers)),
            now,
            now,
            [self._line(number(each["variantId"]), each["quantity"]) for each in asked["lineItems"]],
            Decimal("0.00"),
            Decimal("0.00"),
            address=address_of(asked["shippingAddress"]) if asked.get("shippingAddress") else None,
            attributes={each["key"]: each["value"] for each in asked.get("customAttributes") or ()},
        )
        share = (asked.get("appliedDiscount") or {}).get("value", 0.0)
        made.discount = (made.subtotal * Decimal(str(share)) / 100).quantize(Decimal("0.01"))
        return made

    def _line(self, variant_id: int, count: int) -> Line:
        product, variant = self.variant_of(variant_id)
        return Line(self.world.next_id(), product.id, variant.id, count, variant.price)
