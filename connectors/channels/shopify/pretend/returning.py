"""Goods that come back, their labels, and what goes out for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from connectors.channels.shopify.pretend.desk import Desk, Json, No, answered, number
from connectors.channels.shopify.pretend.money import refundable
from connectors.channels.shopify.pretend.nodes import fulfillment_id, order_node, return_node
from connectors.channels.shopify.pretend.shapes import gid, line_node
from connectors.events import ReturnStatus
from connectors.sandbox.world import Line, Order, Return

_COUNTED = (ReturnStatus.REQUESTED, ReturnStatus.OPEN, ReturnStatus.CLOSED)


class Returning(Desk):
    def returnableFulfillments(self, info: Any, orderId: str, first: int = 10) -> Json:
        order = self.shop_.orders.get(number(orderId))
        parcels = [self._returnable(order, each) for each in order.parcels] if order else []
        return {"nodes": parcels[:first]}

    def _returnable(self, order: Order, parcel: str) -> Json:
        inside = [each for each in order.lines if each.id in self.world.parcels[parcel].line_ids]
        nodes = [
            {
                "fulfillmentLineItem": {
                    "id": gid("FulfillmentLineItem", each.id),
                    "lineItem": line_node(self.shop_, order, each),
                },
                "quantity": count,
            }
            for each in inside
            if (count := _left(order, each.id)) > 0
        ]
        return {
            "id": gid("ReturnableFulfillment", fulfillment_id(order, parcel)),
            "returnableFulfillmentLineItems": lambda info, first=20: {"nodes": nodes[:first]},
        }

    def returnCreate(self, info: Any, returnInput: Json) -> Json:
        return answered("return", lambda: self._open(returnInput))

    def _open(self, asked: Json) -> Json:
        order = self.order_of(asked["orderId"])
        sent = {line for parcel in order.parcels for line in self.world.parcels[parcel].line_ids}
        goods: dict[int, int] = {}
        for each in asked["returnLineItems"]:
            line = number(each["fulfillmentLineItemId"])
            goods[line] = goods.get(line, 0) + each["quantity"]
            if line not in sent:
                raise No("Fulfillment line item does not exist")
            if goods[line] > _left(order, line):
                raise No("Quantity is not available for return")
        exchange = {number(e["variantId"]): e["quantity"] for e in asked.get("exchangeLineItems") or ()}
        for variant in exchange:
            self.variant_of(variant)
        first, *others = goods
        now = self.world.clock.now()
        made = Return(
            self.world.next_id(),
            f"{order.number}-R{len(order.returns) + 1}",
            ReturnStatus.OPEN.value,
            asked["returnLineItems"][0].get("returnReasonNote") or "",
            first,
            sum(goods.values()),
            now,
            {line: goods[line] for line in others},
            exchange,
        )
        order.returns.append(made)
        self.world.touch(order)
        return self._shown(order, made)

    def returnApproveRequest(self, info: Any, input: Json) -> Json:
        return answered("return", lambda: self._decide(input["id"], ReturnStatus.OPEN))

    def returnDeclineRequest(self, info: Any, input: Json) -> Json:
        return answered("return", lambda: self._decide(input["id"], ReturnStatus.DECLINED))

    def _decide(self, id: str, status: ReturnStatus) -> Json:
        order, back = self.return_of(number(id))
        if back.status != ReturnStatus.REQUESTED:
            raise No("Return is not in a state that can be decided")
        return self._moved(order, back, status)

    def returnProcess(self, info: Any, input: Json) -> Json:
        return answered("return", lambda: self._process(input))

    def _process(self, asked: Json) -> Json:
        order, back = self.return_of(number(asked["returnId"]))
        if back.status != ReturnStatus.OPEN:
            raise No("Return is not open")
        for each in asked.get("exchangeLineItems") or ():
            self._send_out(order, back, number(each["id"]) % 1_000_000, each["quantity"])
        paid = (asked.get("financialTransfer") or {}).get("issueRefund", {}).get("orderTransactions", ())
        amount = sum((Decimal(str(e["transactionAmount"]["amount"])) for e in paid), Decimal("0.00"))
        if amount:
            self.pay_back(order, amount, back.name, back.goods, back.id)
        back.arrived = True
        return self._moved(order, back, ReturnStatus.CLOSED)

    def _send_out(self, order: Order, back: Return, variant_id: int, count: int) -> None:
        """The other goods join the order; what came back is taken off their price."""
        product, variant = self.variant_of(variant_id)
        price = variant.price * count
        worth = sum((e.price * back.goods.get(e.id, 0) for e in order.lines), Decimal("0.00"))
        order.lines.append(Line(self.world.next_id(), product.id, variant.id, count, variant.price))
        order.discount += min(price, worth)

    def reverseFulfillmentOrderDispose(self, info: Any, dispositionInputs: list[Json]) -> Json:
        return answered("reverseFulfillmentOrderLineItems", lambda: self._dispose(dispositionInputs))

    def _dispose(self, asked: list[Json]) -> Json:
        found = [self.return_of(number(e["reverseFulfillmentOrderLineItemId"]) // 1000) for e in asked]
        if any(back.arrived for _, back in found):
            raise No("Quantity has already been disposed")
        for order, back in found:
            back.arrived = True
            self.world.touch(order)
        return {}

    def stagedUploadsCreate(self, info: Any, input: list[Json]) -> Json:
        targets = []
        for each in input:
            name = f"{uuid4()}-{each['filename']}"
            self.memory.uploads[name] = b""
            place = f"{self.base}/uploads/{name}"
            key = {"name": "key", "value": name}
            targets.append({"url": place, "resourceUrl": place, "parameters": [key]})
        return {"stagedTargets": targets, "userErrors": []}

    def reverseDeliveryCreateWithShipping(
        self, info: Any, reverseFulfillmentOrderId: str, labelInput: Json | None = None, **_: Any
    ) -> Json:
        return answered(
            "reverseDelivery", lambda: self._attach(number(reverseFulfillmentOrderId), labelInput or {})
        )

    def _attach(self, id: int, label: Json) -> Json:
        order, back = self.return_of(id)
        place = str(label.get("fileUrl", ""))
        if not self.memory.uploads.get(place.rpartition("/")[2]):
            raise No("Label file could not be read")
        back.label = place
        self.world.touch(order)
        return {"reverseDelivery": {"id": gid("ReverseDelivery", back.id)}}

    def _moved(self, order: Order, back: Return, status: ReturnStatus) -> Json:
        back.status, back.changed_at = status.value, self.world.clock.now()
        self.world.touch(order)
        return self._shown(order, back)

    def _shown(self, order: Order, back: Return) -> Json:
        node = return_node(self.shop_, order, back)
        return {"return": node | {"order": order_node(self.world, self.shop_, order, self.base)}}


def _left(order: Order, line: int) -> int:
    """How many can still come back."""
    coming = sum(e.goods.get(line, 0) for e in order.returns if e.status in _COUNTED)
    settled = sum(e.lines.get(line, 0) for e in order.refunds if e.return_id)
    return refundable(order, line) + settled - coming
