"""How the Graph API writes: errors, times, lists, and the ids by which one account knows people and things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse

from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Mail, Shop, Shopper, World

Json = dict[str, Any]
_PEOPLE = {"facebook": 24_100_000_000_000_000, "instagram": 8_700_000_000_000_000}
_COMMENTS = 17_858_000_000_000_000


class Refusal(Exception):
    def __init__(self, code: int, message: str, subcode: int = 0, status: int = 400) -> None:
        self.code, self.subcode, self.message, self.status = code, subcode, message, status


def refused(refusal: Refusal) -> JSONResponse:
    error: Json = {
        "message": f"(#{refusal.code}) {refusal.message}",
        "type": "OAuthException",
        "code": refusal.code,
    }
    if refusal.subcode:
        error["error_subcode"] = refusal.subcode
    return JSONResponse({"error": {**error, "fbtrace_id": "AbCdEfGh"}}, refusal.status)


def no_such(number: str) -> Refusal:
    return Refusal(100, f"Unsupported request: {number} does not exist.", 33)


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def listed(rows: Sequence[Any], query: Json, default: int = 25) -> Json:
    """A page; `after` is where it begins."""
    start, limit = int(query.get("after") or 0), int(query.get("limit") or default)
    shown, end = list(rows[start : start + limit]), start + limit
    paging: Json = {"cursors": {"before": str(start), "after": str(end)}} if shown else {}
    if end < len(rows):
        paging["next"] = f"https://graph.example/next?after={end}"
    return {"data": shown, **({"paging": paging} if paging else {})}


def person_id(shop: Shop, shopper: Shopper) -> str:
    return str(_PEOPLE[shop.platform] + shopper.id)


def person(shop: Shop, number: str) -> Shopper | None:
    return next((each for each in shop.shoppers.values() if person_id(shop, each) == number), None)


def mid(mail: Mail) -> str:
    return f"m_{mail.id}"


def comment_id(shop: Shop, post: Post, comment: Comment) -> str:
    if shop.platform == "facebook":
        return f"{post.id.rpartition('_')[2]}_{comment.id}"
    return str(_COMMENTS + comment.id)


def comment(shop: Shop, number: str) -> tuple[Post, Comment] | None:
    found = ((post, each) for post in shop.posts.values() for each in post.comments)
    return next(((post, each) for post, each in found if comment_id(shop, post, each) == number), None)


def page_id(shop: Shop) -> str:
    """An Instagram account hangs on a Page."""
    return f"9{shop.seller_id[5:]}" if shop.platform == "instagram" else shop.seller_id


def shops(world: World, kind: str) -> list[Shop]:
    return [each for each in world.shops.values() if each.platform == kind]
