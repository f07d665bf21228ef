"""An order with its lines, refunds and returns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import OrderFacts
from agents.facts.records.parcels import parcel
from agents.facts.records.writing import Writer, frozen, page
from inbox.models import Conversation, Order, OrderLine, Refund, Return

_KEPT = (
    "number",
    "placed_at",
    "updated_at",
    "currency",
    "subtotal",
    "shipping",
    "tax",
    "discount",
    "total",
    "financial_status",
    "fulfillment_status",
    "cancelled_at",
)


def order(
    row: Order,
    ledger: Ledger,
    conversation: Conversation,
    zone: ZoneInfo,
    silent: Collection[UUID] = (),
    asked_at: datetime | None = None,
) -> OrderFacts:
    """`silent` are the ids of orders and parcels whose look-up, at `asked_at`, had no answer."""
    source = row.channel.connector.label
    write = Writer(
        ledger,
        f"order:{row.pk}",
        source,
        row.fetched_at,
        page(conversation, f"order-{row.pk}"),
        zone=zone.key,
        about=row.number,
        copy=frozen(row, *_KEPT),
    )
    failure = _failure(write, zone, asked_at) if row.pk in silent else None
    return OrderFacts(
        id=row.pk,
        number=row.number,
        fields=_fields(row, write),
        lines=[_line(line, row, write) for line in row.lines.all()],
        parcels=[
            parcel(each, row, ledger, conversation, zone, silent=each.pk in silent, asked_at=asked_at)
            for each in row.shipments.all()
        ],
        refunds=[_refund(refund, write) for refund in row.refunds.all()],
        returns=[_return(back, write) for back in row.returns.all()],
        failure=failure,
        row=row,
    )


def _fields(row: Order, write: Writer) -> dict[str, Evidence]:
    fields = {
        "number": write("number", Kind.IDENTIFIER, row.number, f"Order {row.number}"),
        **write.day("placed_on", row.placed_at, "Order date"),
        "total": write.money("total", row.total, row.currency, "Order total"),
        "financial_status": write("financial_status", Kind.STATUS, row.financial_status, "Payment"),
        "fulfillment_status": write("fulfillment_status", Kind.STATUS, row.fulfillment_status, "Fulfilment"),
        **write.day("cancelled_on", row.cancelled_at, "Cancelled"),
        **write.day("deliver_by", row.deliver_by, "To be delivered by"),
        **write.day("cancel_requested_on", row.cancel_requested_at, "The shopper asked to cancel"),
    }
    if row.cancelled_at:
        fields["cancelled"] = write("cancelled", Kind.STATUS, "cancelled", "Order state")
    if row.fulfilled_by == "platform":
        fields["fulfilled_by"] = write(
            "fulfilled_by", Kind.TEXT, f"{write.source}, not the seller", "Shipped by"
        )
    if row.status_url:
        fields["status_url"] = write("status_url", Kind.LINK, row.status_url, "Order page")
    return fields


def _failure(write: Writer, zone: ZoneInfo, asked_at: datetime | None) -> Evidence:
    said = f"{write.source} did not answer{_at(asked_at, zone)}"
    shown = f"{said}; shown as of {write.fetched_at.astimezone(zone):%b %-d, %-I:%M %p}"
    return write("failure", Kind.FAILURE, shown, f"{write.source} look-up")


def _at(asked_at: datetime | None, zone: ZoneInfo) -> str:
    return f" at {asked_at.astimezone(zone):%-I:%M %p}" if asked_at else " just now"


def _line(line: OrderLine, row: Order, order_: Writer) -> dict[str, Evidence]:
    write = replace(
        order_,
        record=f"line:{line.pk}",
        copy=frozen(line, "title", "variant", "sku", "quantity", "unit_price"),
    )
    title = line.title
    facts = {
        "title": write("line.title", Kind.TEXT, title, "Item"),
        "quantity": write("line.quantity", Kind.NUMBER, line.quantity, f"Quantity of {title}", unit="unit"),
        "price": write.money("line.price", line.unit_price, row.currency, f"Price of {title}"),
    }
    if line.variant:
        facts["variant"] = write("line.variant", Kind.TEXT, line.variant, f"Variant of {title}")
    if line.sku:
        facts["sku"] = write("line.sku", Kind.IDENTIFIER, line.sku, "SKU")
    return facts


def _refund(refund: Refund, order_: Writer) -> dict[str, Evidence]:
    kept = frozen(refund, "amount", "currency", "refunded_at")
    write = replace(order_, record=f"refund:{refund.pk}", copy=kept)
    return {
        "amount": write.money("refund.amount", refund.amount, refund.currency, "Refund"),
        **write.day("refund.on", refund.refunded_at, "Refund date"),
        "status": write("refund.status", Kind.STATUS, "refunded", "Refund"),
    }


def _return(back: Return, order_: Writer) -> dict[str, Evidence]:
    kept = frozen(back, "name", "status", "reason", "requested_at", "due_at", "amount", "tracking_number")
    write = replace(order_, record=f"return:{back.pk}", copy=kept)
    facts = {
        "name": write("return.name", Kind.IDENTIFIER, back.name, "Return"),
        "status": write("return.status", Kind.STATUS, f"return_{back.status}", "Return state"),
        **write.day("return.on", back.requested_at, "Return requested"),
        **write.day("return.due", back.due_at, "Return to be settled by"),
    }
    if back.amount is not None:
        facts["amount"] = write.money("return.amount", back.amount, back.currency, "Value of the return")
    if back.tracking_number:
        facts["number"] = write(
            "return.number", Kind.IDENTIFIER, back.tracking_number, "Parcel of the return"
        )
    return facts
