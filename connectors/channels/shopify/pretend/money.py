"""What of an order's money can still go back."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.channels.shopify.pretend.desk import Json, No, number
from connectors.channels.shopify.pretend.shapes import bag, gid, line_node
from connectors.sandbox.world import Order, Shop

GATEWAY = "shopify_payments"
_CENT = Decimal("0.01")


def refundable(order: Order, line_id: int) -> int:
    bought = next((each.quantity for each in order.lines if each.id == line_id), None)
    if bought is None:
        raise No("Line item does not exist")
    return bought - sum(each.lines.get(line_id, 0) for each in order.refunds)


def worth(order: Order, lines: dict[int, int]) -> Decimal:
    """Of so many of the lines: what was paid for them, with their share of discount and tax."""
    goods = sum((each.price * lines.get(each.id, 0) for each in order.lines), Decimal("0.00"))
    if not goods:
        return Decimal("0.00")
    return (goods + goods / order.subtotal * (order.tax - order.discount)).quantize(_CENT, ROUND_HALF_UP)


def suggested(shop: Shop, order: Order) -> Any:
    """The resolver of an order's suggestedRefund."""

    def suggest(
        info: Any,
        refundLineItems: list[Json] | None = None,
        shippingAmount: Any = None,
        suggestFullRefund: bool = False,
    ) -> Json:
        lines = {number(each["lineItemId"]): each["quantity"] for each in refundLineItems or ()}
        amount = worth(order, lines) + Decimal(str(shippingAmount or "0.00"))
        payment = {
            "gateway": GATEWAY,
            "maximumRefundableSet": bag(shop, order.left),
            "parentTransaction": {"id": gid("OrderTransaction", order.id)},
        }
        return {
            "amountSet": bag(shop, order.left if suggestFullRefund else min(amount, order.left)),
            "refundLineItems": [
                {"lineItem": line_node(shop, order, each), "location": {"id": gid("Location", 1)}}
                for each in order.lines
                if each.id in lines
            ],
            "suggestedTransactions": [payment] if order.left else [],
        }

    return suggest
