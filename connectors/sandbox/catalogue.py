"""What a seller sells, as plain data. Each seller's module lists its goods; ids and stock come with the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from connectors.sandbox.world import Product, Variant, World


@dataclass(frozen=True)
class Item:
    """`sold_out` names the variants with no stock."""

    title: str
    price: str
    description: str
    attributes: Mapping[str, str]
    variants: tuple[str, ...] = ("Default Title",)
    sold_out: tuple[str, ...] = ()


def stocked(world: World, rng: Random, prefix: str, items: tuple[Item, ...]) -> dict[int, Product]:
    products = [_product(world, rng, prefix, item) for item in items]
    return {product.id: product for product in products}


def _product(world: World, rng: Random, prefix: str, item: Item) -> Product:
    stem = "".join(word[0] for word in item.title.split()).upper() + str(len(item.title))
    product_id = world.next_id()
    variants = [
        Variant(
            id=world.next_id(),
            title=title,
            sku="-".join((prefix, stem, *_codes(title))),
            price=Decimal(item.price),
            stock=0 if title in item.sold_out else rng.randint(2, 60),
        )
        for title in item.variants
    ]
    return Product(product_id, item.title, item.description, variants, dict(item.attributes))


def _codes(variant: str) -> list[str]:
    """ "Moss / M" → ["MOS", "M"]."""
    return [] if variant == "Default Title" else [part.strip()[:3].upper() for part in variant.split("/")]
