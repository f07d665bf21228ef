"""What Amazon writes into the seller's queue when something changes in the pretend world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.channels.amazon.pretend import queues, shapes
from connectors.channels.amazon.pretend.feeds import Feed
from connectors.channels.amazon.pretend.gate import KIND, sellers
from connectors.sandbox.world import Order, Shop, World

Json = dict[str, Any]
Deliver = Callable[[str, Mapping[str, str], bytes], object]

JUST_NOW = timedelta(seconds=2)
_STATUS = {  # the words of notifications are older than those of the API
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
}


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """Amazon writes into the seller's queue: the one place where its notifications go."""
    if isinstance(thing, Order):
        shop = world.shop_of(thing)
        if shop.platform == KIND:
            _tell(world, shop, "ORDER_CHANGE", _order_change(world, shop, thing), deliver)
    elif isinstance(thing, Feed) and thing.ended_at:
        shop = next(each for each in sellers(world) if each.seller_id == thing.seller)
        about = {
            "sellerId": shop.seller_id,
            "accountId": f"amzn1.merchant.o.{shop.seller_id}",
            "feedId": thing.id,
            "feedType": thing.kind,
            "processingStatus": thing.status,
            **({"resultFeedDocumentId": thing.result_id} if thing.result_id else {}),
        }
        _tell(world, shop, "FEED_PROCESSING_FINISHED", {"feedProcessingFinishedNotification": about}, deliver)


def _order_change(world: World, shop: Shop, order: Order) -> Json:
    wants_out = order.cancel_requested_at is not None and not order.cancelled_at
    fresh = wants_out and abs(order.updated_at - (order.cancel_requested_at or order.updated_at)) < JUST_NOW
    items = [
        {
            "OrderItemId": shapes.item_id(line),
            "SellerSKU": _sku(shop, line.variant_id),
            "SupplySourceId": None,
            "Quantity": line.quantity,
            "QuantityShipped": 0,
            "IsBuyerRequestedCancel": wants_out,
        }
        for line in order.lines
    ]
    return {
        "OrderChangeNotification": {
            "NotificationLevel": "OrderLevel",
            "SellerId": shop.seller_id,
            "AmazonOrderId": order.number,
            "OrderChangeType": "BuyerRequestedChange" if fresh else "OrderStatusChange",
            "OrderChangeTrigger": {
                "TimeOfOrderChange": _stamp(order.updated_at),
                "ChangeReason": "Buyer Requested Cancel" if fresh else "Order status changed",
            },
            "Summary": {
                "MarketplaceId": shapes.US,
                "OrderStatus": _STATUS[shapes.status_of(world, order)],
                "PurchaseDate": _stamp(order.placed_at),
                "DestinationPostalCode": shop.shoppers[order.shopper_id].home.postal_code,
                "OrderType": "StandardOrder",
                "FulfillmentType": "AFN" if order.fulfilled_by == "platform" else "MFN",
                "OrderItems": items,
            },
        }
    }


def _tell(world: World, shop: Shop, kind: str, payload: Json, deliver: Deliver) -> None:
    """Newer kinds are written in camelCase. What nobody subscribed to is not written."""
    now, number = _stamp(world.clock.now()), world.next_id()
    about = {
        "ApplicationId": shop.keys["application_id"],
        "SubscriptionId": f"subscription-{kind}",
        "PublishTime": now,
        "NotificationId": f"notification-{shop.seller_id}-{number}",
    }
    body: Json = {
        "NotificationVersion": "1.0",
        "NotificationType": kind,
        "PayloadVersion": "1.0",
        "EventTime": now,
        "Payload": payload,
        "NotificationMetadata": about,
    }
    if kind != "ORDER_CHANGE":
        body = _camel(body) | {"payload": payload, "notificationMetadata": _camel(about)}
    for wanted in shop.subscriptions:
        if wanted.topic == kind:
            raw = json.dumps({"QueueUrl": wanted.url, "MessageBody": json.dumps(body)}).encode()
            headers = {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": "AmazonSQS.SendMessage",
                "Authorization": queues.proof(shop, raw),
            }
            deliver(wanted.url, headers, raw)


def _sku(shop: Shop, variant_id: int) -> str:
    return next(v.sku for p in shop.products.values() for v in p.variants if v.id == variant_id)


def _camel(body: Json) -> Json:
    return {name[0].lower() + name[1:]: value for name, value in body.items() if name != "Payload"}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
