"""A live that is on: its viewers comment by themselves, so many a second, as platforms' webhooks tell it."""

from __future__ import annotations

import itertools
import random
import threading
import time

from connectors.sandbox.chatter import comments
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Shop, World

LIVE = "live"


def live_of(shop: Shop) -> Post | None:
    return next((post for post in shop.posts.values() if post.kind == LIVE), None)


def air(world: World, shop: Shop, count: int, per_second: float, seed: int = 7) -> threading.Thread:
    """Comments from now on, in a thread of their own. Raises LookupError where nothing is live."""
    post = live_of(shop)
    if post is None:
        raise LookupError(f"live of {shop.name}")
    thread = threading.Thread(target=_comment, args=(world, shop, post, count, per_second, seed), daemon=True)
    thread.start()
    return thread


def _comment(world: World, shop: Shop, post: Post, count: int, per_second: float, seed: int) -> None:
    dice, people = random.Random(seed), list(shop.shoppers)
    began = time.monotonic()
    for number, remark in enumerate(itertools.islice(comments(seed), count)):
        time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        said = Comment(world.next_id(), dice.choice(people), remark.text, world.clock.now())
        post.comments.append(said)
        world.changed("comment", said)
