"""Ids, times, money, lists and lines as Shopify's graph shows them. Times are cut to seconds, as Shopify does."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.sandbox.world import Line, Order, Refund, Shop

Json = dict[str, Any]


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(items: Sequence[Json]) -> Callable[..., list[Json]]:
    return lambda info, first=None: list(items[:first])


def paged(items: Sequence[Any], node: Callable[[Any], Json] = lambda item: item) -> Callable[..., Json]:
    """A connection; graphql-core calls it with the field's arguments."""

    def connection(info: Any, first: int = 50, after: str | None = None) -> Json:
        start = int(base64.b64decode(after)) if after else 0
        end = start + first
        cursor = base64.b64encode(str(end).encode()).decode()
        return {
            "nodes": [node(item) for item in items[start:end]],
            "pageInfo": {"hasNextPage": end < len(items), "endCursor": cursor},
        }

    return connection


def bag(shop: Shop, amount: Decimal) -> Json:
    return {"presentmentMoney": {"amount": str(amount), "currencyCode": shop.currency}}


def line_node(shop: Shop, order: Order, line: Line) -> Json:
    product = shop.products[line.product_id]
    variant = next(each for each in product.variants if each.id == line.variant_id)
    return {
        "id": gid("LineItem", line.id),
        "title": product.title,
        "variantTitle": variant.title,
        "sku": variant.sku,
        "quantity": line.quantity + line.removed,
        "currentQuantity": line.quantity - sum(each.lines.get(line.id, 0) for each in order.refunds),
        "originalUnitPriceSet": bag(shop, line.price),
        "discountedUnitPriceAfterAllDiscountsSet": bag(shop, _discounted(order, line)),
        "product": {"id": gid("Product", product.id)},
        "variant": {"id": gid("ProductVariant", variant.id)},
        "image": None,
    }


def _discounted(order: Order, line: Line) -> Decimal:
    """With the line's share of the order's discount."""
    share = order.discount / order.subtotal if order.subtotal else Decimal(0)
    return (line.price - line.price * share).quantize(Decimal("0.01"), ROUND_HALF_UP)


def refund_node(shop: Shop, refund: Refund) -> Json:
    return {
        "id": gid("Refund", refund.id),
        "note": refund.note,
        "createdAt": time(refund.at),
        "processedAt": time(refund.at),
        "totalRefundedSet": bag(shop, refund.amount),
    }
