"""The seller's page of an order, as plain as it may be: what was bought, and everything that was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from connectors.sandbox.world import Order, Shop


def order_page(shop: Shop, order: Order) -> str:
    title = escape(f"Order {order.number}")
    goods = "".join(
        f"<li>{line.quantity} × {escape(_named(shop, line.product_id, line.variant_id))}"
        for line in order.lines
        if line.quantity
    )
    deeds = "".join(f"<li>{escape(each)}" for each in _deeds(shop, order)) or "<li>Nothing yet."
    return (
        f"<!doctype html><title>{title}</title><h1>{escape(shop.name)}: {escape(order.number)}</h1>"
        f"<ul>{goods}</ul><p>Total {shop.money(order.total)}, {order.financial_status.replace('_', ' ')}"
        f"<h2>What was done</h2><ul>{deeds}</ul>"
    )


def _deeds(shop: Shop, order: Order) -> Iterator[str]:
    if order.cancelled_at:
        yield f"Cancelled {order.cancelled_at:%Y-%m-%d %H:%M}."
    for refund in order.refunds:
        yield f"Refunded {shop.money(refund.amount)} {refund.at:%Y-%m-%d %H:%M}. {refund.note}".strip()
    for back in order.returns:
        label = f" Label: {back.label}" if back.label else ""
        goods = " Goods are back." if back.arrived else ""
        yield f"Return {back.name}, {back.status}: {back.quantity} piece(s), {back.reason or 'no reason'}.{goods}{label}"
        for variant, count in back.exchange.items():
            yield f"{back.name} is exchanged for {count} × variant {variant}."
    if order.address:
        place = order.address
        parts = (place.name, *place.lines, place.city, place.region, place.postal_code, place.country)
        yield f"Goes to {', '.join(part for part in parts if part)}."
    if first := order.attributes.get("replaces"):
        yield f"Replaces {first}."
    for credit in shop.shoppers[order.shopper_id].credits:
        yield f"The shopper has credit of {shop.money(credit.amount)} since {credit.at:%Y-%m-%d %H:%M}."
    for dispute in shop.disputes.values():
        if dispute.order_id == order.id:
            said = " ".join(dispute.evidence.values())
            yield f"{dispute.kind.capitalize()}, {dispute.state.replace('_', ' ')}. {said}".strip()


def _named(shop: Shop, product_id: int, variant_id: int) -> str:
    product = shop.products[product_id]
    return f"{product.title}, {next(each.title for each in product.variants if each.id == variant_id)}"
