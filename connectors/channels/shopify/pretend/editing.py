"""Orders that are edited, and disputes that are answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.channels.shopify.pretend.claims import EVIDENCE, evidence_node
from connectors.channels.shopify.pretend.desk import Desk, Edit, Json, No, answered, number
from connectors.channels.shopify.pretend.nodes import order_node
from connectors.channels.shopify.pretend.shapes import bag, gid, paged
from connectors.events import DisputeState
from connectors.sandbox.world import Line


class Editing(Desk):
    def orderEditBegin(self, info: Any, id: str) -> Json:
        return answered("calculatedOrder", lambda: self._begin(id))

    def _begin(self, id: str) -> Json:
        order = self.order_of(id)
        if order.cancelled_at:
            raise No("Order is cancelled and cannot be edited")
        made, sent = self.world.next_id(), self._sent(order.parcels)
        quantities = {each.id: each.quantity for each in order.lines if each.id not in sent}
        self.memory.edits[made] = Edit(order.id, quantities)
        return self._calculated(made)

    def _sent(self, parcels: list[str]) -> set[int]:
        return {line for number in parcels for line in self.world.parcels[number].line_ids}

    def orderEditSetQuantity(self, info: Any, id: str, lineItemId: str, quantity: int, **_: Any) -> Json:
        return answered("calculatedOrder", lambda: self._set(number(id), number(lineItemId), quantity))

    def _set(self, edit: int, line: int, count: int) -> Json:
        quantities = self._edit(edit).quantities
        if line not in quantities or not 0 <= count <= quantities[line]:
            raise No("Line item cannot be edited to this quantity")
        quantities[line] = count
        return self._calculated(edit)

    def orderEditAddVariant(self, info: Any, id: str, variantId: str, quantity: int, **_: Any) -> Json:
        return answered("calculatedOrder", lambda: self._add(number(id), number(variantId), quantity))

    def _add(self, edit: int, variant_id: int, count: int) -> Json:
        _, variant = self.variant_of(variant_id)
        if count > variant.stock:
            raise No("There are not enough of this variant in stock")
        self._edit(edit).added.append((variant_id, count))
        return self._calculated(edit)

    def orderEditCommit(self, info: Any, id: str, **_: Any) -> Json:
        return answered("order", lambda: self._commit(number(id)))

    def _commit(self, id: int) -> Json:
        edit = self._edit(id)
        order = self.shop_.orders[edit.order_id]
        if self._sent(order.parcels) & edit.quantities.keys():
            raise No("Order was changed since the edit began")
        for line in order.lines:
            left = edit.quantities.get(line.id, line.quantity)
            line.removed, line.quantity = line.removed + line.quantity - left, left
        for variant_id, count in edit.added:
            product, variant = self.variant_of(variant_id)
            order.lines.append(Line(self.world.next_id(), product.id, variant.id, count, variant.price))
        del self.memory.edits[id]
        self.world.touch(order)
        return {"order": order_node(self.world, self.shop_, order, self.base)}

    def _edit(self, id: int) -> Edit:
        if id not in self.memory.edits:
            raise No("The edit session does not exist or has expired")
        return self.memory.edits[id]

    def _calculated(self, id: int) -> Json:
        """What is owed is what the edit makes the goods dearer."""
        edit = self._edit(id)
        order = self.shop_.orders[edit.order_id]
        less = sum(
            (
                each.price * (each.quantity - edit.quantities.get(each.id, each.quantity))
                for each in order.lines
            ),
            Decimal("0.00"),
        )
        more = sum((self.variant_of(each)[1].price * count for each, count in edit.added), Decimal("0.00"))
        lines = [
            {"id": gid("CalculatedLineItem", line), "quantity": count}
            for line, count in edit.quantities.items()
        ]
        shown = {"id": gid("CalculatedOrder", id), "lineItems": paged(lines)}
        return {"calculatedOrder": shown | {"totalOutstandingSet": bag(self.shop_, more - less)}}

    def productVariant(self, info: Any, id: str) -> Json | None:
        try:
            product, variant = self.variant_of(number(id))
        except No:
            return None
        return {"id": gid("ProductVariant", variant.id), "product": {"id": gid("Product", product.id)}}

    def disputeEvidenceUpdate(self, info: Any, id: str, input: Json) -> Json:
        return answered("disputeEvidence", lambda: self._prove(id.rpartition("/")[2], input))

    def _prove(self, id: str, asked: Json) -> Json:
        found = self.shop_.disputes.get(id)
        if found is None:
            raise No("Dispute does not exist")
        if found.state != DisputeState.ACTION_NEEDED:
            raise No("Evidence can no longer be changed")
        found.evidence |= {name: asked[name] for name in EVIDENCE if asked.get(name)}
        found.updated_at = self.world.clock.now()
        found.log.append("Evidence added")
        if asked.get("submitEvidence"):
            found.state = DisputeState.WAITING.value
            found.log.append("Evidence submitted")
        self.world.changed("dispute", found)
        return {"disputeEvidence": evidence_node(found)}
