"""The Fulfillment API: orders, shipments, refunds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.channels.ebay.pretend.answers import Json, Refusal, amount, paged, time
from connectors.events import DisputeKind, ParcelStatus, ReturnStatus
from connectors.sandbox.world import Line, Order, Parcel, Refund, Shop, Shopper, Step, World

PAYING = timedelta(seconds=8)  # after which a refund has reached the shopper
CARRIERS = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL"}
_RANGE = re.compile(r"(creationdate|lastmodifieddate):\[([^\]]*?Z)\.\.([^\]]*?)\]")
_OPEN_RETURNS = (ReturnStatus.REQUESTED, ReturnStatus.OPEN)


@dataclass
class Orders:
    world: World

    def listed(self, shop: Shop, query: Json) -> Json:
        """The list leaves out requests to cancel, as eBay's does."""
        found = sorted(self._matching(shop, query), key=lambda each: each.placed_at)
        page, limit, offset = paged(query, found, 50, 200)
        made = [self.shown(shop, each) for each in page]
        for each in made:
            each["cancelStatus"]["cancelRequests"] = []
        return {"orders": made, "total": len(found), "limit": limit, "offset": offset}

    def _matching(self, shop: Shop, query: Json) -> list[Order]:
        asked = str(query.get("filter", ""))
        ranges = {name: (since, until) for name, since, until in _RANGE.findall(asked)}
        if asked and not ranges:
            raise Refusal(400, 30700, "The filter is invalid.")
        name = "creationdate" if "creationdate" in ranges else "lastmodifieddate"
        since, until = ranges.get(name, ("", ""))

        def fits(order: Order) -> bool:
            at = order.placed_at if name == "creationdate" else order.updated_at
            return (not since or at >= datetime.fromisoformat(since)) and (
                not until or at <= datetime.fromisoformat(until)
            )

        return [each for each in shop.orders.values() if fits(each)]

    def named(self, shop: Shop, number: str) -> Order:
        if found := shop.order_named(number):
            return found
        raise Refusal(404, 32100, "Invalid order ID.")

    def shown(self, shop: Shop, order: Order) -> Json:
        shopper, currency = shop.shoppers[order.shopper_id], shop.currency
        return {
            "orderId": order.number,
            "creationDate": time(order.placed_at),
            "lastModifiedDate": time(order.updated_at),
            "orderFulfillmentStatus": self._fulfillment(order),
            "orderPaymentStatus": _payment(order),
            "sellerId": shop.seller_id,
            "buyer": {
                "username": shopper.handle,
                "buyerRegistrationAddress": {"fullName": shopper.name, "email": shopper.email},
            },
            "pricingSummary": {
                "priceSubtotal": amount(order.subtotal, currency),
                "priceDiscount": amount(-order.discount, currency),
                "deliveryCost": amount(order.shipping, currency),
                "tax": amount(order.tax, currency),
                "total": amount(order.total, currency),
            },
            "cancelStatus": _cancelling(order),
            "paymentSummary": {
                "totalDueSeller": amount(order.total, currency),
                "refunds": [self._refund(shop, each) for each in order.refunds],
                "payments": [],
            },
            "fulfillmentStartInstructions": [
                {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": _ship_to(shopper)}}
            ],
            "lineItems": [self._line(shop, order, each) for each in order.lines],
            "program": {"fulfillmentProgram": {"fulfilledBy": "EBAY"}}
            if order.fulfilled_by == "platform"
            else {},
        }

    def fulfillments(self, shop: Shop, order: Order) -> Json:
        made = [self._shipment(order, self.world.parcels[each]) for each in order.parcels]
        return {"fulfillments": made, "total": len(made)}

    def ship(self, shop: Shop, order: Order, body: Json) -> str:
        tracking = str(body.get("trackingNumber") or "")
        if not tracking.isalnum() or not body.get("lineItems"):
            raise Refusal(400, 32210, "The tracking number is invalid.")
        code = str(body.get("shippingCarrierCode"))
        carrier = next((kind for kind, name in CARRIERS.items() if name.lower() == code.lower()), "usps")
        now, home = self.world.clock.now(), shop.shoppers[order.shopper_id].home
        lines = [int(each["lineItemId"]) for each in body["lineItems"]]
        step = Step(now, ParcelStatus.PRE_TRANSIT, "Label created", shop.warehouse)
        self.world.parcels[tracking] = Parcel(
            tracking, carrier, shop.domain, order.id, lines, home, now + timedelta(days=4), [step]
        )
        order.parcels.append(tracking)
        self.world.touch(order)
        return tracking

    def refund(self, shop: Shop, order: Order, body: Json) -> Json:
        if len(str(body.get("comment") or "")) > 100:
            raise Refusal(400, 34923, "The comment is too long.")
        given = [each["refundAmount"] for each in body.get("refundItems") or ()]
        given += [body["orderLevelRefundAmount"]] if body.get("orderLevelRefundAmount") else []
        value = sum((Decimal(each["value"]) for each in given), Decimal(0))
        left = order.total - sum(each.amount for each in order.refunds)
        open_inquiry = any(
            each.order_id == order.id and each.kind == DisputeKind.INQUIRY and each.state != "closed"
            for each in shop.disputes.values()
        )
        if open_inquiry or any(each.status in _OPEN_RETURNS for each in order.returns):
            raise Refusal(409, 34916, "A request is open for this order.")
        if not left:
            raise Refusal(409, 34917, "The order was refunded.")
        if value > left or value <= 0:
            raise Refusal(400, 34915, "The amount is more than what is left.")
        made = self.pay_back(order, value, str(body.get("comment") or ""))
        return {"refundId": str(made.id), "refundStatus": "PENDING"}

    def pay_back(self, order: Order, value: Decimal, note: str) -> Refund:
        made = Refund(self.world.next_id(), value, self.world.clock.now(), note)
        order.refunds.append(made)
        whole = sum(each.amount for each in order.refunds) >= order.total
        order.financial_status = "refunded" if whole else "partially_refunded"
        self.world.touch(order)
        return made

    def _refund(self, shop: Shop, refund: Refund) -> Json:
        paid = self.world.clock.now() - refund.at >= PAYING
        shown = {
            "refundId": str(refund.id),
            "amount": amount(refund.amount, shop.currency),
            "refundStatus": "REFUNDED" if paid else "PENDING",
        }
        return shown | ({"refundDate": time(refund.at)} if paid else {})

    def _fulfillment(self, order: Order) -> str:
        shipped = {line for number in order.parcels for line in self.world.parcels[number].line_ids}
        if not shipped:
            return "NOT_STARTED"
        return "FULFILLED" if all(each.id in shipped for each in order.lines) else "IN_PROGRESS"

    def _line(self, shop: Shop, order: Order, line: Line) -> Json:
        product = shop.products[line.product_id]
        variant = next(each for each in product.variants if each.id == line.variant_id)
        cost = amount(line.price * line.quantity, shop.currency)
        instructions: Json = {"guaranteedDelivery": False}
        if order.ship_by:
            instructions["shipByDate"] = time(order.ship_by)
        if order.deliver_by:
            instructions["maxEstimatedDeliveryDate"] = time(order.deliver_by)
        named = [{"name": "Option", "value": variant.title}] if len(product.variants) > 1 else []
        return {
            "lineItemId": str(line.id),
            "legacyItemId": item_number(product.id),
            "sku": variant.sku,
            "title": product.title,
            "variationAspects": named,
            "quantity": line.quantity,
            "lineItemCost": cost,
            "total": cost,
            "lineItemFulfillmentInstructions": instructions,
        }

    def _shipment(self, order: Order, parcel: Parcel) -> Json:
        shipped = parcel.steps[0].at if parcel.steps else order.placed_at
        quantities = {each.id: each.quantity for each in order.lines}
        return {
            "fulfillmentId": parcel.number,
            "shipmentTrackingNumber": parcel.number,
            "shippingCarrierCode": CARRIERS.get(parcel.carrier, parcel.carrier.upper()),
            "shippedDate": time(shipped),
            "lineItems": [
                {"lineItemId": str(each), "quantity": quantities.get(each, 1)} for each in parcel.line_ids
            ],
        }


def item_number(product_id: int) -> str:
    return str(110_000_000_000 + product_id)


def request_number(order: Order) -> str:
    """Of the shopper's request to cancel."""
    return str(5_000_000_000 + order.id)


def _cancelling(order: Order) -> Json:
    if order.cancelled_at:
        return {"cancelState": "CANCELED", "cancelledDate": time(order.cancelled_at), "cancelRequests": []}
    if not order.cancel_requested_at:
        return {"cancelState": "NONE_REQUESTED", "cancelRequests": []}
    asked = {
        "cancelRequestId": request_number(order),
        "cancelInitiator": "BUYER",
        "cancelReason": "BUYER_ASKED_CANCEL",
        "cancelRequestedDate": time(order.cancel_requested_at),
        "cancelRequestState": "REQUESTED",
    }
    return {"cancelState": "IN_PROGRESS", "cancelRequests": [asked]}


def _payment(order: Order) -> str:
    known = {"refunded": "FULLY_REFUNDED", "partially_refunded": "PARTIALLY_REFUNDED", "pending": "PENDING"}
    return known.get(order.financial_status, "PAID")


def _ship_to(shopper: Shopper) -> Any:
    home = shopper.home
    return {
        "fullName": shopper.name,
        "primaryPhone": {"phoneNumber": shopper.phone},
        "email": shopper.email,
        "contactAddress": {
            "addressLine1": home.line,
            "city": home.city,
            "stateOrProvince": home.region,
            "postalCode": home.postal_code,
            "countryCode": home.country,
        },
    }
