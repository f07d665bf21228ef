"""What goes back, when it is there, and what calls that were made under a key answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import Json, written
from connectors.sandbox.world import Line, Order, Refund, Shop, World

PAYING = timedelta(seconds=20)  # after which a refund has reached the shopper


@dataclass
class Money:
    world: World
    answers: dict[tuple[str, str], Json] = field(default_factory=dict)  # by shop and idempotency key

    def pay_back(
        self, order: Order, value: Decimal, note: str, return_id: int = 0, lines: dict[int, int] | None = None
    ) -> Refund:
        made = Refund(self.world.next_id(), value, self.world.clock.now(), note, lines or {}, return_id)
        order.refunds.append(made)
        whole = sum(each.amount for each in order.refunds) >= order.total
        order.financial_status = "refunded" if whole else "partially_refunded"
        self.world.touch(order)
        return made

    def is_there(self, refund: Refund) -> bool:
        return self.world.clock.now() - refund.at >= PAYING


def amounts(shop: Shop, value: Decimal) -> Json:
    return {
        "currency": shop.currency,
        "refund_total": written(value),
        "refund_subtotal": written(value),
        "refund_shipping_fee": "0.00",
        "refund_tax": "0.00",
    }


def named_lines(order: Order, body: Json) -> dict[int, int]:
    """Line id → pieces; none named means all."""
    found: dict[int, int] = {}
    for each in body.get("order_line_list") or ():
        line = numbers.line_of(each.get("order_line_item_id"))
        found[line] = found.get(line, 0) + 1
    known = {line.id for line in order.lines}
    return {line: count for line, count in found.items() if line in known}


def worth(order: Order, lines: dict[int, int]) -> Decimal:
    """Of these lines, with their tax, but no more than is left."""
    if not lines:
        return order.left
    goods = sum((line.price * lines.get(line.id, 0) for line in order.lines), Decimal("0.00"))
    share = goods / order.subtotal if order.subtotal else Decimal(0)
    return min(order.left, (goods + (order.tax - order.discount) * share).quantize(Decimal("0.01")))


def pieces(lines: list[Line], counts: dict[int, int]) -> list[str]:
    """Their TikTok numbers."""
    return [numbers.piece(line, at) for line in lines for at in range(counts.get(line.id, 0))]
