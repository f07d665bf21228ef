"""Walmart's purchase order → ours. Pure.

State lives on the line, a quantity at a time: of one line two pieces may be shipped and one cancelled. The shopper
knows the customer order's number; one such order may be several purchase orders, and each of these is an order here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.channels.walmart.fields import Json, amount, cents, listed, money, quantity, tax_of, time
from connectors.contract import Money
from connectors.events import (
    Address,
    FinancialStatus,
    Fulfiller,
    FulfillmentStatus,
    LineData,
    OrderChanged,
    ParcelStatus,
    Party,
    RefundData,
    ShipmentData,
)

WAITING = ("Created", "Acknowledged")
SHIPPED = ("Shipped", "Delivered", "Refund")  # a refund is written over the state of what was shipped
_NO = ("", "n", "no", "false", "none", "null")
_COUNTRIES = {"USA": "US", "MEX": "MX", "CAN": "CA"}


def order_changed(order: Json, read_at: datetime | None, page: str) -> OrderChanged:
    """`read_at` is when Walmart showed it like this: its own times do not move with a refund."""
    lines = listed(order, "orderLines")
    currency = _currency(lines)
    sums = _sums(lines)
    total = sums["goods"] + sums["postage"] + sums["tax"] - sums["off"]
    refunds = list(_refunds(lines))
    fulfilment = _fulfilment(lines)
    placed_at = time(order["orderDate"])
    if placed_at is None:
        raise ValueError("orderDate")
    changes = [at for line in lines if (at := last_change(line))]
    shipping = order.get("shippingInfo") or {}
    return OrderChanged(
        external_id=name_of(order),
        number=str(order.get("customerOrderId") or order["purchaseOrderId"]),
        buyer=buyer_of(order),
        placed_at=placed_at,
        updated_at=read_at or max(changes, default=placed_at),
        total=Money(cents(total), currency),
        subtotal=Money(sums["goods"], currency),
        shipping=Money(sums["postage"], currency),
        tax=Money(cents(sums["tax"]), currency),
        discount=Money(sums["off"], currency),
        financial_status=_financial(fulfilment, total, refunds),
        fulfillment_status=fulfilment,
        lines=[_line(each, currency) for each in lines],
        shipments=list(_shipments(lines)),
        refunds=refunds,
        shipping_address=_address(shipping),
        cancelled_at=max(changes, default=placed_at) if fulfilment is FulfillmentStatus.CANCELLED else None,
        url=page,
        fulfilled_by=fulfiller(order),
        ship_by=time(shipping.get("estimatedShipDate")),
        deliver_by=time(shipping.get("estimatedDeliveryDate")),
        cancel_requested_at=_cancel_requested(lines, placed_at),
    )


def name_of(order: Json) -> str:
    """Orders that Walmart ships itself in Mexico have no purchase order."""
    return str(order.get("purchaseOrderId") or order["customerOrderId"])


def fulfiller(order: Json) -> Fulfiller:
    kind = str((order.get("shipNode") or {}).get("type") or "")
    return Fulfiller.PLATFORM if kind.upper().startswith("WFS") else Fulfiller.SELLER


def buyer_of(order: Json) -> Party:
    """By the relay address, which is also the sender of the shopper's mails."""
    relay = str(order.get("customerEmailId") or order.get("customerEmail") or "").strip().lower()
    address = (order.get("shippingInfo") or {}).get("postalAddress") or {}
    names = {"email": relay} if "@" in relay else {"walmart": str(order["customerOrderId"])}
    return Party(names, address.get("name") or "")


def statuses(line: Json) -> list[Json]:
    """The country decides whether the list stands alone or inside an object."""
    return listed(line, "orderLineStatuses") or listed(line, "orderLineStatus")


def pieces(line: Json, *states: str) -> int:
    """How many pieces of a line are in one of these states."""
    return sum(
        quantity(each.get("statusQuantity")) for each in statuses(line) if each.get("status") in states
    )


def number_of(line: Json) -> str:
    return str(line.get("lineNumber") or line["primeLineNumber"])


def wants_cancelling(line: Json) -> bool:
    asked = str(line.get("intentToCancel") or "").strip().lower() not in _NO
    return asked and pieces(line, *WAITING) > 0


def last_change(line: Json) -> datetime | None:
    times = [time(line.get("statusDate")), *(time(each.get("statusDate")) for each in statuses(line))]
    return max((at for at in times if at), default=None)


def _cancel_requested(lines: list[Json], placed_at: datetime) -> datetime | None:
    """Walmart does not say when; the line's last change is the nearest there is."""
    return next((last_change(each) or placed_at for each in lines if wants_cancelling(each)), None)


def _sums(lines: list[Json]) -> dict[str, Decimal]:
    """Of all charges: goods at full price, postage, what was taken off, and tax with whatever else was put on."""
    sums = dict.fromkeys(("goods", "postage", "off", "tax"), Decimal("0.00"))
    places = {"PRODUCT": "goods", "SHIPPING": "postage"}
    for charge in (each for line in lines for each in listed(line, "charges")):
        worth = amount(charge.get("chargeAmount"))
        place = "off" if worth < 0 else places.get(str(charge.get("chargeType")), "tax")
        sums[place] += abs(worth)
        sums["tax"] += tax_of(charge)
    return sums


def _currency(lines: list[Json]) -> str:
    found = (
        each["chargeAmount"]["currency"]
        for line in lines
        for each in listed(line, "charges")
        if each.get("chargeAmount")
    )
    return str(next(found, "USD"))


def _fulfilment(lines: list[Json]) -> FulfillmentStatus:
    shipped = sum(pieces(each, *SHIPPED) for each in lines)
    waiting = sum(pieces(each, *WAITING) for each in lines)
    if shipped:
        return FulfillmentStatus.PARTIAL if waiting else FulfillmentStatus.FULFILLED
    cancelled = not waiting and any(pieces(each, "Cancelled") for each in lines)
    return FulfillmentStatus.CANCELLED if cancelled else FulfillmentStatus.UNFULFILLED


def _financial(state: FulfillmentStatus, total: Decimal, refunds: list[RefundData]) -> FinancialStatus:
    """Walmart takes the money and says nothing of it: an order that stands is taken to be paid."""
    back = sum((each.amount.amount for each in refunds), Decimal("0.00"))
    if back:
        return FinancialStatus.REFUNDED if back >= total else FinancialStatus.PARTIALLY_REFUNDED
    return FinancialStatus.VOIDED if state is FulfillmentStatus.CANCELLED else FinancialStatus.PAID


def _line(line: Json, currency: str) -> LineData:
    count = quantity(line.get("orderLineQuantity")) or 1
    whole = _sums([line])["goods"]
    item = line.get("item") or {}
    if not whole and item.get("unitPrice"):
        whole = money(item["unitPrice"]).amount * count
    return LineData(
        external_id=number_of(line),
        title=str(item.get("productName") or item.get("sku") or "Item"),
        quantity=count,
        unit_price=Money(cents(whole / count), currency),
        sku=str(item.get("sku") or ""),
        product_id=str(item.get("sku") or ""),
        image_url=str(item.get("imageUrl") or ""),
    )


def _shipments(lines: list[Json]) -> Iterator[ShipmentData]:
    """One a tracking number; a parcel may hold several lines, a line may go in several parcels."""
    parcels: dict[str, list[tuple[str, Json]]] = {}
    for line in lines:
        for each in statuses(line):
            number = str((each.get("trackingInfo") or {}).get("trackingNumber") or "")
            if number and each.get("status") in SHIPPED:
                parcels.setdefault(number, []).append((number_of(line), each))
    for number, held in parcels.items():
        info: dict[str, Any] = held[0][1]["trackingInfo"]
        names = info.get("carrierName") or {}
        arrived = all(each.get("status") == "Delivered" for _, each in held)
        yield ShipmentData(
            external_id=number,
            tracking_number=number,
            carrier=str(names.get("carrier") or names.get("otherCarrier") or ""),
            tracking_url=str(info.get("trackingURL") or ""),
            shipped_at=time(info.get("shipDateTime")),
            line_ids=tuple(dict.fromkeys(name for name, _ in held)),
            status=ParcelStatus.DELIVERED if arrived else None,
        )


def refunded(line: Json, kind: str = "") -> tuple[Decimal, Decimal]:
    """What of a line went back, goods or postage, without tax and as tax; positive, though Walmart's are not."""
    held = listed(line.get("refund") or {}, "refundCharges")
    charges = [each.get("charge") or {} for each in held]
    chosen = [each for each in charges if not kind or each.get("chargeType") == kind]
    net = sum((abs(amount(each.get("chargeAmount"))) for each in chosen), Decimal("0.00"))
    return net, sum((abs(tax_of(each)) for each in chosen), Decimal("0.00"))


def _refunds(lines: list[Json]) -> Iterator[RefundData]:
    """A line has one refund that grows: its charges have no ids and no times of their own."""
    for line in lines:
        net, tax = refunded(line)
        at = last_change(line)
        if net + tax and at:
            note = str((line.get("refund") or {}).get("refundComments") or "")
            yield RefundData(f"line-{number_of(line)}", Money(net + tax, _currency([line])), at, note)


def _address(shipping: Json) -> Address:
    found = shipping.get("postalAddress") or {}
    country = str(found.get("country") or "")
    return Address(
        name=found.get("name") or "",
        lines=tuple(line for name in ("address1", "address2") if (line := found.get(name))),
        city=found.get("city") or "",
        region=found.get("state") or "",
        postal_code=found.get("postalCode") or "",
        country=_COUNTRIES.get(country, country[:2]),
        phone=shipping.get("phone") or "",
    )


def is_cancelled(order: Json) -> bool:
    """Whether anything of it was."""
    return any(pieces(each, "Cancelled") for each in listed(order, "orderLines"))
