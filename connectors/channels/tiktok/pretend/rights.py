"""What may be begun and decided now, and for which reasons: TikTok is asked before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import PARAMETER, Json, Refusal
from connectors.channels.tiktok.pretend.money import amounts, named_lines, worth
from connectors.channels.tiktok.pretend.orders import Orders, sku
from connectors.events import ParcelStatus, ReturnStatus
from connectors.sandbox.world import Order, Return, Shop, World

WHY_CANCEL = (
    "seller_cancel_paid_reason_out_of_stock",
    "seller_cancel_reason_wrong_price",
    "seller_cancel_paid_reason_address_not_deliver",
    "seller_cancel_paid_reason_buyer_requested_cancellation",
)
WHY_REFUND = (
    "ecom_order_delivered_refund_reason_missing_product_seller",
    "ecom_order_delivered_refund_reason_damaged_seller",
    "ecom_order_delivered_refund_reason_not_received_seller",
    "ecom_order_delivered_refund_reason_agreement_with_buyer_seller",
)
WHY_RETURN = (
    "ecom_order_delivered_refund_and_return_reason_wrong_product_seller",
    "ecom_order_delivered_refund_and_return_reason_damaged_seller",
    "ecom_order_delivered_refund_and_return_reason_no_longer_needed_seller",
)
BUT_SHIPPED = ("seller_reject_apply_product_has_been_packed", "seller_reject_apply_product_is_shipped")
_BUT_REFUND = ("reverse_reject_request_reason_other", "reverse_reject_request_reason_item_as_described")
_BUT_PACKAGE = ("reverse_reject_package_reason_used", "reverse_reject_package_reason_other")


class Rights:
    def __init__(self, world: World, orders: Orders, find: Any) -> None:
        """`find` gives the order and the return of a number."""
        self.world, self.orders, self.find = world, orders, find

    def eligibility(self, shop: Shop, number: str, query: Mapping[str, str]) -> Json:
        order = self.orders.order(shop, number)
        request = str(query.get("request_types", ""))
        why, reasons = self._may(order, request)
        shown = [
            {
                "sku_id": sku(line.variant_id),
                "line_item_eligibility": [
                    {
                        "request_type": request,
                        "order_line_items_ids": [numbers.piece(line, at) for at in range(line.quantity)],
                        "eligible": not why,
                        **({"ineligible_code": 1, "ineligible_reason": why} if why else {}),
                        "available_reason_names": [] if why else list(reasons),
                    }
                ],
            }
            for line in order.lines
        ]
        return {"sku_eligibility": shown}

    def calculate(self, shop: Shop, body: Json) -> Json:
        order = self.orders.order(shop, body.get("order_id"))
        return {"order_refund_amount": amounts(shop, worth(order, named_lines(order, body)))}

    def decisions(self, shop: Shop, query: Mapping[str, str]) -> Json:
        number, asked = query.get("return_or_cancel_id", ""), query.get("check_decisions", "")
        for order in shop.orders.values():
            if numbers.request(order) == number:
                open_ = order.cancel_requested_at is not None
                return {"decisions": [_decision(asked, open_, BUT_SHIPPED if "REJECT" in asked else ())]}
        order, back = self.find(shop, number)
        stands = ReturnStatus(back.status)
        possible = {reject_decision(shop, back)}
        if stands is ReturnStatus.REQUESTED:
            possible |= {"APPROVE_REFUND" if is_refund_only(shop, back) else "APPROVE_RETURN"}
        if stands is ReturnStatus.OPEN and back.arrived:
            possible |= {"APPROVE_RECEIVED_PACKAGE"}
        return {"decisions": [_decision(asked, asked in possible, reasons_to_reject(asked))]}

    def _may(self, order: Order, request: str) -> tuple[str, tuple[str, ...]]:
        """Why not, or "", and the reasons there are."""
        arrived = any(self.world.parcels[each].status is ParcelStatus.DELIVERED for each in order.parcels)
        if request not in ("CANCEL", "REFUND", "RETURN_AND_REFUND"):
            raise Refusal(PARAMETER, "request_types is invalid.")
        if order.cancelled_at:
            return "The order is cancelled", ()
        if request == "CANCEL":
            return ("The order has been shipped" if order.parcels else ""), WHY_CANCEL
        if not order.parcels:
            return "The order has not been shipped", ()
        if not order.left:
            return "Nothing is left to go back", ()
        if any(each.status in (ReturnStatus.REQUESTED, ReturnStatus.OPEN) for each in order.returns):
            return "A request is open for this order", ()
        if request == "REFUND":
            return "", WHY_REFUND
        return ("" if arrived else "The order has not been delivered"), WHY_RETURN


def is_refund_only(shop: Shop, back: Return) -> bool:
    return shop.keys.get(f"return_type:{back.id}") == "REFUND"


def reject_decision(shop: Shop, back: Return) -> str:
    """ "" where it is too late."""
    if back.status == ReturnStatus.OPEN and back.arrived:
        return "REJECT_RECEIVED_PACKAGE"
    if back.status != ReturnStatus.REQUESTED:
        return ""
    return "REJECT_REFUND" if is_refund_only(shop, back) else "REJECT_RETURN"


def reasons_to_reject(decision: str) -> tuple[str, ...]:
    if not decision.startswith("REJECT"):
        return ()
    return _BUT_PACKAGE if decision == "REJECT_RECEIVED_PACKAGE" else _BUT_REFUND


def _decision(name: str, eligible: bool, reasons: tuple[str, ...]) -> Json:
    shown: Json = {"decision": name, "eligible": eligible}
    if not eligible:
        return shown | {
            "ineligible_code": 1,
            "ineligible_reason": "the request is settled, or not at this step",
        }
    return shown | {
        "available_reject_reasons": [{"name": each, "text": each.replace("_", " ")} for each in reasons]
    }
