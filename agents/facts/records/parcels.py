"""A parcel, what its carrier says of it, and each scan on its way."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as fixed
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import ParcelFacts
from agents.facts.records.writing import Writer, frozen, page
from connectors import registry
from inbox.models import Conversation, Order, Shipment, TrackingEvent

_SCANS = 12  # newest first
_KEPT = (
    "tracking_number",
    "carrier",
    "status",
    "shipped_at",
    "estimated_on",
    "first_estimated_on",
    "delivered_at",
    "signed_by",
    "left_at",
    "checked_at",
)


def parcel(
    row: Shipment,
    order: Order,
    ledger: Ledger,
    conversation: Conversation,
    zone: ZoneInfo,
    *,
    silent: bool,
    asked_at: datetime | None,
) -> ParcelFacts:
    carrier = carrier_label(row.carrier)
    write = Writer(
        ledger,
        f"shipment:{row.pk}",
        carrier,
        row.checked_at or order.fetched_at,
        page(conversation, f"shipment-{row.pk}"),
        zone=zone.key,
        about=order.number,
        copy=frozen(row, *_KEPT),
    )
    return ParcelFacts(
        id=row.pk,
        fields=_fields(row, write, zone),
        scans=[_scan(scan, write, conversation) for scan in list(row.scans.all())[:_SCANS]],
        is_late=row.is_late,
        failure=_failure(write, zone, asked_at) if row.problem or silent else None,
    )


def _fields(row: Shipment, write: Writer, zone: ZoneInfo) -> dict[str, Evidence]:
    carrier = write.source
    fields = {
        "carrier": write("carrier", Kind.TEXT, carrier, "Carrier"),
        "status": write("status", Kind.STATUS, row.status, f"{carrier} status"),
    }
    texts = (
        ("number", Kind.IDENTIFIER, row.tracking_number, f"{carrier} number"),
        ("url", Kind.LINK, row.tracking_url, f"{carrier} tracking page"),
        ("signed_by", Kind.TEXT, row.signed_by, "Signed by"),
        ("left_at", Kind.TEXT, row.left_at, "Left at"),
        ("proof_url", Kind.LINK, row.proof_url, f"{carrier} proof of delivery"),
    )
    fields |= {name: write(name, kind, value, label) for name, kind, value, label in texts if value}
    return fields | write.day("shipped_on", row.shipped_at, "Shipped") | _dates(row, write, zone)


def _dates(row: Shipment, write: Writer, zone: ZoneInfo) -> dict[str, Evidence]:
    carrier = write.source
    facts: dict[str, Evidence] = {}
    if not row.delivered_at:
        facts |= write.day("estimated_on", row.estimated_on, f"{carrier} estimate")
    if row.is_late:
        facts |= write.day("first_estimated_on", row.first_estimated_on, f"{carrier} first estimate")
    if row.delivered_at:
        last = next((scan for scan in row.scans.all() if scan.status == "delivered"), None)
        when = local(row.delivered_at, last.zone if last else "", zone)
        unit = last.zone if last and last.zone else zone.key
        facts["delivered_at"] = write(
            "delivered_at", Kind.MOMENT, when.isoformat(), f"{carrier} delivery", unit=unit
        )
    return facts


def _failure(write: Writer, zone: ZoneInfo, asked_at: datetime | None) -> Evidence:
    when = f"at {asked_at.astimezone(zone):%-I:%M %p}" if asked_at else "just now"
    as_of = f"{write.fetched_at.astimezone(zone):%b %-d, %-I:%M %p}"
    text = f"{write.source} did not answer {when}; shown as of {as_of}"
    return write("failure", Kind.FAILURE, text, f"{write.source} look-up")


def _scan(scan: TrackingEvent, parcel: Writer, conversation: Conversation) -> dict[str, Evidence]:
    carrier = parcel.source
    write = Writer(
        parcel.ledger,
        f"scan:{scan.pk}",
        carrier,
        parcel.fetched_at,
        page(conversation, f"scan-{scan.pk}"),
        about=parcel.about,
        part_of=parcel.record,
        copy=frozen(scan, "at", "zone", "status", "text", "code", "place", "reason"),
    )
    where = f", {scan.place}" if scan.place else ""
    at = local(scan.at, scan.zone).isoformat()
    facts = {
        "text": write("text", Kind.TEXT, scan.text, f"{carrier} scan{where}"),
        "at": write("at", Kind.MOMENT, at, f"{carrier} scan time{where}", unit=scan.zone or "UTC"),
    }
    if scan.place:
        facts["place"] = write("place", Kind.PLACE, scan.place, f"{carrier} scan place")
    if scan.status:
        facts["status"] = write("status", Kind.STATUS, scan.status, f"{carrier} scan{where}")
    if scan.reason:
        facts["reason"] = write("reason", Kind.STATUS, scan.reason, f"{carrier} reason{where}")
    return facts


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
