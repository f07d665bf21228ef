"""Webhooks: what happened, as each account's app is told of it, signed over the very bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import httpx

from connectors.channels.facebook.connector import Facebook
from connectors.channels.instagram.connector import Instagram
from connectors.mail import mime
from connectors.meta.pretend.answers import Json, Refusal, comment_id, mid, milliseconds, person_id, shops
from connectors.meta.pretend.talking import METADATA, file_url
from connectors.sandbox.correspondence import letter
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Mail, Shop, Shopper, Subscription, World
from connectors.signatures import hmac_hex

Deliver = Callable[[str, Mapping[str, str], bytes], None]
PLATFORMS = {each.kind: each.platform for each in (Facebook, Instagram)}
FIELDS = "subscribed_fields"  # among a shop's keys


def push(kind: str, world: World, what: str, thing: object, deliver: Deliver) -> None:
    for shop in shops(world, kind):
        if isinstance(thing, Mail):
            _mail(world, shop, thing, deliver)
        elif isinstance(thing, Comment):
            found = next((post for post in shop.posts.values() if thing in post.comments), None)
            if found:
                tell(world, shop, {"changes": [_change(shop, found, thing)]}, deliver)


def tell(world: World, shop: Shop, entry: Json, deliver: Deliver) -> None:
    """Numbers and signs beyond ASCII are escaped, as Meta does."""
    if not shop.keys.get(FIELDS):
        return
    whole = {
        "object": PLATFORMS[shop.platform].object,
        "entry": [{"id": shop.seller_id, "time": milliseconds(world.clock.now()), **entry}],
    }
    body = json.dumps(whole, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={hmac_hex(shop.client_secret, body)}",
    }
    for url in {each.url for each in shop.subscriptions}:
        deliver(url, headers, body)


def _mail(world: World, shop: Shop, mail: Mail, deliver: Deliver) -> None:
    written = mail.mailbox == shop.mailbox.lower()
    sender = letter(mail, received=not written).sender_address
    ours = not written and sender == shop.mailbox
    for shopper in shop.shoppers.values():
        if (written and sender == shopper.email) or (ours and mail.mailbox == shopper.email):
            tell(world, shop, {"messaging": [_said(shop, shopper, mail, ours)]}, deliver)
            if ours and shop.platform == "facebook":
                arrived = {"delivery": {"mids": [mid(mail)], "watermark": milliseconds(mail.at)}}
                tell(world, shop, {"messaging": [_between(shop, shopper, mail, False) | arrived]}, deliver)


def _between(shop: Shop, shopper: Shopper, mail: Mail, ours: bool) -> Json:
    ends = [{"id": person_id(shop, shopper)}, {"id": shop.seller_id}]
    return {"sender": ends[ours], "recipient": ends[not ours], "timestamp": milliseconds(mail.at)}


def _said(shop: Shop, shopper: Shopper, mail: Mail, ours: bool) -> Json:
    content, said = mime.read(mail.raw), letter(mail, received=ours)
    message: Json = {"mid": mid(mail)}
    if said.text:
        message["text"] = said.text
    if content.files:
        message["attachments"] = [
            {
                "type": "image" if each.content_type.startswith("image/") else "file",
                "payload": {"url": file_url(shop, mail, n)},
            }
            for n, each in enumerate(content.files)
        ]
    if ours:
        message |= {"is_echo": True, "app_id": int(shop.client_id)}
        if key := content.header(METADATA):
            message["metadata"] = key
    return {**_between(shop, shopper, mail, ours), "message": message}


def _change(shop: Shop, post: Post, said: Comment) -> Json:
    shopper = shop.shoppers.get(said.shopper_id)
    who = person_id(shop, shopper) if shopper else shop.seller_id
    parent = next((each for each in post.comments if each.id == said.parent_id), None)
    if shop.platform == "instagram":
        value: Json = {
            "id": comment_id(shop, post, said),
            "from": {"id": who, "username": shopper.handle if shopper else shop.keys["username"]},
            "text": said.text,
            "media": {
                "id": post.id,
                "media_product_type": {"ad": "AD", "live": "LIVE"}.get(post.kind, "FEED"),
            },
        }
        if post.kind == "ad":
            value["media"] |= {"ad_id": f"2385{post.id[-8:]}", "ad_title": post.title}
        if parent:
            value["parent_id"] = comment_id(shop, post, parent)
        return {"field": "live_comments" if post.kind == "live" else "comments", "value": value}
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": comment_id(shop, post, said),
        "post_id": post.id,
        "parent_id": comment_id(shop, post, parent) if parent else post.id,
        "created_time": int(said.at.timestamp()),
        "from": {"id": who, "name": shopper.name if shopper else shop.name},
        "message": said.text,
        "post": {
            "id": post.id,
            "permalink_url": f"{shop.keys.get('base_url', '')}/posts?shop={shop.domain}",
            "is_published": post.kind != "ad",
            "promotion_status": "active" if post.kind == "ad" else "inactive",
        },
    }
    return {"field": "feed", "value": value}


def subscribe(world: World, shop: Shop, body: Json) -> Json:
    """The app's address for a kind of object, asked at once whether it is the app's."""
    kind, url = PLATFORMS[shop.platform], str(body.get("callback_url") or "")
    if body.get("object") != kind.object or not url:
        raise Refusal(100, "The parameter object or callback_url is wrong.")
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": str(body.get("verify_token")),
        "hub.challenge": "1158201444",
    }
    try:
        answer = httpx.get(url, params=asked, timeout=5)
    except httpx.HTTPError:
        answer = None
    if answer is None or answer.text != asked["hub.challenge"]:
        raise Refusal(2200, "Callback verification failed.")
    topics = str(body.get("fields") or "").split(",")
    shop.subscriptions = [Subscription(world.next_id(), topic, url) for topic in topics]
    return {"success": True}


def subscriptions(shop: Shop) -> Json:
    by_url: dict[str, list[Json]] = {}
    for each in shop.subscriptions:
        by_url.setdefault(each.url, []).append({"name": each.topic, "version": "v25.0"})
    kind = PLATFORMS[shop.platform].object
    rows = [
        {"object": kind, "callback_url": url, "active": True, "fields": names}
        for url, names in by_url.items()
    ]
    return {"data": rows}


def listen(shop: Shop, body: Json) -> Json:
    topics = str(body.get("subscribed_fields") or "").split(",")
    unknown = [each for each in topics if each not in PLATFORMS["facebook"].topics]
    if unknown:
        raise Refusal(100, f"Param subscribed_fields must be one of the known ones, not {unknown[0]}")
    shop.keys[FIELDS] = ",".join(topics)
    return {"success": True}


def listening(shop: Shop) -> Json:
    topics = [each for each in shop.keys.get(FIELDS, "").split(",") if each]
    row = {"name": "Waybill", "id": shop.client_id, "subscribed_fields": topics}
    return {"data": [row] if topics else []}
