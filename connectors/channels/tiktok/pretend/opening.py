"""A seller opens a shop at TikTok: shoppers with nicknames, orders, requests to answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from connectors.channels.tiktok.pretend.cancellations import is_cancellation
from connectors.channels.tiktok.pretend.gate import KIND
from connectors.channels.tiktok.pretend.returns import KIND as RETURN_KIND
from connectors.sandbox.cast import Plan
from connectors.sandbox.opening import fill
from connectors.sandbox.world import Order, Shop, Shopper, World

_PLANS = (
    Plan(days=0.2),
    Plan(days=0.8),
    Plan(days=1.1),  # its shopper wants it cancelled
    Plan((("label", "usps"),)),
    Plan((("transit", "usps"),)),
    Plan((("delayed", "ups"),)),
    Plan((("stalled", "usps"),)),
    Plan((("delivered", "usps"),), days=1),
    Plan((("delivered", "ups"),), days=3, then="return requested"),
    Plan((("delivered", "usps"),), days=5, then="return requested"),  # money without goods
    Plan((("delivered", "ups"),), days=8, then="returning"),
    Plan((("delivered", "usps"),), days=13, then="returned"),
    Plan((("delivered", "ups"),), days=9, then="partly refunded"),
    Plan(days=4, then="cancelled"),
    Plan((("delivered", "usps"),), days=16),
)
_TO_CANCEL, _MONEY_ONLY = 2, 9
_WORDS = ("glow", "mossy", "sunny", "retro", "wild", "cozy", "lunar", "happy", "velvet", "crisp")


def open_shop(world: World, store: Shop, now: datetime) -> None:
    rng = Random(f"{KIND} {store.slug}")
    shop = _shop(store)
    placed = fill(
        world,
        shop,
        _PLANS,
        now,
        rng,
        people=len(_PLANS) - 2,
        known_as=lambda shopper: _at_tiktok(shopper, rng),
        number=lambda at: str(576_900_000_000_000_000 + (at + 1) * 7_919_000_311 + rng.randint(0, 9_999)),
        delivers_within=timedelta(days=6),
    )
    placed[_TO_CANCEL].cancel_requested_at = now - timedelta(hours=3)
    placed[_TO_CANCEL].updated_at = now - timedelta(hours=3)
    shop.keys[f"{RETURN_KIND}:{placed[_MONEY_ONLY].returns[0].id}"] = "REFUND"
    for order in placed:
        _name_refunds(order)


def _name_refunds(order: Order) -> None:
    """What went back for a return belongs to it."""
    for refund in order.refunds:
        if order.returns and not is_cancellation(refund):
            refund.return_id = order.returns[0].id


def _shop(store: Shop) -> Shop:
    slug = store.slug
    own = int(hashlib.sha256(slug.encode()).hexdigest()[:10], 16)
    return Shop(
        domain=f"{slug}.tiktok.example",
        name=f"{store.name} on TikTok Shop",
        mailbox=f"tiktok@{slug}.example",
        mail_password=f"{slug}-tiktok-mail-password",
        access_token="",
        client_id=f"{slug}-tiktok-app-key",
        client_secret=f"{slug}-tiktok-app-secret",
        platform=KIND,
        brand=slug,
        seller_id=str(7_495_000_000_000_000_000 + own),
        keys={"service_id": str(7_410_000_000_000_000_000 + own)},
        products=store.products,
        warehouse=store.warehouse,
    )


def _at_tiktok(shopper: Shopper, rng: Random) -> Shopper:
    handle = (
        f"{rng.choice(_WORDS)}{rng.choice(('.', '_', ''))}{shopper.first_name.lower()}{rng.randint(1, 99)}"
    )
    return replace(shopper, handle=handle, email=f"{handle}{shopper.id}@buyers.tiktok.example")
