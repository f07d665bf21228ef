"""A seller opens an account at Amazon: a shop of its own, with buyers behind aliases, orders and two disputes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from connectors.channels.amazon.pretend.gate import KIND
from connectors.channels.amazon.pretend.letters import ALIASES, notices, wrote
from connectors.events import DisputeKind, DisputeState, Fulfiller
from connectors.sandbox.cast import Plan
from connectors.sandbox.opening import fill
from connectors.sandbox.world import Dispute, Order, Shop, Shopper, World

_PLANS = (
    Plan(days=0.2),
    Plan(days=0.8),
    Plan(days=1.5),  # its buyer wants it cancelled
    Plan((("label", "usps"),)),
    Plan((("transit", "ups"),)),
    Plan((("transit", "usps"),)),
    Plan((("near", "ups"),)),
    Plan((("out", "usps"),)),
    Plan((("delayed", "ups"),)),
    Plan((("stalled", "usps"),)),  # claimed under the A-to-z guarantee
    Plan((("attempted", "ups"),)),
    Plan((("damaged", "fedex"),)),
    Plan((("delivered", "usps"),), days=1),
    Plan((("delivered", "ups"),), days=3),
    Plan((("delivered", "usps"),), days=5, then="return requested"),
    Plan((("delivered", "ups"),), days=9, then="returning"),
    Plan((("delivered", "usps"),), days=13, then="returned"),
    Plan((("delivered", "ups"),), days=16, then="partly refunded"),
    Plan(days=6, then="cancelled"),
    Plan((("delivered", "ups"),), days=24),  # charged back by the bank
    Plan((("delivered", "usps"),), days=37),
)
_TO_CANCEL, _CLAIMED, _CHARGED_BACK = 2, 9, 19
_LETTERS = (  # plan, hours ago, words
    (8, 19, "My parcel was meant to come yesterday and the tracking says delayed. When will it be here?"),
    (11, 7, "The box arrived torn open, according to the carrier it is damaged. What happens now?"),
    (2, 3, "I ordered this by mistake. Please cancel it before it ships."),
    (14, 1.5, "I asked for a return on Friday and have heard nothing. Do I get a label?"),
)
_BY_AMAZON = (6, 7, 13, 20)  # shipped from Amazon's own warehouse


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
        known_as=lambda shopper: _behind_alias(shopper, shop),
        number=lambda at: _number(rng),
        delivers_within=timedelta(days=7),
    )
    for n in _BY_AMAZON:
        placed[n].fulfilled_by = Fulfiller.PLATFORM.value
    placed[_TO_CANCEL].cancel_requested_at = placed[_TO_CANCEL].updated_at = now - timedelta(hours=3)
    _dispute(shop, placed[_CLAIMED], DisputeKind.CLAIM, "The package did not arrive", now, 31, 72)
    _dispute(shop, placed[_CHARGED_BACK], DisputeKind.CHARGEBACK, "Item not received", now, 50, 168)
    notices(world, shop, now)
    for n, hours_ago, text in _LETTERS:
        wrote(world, shop, placed[n], text, (now - timedelta(hours=hours_ago)).replace(microsecond=0))


def _shop(store: Shop) -> Shop:
    slug = store.slug
    return Shop(
        domain=f"{slug}.amazon.example",
        name=f"{store.name} on Amazon",
        mailbox=f"amazon@{slug}.example",
        mail_password=f"{slug}-amazon-mail-password",
        access_token="",
        client_id=f"amzn1.application-oa2-client.{slug}",
        client_secret=f"{slug}-amazon-client-secret",
        platform=KIND,
        brand=slug,
        seller_id="A" + hashlib.sha256(f"amazon {slug}".encode()).hexdigest()[:13].upper(),
        keys={
            "application_id": f"amzn1.sp.solution.{slug}",
            "aws_access_key_id": f"AKIA{slug.upper()}",
            "aws_secret_access_key": f"{slug}-aws-secret-key",
        },
        products=store.products,
        warehouse=store.warehouse,
    )


def _behind_alias(shopper: Shopper, shop: Shop) -> Shopper:
    alias = hashlib.sha256(f"{shop.domain}{shopper.id}".encode()).hexdigest()[:15]
    return replace(shopper, email=f"{alias}{ALIASES}", phone="")


def _number(rng: Random) -> str:
    return f"11{rng.randint(1, 4)}-{rng.randint(1_000_000, 9_999_999)}-{rng.randint(1_000_000, 9_999_999)}"


def _dispute(
    shop: Shop, order: Order, kind: DisputeKind, reason: str, now: datetime, hours_ago: int, within: int
) -> None:
    """`within` is how many hours a seller has to answer."""
    opened = (now - timedelta(hours=hours_ago)).replace(microsecond=0)
    name = f"{kind.value}:{order.number}"
    shop.disputes[name] = Dispute(
        id=name,
        kind=kind.value,
        state=DisputeState.ACTION_NEEDED.value,
        order_id=order.id,
        reason=reason,
        amount=order.total,
        opened_at=opened,
        updated_at=opened,
        due_at=opened + timedelta(hours=within),
    )
