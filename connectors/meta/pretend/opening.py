"""A seller opens a Page or an Instagram account: people who follow it, posts, an ad and, on Instagram, a live.

Nobody buys there: who writes may be a customer of the seller's store, and has to prove it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.events import Spot
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Shop, Shopper, World

PEOPLE = 12
_SAID = (  # hours ago, under which post, by whom, what
    (30, 0, 2, "These look great! Do they run small?"),
    (21, 0, 3, "I got mine last week, love it"),
    (5, 1, 4, "Do you ship to Canada?"),
)


def open_shop(kind: str, world: World, store: Shop, now: datetime) -> None:
    slug = store.slug
    number = int(hashlib.sha256(f"{kind} {slug}".encode()).hexdigest()[:11], 16) % 10**12
    shop = Shop(
        domain=f"{slug}.{kind}.example",
        name=f"{store.name} on {kind.capitalize()}",
        mailbox=f"{kind}@{slug}.example",
        mail_password=f"{slug}-{kind}-mail-password",
        access_token="",
        client_id=str(517_000_000_000 + number % 10**9),
        client_secret=hashlib.sha256(f"{slug} {kind} app secret".encode()).hexdigest()[:32],
        platform=kind,
        brand=slug,
        seller_id=f"17841{number:012d}" if kind == "instagram" else f"1{number:014d}",
        keys={"user_id": f"10{number:015d}", "username": f"{slug}.official"},
        products=store.products,
        warehouse=store.warehouse,
    )
    world.shops[shop.domain] = shop
    followers = [_follower(world, kind, each) for each in list(store.shoppers.values())[:PEOPLE]]
    shop.shoppers = {each.id: each for each in followers}
    _post(world, shop, now)
    for hours, place, who, text in _SAID:
        post = list(shop.posts.values())[place]
        at = now - timedelta(hours=hours)
        post.comments.append(Comment(world.next_id(), followers[who].id, text, at))


def _follower(world: World, kind: str, shopper: Shopper) -> Shopper:
    handle = f"{shopper.first_name}.{shopper.last_name}".lower().replace(" ", "")
    return replace(shopper, id=world.next_id(), handle=handle, email=f"{handle}@{kind}.example", credits=[])


def _post(world: World, shop: Shop, now: datetime) -> None:
    products = list(shop.products.values())
    shown = [
        (Spot.POST, f"New in: {products[0].title}", 40, products[:1]),
        (Spot.AD, f"Made to last: {products[1].title}", 90, products[1:2]),
    ]
    if shop.platform == "instagram":
        shown.append((Spot.LIVE, "Live: what is new this week", 1, products[:3]))
    for spot, title, hours, about in shown:
        number = (
            f"{shop.seller_id}_{world.next_id()}"
            if shop.platform == "facebook"
            else f"1790{world.next_id():013d}"
        )
        ids = [each.id for each in about]
        shop.posts[number] = Post(number, spot.value, title, now - timedelta(hours=hours), ids)
