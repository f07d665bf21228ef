"""Cancellations: the shopper's requests, and the seller's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import PARAMETER, Json, Refusal, paged, seconds, within
from connectors.channels.tiktok.pretend.money import Money, amounts, named_lines, worth
from connectors.channels.tiktok.pretend.orders import Orders
from connectors.channels.tiktok.pretend.rights import BUT_SHIPPED, WHY_CANCEL
from connectors.sandbox.world import Order, Refund, Shop, World

MOST = 50
DUE = timedelta(days=2)
REFUSED = "cancellation_refused"  # prefix among a shop's keys, by order: when
BY_SHOPPER, BY_SELLER = "Cancelled by the customer", "Cancelled by the seller"


def is_cancellation(refund: Refund) -> bool:
    return refund.note.startswith("Cancelled")


@dataclass
class Cancellations:
    world: World
    orders: Orders
    money: Money

    def search(self, shop: Shop, query: Mapping[str, str], body: Json) -> Json:
        found = [
            each
            for order in shop.orders.values()
            for each in self._of(shop, order)
            if all(
                not body.get(f"{name}s") or each[name] in body[f"{name}s"]
                for name in ("cancel_id", "order_id")
            )
            and within(body, "update_time", each["update_time"])
        ]
        found.sort(
            key=lambda each: int(each["update_time"]), reverse=query.get("sort_order", "DESC") == "DESC"
        )
        page, token = paged(query, found, MOST)
        return {"cancellations": page, "next_page_token": token, "total_count": len(found)}

    def make(self, shop: Shop, body: Json) -> Json:
        order = self.orders.order(shop, body.get("order_id"))
        reason, lines = str(body.get("cancel_reason")), named_lines(order, body)
        if order.cancelled_at or order.parcels or reason not in WHY_CANCEL:
            raise Refusal(PARAMETER, "The order cannot be cancelled, or cancel_reason is invalid.")
        if lines and "out_of_stock" not in reason:
            raise Refusal(PARAMETER, "Lines can be cancelled only when they are out of stock.")
        value = worth(order, lines)
        if lines:
            for line in order.lines:
                gone = min(line.quantity, lines.get(line.id, 0))
                line.quantity, line.removed = line.quantity - gone, line.removed + gone
        else:
            order.cancelled_at, order.cancel_requested_at = self.world.clock.now(), None
        made = self.money.pay_back(order, value, BY_SELLER, lines=lines)
        return {"cancel_id": numbers.cancellation(made), "cancel_status": "CANCELLATION_REQUEST_SUCCESS"}

    def approve(self, shop: Shop, number: str) -> Json:
        order = self._requested(shop, number)
        order.cancelled_at, order.cancel_requested_at = self.world.clock.now(), None
        self.money.pay_back(order, order.left, BY_SHOPPER)
        return {}

    def reject(self, shop: Shop, number: str, body: Json) -> Json:
        order = self._requested(shop, number)
        if body.get("reject_reason") not in BUT_SHIPPED:
            raise Refusal(PARAMETER, "reject_reason is invalid.")
        asked, now = order.cancel_requested_at or order.placed_at, self.world.clock.now()
        shop.keys[f"{REFUSED}:{order.id}"] = f"{asked.isoformat()} {now.isoformat()}"
        order.cancel_requested_at = None
        self.world.touch(order)
        return {}

    def _requested(self, shop: Shop, number: str) -> Order:
        for order in shop.orders.values():
            if order.cancel_requested_at and numbers.request(order) == number:
                return order
        raise Refusal(PARAMETER, "cancel_id is invalid.")

    def _of(self, shop: Shop, order: Order) -> Iterator[Json]:
        if at := order.cancel_requested_at:
            action = {"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": seconds(at + DUE)}
            waiting = _shown(order, numbers.request(order), "BUYER", "PENDING", at, at)
            yield waiting | {"seller_next_action_response": [action]}
        if refused := shop.keys.get(f"{REFUSED}:{order.id}"):
            times = [datetime.fromisoformat(each) for each in refused.split()]
            yield _shown(order, numbers.request(order), "BUYER", "CANCEL", *times)
        for refund in order.refunds:
            if is_cancellation(refund):
                by_shopper = refund.note == BY_SHOPPER
                number = numbers.request(order) if by_shopper else numbers.cancellation(refund)
                role = "BUYER" if by_shopper else "SELLER"
                status = "COMPLETE" if self.money.is_there(refund) else "SUCCESS"
                shown = _shown(order, number, role, status, refund.at, refund.at)
                yield shown | {"refund_amount": amounts(shop, refund.amount)}


def _shown(order: Order, number: str, role: str, status: str, at: datetime, changed: datetime) -> Json:
    return {
        "order_id": order.number,
        "cancel_id": number,
        "cancel_type": "BUYER_CANCEL" if role == "BUYER" else "CANCEL",
        "cancel_status": f"CANCELLATION_REQUEST_{status}",
        "role": role,
        "cancel_reason": "ecom_order_to_ship_canceled_reason_no_longer_needed",
        "cancel_reason_text": "No longer needed",
        "create_time": seconds(at),
        "update_time": seconds(changed),
    }
