"""A seller opens an account: its mailbox, shoppers of its own, and an order for each plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from connectors.sandbox.cast import Plan
from connectors.sandbox.ordering import place_order, sketch
from connectors.sandbox.people import crowd
from connectors.sandbox.world import Order, Shop, Shopper, World

SHIPS_WITHIN = timedelta(days=2)


def mailbox_form(shop: Shop, address: str, servers: Mapping[str, Any]) -> dict[str, str]:
    """What the seller enters for one of the shop's mailboxes; nothing where no mail servers run."""
    if not servers:
        return {}
    return {
        "mail_address": address,
        "mail_password": shop.mail_password,
        "imap_host": str(servers["host"]),
        "imap_port": str(servers["imap_port"]),
        "smtp_host": str(servers["host"]),
        "smtp_port": str(servers["smtp_port"]),
        "tls": "none",
    }


def fill(
    world: World,
    shop: Shop,
    plans: Sequence[Plan],
    now: datetime,
    rng: Random,
    *,
    people: int,
    known_as: Callable[[Shopper], Shopper],
    number: Callable[[int], str],
    delivers_within: timedelta,
) -> list[Order]:
    """Opens `shop` in the world and places one order for each plan; the orders, in the order of the plans.

    `known_as` says how the platform shows a shopper. `number` gives the platform's number of the n-th purchase, from 0.
    """
    world.shops[shop.domain] = shop
    taken = {shopper.name for each in world.shops.values() for shopper in each.shoppers.values()}
    shoppers = [known_as(each) for each in crowd(world, rng, people, taken)]
    shop.shoppers = {each.id: each for each in shoppers}
    drawn = [(n, sketch(shop, shoppers[n % people], plan, now, rng)) for n, plan in enumerate(plans)]
    placed: dict[int, Order] = {}
    for at, (n, each) in enumerate(sorted(drawn, key=lambda pair: pair[1].placed_at)):
        placed[n] = order = place_order(world, shop, each, number(at), now, rng)
        order.ship_by = order.placed_at + SHIPS_WITHIN
        order.deliver_by = order.placed_at + delivers_within
    return [placed[n] for n in range(len(plans))]
