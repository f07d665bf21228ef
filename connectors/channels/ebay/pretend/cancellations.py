"""Post-Order: cancellations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.channels.ebay.pretend.answers import Json, Refusal, moment, paged, pagination
from connectors.channels.ebay.pretend.deeds import Deeds
from connectors.channels.ebay.pretend.orders import Orders, request_number
from connectors.sandbox.world import Order, Shop, World


@dataclass
class Cancellations:
    world: World
    orders: Orders
    deeds: Deeds
    rejected: dict[str, datetime] = field(default_factory=dict)  # requests to cancel

    def listed(self, shop: Shop, query: Json) -> Json:
        wanted = query.get("legacy_order_id")
        found = [
            each
            for each in shop.orders.values()
            if (each.cancel_requested_at or each.cancelled_at or request_number(each) in self.rejected)
            and wanted in (None, each.number)
        ]
        page, limit, offset = paged(query, found, 25, 200)
        shown = [self._cancellation(each) for each in page]
        return {
            "cancellations": shown,
            "total": len(found),
            "paginationOutput": pagination(found, limit, offset),
        }

    def cancel(self, shop: Shop, body: Json) -> Json:
        order = self.orders.named(shop, str(body.get("legacyOrderId")))
        if order.cancelled_at or order.parcels:
            raise Refusal(409, 2200, "The order cannot be cancelled.")
        self._cancelled(order, "SELLER")
        return {"cancelId": request_number(order)}

    def decide(self, shop: Shop, wanted: str, deed: str) -> None:
        order = next((each for each in shop.orders.values() if request_number(each) == wanted), None)
        if order is None or not order.cancel_requested_at:
            raise Refusal(404, 2201, "There is no such request.")
        if deed == "approve":
            self._cancelled(order, "BUYER")
        else:
            self.rejected[wanted] = order.cancel_requested_at
            order.cancel_requested_at = None
            self.world.touch(order)

    def _cancelled(self, order: Order, by: str) -> None:
        order.cancelled_at, order.cancel_requested_at = self.world.clock.now(), None
        self.deeds.note(request_number(order), by)
        self.orders.pay_back(order, order.total, "Cancelled")

    def _cancellation(self, order: Order) -> Json:
        wanted = request_number(order)
        status = "CANCEL_REQUESTED" if order.cancel_requested_at else "CANCEL_REJECTED"
        by = self.deeds.done[wanted][0][0] if self.deeds.done[wanted] else "BUYER"
        asked = (
            order.cancel_requested_at or self.rejected.get(wanted) or order.cancelled_at or order.placed_at
        )
        return {
            "cancelId": wanted,
            "legacyOrderId": order.number,
            "cancelStatus": "CANCEL_CLOSED_WITH_REFUND" if order.cancelled_at else status,
            "requestorType": by,
            "cancelRequestDate": moment(asked),
        }
