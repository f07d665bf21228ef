"""The seller's page of an order, as plain as it may be: what was bought, and everything that was done about it."""

from __future__ import annotations

from html import escape

from connectors.sandbox.deeds import deeds
from connectors.sandbox.world import Order, Shop


def order_page(shop: Shop, order: Order) -> str:
    title = escape(f"Order {order.number}")
    goods = "".join(
        f"<li>{line.quantity} × {escape(_named(shop, line.product_id, line.variant_id))}"
        for line in order.lines
        if line.quantity
    )
    done = "".join(f"<li>{escape(each)}" for each in deeds(shop, order)) or "<li>Nothing yet."
    return (
        f"<!doctype html><title>{title}</title><h1>{escape(shop.name)}: {escape(order.number)}</h1>"
        f"<ul>{goods}</ul><p>Total {shop.money(order.total)}, {order.financial_status.replace('_', ' ')}"
        f"<h2>What was done</h2><ul>{done}</ul>"
    )


def _named(shop: Shop, product_id: int, variant_id: int) -> str:
    product = shop.products[product_id]
    return f"{product.title}, {next(each.title for each in product.variants if each.id == variant_id)}"
