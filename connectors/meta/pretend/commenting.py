"""Posts, and what is said under them: written by people on the pages here, answered and hidden by the API."""

from __future__ import annotations

from connectors.meta.pretend.answers import (
    Json,
    Refusal,
    comment,
    comment_id,
    listed,
    no_such,
    person_id,
    written,
)
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Shop, Shopper, World


def write(
    world: World, shop: Shop, post: Post, shopper: Shopper | None, text: str, parent: int = 0
) -> Comment:
    """By a shopper, or (None) the seller."""
    said = Comment(world.next_id(), shopper.id if shopper else 0, text, world.clock.now(), parent)
    post.comments.append(said)
    world.changed("comment", said)
    return said


def answer(world: World, shop: Shop, number: str, query: Json, body: Json) -> Json:
    """Answers hang on the top-level comment."""
    found = comment(shop, number)
    text = str(body.get("message") or query.get("message") or "")
    if found is None:
        raise no_such(number)
    if not text:
        raise Refusal(100, "The parameter message is required.")
    post, said = found
    made = write(world, shop, post, None, text, said.parent_id or said.id)
    return {"id": comment_id(shop, post, made)}


def hide(shop: Shop, number: str, query: Json, body: Json) -> Json:
    found = comment(shop, number)
    if found is None:
        raise no_such(number)
    name = "is_hidden" if shop.platform == "facebook" else "hide"
    wish = body.get(name, query.get(name))
    if wish is None:
        raise Refusal(100, f"The parameter {name} is required.")
    found[1].hidden = str(wish).lower() in ("true", "1")
    return {"success": True}


def under(shop: Shop, number: str, query: Json) -> Json:
    found = comment(shop, number)
    if found is None:
        raise no_such(number)
    post, top = found
    return listed([shown(shop, post, each) for each in post.comments if each.parent_id == top.id], query)


def shown(shop: Shop, post: Post, said: Comment) -> Json:
    number = comment_id(shop, post, said)
    shopper = shop.shoppers.get(said.shopper_id)
    who = person_id(shop, shopper) if shopper else shop.seller_id
    if shop.platform == "instagram":
        name = shopper.handle if shopper else shop.keys["username"]
        return {
            "id": number,
            "text": said.text,
            "timestamp": written(said.at),
            "username": name,
            "from": {"id": who, "username": name},
            "hidden": said.hidden,
            "like_count": 0,
        }
    return {
        "id": number,
        "message": said.text,
        "created_time": written(said.at),
        "from": {"id": who, "name": shopper.name if shopper else shop.name},
        "is_hidden": said.hidden,
        "can_reply_privately": not said.answered,
    }
