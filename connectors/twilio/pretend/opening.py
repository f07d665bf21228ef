"""A seller gets a number at Twilio: people who bought in its store text it, or call."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from connectors.sandbox.world import Shop, World
from connectors.twilio.values import e164

PEOPLE = 5


def open_number(world: World, store: Shop, kind: str, name: str, first: int) -> Shop:
    """`first` is which of the store's shoppers is the first to be known here; every third follows."""
    slug = store.slug
    digest = hashlib.sha256(f"{kind} {slug}".encode()).hexdigest()
    shop = Shop(
        domain=f"{slug}.{kind}.example",
        name=f"{store.name} {name}",
        mailbox=f"{kind}@{slug}.example",
        mail_password=f"{slug}-{kind}-mail-password",
        access_token="",
        client_id=f"AC{digest[:32]}",
        client_secret=f"{slug}-{kind}-auth-token",
        platform=kind,
        brand=slug,
        seller_id=f"+1702555{int(digest[32:40], 16) % 100:04d}",
        keys={"number_sid": f"PN{digest[:32]}"},
        products=store.products,
        warehouse=store.warehouse,
    )
    people = [each for each in store.shoppers.values() if each.phone][first::3][:PEOPLE]
    shop.shoppers = {each.id: replace(each, phone=e164(each.phone)) for each in people}
    world.shops[shop.domain] = shop
    return shop


def connect(shop: Shop, base_url: str) -> dict[str, str]:
    return {
        "external_id": shop.seller_id,
        "account_sid": shop.client_id,
        "auth_token": shop.client_secret,
        "base_url": base_url,
    }
