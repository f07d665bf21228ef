"""A seller opens an account at eBay: shoppers with user names, orders, disputes, and eBay's many letters."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from email.headerregistry import Address
from random import Random

from connectors.channels.ebay.pretend.conversations import EBAY, letter_of
from connectors.events import DisputeKind, DisputeState
from connectors.sandbox.cast import Plan
from connectors.sandbox.opening import fill
from connectors.sandbox.world import Dispute, Mail, Order, Shop, Shopper, World

_PLANS = (
    Plan(days=0.3),
    Plan(days=1.2),
    Plan(days=2.1),  # its shopper wants it cancelled
    Plan((("label", "usps"),)),
    Plan((("transit", "usps"),)),
    Plan((("transit", "ups"),)),
    Plan((("near", "fedex"),)),
    Plan((("out", "ups"),)),
    Plan((("delayed", "ups"),)),
    Plan((("stalled", "usps"),)),  # its shopper asks eBay where it is
    Plan((("attempted", "ups"),)),
    Plan((("delivered", "ups"),), days=1),
    Plan((("delivered", "usps"),), days=4, then="return requested"),
    Plan((("delivered", "ups"),), days=9, then="returning"),
    Plan((("delivered", "usps"),), days=14, then="returned"),
    Plan((("delivered", "fedex"),), days=7, then="partly refunded"),
    Plan(days=6, then="cancelled"),
    *(
        Plan((("delivered", carrier),), days=days, alone=True)
        for carrier, days in (
            ("ups", 5),
            ("usps", 6),
            ("ups", 8),
            ("usps", 10),
            ("ups", 7),
            ("usps", 9),
            ("ups", 11),
        )
    ),
    Plan((("delivered", "usps"),), days=18),  # its shopper's bank asks for the money back
    Plan((("delivered", "ups"),), days=26),  # its case was closed against the seller
    Plan((("transit", "ups"), ("label", "usps"))),
)
_TO_CANCEL, _ASKED, _CHARGED, _LOST = 2, 9, 24, 25
_WORDS = ("trail", "river", "lamp", "maple", "harbor", "fox", "summit", "willow", "copper", "north")

# hours ago, subject, text; {number}, {title} and {handle} are an order's
_LETTERS = (
    (2, "You sold your item: {title}", "{handle} bought {title}. Order {number}. Ship by tomorrow."),
    (5, "It is time to ship {title}", "The payment for order {number} is here. Print a shipping label."),
    (9, "Your payout is on its way", "We sent a payout to your bank. It takes one to three days."),
    (20, "A buyer wants to cancel order {number}", "{handle} asked to cancel. Answer within three days."),
    (27, "Return request for {title}", "{handle} wants to return {title}, order {number}."),
    (33, "{handle} left you feedback", "Positive: just as described."),
    (46, "Your seller level is Above Standard", "See how you did in this evaluation."),
    (58, "Changes to our user agreement", "We are updating our policies. They apply from next month."),
    (70, "Your weekly summary", "Views, watchers and sales of the last seven days."),
    (82, "You sold your item: {title}", "{handle} bought {title}. Order {number}. Ship by tomorrow."),
    (95, "A refund was sent for order {number}", "{handle} gets the money in three to five days."),
    (110, "A buyer has not received an item", "{handle} says that {title} did not arrive."),
)


def open_shop(world: World, store: Shop, now: datetime) -> None:
    rng = Random(f"ebay {store.slug}")
    shop = _shop(store)
    placed = fill(
        world,
        shop,
        _PLANS,
        now,
        rng,
        people=len(_PLANS) - 3,
        known_as=lambda shopper: _at_ebay(shopper, rng),
        number=lambda at: f"{12 + at % 9:02d}-{9100 + at * 7:05d}-{rng.randint(10_000, 99_999)}",
        delivers_within=timedelta(days=7),
    )
    placed[_TO_CANCEL].cancel_requested_at = placed[_TO_CANCEL].updated_at = now - timedelta(hours=4)
    _disputes(world, shop, placed, now)
    _letters(world, shop, sorted(placed, key=lambda order: order.placed_at), now)


def _shop(store: Shop) -> Shop:
    slug = store.slug
    return Shop(
        domain=f"{slug}.ebay.example",
        name=f"{store.name} on eBay",
        mailbox=f"ebay@{slug}.example",
        mail_password=f"{slug}-ebay-mail-password",
        access_token="",
        client_id=f"{slug}-ebay-app-id",
        client_secret=f"{slug}-ebay-cert-id",
        platform="ebay",
        brand=slug,
        seller_id=f"{slug}_official",
        keys={
            "runame": f"{slug.capitalize()}-Waybill-PRD-runame",
            "user_id": hashlib.sha256(f"ebay {slug}".encode()).hexdigest()[:11],
        },
        products=store.products,
        warehouse=store.warehouse,
    )


def _at_ebay(shopper: Shopper, rng: Random) -> Shopper:
    handle = (
        f"{rng.choice(_WORDS)}{rng.choice(('_', '-', '.'))}{shopper.first_name.lower()}{rng.randint(10, 99)}"
    )
    return replace(shopper, handle=handle, email=f"{handle}@members.ebay.example")


def _disputes(world: World, shop: Shop, placed: list[Order], now: datetime) -> None:
    def add(
        n: int, kind: DisputeKind, state: DisputeState, reason: str, ago: float, due: float | None
    ) -> None:
        order = placed[n]
        at = now - timedelta(days=ago)
        held = Dispute(
            id=str(5_300_000_000 + world.next_id()),
            kind=kind.value,
            state=state.value,
            order_id=order.id,
            reason=reason,
            amount=order.total,
            opened_at=at,
            updated_at=at,
            due_at=now + timedelta(days=due) if due else None,
        )
        shop.disputes[held.id] = held

    add(_ASKED, DisputeKind.INQUIRY, DisputeState.ACTION_NEEDED, "ITEM_NOT_RECEIVED", 1.2, 1.8)
    add(_CHARGED, DisputeKind.PAYMENT_DISPUTE, DisputeState.ACTION_NEEDED, "ITEM_NOT_RECEIVED", 2, 3)
    add(_LOST, DisputeKind.CASE, DisputeState.CLOSED, "ITEM_NOT_RECEIVED", 12, None)
    for held in shop.disputes.values():
        held.amount = held.amount.quantize(Decimal("0.01"))


def _letters(world: World, shop: Shop, orders: list[Order], now: datetime) -> None:
    """What eBay itself writes; about nine of them for each message of a shopper's."""
    to = Address(shop.name, addr_spec=shop.mailbox)
    for at, (hours, subject, text) in enumerate(_LETTERS):
        order = orders[at % len(orders)]
        words = {
            "number": order.number,
            "title": shop.products[order.lines[0].product_id].title,
            "handle": shop.shoppers[order.shopper_id].handle,
        }
        when = now - timedelta(hours=hours)
        number = world.next_id()
        sender, title, said = Address("eBay", addr_spec=EBAY), subject.format(**words), text.format(**words)
        raw = letter_of(sender, to, title, said, when, f"notice-{number}")
        world.mails.append(Mail(number, shop.mailbox, "INBOX", raw, when))
