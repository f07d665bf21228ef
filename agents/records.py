"""From rows to evidence: which fields of a record may be said, and under which label."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as fixed
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from agents.evidence import Evidence, Kind, Ledger
from agents.known import OrderFacts, ParcelFacts, ProductFacts
from connectors import registry
from inbox.models import Conversation, Order, OrderLine, Product, Refund, Return, Shipment, TrackingEvent
from knowledge.models import Passage


class _Writer:
    """Adds fields of one record to the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        record: str,
        source: str,
        fetched_at: datetime,
        url: str,
        about: str = "",
        part_of: str = "",
    ) -> None:
        self.ledger, self.record, self.source, self.fetched_at = ledger, record, source, fetched_at
        self.url, self.about, self.part_of = url, about, part_of

    def __call__(self, field: str, kind: Kind, value: object, label: str) -> Evidence:
        frozen = {"record": self.record, "field": field, "value": str(value), "source": self.source}
        return self.ledger.add(
            Evidence(
                0,
                self.record,
                field,
                kind,
                str(value),
                label,
                self.source,
                self.fetched_at,
                self.url,
                self.about,
                self.part_of,
                frozen,
            )
        )


def _page(conversation: Conversation, anchor: str) -> str:
    return (
        reverse("inbox:conversation", args=[conversation.organization.slug, conversation.pk]) + f"#{anchor}"
    )


def order(
    row: Order, ledger: Ledger, conversation: Conversation, zone: ZoneInfo, silent: set[UUID]
) -> OrderFacts:
    source = row.channel.connector.label
    write = _Writer(
        ledger, f"order:{row.pk}", source, row.fetched_at, _page(conversation, f"order-{row.pk}"), row.number
    )
    fields = {
        "number": write("number", Kind.IDENTIFIER, row.number, f"Order {row.number}"),
        "placed_on": write("placed_on", Kind.DATE, row.placed_at.astimezone(zone).date(), "Order date"),
        "total": write("total", Kind.MONEY, f"{row.total} {row.currency}", "Order total"),
        "financial_status": write("financial_status", Kind.STATUS, row.financial_status, "Payment"),
        "fulfillment_status": write("fulfillment_status", Kind.STATUS, row.fulfillment_status, "Fulfilment"),
    }
    if row.cancelled_at:
        fields["cancelled_on"] = write(
            "cancelled_on", Kind.DATE, row.cancelled_at.astimezone(zone).date(), "Cancelled"
        )
        fields["cancelled"] = write("cancelled", Kind.STATUS, "cancelled", "Order state")
    if row.fulfilled_by == "platform":
        fields["fulfilled_by"] = write("fulfilled_by", Kind.TEXT, f"{source}, not the seller", "Shipped by")
    if row.deliver_by:
        fields["deliver_by"] = write(
            "deliver_by", Kind.DATE, row.deliver_by.astimezone(zone).date(), "To be delivered by"
        )
    if row.cancel_requested_at:
        fields["cancel_requested_on"] = write(
            "cancel_requested_on",
            Kind.DATE,
            row.cancel_requested_at.astimezone(zone).date(),
            "The shopper asked to cancel",
        )
    if row.status_url:
        fields["status_url"] = write("status_url", Kind.LINK, row.status_url, "Order page")
    return OrderFacts(
        id=row.pk,
        number=row.number,
        fields=fields,
        lines=[_line(line, row, write) for line in row.lines.all()],
        parcels=[_parcel(parcel, row, ledger, conversation, zone, silent) for parcel in row.shipments.all()],
        refunds=[_refund(refund, write, zone) for refund in row.refunds.all()],
        returns=[_return(back, write, zone) for back in row.returns.all()],
    )


def _line(line: OrderLine, row: Order, write: _Writer) -> dict[str, Evidence]:
    facts = {
        "title": write("line.title", Kind.TEXT, line.title, "Item"),
        "quantity": write("line.quantity", Kind.NUMBER, line.quantity, f"Quantity of {line.title}"),
        "price": write(
            "line.price", Kind.MONEY, f"{line.unit_price} {row.currency}", f"Price of {line.title}"
        ),
    }
    if line.variant:
        facts["variant"] = write("line.variant", Kind.TEXT, line.variant, f"Variant of {line.title}")
    if line.sku:
        facts["sku"] = write("line.sku", Kind.IDENTIFIER, line.sku, "SKU")
    return facts


def _refund(refund: Refund, write: _Writer, zone: ZoneInfo) -> dict[str, Evidence]:
    return {
        "amount": write("refund.amount", Kind.MONEY, f"{refund.amount} {refund.currency}", "Refund"),
        "on": write("refund.on", Kind.DATE, refund.refunded_at.astimezone(zone).date(), "Refund date"),
        "status": write("refund.status", Kind.STATUS, "refunded", "Refund"),
    }


def _return(back: Return, write: _Writer, zone: ZoneInfo) -> dict[str, Evidence]:
    facts = {
        "name": write("return.name", Kind.IDENTIFIER, back.name, "Return"),
        "status": write("return.status", Kind.STATUS, f"return_{back.status}", "Return state"),
    }
    if back.requested_at:
        facts["on"] = write(
            "return.on", Kind.DATE, back.requested_at.astimezone(zone).date(), "Return requested"
        )
    if back.due_at:
        facts["due"] = write(
            "return.due", Kind.DATE, back.due_at.astimezone(zone).date(), "Return to be settled by"
        )
    if back.amount is not None:
        facts["amount"] = write(
            "return.amount", Kind.MONEY, f"{back.amount} {back.currency}", "Value of the return"
        )
    if back.tracking_number:
        facts["number"] = write(
            "return.number", Kind.IDENTIFIER, back.tracking_number, "Parcel of the return"
        )
    return facts


def _parcel(
    row: Shipment,
    order_row: Order,
    ledger: Ledger,
    conversation: Conversation,
    zone: ZoneInfo,
    silent: set[UUID],
) -> ParcelFacts:
    carrier = carrier_label(row.carrier)
    as_of = row.checked_at or order_row.fetched_at
    write = _Writer(
        ledger,
        f"shipment:{row.pk}",
        carrier,
        as_of,
        _page(conversation, f"shipment-{row.pk}"),
        order_row.number,
    )
    fields = {
        "carrier": write("carrier", Kind.TEXT, carrier, "Carrier"),
        "status": write("status", Kind.STATUS, row.status, f"{carrier} status"),
    }
    if row.tracking_number:
        fields["number"] = write("number", Kind.IDENTIFIER, row.tracking_number, f"{carrier} number")
    if row.tracking_url:
        fields["url"] = write("url", Kind.LINK, row.tracking_url, f"{carrier} tracking page")
    if row.shipped_at:
        fields["shipped_on"] = write(
            "shipped_on", Kind.DATE, row.shipped_at.astimezone(zone).date(), "Shipped"
        )
    fields |= _parcel_dates(row, write, carrier, zone)
    failure = None
    if row.problem or row.pk in silent:
        shown = f"{carrier} did not answer just now; shown as of {as_of.astimezone(zone):%b %-d, %-I:%M %p}"
        failure = write("failure", Kind.FAILURE, shown, f"{carrier} look-up")
    return ParcelFacts(
        id=row.pk,
        fields=fields,
        scans=[_scan(scan, write, conversation) for scan in list(row.scans.all())[:12]],
        is_late=row.is_late,
        failure=failure,
    )


def _parcel_dates(row: Shipment, write: _Writer, carrier: str, zone: ZoneInfo) -> dict[str, Evidence]:
    facts = {}
    if row.estimated_on and not row.delivered_at:
        facts["estimated_on"] = write(
            "estimated_on", Kind.DATE, row.estimated_on.astimezone(zone).date(), f"{carrier} estimate"
        )
    if row.first_estimated_on and row.is_late:
        first = row.first_estimated_on.astimezone(zone).date()
        facts["first_estimated_on"] = write(
            "first_estimated_on", Kind.DATE, first, f"{carrier} first estimate"
        )
    if row.delivered_at:
        last = next((scan for scan in row.scans.all() if scan.status == "delivered"), None)
        when = local(row.delivered_at, last.zone if last else "", zone)
        facts["delivered_at"] = write("delivered_at", Kind.MOMENT, when.isoformat(), f"{carrier} delivery")
    if row.signed_by:
        facts["signed_by"] = write("signed_by", Kind.TEXT, row.signed_by, "Signed by")
    if row.left_at:
        facts["left_at"] = write("left_at", Kind.TEXT, row.left_at, "Left at")
    return facts


def _scan(scan: TrackingEvent, parcel: _Writer, conversation: Conversation) -> dict[str, Evidence]:
    carrier = parcel.source
    write = _Writer(
        parcel.ledger,
        f"scan:{scan.pk}",
        carrier,
        parcel.fetched_at,
        _page(conversation, f"scan-{scan.pk}"),
        parcel.about,
        parcel.record,
    )
    where = f", {scan.place}" if scan.place else ""
    facts = {
        "text": write("text", Kind.TEXT, scan.text, f"{carrier} scan{where}"),
        "at": write("at", Kind.MOMENT, local(scan.at, scan.zone).isoformat(), f"{carrier} scan time{where}"),
    }
    if scan.place:
        facts["place"] = write("place", Kind.PLACE, scan.place, f"{carrier} scan place")
    if scan.status:
        facts["status"] = write("status", Kind.STATUS, scan.status, f"{carrier} scan{where}")
    if scan.reason:
        facts["reason"] = write("reason", Kind.STATUS, scan.reason, f"{carrier} reason{where}")
    return facts


def product(row: Product, ledger: Ledger, conversation: Conversation) -> ProductFacts:
    write = _Writer(
        ledger,
        f"product:{row.pk}",
        row.channel.connector.label,
        row.fetched_at,
        _page(conversation, f"product-{row.pk}"),
    )
    return ProductFacts(
        fields={
            "title": write("title", Kind.TEXT, row.title, "Product"),
            "description": write("description", Kind.POLICY, row.description, row.title),
        },
        attributes={
            name: write(f"attribute.{name}", Kind.TEXT, value, f"{row.title}: {name}")
            for name, value in row.attributes.items()
        },
        variants=[
            {
                "title": write("variant.title", Kind.TEXT, v["title"], row.title),
                "price": write(
                    "variant.price", Kind.MONEY, f"{v['price']} {v['currency']}", f"Price, {v['title']}"
                ),
                **(
                    {"stock": write("variant.stock", Kind.NUMBER, v["stock"], f"Stock, {v['title']}")}
                    if v["stock"] is not None
                    else {}
                ),
            }
            for v in row.variants
        ],
    )


def passage(row: Passage, ledger: Ledger, conversation: Conversation) -> Evidence:
    version = row.version
    url = reverse(
        "knowledge:version", args=[conversation.organization.slug, version.article.slug, version.number]
    )
    return ledger.add(
        Evidence(
            0,
            f"passage:{row.pk}",
            "text",
            Kind.POLICY,
            row.text,
            row.heading or version.article.title,
            f"{version.article.title}, version {version.number}",
            version.written_at,
            f"{url}#passage-{row.ordinal}",
            frozen={
                "article": version.article.title,
                "topic": version.article.topic,
                "version": version.number,
                "text": row.text,
            },
        )
    )


def title_overlap(title: str, words: set[str]) -> float:
    """How much of a title's words the message uses, 0..1; a plural s does not matter."""
    parts = [part.lower() for part in title.replace("-", " ").split() if len(part) > 2]
    known = {word.rstrip("s") for word in words}
    return sum(part.rstrip("s") in known for part in parts) / len(parts) if parts else 0.0


def local(at: datetime, offset: str, otherwise: ZoneInfo | None = None) -> datetime:
    """A scan's time as the clock at its place showed it ("-05:00"), or in the organization's zone."""
    if not offset:
        return at.astimezone(otherwise) if otherwise else at
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    return at.astimezone(fixed(sign * timedelta(hours=int(hours), minutes=int(minutes or 0))))


def carrier_label(kind: str) -> str:
    known = registry.connectors()
    return known[kind].label if kind in known else kind
