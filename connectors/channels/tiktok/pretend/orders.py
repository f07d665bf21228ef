"""Orders as TikTok writes them: a line for every piece, buyers masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.channels.tiktok.pretend import numbers
from connectors.channels.tiktok.pretend.answers import (
    PARAMETER,
    Json,
    Refusal,
    paged,
    seconds,
    within,
    written,
)
from connectors.events import ParcelStatus
from connectors.sandbox.world import Line, Order, Parcel, Shop, Shopper, World

CARRIERS = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL eCommerce"}
MOST, MOST_IDS = 100, 50
PACKAGE = {
    ParcelStatus.PRE_TRANSIT: "PROCESSING",
    ParcelStatus.DELIVERED: "COMPLETED",
    ParcelStatus.FAILURE: "CANCELLED",
    ParcelStatus.RETURNED: "CANCELLED",
}
LINE = {"PROCESSING": "AWAITING_COLLECTION", "COMPLETED": "DELIVERED"}


@dataclass
class Orders:
    world: World

    def search(self, shop: Shop, query: Mapping[str, str], body: Json) -> Json:
        found = [
            each
            for each in shop.orders.values()
            if within(body, "update_time", seconds(each.updated_at))
            and within(body, "create_time", seconds(each.placed_at))
        ]
        name = query.get("sort_field", "create_time")
        found.sort(
            key=lambda each: each.updated_at if name == "update_time" else each.placed_at,
            reverse=query.get("sort_order", "DESC") == "DESC",
        )
        page, token = paged(query, [self.shown(shop, each) for each in found], MOST)
        return {"orders": page, "next_page_token": token, "total_count": len(found)}

    def named(self, shop: Shop, query: Mapping[str, str]) -> Json:
        wanted = query.get("ids", "").split(",")
        if not 1 <= len(wanted) <= MOST_IDS:
            raise Refusal(PARAMETER, "ids is invalid.")
        found = [each for each in (shop.order_named(number) for number in wanted) if each]
        if not found:
            raise Refusal(PARAMETER, "The order does not exist.")
        return {"orders": [self.shown(shop, each) for each in found]}

    def order(self, shop: Shop, number: object) -> Order:
        if found := shop.order_named(str(number)):
            return found
        raise Refusal(PARAMETER, "The order does not exist.")

    def shown(self, shop: Shop, order: Order) -> Json:
        shopper = shop.shoppers[order.shopper_id]
        status = self.status(order)
        shown: Json = {
            "id": order.number,
            "user_id": numbers.user(shopper),
            "status": status,
            "create_time": seconds(order.placed_at),
            "paid_time": seconds(order.placed_at),
            "update_time": seconds(order.updated_at),
            "payment": _payment(shop, order),
            "recipient_address": {} if status in ("UNPAID", "ON_HOLD") else _address(shopper),
            "line_items": list(self._lines(shop, order, status)),
            "packages": [{"id": numbers.package(order, at)} for at, _ in enumerate(order.parcels)],
            "fulfillment_type": "FULFILLMENT_BY_TIKTOK"
            if order.fulfilled_by == "platform"
            else "FULFILLMENT_BY_SELLER",
            "shipping_type": "SELLER",
            "is_buyer_request_cancel": order.cancel_requested_at is not None,
        }
        shown |= {"shipping_due_time": seconds(order.ship_by)} if order.ship_by else {}
        return shown | ({"delivery_sla_time": seconds(order.deliver_by)} if order.deliver_by else {})

    def status(self, order: Order) -> str:
        if order.cancelled_at:
            return "CANCELLED"
        if order.financial_status == "pending":
            return "UNPAID"
        if not order.parcels:
            return "AWAITING_SHIPMENT"
        parcels = [self.world.parcels[each] for each in order.parcels]
        shipped = {line for each in parcels for line in each.line_ids}
        if any(line.id not in shipped for line in order.lines):
            return "PARTIALLY_SHIPPING"
        states = {PACKAGE.get(each.status, "FULFILLING") for each in parcels}
        if states <= {"COMPLETED", "CANCELLED"}:
            return "DELIVERED"
        return "AWAITING_COLLECTION" if states == {"PROCESSING"} else "IN_TRANSIT"

    def _lines(self, shop: Shop, order: Order, status: str) -> Iterator[Json]:
        for line in order.lines:
            found = self._parcel(order, line)
            for at in range(line.quantity + line.removed):
                shown = _piece(shop, line, at) | (_shipped(order, *found) if found else {})
                shown["display_status"] = LINE.get(
                    shown.get("package_status", ""), "IN_TRANSIT" if found else status
                )
                if order.cancelled_at or at >= line.quantity:
                    shown["display_status"] = "CANCELLED"
                yield shown

    def _parcel(self, order: Order, line: Line) -> tuple[int, Parcel] | None:
        for at, number in enumerate(order.parcels):
            if line.id in self.world.parcels[number].line_ids:
                return at, self.world.parcels[number]
        return None


def sku(variant_id: int) -> str:
    return str(1_729_400_000_000_000_000 + variant_id)


def _piece(shop: Shop, line: Line, at: int) -> Json:
    product = shop.products[line.product_id]
    variant = next(each for each in product.variants if each.id == line.variant_id)
    return {
        "id": numbers.piece(line, at),
        "sku_id": sku(variant.id),
        "product_id": str(1_729_500_000_000_000_000 + product.id),
        "product_name": product.title,
        "sku_name": variant.title if len(product.variants) > 1 else "Default",
        "seller_sku": variant.sku,
        "original_price": written(line.price),
        "sale_price": written(line.price),
        "currency": shop.currency,
        "is_gift": False,
    }


def _shipped(order: Order, at: int, parcel: Parcel) -> Json:
    return {
        "package_id": numbers.package(order, at),
        "package_status": PACKAGE.get(parcel.status, "FULFILLING"),
        "tracking_number": parcel.number,
        "shipping_provider_name": CARRIERS.get(parcel.carrier, parcel.carrier.upper()),
        "rts_time": seconds(parcel.steps[0].at if parcel.steps else order.placed_at),
    }


def _payment(shop: Shop, order: Order) -> Json:
    return {
        "currency": shop.currency,
        "original_total_product_price": written(order.subtotal),
        "seller_discount": written(order.discount),
        "platform_discount": "0.00",
        "sub_total": written(order.subtotal - order.discount),
        "shipping_fee": written(order.shipping),
        "tax": written(order.tax),
        "total_amount": written(order.total),
    }


def _address(shopper: Shopper) -> Json:
    home = shopper.home
    levels = (("Country", "United States"), ("State", home.region), ("County", ""), ("City", home.city))
    return {
        "name": f"{shopper.first_name} {shopper.last_name[:1]}***",
        "phone_number": f"(+1)*******{shopper.phone[-2:]}",
        "region_code": home.country,
        "postal_code": home.postal_code,
        "address_line1": f"{home.line[:2]}***",
        "address_line2": "",
        "district_info": [
            {"address_level": f"L{at}", "address_level_name": name, "address_name": value}
            for at, (name, value) in enumerate(levels)
        ],
    }
