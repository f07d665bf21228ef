"""Webhooks: who asked for which, and what a change of the world sends them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from connectors.channels.tiktok import signing
from connectors.channels.tiktok.parse import TOPICS
from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import PARAMETER, Json, Refusal, seconds
from connectors.channels.tiktok.pretend.chats import message
from connectors.channels.tiktok.pretend.gate import REVOKED, shops
from connectors.channels.tiktok.pretend.money import Money
from connectors.channels.tiktok.pretend.orders import Orders
from connectors.channels.tiktok.pretend.returns import Returns
from connectors.sandbox.correspondence import letter
from connectors.sandbox.world import Mail, Order, Shop, Subscription, World

Deliver = Callable[[str, Mapping[str, str], bytes], object]
TYPES = {name: kind for kind, name in TOPICS.items()}
NOT_BY_API = ("REFUND_SUCCESS",)
LONGEST_ADDRESS = 255
JUST_NOW = 3  # seconds


def listed(shop: Shop) -> Json:
    held = [
        {"event_type": each.topic, "address": each.url, "create_time": 1, "update_time": 1}
        for each in shop.subscriptions
    ]
    return {"webhooks": held, "total_count": len(held)}


def subscribe(world: World, shop: Shop, body: Json) -> Json:
    """One address for each event: a new one takes the place of the old."""
    event, url = str(body.get("event_type")), str(body.get("address"))
    if event not in TYPES or event in NOT_BY_API or len(url) > LONGEST_ADDRESS:
        raise Refusal(PARAMETER, "event_type or address is invalid.")
    others = [each for each in shop.subscriptions if each.topic != event]
    shop.subscriptions[:] = [*others, Subscription(world.next_id(), event, url)]
    return {}


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """The webhooks that a change of the world causes."""
    if isinstance(thing, Mail):
        for shop in shops(world):
            _message(world, shop, thing, deliver)
    elif isinstance(thing, Order) and what == "order":
        shop = world.shop_of(thing)
        if shop.platform == "tiktok":
            for event, data in _of_order(world, shop, thing):
                _notify(world, shop, event, data, deliver)


def revoke(world: World, shop: Shop, deliver: Deliver) -> None:
    shop.keys[REVOKED] = "yes"
    _notify(
        world, shop, "SELLER_DEAUTHORIZATION", {"message": "The seller withdrew the authorization."}, deliver
    )


def _of_order(world: World, shop: Shop, order: Order) -> Iterator[tuple[str, Json]]:
    now, status = world.clock.now(), Orders(world).status(order)
    yield (
        "ORDER_STATUS_CHANGE",
        {
            "order_id": order.number,
            "order_status": "CANCEL" if status == "CANCELLED" else status,
            "is_on_hold_order": False,
            "update_time": seconds(order.updated_at),
        },
    )
    returns = Returns(world, Orders(world), Money(world))
    for back in order.returns:
        if _is_new(back.changed_at or back.at, now):
            shown = returns.shown(shop, order, back)
            yield (
                "RETURN_STATUS_CHANGE",
                {
                    "order_id": order.number,
                    "return_id": numbers.back(back),
                    "return_role": shown["role"],
                    "return_type": shown["return_type"],
                    "return_status": shown["return_status"],
                    "create_time": shown["create_time"],
                    "update_time": shown["update_time"],
                },
            )
    if order.cancel_requested_at and _is_new(order.cancel_requested_at, now):
        yield (
            "CANCELLATION_STATUS_CHANGE",
            {
                "order_id": order.number,
                "cancel_id": numbers.request(order),
                "cancellations_role": "BUYER",
                "cancel_status": "CANCELLATION_REQUEST_PENDING",
                "create_time": seconds(order.cancel_requested_at),
            },
        )


def _message(world: World, shop: Shop, mail: Mail, deliver: Deliver) -> None:
    by_shopper = mail.mailbox == shop.mailbox.lower()
    found = letter(mail, received=not by_shopper)
    for shopper in shop.shoppers.values():
        address = found.sender_address if by_shopper else mail.mailbox
        if shopper.email.lower() == address and (by_shopper or found.sender_address == shop.mailbox):
            said = message(shop, shopper, found)
            data = {name: value for name, value in said.items() if name not in ("id", "sender")}
            data |= {"message_id": said["id"], "conversation_id": numbers.chat(shopper)}
            data["sender"] = {name: said["sender"][name] for name in ("im_user_id", "role")}
            _notify(world, shop, "NEW_MESSAGE", data, deliver)


def _notify(world: World, shop: Shop, event: str, data: Json, deliver: Deliver) -> None:
    now = seconds(world.clock.now())
    named = uuid5(UUID(int=0), f"{shop.domain}{event}{json.dumps(data)}{now}")
    content = {
        "type": TYPES[event],
        "tts_notification_id": str(named.int)[:19],
        "shop_id": shop.seller_id,
        "timestamp": now,
        "data": data,
    }
    body = json.dumps(content, separators=(",", ":")).encode()
    proof = signing.of_webhook(shop.client_id, shop.client_secret, body)
    for each in shop.subscriptions:
        if each.topic == event:
            deliver(each.url, {"Content-Type": "application/json", "Authorization": proof}, body)


def _is_new(at: datetime, now: datetime) -> bool:
    return abs((now - at).total_seconds()) <= JUST_NOW
