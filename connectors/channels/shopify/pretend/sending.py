"""Orders that an app makes: drafts, and what they become."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number
from connectors.channels.shopify.pretend.nodes import order_node
from connectors.channels.shopify.pretend.paying import address_of
from connectors.channels.shopify.pretend.shapes import gid, paged
from connectors.sandbox.world import Line, Order, Shopper


class Sending(Desk):
    def draftOrderCreate(self, info: Any, input: Json) -> Json:
        return answered("draftOrder", lambda: self._draft(input))

    def _draft(self, asked: Json) -> Json:
        known = {each.id for product in self.shop_.products.values() for each in product.variants}
        if any(number(each["variantId"]) not in known for each in asked.get("lineItems") or ()):
            raise No("Merchandise does not exist")
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
        for product in self.shop_.products.values():
            for variant in product.variants:
                if variant.id == variant_id:
                    return Line(self.world.next_id(), product.id, variant.id, count, variant.price)
        raise No("Merchandise does not exist")

    def customer(self, info: Any, id: str) -> Json | None:
        found = self.shop_.shoppers.get(number(id))
        return self._customer(found) if found else None

    def _customer(self, shopper: Shopper) -> Json:
        def orders(info: Any, first: int = 50, reverse: bool = False, **_: Any) -> Json:
            mine = [each for each in self.shop_.orders.values() if each.shopper_id == shopper.id]
            mine.sort(key=lambda each: (each.placed_at, each.id), reverse=reverse)
            shown = paged(mine, lambda each: order_node(self.world, self.shop_, each, self.base))
            return shown(info, first)

        return {"id": gid("Customer", shopper.id), "orders": orders}
