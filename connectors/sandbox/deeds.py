"""What was done about an order at its platform, in a sentence each: the same on its page, the shopper's and in the API."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.sandbox.world import Order, Return, Shop


def deeds(shop: Shop, order: Order) -> list[str]:
    return list(_deeds(shop, order))


def _deeds(shop: Shop, order: Order) -> Iterator[str]:
    if order.cancelled_at:
        yield f"Cancelled {order.cancelled_at:%Y-%m-%d %H:%M}."
    for refund in order.refunds:
        yield f"Refunded {shop.money(refund.amount)} {refund.at:%Y-%m-%d %H:%M}. {refund.note}".strip()
    for back in order.returns:
        yield from _of_return(back)
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
            said = " ".join([*dispute.log, *dispute.evidence.values()])
            yield f"{dispute.kind.capitalize()}, {dispute.state.replace('_', ' ')}. {said}".strip()


def _of_return(back: Return) -> Iterator[str]:
    label = f" Label: {back.label}" if back.label else ""
    goods = " Goods are back." if back.arrived else ""
    yield f"Return {back.name}, {back.status}: {back.quantity} piece(s), {back.reason or 'no reason'}.{goods}{label}"
    for variant, count in back.exchange.items():
        yield f"{back.name} is exchanged for {count} × variant {variant}."
