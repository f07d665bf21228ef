"""What a Facebook or Instagram folder's sandbox.py offers; they differ in the kind only."""

from __future__ import annotations

from connectors.meta.pretend.answers import page_id
from connectors.meta.pretend.grants import page_token
from connectors.meta.pretend.talking import letter_of
from connectors.sandbox.world import Mail, Shop, Shopper, World


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, object]) -> dict[str, str]:
    shop.keys["base_url"] = base_url  # where its files and pages lie
    return {
        "external_id": shop.seller_id,
        **({"page_id": page_id(shop)} if shop.platform == "instagram" else {}),
        "app_id": shop.client_id,
        "app_secret": shop.client_secret,
        "access_token": page_token(shop),
        "base_url": base_url,
    }


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """A direct message; there are no subjects, so an order is named in the words or not at all."""
    raw = letter_of(shop, shopper, text, to_shopper=False)
    return world.deliver_mail(shop.mailbox, raw, written=text)
