"""What there is of a product, as its platform showed it last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from agents.actions.kind import Facts, NotPossible

if TYPE_CHECKING:
    from inbox.models import OrderLine, Product

Variant = Mapping[str, Any]  # of inbox.models.Product


def product_of(line: OrderLine) -> Product | None:
    from inbox.models import Product

    if not line.product_id_external:
        return None
    return Product.objects.filter(channel=line.order.channel_id, external_id=line.product_id_external).first()


def variants_of(line: OrderLine) -> list[Variant]:
    """All of the same product; none where the platform tells nothing of products."""
    product = product_of(line)
    return list(product.variants) if product else []


def own_variant(line: OrderLine) -> Variant | None:
    """The one that was bought."""
    found = [each for each in variants_of(line) if each["sku"] == line.sku or each["title"] == line.variant]
    return found[0] if found else None


def is_in_stock(variant: Variant, quantity: int = 1) -> bool:
    """None: nobody counts it."""
    return variant["stock"] is None or variant["stock"] >= quantity


def check_in_stock(line: OrderLine, quantity: int) -> None:
    own = own_variant(line)
    if own and not is_in_stock(own, quantity):
        raise NotPossible(f"{line.title}{f', {line.variant}' if line.variant else ''} is out of stock.")


def stock_facts(lines: Iterable[tuple[OrderLine, int]]) -> Facts:
    """Whether there is enough, not how much: each sale would change that."""
    named = [(line, own_variant(line), quantity) for line, quantity in lines]
    return {
        f"Stock of {line.title}": "enough" if is_in_stock(own, quantity) else "not enough"
        for line, own, quantity in named
        if own
    }
