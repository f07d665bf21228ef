"""An order as TikTok writes it, with its returns and cancellations → OrderChanged. Pure.

TikTok has a line for every single piece, so quantities are one. Refunds stand in returns and cancellations only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.channels.tiktok import access, returns
from connectors.channels.tiktok.values import ZERO, Json, amount, money, party, time, time_or_none
from connectors.contract import Account, Money
from connectors.events import (
    Address,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    ParcelStatus,
    RefundData,
    ShipmentData,
)

FULFILLMENT = {
    "UNPAID": FulfillmentStatus.UNFULFILLED,
    "ON_HOLD": FulfillmentStatus.UNFULFILLED,
    "AWAITING_SHIPMENT": FulfillmentStatus.UNFULFILLED,
    "PARTIALLY_SHIPPING": FulfillmentStatus.PARTIAL,
    "AWAITING_COLLECTION": FulfillmentStatus.FULFILLED,
    "IN_TRANSIT": FulfillmentStatus.FULFILLED,
    "DELIVERED": FulfillmentStatus.FULFILLED,
    "COMPLETED": FulfillmentStatus.FULFILLED,
    "CANCELLED": FulfillmentStatus.CANCELLED,
    "CANCEL": FulfillmentStatus.CANCELLED,  # as webhooks write it
}
PARCEL = {
    "PROCESSING": ParcelStatus.PRE_TRANSIT,
    "FULFILLING": ParcelStatus.IN_TRANSIT,
    "COMPLETED": ParcelStatus.DELIVERED,
    "CANCELLED": ParcelStatus.FAILURE,  # lost or damaged, as TikTok says
}


def order_changed(account: Account, held: Json) -> OrderChanged:
    """{"order", "returns", "cancellations"}."""
    order, backs, cancels = held["order"], held.get("returns") or (), held.get("cancellations") or ()
    paid = order["payment"]
    total = money(paid.get("total_amount"), paid.get("currency"))
    refunds = [*returns.refunds(backs), *_refunds(cancels)]
    status = FULFILLMENT[order["status"]]
    subtotal = amount(paid.get("sub_total"))
    gross = max(amount(paid.get("original_total_product_price")), subtotal)
    number = str(order["id"])
    return OrderChanged(
        external_id=number,
        number=number,
        buyer=party(order["user_id"], display=_name(order)),
        placed_at=time(order["create_time"]),
        updated_at=_latest(order, backs, cancels),
        total=total,
        subtotal=Money(gross, total.currency),
        shipping=money(paid.get("shipping_fee"), total.currency),
        tax=money(paid.get("tax"), total.currency),
        discount=Money(gross - subtotal, total.currency),
        financial_status=_financial(order, total, refunds),
        fulfillment_status=status,
        lines=[_line(each, total.currency) for each in _standing(order)],
        shipments=_shipments(order),
        refunds=refunds,
        shipping_address=_address(order.get("recipient_address") or {}),
        cancelled_at=_cancelled(order, cancels) if status is FulfillmentStatus.CANCELLED else None,
        url=access.order_page(account, number),
        fulfilled_by=Fulfiller.PLATFORM
        if order.get("fulfillment_type") == "FULFILLMENT_BY_TIKTOK"
        else Fulfiller.SELLER,
        ship_by=time_or_none(order.get("shipping_due_time") or order.get("rts_sla_time")),
        deliver_by=time_or_none(order.get("delivery_sla_time") or order.get("delivery_due_time")),
        cancel_requested_at=_cancel_requested(order, cancels),
    )


def open_request(cancellations: Iterable[Json]) -> Json | None:
    """The shopper's wish to cancel that waits for the seller."""
    return next(
        (
            each
            for each in cancellations
            if each.get("cancel_status") == "CANCELLATION_REQUEST_PENDING" and each.get("role") == "BUYER"
        ),
        None,
    )


def _cancel_requested(order: Json, cancels: Sequence[Json]) -> datetime | None:
    if request := open_request(cancels):
        return time(request["create_time"])
    return time(order["update_time"]) if order.get("is_buyer_request_cancel") else None


def _cancelled(order: Json, cancels: Sequence[Json]) -> datetime:
    done = [time_or_none(each.get("update_time")) for each in cancels if _is_done(each)]
    return max(filter(None, done), default=time(order["update_time"]))


def _latest(order: Json, *others: Iterable[Json]) -> datetime:
    """A refund changes what we make of an order, and not the order."""
    times = [time_or_none(each.get("update_time")) for more in others for each in more]
    return max([time(order["update_time"]), *filter(None, times)])


def _is_done(cancellation: Json) -> bool:
    return cancellation.get("cancel_status") in (
        "CANCELLATION_REQUEST_SUCCESS",
        "CANCELLATION_REQUEST_COMPLETE",
    )


def _refunds(cancels: Sequence[Json]) -> list[RefundData]:
    found = []
    for each in cancels:
        paid = each.get("refund_amount") or {}
        if _is_done(each) and amount(paid.get("refund_total")):
            value = money(paid["refund_total"], paid.get("currency"))
            found.append(
                RefundData(f"cancel/{each['cancel_id']}", value, time(each["update_time"]), "Cancelled")
            )
    return found


def _financial(order: Json, total: Money, refunds: Sequence[RefundData]) -> FinancialStatus:
    back = sum((each.amount.amount for each in refunds), ZERO)
    if back:
        return FinancialStatus.REFUNDED if back >= total.amount else FinancialStatus.PARTIALLY_REFUNDED
    if order["status"] == "UNPAID":
        return FinancialStatus.PENDING
    unpaid = FULFILLMENT[order["status"]] is FulfillmentStatus.CANCELLED and not order.get("paid_time")
    return FinancialStatus.VOIDED if unpaid else FinancialStatus.PAID


def _standing(order: Json) -> list[Json]:
    """Pieces that were cancelled alone are no part of the order any more."""
    lines = list(order.get("line_items") or ())
    return [each for each in lines if each.get("display_status") != "CANCELLED"] or lines


def _line(line: Json, currency: str) -> LineData:
    return LineData(
        external_id=str(line["id"]),
        title=str(line.get("product_name") or ""),
        quantity=1,
        unit_price=money(line.get("sale_price"), line.get("currency") or currency),
        variant=str(line.get("sku_name") or ""),
        sku=str(line.get("seller_sku") or ""),
        product_id=str(line.get("product_id") or ""),
        image_url=str(line.get("sku_image") or ""),
    )


def _shipments(order: Json) -> list[ShipmentData]:
    """By package; one without a tracking number has not been handed to anybody."""
    packages: dict[str, list[Json]] = {}
    for line in order.get("line_items") or ():
        if line.get("tracking_number"):
            packages.setdefault(str(line.get("package_id") or line["tracking_number"]), []).append(line)
    return [
        ShipmentData(
            external_id=f"{order['id']}/{package}",
            tracking_number=str(lines[0]["tracking_number"]),
            carrier=str(lines[0].get("shipping_provider_name") or order.get("shipping_provider") or ""),
            shipped_at=time_or_none(lines[0].get("rts_time") or order.get("rts_time")),
            line_ids=tuple(str(each["id"]) for each in lines),
            status=PARCEL.get(str(lines[0].get("package_status"))),
        )
        for package, lines in packages.items()
    ]


def _name(order: Json) -> str:
    return str((order.get("recipient_address") or {}).get("name") or order.get("buyer_nickname") or "")


def _address(place: Json) -> Address:
    """Empty until it is paid, masked afterwards. Divisions are named, from the country (L0) down."""
    parts = {
        str(each.get("address_level_name") or "").lower(): str(each.get("address_name") or "")
        for each in place.get("district_info") or ()
    }
    return Address(
        name=str(place.get("name") or ""),
        lines=tuple(str(place[name]) for name in ("address_line1", "address_line2") if place.get(name)),
        city=parts.get("city") or str(place.get("post_town") or ""),
        region=parts.get("state") or parts.get("province") or "",
        postal_code=str(place.get("postal_code") or ""),
        country=str(place.get("region_code") or "")[:2],
        phone=str(place.get("phone_number") or ""),
    )
