"""Orders, messages of fixed kinds, reviews, and who wants to be notified of what."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.channels.amazon.pretend import letters, queues
from connectors.channels.amazon.pretend.door import error
from connectors.channels.amazon.pretend.gate import lacking
from connectors.channels.amazon.pretend.shapes import US, order_body, status_of
from connectors.events import Fulfiller, ParcelStatus
from connectors.sandbox.world import Order, Shop, Subscription, World

Json = dict[str, Any]

HAL = "application/hal+json"
REVIEW = "productReviewAndSellerFeedback"
LONGEST = {"confirmCustomizationDetails": 800, "digitalAccessKey": 400}
WITH_FILES = ("invoice", "legalDisclosure", "warranty")


class Desk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.reviewed: set[str] = set()  # orders whose buyers were asked already
        self.queues: defaultdict[str, list[Json]] = defaultdict(list)  # application → destinations

    async def order(self, request: Request, shop: Shop) -> Response:
        order = shop.order_named(request.path_params["order"])
        if order is None:
            return error(404, "NotFound", "The resource specified does not exist.")
        return JSONResponse({"order": self._body(shop, order, request)})

    async def search(self, request: Request, shop: Shop) -> Response:
        query = request.query_params
        try:
            after, before = (
                datetime.fromisoformat(query[f"lastUpdated{end}"]) for end in ("After", "Before")
            )
            first = int(base64.urlsafe_b64decode(query.get("paginationToken", "")) or 0)
        except (KeyError, ValueError):
            return error(400, "InvalidInput", "Invalid Input")
        if before > self.world.clock.now() - timedelta(minutes=2):
            return error(400, "InvalidInput", "lastUpdatedBefore must be two minutes before the request.")
        most = int(query.get("maxResultsPerPage", 100))
        found = sorted(shop.orders.values(), key=lambda each: (each.updated_at, each.id))
        found = [each for each in found if after <= each.updated_at <= before]
        body: Json = {
            "orders": [self._body(shop, each, request) for each in found[first : first + most]],
            "lastUpdatedBefore": query["lastUpdatedBefore"],
        }
        if len(found) > first + most:
            body["pagination"] = {"nextToken": base64.urlsafe_b64encode(str(first + most).encode()).decode()}
        return JSONResponse(body)

    async def participations(self, request: Request, shop: Shop) -> Response:
        place = {
            "id": US,
            "name": "Amazon.com",
            "countryCode": "US",
            "defaultCurrencyCode": "USD",
            "defaultLanguageCode": "en_US",
            "domainName": "www.amazon.com",
        }
        part = {"isParticipating": True, "hasSuspendedListings": False}
        return JSONResponse(
            {"payload": [{"marketplace": place, "participation": part, "storeName": shop.name}]}
        )

    async def messaging_actions(self, request: Request, shop: Shop) -> Response:
        order = shop.order_named(request.path_params["order"])
        names = self._kinds(order) if order else []
        return _actions(request, names, "messages")

    async def say(self, request: Request, shop: Shop) -> Response:
        order, kind = shop.order_named(request.path_params["order"]), request.path_params["kind"]
        body = await request.json()
        if order is None or kind not in self._kinds(order):
            return error(400, "InvalidInput", "This message is not available for this order.")
        text, files = body.get("text", ""), body.get("attachments", [])
        if len(text) > LONGEST.get(kind, 2000) or len(files) > 5 or (kind in WITH_FILES and not files):
            return error(400, "InvalidInput", "Invalid Input")
        names = ", ".join(each["fileName"] for each in files)
        letters.say(self.world, shop, order, "A message about your order", text or f"Attached: {names}")
        return JSONResponse({}, 201, media_type=HAL)

    async def soliciting_actions(self, request: Request, shop: Shop) -> Response:
        order = shop.order_named(request.path_params["order"])
        return _actions(request, [REVIEW] if order and self._may_ask(order) else [], "solicitations")

    async def solicit(self, request: Request, shop: Shop) -> Response:
        order = shop.order_named(request.path_params["order"])
        if order is None or not self._may_ask(order):
            return error(403, "Unauthorized", "You cannot send this solicitation for this order.")
        self.reviewed.add(order.number)
        letters.say(self.world, shop, order, "How was your order?", "Please rate your order.")
        return JSONResponse({}, 201, media_type=HAL)

    async def destinations(self, request: Request, shop: Shop) -> Response:
        return JSONResponse({"payload": self.queues[shop.client_id]})

    async def make_destination(self, request: Request, shop: Shop) -> Response:
        asked = await request.json()
        number = len(self.queues[shop.client_id]) + 1
        made = {
            "name": asked["name"],
            "destinationId": f"destination-{shop.slug}-{number}",
            "resource": {"sqs": asked["resourceSpecification"]["sqs"]},
        }
        self.queues[shop.client_id].append(made)
        return JSONResponse({"payload": made})

    async def subscription(self, request: Request, shop: Shop) -> Response:
        kind = request.path_params["kind"]
        found = next((each for each in shop.subscriptions if each.topic == kind), None)
        if found is None:
            return error(404, "NotFound", "There is no such subscription.")
        return JSONResponse({"payload": _subscribed(found)})

    async def subscribe(self, request: Request, shop: Shop) -> Response:
        """One of a kind and seller."""
        asked, kind = await request.json(), request.path_params["kind"]
        ids = [each["destinationId"] for each in self.queues[shop.client_id]]
        if asked["destinationId"] not in ids:
            return error(400, "InvalidInput", "There is no such destination.")
        if any(each.topic == kind for each in shop.subscriptions):
            return error(409, "Conflict", "The subscription exists.")
        base = str(request.url).partition("/notifications/")[0]
        made = Subscription(self.world.next_id(), kind, queues.url_of(base, shop))
        shop.subscriptions.append(made)
        return JSONResponse({"payload": _subscribed(made)})

    def _body(self, shop: Shop, order: Order, request: Request) -> Json:
        wanted = request.query_params.get("includedData", "").split(",")
        return order_body(self.world, shop, order, wanted, "Direct-to-Consumer Shipping" not in lacking(shop))

    def _kinds(self, order: Order) -> list[str]:
        """Two that are gone are still listed, as in Amazon's own examples."""
        if order.cancelled_at or order.fulfilled_by == Fulfiller.PLATFORM:
            return []
        before = status_of(self.world, order) == "UNSHIPPED"
        kinds = (
            ["confirmOrderDetails", "confirmCustomizationDetails"] if before else ["confirmDeliveryDetails"]
        )
        return [*kinds, "unexpectedProblem", "invoice", "warranty", "negativeFeedbackRemoval", "amazonMotors"]

    def _may_ask(self, order: Order) -> bool:
        """From five to thirty days after delivery, once."""
        parcels = [self.world.parcels[number] for number in order.parcels]
        if order.number in self.reviewed or not parcels:
            return False
        if any(each.status is not ParcelStatus.DELIVERED for each in parcels):
            return False
        age = self.world.clock.now() - max(each.steps[-1].at for each in parcels)
        return timedelta(days=5) <= age <= timedelta(days=30)


def _actions(request: Request, names: list[str], below: str) -> Response:
    path = request.url.path.partition("/amazon")[2] or request.url.path
    links = [{"href": f"{path}/{below}/{name}?marketplaceIds={US}", "name": name} for name in names]
    body = {"_links": {"self": {"href": f"{path}?marketplaceIds={US}"}, "actions": links}}
    return JSONResponse(body, media_type=HAL)


def _subscribed(found: Subscription) -> Json:
    return {
        "subscriptionId": f"subscription-{found.id}",
        "payloadVersion": "1.0",
        "destinationId": "destination",
    }
