"""Returns, and the seller's refunds without goods, which are returns to TikTok."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import (
    PARAMETER,
    Json,
    Refusal,
    paged,
    seconds,
    within,
    written,
)
from connectors.channels.tiktok.pretend.cancellations import is_cancellation
from connectors.channels.tiktok.pretend.money import PAYING, Money, amounts, named_lines, pieces, worth
from connectors.channels.tiktok.pretend.orders import Orders, sku
from connectors.channels.tiktok.pretend.rights import reasons_to_reject, reject_decision
from connectors.events import ReturnStatus
from connectors.sandbox.world import Order, Refund, Return, Shop, World

MOST = 50
DUE = timedelta(days=2)
KIND, ROLE, OFFER = "return_type", "return_role", "return_offer"  # prefixes among a shop's keys, by return
STATES = {
    ReturnStatus.REQUESTED: "RETURN_OR_REFUND_REQUEST_PENDING",
    ReturnStatus.OPEN: "AWAITING_BUYER_SHIP",
    ReturnStatus.CLOSED: "RETURN_OR_REFUND_REQUEST_COMPLETE",
    ReturnStatus.DECLINED: "REFUND_OR_RETURN_REQUEST_REJECT",
    ReturnStatus.CANCELLED: "RETURN_OR_REFUND_REQUEST_CANCEL",
}


@dataclass
class Returns:
    world: World
    orders: Orders
    money: Money

    def search(self, shop: Shop, query: Mapping[str, str], body: Json) -> Json:
        found = [each for each in self._all(shop) if _fits(each, body)]
        name = query.get("sort_field", "create_time")
        found.sort(key=lambda each: int(each[name]), reverse=query.get("sort_order", "DESC") == "DESC")
        page, token = paged(query, found, MOST)
        return {"return_orders": page, "next_page_token": token, "total_count": len(found)}

    def make(self, shop: Shop, body: Json) -> Json:
        order = self.orders.order(shop, body.get("order_id"))
        lines = named_lines(order, body)
        if body.get("return_type") == "REFUND":
            value = Decimal(str(body.get("refund_total") or worth(order, lines)))
            if not 0 < value <= worth(order, lines):
                raise Refusal(PARAMETER, "refund_total is more than what can go back.")
            made = self.money.pay_back(order, value, str(body.get("return_reason")), lines=lines)
            return {"return_id": numbers.refund(made), "return_status": "RETURN_OR_REFUND_REQUEST_SUCCESS"}
        counts = lines or {line.id: line.quantity for line in order.lines}
        first, *more = counts
        back = Return(
            self.world.next_id(),
            f"{order.number}-R{len(order.returns) + 1}",
            ReturnStatus.OPEN.value,
            str(body.get("return_reason")),
            first,
            sum(counts.values()),
            self.world.clock.now(),
            more={line: counts[line] for line in more},
        )
        order.returns.append(back)
        shop.keys[f"{ROLE}:{back.id}"] = "SELLER"
        self.world.touch(order)
        return {"return_id": numbers.back(back), "return_status": STATES[ReturnStatus.OPEN]}

    def approve(self, shop: Shop, number: str, body: Json) -> Json:
        order, back = self.named(shop, number)
        decision, stands = str(body.get("decision")), ReturnStatus(back.status)
        refund_only = kind_of(shop, back) == "REFUND"
        match decision:
            case "APPROVE_RETURN" if stands is ReturnStatus.REQUESTED and not refund_only:
                if body.get("buyer_keep_item"):
                    self._pay(order, back)
                else:
                    self._stand(order, back, ReturnStatus.OPEN)
            case "APPROVE_REFUND" if stands is ReturnStatus.REQUESTED and refund_only:
                self._pay(order, back)
            case "APPROVE_RECEIVED_PACKAGE" if stands is ReturnStatus.OPEN and back.arrived:
                self._pay(order, back)
            case "OFFER_PARTIAL_REFUND" if stands is ReturnStatus.REQUESTED:
                part = Decimal(str(body["partial_refund"]["amount"]))
                if not 0 < part <= self._worth(order, back):
                    raise Refusal(PARAMETER, "partial_refund is invalid.")
                shop.keys[f"{OFFER}:{back.id}"] = written(part)
                self._stand(order, back, stands)
            case _:
                raise Refusal(PARAMETER, f"{decision} is not possible in this state.")
        return {}

    def reject(self, shop: Shop, number: str, body: Json) -> Json:
        order, back = self.named(shop, number)
        if body.get("decision") != reject_decision(shop, back):
            raise Refusal(PARAMETER, "decision is not possible in this state.")
        if body.get("reject_reason") not in reasons_to_reject(str(body["decision"])):
            raise Refusal(PARAMETER, "reject_reason is invalid.")
        self._stand(order, back, ReturnStatus.DECLINED)
        return {}

    def named(self, shop: Shop, number: str) -> tuple[Order, Return]:
        for order in shop.orders.values():
            for back in order.returns:
                if numbers.back(back) == number:
                    return order, back
        raise Refusal(PARAMETER, "return_id is invalid.")

    def _stand(self, order: Order, back: Return, status: ReturnStatus) -> None:
        back.status, back.changed_at = status.value, self.world.clock.now()
        self.world.touch(order)

    def _pay(self, order: Order, back: Return) -> None:
        back.status, back.changed_at = ReturnStatus.CLOSED.value, self.world.clock.now()
        self.money.pay_back(order, self._worth(order, back), "Return", back.id)

    def _worth(self, order: Order, back: Return) -> Decimal:
        return worth(order, back.goods)

    def _all(self, shop: Shop) -> Iterator[Json]:
        for order in shop.orders.values():
            for back in order.returns:
                yield self.shown(shop, order, back)
            for refund in order.refunds:
                if not refund.return_id and not is_cancellation(refund):
                    yield self._seller_refund(shop, order, refund)

    def shown(self, shop: Shop, order: Order, back: Return) -> Json:
        status = ReturnStatus(back.status)
        paid = [each for each in order.refunds if each.return_id == back.id]
        value = sum((each.amount for each in paid), Decimal(0)) or self._worth(order, back)
        state = STATES[status]
        if back.arrived and status in (ReturnStatus.OPEN, ReturnStatus.DECLINED):
            state = "BUYER_SHIPPED_ITEM" if status is ReturnStatus.OPEN else "REJECT_RECEIVE_PACKAGE"
        if paid and not all(self.money.is_there(each) for each in paid):
            state = "RETURN_OR_REFUND_REQUEST_SUCCESS"
        shown = _body(shop, order, numbers.back(back), value) | {
            "return_type": kind_of(shop, back),
            "return_status": state,
            "role": shop.keys.get(f"{ROLE}:{back.id}", "BUYER"),
            "return_reason": "ecom_order_delivered_refund_and_return_reason_other",
            "return_reason_text": back.reason,
            "create_time": seconds(back.at),
            "update_time": max(
                [seconds(back.changed_at or back.at), *(self._settled_at(each) for each in paid)]
            ),
            "return_line_items": list(_lines(shop, order, back.goods)),
        }
        if offered := shop.keys.get(f"{OFFER}:{back.id}"):
            part = {"currency": shop.currency, "amount": offered}
            return shown | {
                "return_status": "AWAITING_BUYER_RESPONSE",
                "seller_proposed_return_type": "PARTIAL_REFUND",
                "partial_refund": part,
            }
        if status is ReturnStatus.REQUESTED or (status is ReturnStatus.OPEN and back.arrived):
            action = (
                "RECEIVE_PACKAGE"
                if back.arrived
                else "REFUND"
                if shown["return_type"] == "REFUND"
                else "RETURN"
            )
            deadline = seconds((back.changed_at or back.at) + DUE)
            shown["seller_next_action_response"] = [
                {"action": f"SELLER_RESPOND_{action}", "deadline": deadline}
            ]
        return shown

    def _seller_refund(self, shop: Shop, order: Order, refund: Refund) -> Json:
        there = self.money.is_there(refund)
        counts = refund.lines or {line.id: line.quantity for line in order.lines}
        return _body(shop, order, numbers.refund(refund), refund.amount) | {
            "return_type": "REFUND",
            "return_status": "RETURN_OR_REFUND_REQUEST_COMPLETE"
            if there
            else "RETURN_OR_REFUND_REQUEST_SUCCESS",
            "role": "SELLER",
            "return_reason": "ecom_order_delivered_refund_reason_other_seller",
            "return_reason_text": refund.note or "Agreed with the buyer",
            "create_time": seconds(refund.at),
            "update_time": self._settled_at(refund),
            "return_line_items": list(_lines(shop, order, counts)),
        }

    def _settled_at(self, refund: Refund) -> int:
        return seconds(refund.at + PAYING if self.money.is_there(refund) else refund.at)


def kind_of(shop: Shop, back: Return) -> str:
    return shop.keys.get(f"{KIND}:{back.id}", "RETURN_AND_REFUND")


def _body(shop: Shop, order: Order, number: str, value: Decimal) -> Json:
    return {"order_id": order.number, "return_id": number, "refund_amount": amounts(shop, value)}


def _lines(shop: Shop, order: Order, counts: dict[int, int]) -> Iterator[Json]:
    for line in order.lines:
        product = shop.products[line.product_id]
        for piece in pieces([line], counts):
            yield {
                "return_line_item_id": piece,
                "order_line_item_id": piece,
                "sku_id": sku(line.variant_id),
                "sku_name": next(each.title for each in product.variants if each.id == line.variant_id),
                "product_name": product.title,
                "refund_amount": amounts(shop, line.price),
            }


def _fits(shown: Json, body: Json) -> bool:
    chosen = all(
        not body.get(f"{name}s") or shown[name] in body[f"{name}s"]
        for name in ("return_id", "order_id", "return_type")
    )
    timely = all(within(body, name, int(shown[name])) for name in ("create_time", "update_time"))
    return (
        chosen
        and timely
        and (not body.get("return_status") or shown["return_status"] in body["return_status"])
    )
