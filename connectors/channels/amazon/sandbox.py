"""Amazon's side of the pretend world: consent, tokens, orders, messages, feeds, reports, the queue, relay mail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.routing import BaseRoute, Route

from connectors.channels.amazon.pretend import letters, queues, shapes
from connectors.channels.amazon.pretend.desk import Desk
from connectors.channels.amazon.pretend.door import Door
from connectors.channels.amazon.pretend.feeds import Feed
from connectors.channels.amazon.pretend.gate import KIND, refresh, sellers
from connectors.channels.amazon.pretend.letters import write
from connectors.channels.amazon.pretend.opening import open_shop
from connectors.channels.amazon.pretend.papers import Papers
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Mail, Order, Shop, World

__all__ = ["connect", "open_shop", "push", "routes", "write"]

Json = dict[str, Any]
Deliver = Callable[[str, Mapping[str, str], bytes], object]
JUST_NOW = timedelta(seconds=2)


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    door, held = Door(world, trouble), queues.Queues(world)
    desk, papers = Desk(world), Papers(world)
    world.listeners.append(lambda what, thing: _relayed(world, thing))
    orders, messages = "/orders/2026-01-01/orders", "/messaging/v1/orders/{order}"
    asked, reviews = "/notifications/v1", "/solicitations/v1/orders/{order}"
    feeds, reports = "/feeds/2021-06-30", "/reports/2021-06-30"
    api = door.api
    return [
        Route("/auth/o2/token", door.token, methods=["POST"]),
        Route("/apps/authorize/consent", door.consent, methods=["GET", "POST"]),
        Route("/queue", held.serve, methods=["POST"]),
        Route("/queue/{owner}/{name}", held.serve, methods=["POST"]),
        Route("/documents/{name}", papers.document, methods=["GET", "PUT"]),
        api("GET", orders, "searchOrders", desk.search),
        api("GET", orders + "/{order}", "getOrder", desk.order),
        api(
            "GET",
            "/sellers/v1/marketplaceParticipations",
            "getMarketplaceParticipations",
            desk.participations,
        ),
        api("GET", messages, "messaging", desk.messaging_actions),
        api("POST", messages + "/messages/{kind}", "messaging", desk.say),
        api("GET", reviews, "solicitations", desk.soliciting_actions),
        api("POST", reviews + "/solicitations/{kind}", "solicitations", desk.solicit),
        api(
            "POST",
            "/uploads/2020-11-01/uploadDestinations/{resource:path}",
            "createUploadDestinationForResource",
            papers.upload,
        ),
        api("GET", asked + "/destinations", "notifications", desk.destinations, grantless=True),
        api("POST", asked + "/destinations", "notifications", desk.make_destination, grantless=True),
        api("GET", asked + "/subscriptions/{kind}", "notifications", desk.subscription),
        api("POST", asked + "/subscriptions/{kind}", "notifications", desk.subscribe),
        api("POST", feeds + "/documents", "createFeedDocument", papers.make_document),
        api("GET", feeds + "/documents/{name}", "getFeedDocument", papers.feed_document),
        api("POST", feeds + "/feeds", "createFeed", papers.make_feed),
        api("GET", feeds + "/feeds", "getFeeds", papers.feeds),
        api("GET", feeds + "/feeds/{feed}", "getFeed", papers.feed),
        api("POST", reports + "/reports", "createReport", papers.make_report),
        api("GET", reports + "/reports", "getReports", papers.reports),
        api("GET", reports + "/reports/{report}", "getReport", papers.report),
        api("GET", reports + "/documents/{name}", "getReportDocument", papers.report_document),
        Route("/{page:path}", door.page),
    ]


def connect(world: World, shop: Shop, base_url: str, mail: dict[str, Any]) -> dict[str, str]:
    """The refresh token stands for a consent that was given, so that the demo connects without a click."""
    entered = {
        "external_id": shop.seller_id,
        "application_id": shop.keys["application_id"],
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "refresh_token": refresh(shop),
        "base_url": base_url,
        "queue_url": queues.url_of(base_url, shop),
        "aws_access_key_id": shop.keys["aws_access_key_id"],
        "aws_secret_access_key": shop.keys["aws_secret_access_key"],
    }
    if not mail:
        return entered
    return entered | {
        "mail_address": shop.mailbox,
        "mail_password": shop.mail_password,
        "imap_host": str(mail["host"]),
        "imap_port": str(mail["imap_port"]),
        "smtp_host": str(mail["host"]),
        "smtp_port": str(mail["smtp_port"]),
        "tls": "none",
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
                "OrderStatus": shapes.status_of(world, order).title().replace("_", ""),
                "PurchaseDate": _stamp(order.placed_at),
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


def _relayed(world: World, thing: object) -> None:
    """A mail from a seller to one of its buyers' aliases passes Amazon."""
    if not isinstance(thing, Mail) or thing.folder != "INBOX" or not thing.mailbox.endswith(letters.ALIASES):
        return
    shop = next(
        (s for s in sellers(world) if any(b.email == thing.mailbox for b in s.shoppers.values())), None
    )
    if shop is not None:
        letters.relay(world, shop, thing)


def _sku(shop: Shop, variant_id: int) -> str:
    return next(v.sku for p in shop.products.values() for v in p.variants if v.id == variant_id)


def _camel(body: Json) -> Json:
    return {name[0].lower() + name[1:]: value for name, value in body.items() if name != "Payload"}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
