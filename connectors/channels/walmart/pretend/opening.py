"""A seller opens an account at Walmart: a shop of its own, with shoppers behind relay addresses and orders."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from connectors.channels.walmart.pretend.gate import KIND
from connectors.channels.walmart.pretend.letters import notices
from connectors.events import DisputeKind, DisputeState, Fulfiller
from connectors.sandbox.cast import Plan
from connectors.sandbox.opening import fill
from connectors.sandbox.world import Dispute, Order, Refund, Shop, Shopper, World

FIRST_NUMBER = 200_013_000_000_000
_PLANS = (
    Plan(days=0.2),
    Plan(days=0.9),
    Plan(days=1.4),  # its shopper wants it cancelled
    Plan((("label", "ups"),)),
    Plan((("transit", "ups"),)),
    Plan((("transit", "usps"),)),
    Plan((("near", "fedex"),)),
    Plan((("out", "usps"),)),
    Plan((("delayed", "ups"),)),
    Plan((("attempted", "usps"),)),
    Plan((("stalled", "usps"),)),
    Plan((("delivered", "ups"),), days=1),
    Plan((("delivered", "fedex"),), days=2.5),  # refunded by Walmart's care
    Plan((("delivered", "usps"),), days=6),
    Plan((("delivered", "ups"),), days=9, then="returning"),
    Plan((("delivered", "usps"),), days=14, then="returned"),
    Plan((("delivered", "ups"),), days=10, then="partly refunded"),
    Plan(days=5, then="cancelled"),
    Plan((("delivered", "usps"),), days=21),
    Plan((("delivered", "ups"),), days=33),
)
_TO_CANCEL, _BY_CARE = 2, 12
_BY_WALMART = (6, 13, 18)  # shipped from Walmart's own warehouse


def open_shop(world: World, store: Shop, now: datetime) -> None:
    rng = Random(f"{KIND} {store.slug}")
    shop = _shop(store)
    placed = fill(
        world,
        shop,
        _PLANS,
        now,
        rng,
        people=len(_PLANS) - 4,
        known_as=lambda shopper: _behind_relay(shopper, shop),
        number=lambda at: str(FIRST_NUMBER + (at + 1) * 7_919),
        delivers_within=timedelta(days=6),
    )
    for n in _BY_WALMART:
        placed[n].fulfilled_by = Fulfiller.PLATFORM.value
    placed[_TO_CANCEL].cancel_requested_at = now - timedelta(hours=2)
    placed[_TO_CANCEL].updated_at = now - timedelta(hours=2)
    _refund_by_care(world, shop, placed[_BY_CARE], now)
    notices(world, shop, now)


def _shop(store: Shop) -> Shop:
    slug = store.slug
    return Shop(
        domain=f"{slug}.walmart.example",
        name=f"{store.name} on Walmart",
        mailbox=f"walmart@{slug}.example",
        mail_password=f"{slug}-walmart-mail-password",
        access_token="",
        client_id=f"{slug}-walmart-client-id",
        client_secret=f"{slug}-walmart-client-secret",
        platform=KIND,
        brand=slug,
        seller_id=f"1000{int(hashlib.sha256(slug.encode()).hexdigest()[:6], 16):08d}",
        products=store.products,
        warehouse=store.warehouse,
    )


def _behind_relay(shopper: Shopper, shop: Shop) -> Shopper:
    alias = hashlib.sha256(f"{shop.domain}{shopper.id}".encode()).hexdigest()[:32]
    return replace(shopper, email=f"{alias}@relay.walmart.com")


def _refund_by_care(world: World, shop: Shop, order: Order, now: datetime) -> None:
    opened = (now - timedelta(hours=19)).replace(microsecond=0)
    line = order.lines[0]
    name = f"4029{world.next_id():014d}"
    shop.disputes[name] = Dispute(
        id=name,
        kind=DisputeKind.CLAIM,
        state=DisputeState.ACTION_NEEDED,
        order_id=order.id,
        reason="Customer says the parcel never came",
        amount=Decimal(line.price * line.quantity),
        opened_at=opened,
        updated_at=opened,
        due_at=opened + timedelta(hours=48),
    )
    order.refunds.append(
        Refund(world.next_id(), shop.disputes[name].amount, opened, "Refund by customer care")
    )
    order.financial_status = "partially_refunded"
    order.updated_at = opened
