"""A small shop's facts, built by hand: what drafts and their verification are tried on. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import DisputeFacts, Facts, OrderFacts, ParcelFacts, ProductFacts, Told
from agents.understanding.message import Intent, IntentKind, Mood, MoodKind, Understanding
from connectors.contract import Limits
from inbox.models import Customer, Organization

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2025, 11, 20, 15, 5, tzinfo=ZONE)  # a Thursday
RETURNS = (
    "You can return unworn items in their original packaging within 30 days of delivery. "
    "Items marked Final Sale cannot be returned."
)
LABELS = (
    "Write to us with your order number and the item. A teammate checks the order and sends a prepaid return label "
    "by e-mail. Drop the parcel off at any location of the carrier on the label."
)
REFUNDS = (
    "We refund the original payment method within 5 business days after the parcel is back in our warehouse and "
    "inspected. Original shipping fees are not refunded."
)
CANCELLING = (
    "An order that has not shipped yet can be cancelled. A teammate confirms the cancellation; the original payment "
    "method is refunded in full."
)
SHIPPED = (
    "A parcel that is on its way cannot be stopped. You can refuse it at the door, or return it after delivery under "
    "our return policy."
)
LATE = (
    "If a parcel has had no scan for 5 days, or is more than 7 days past its first estimate, write to us. A teammate "
    "opens a trace with the carrier and decides with you between a replacement and a refund."
)
NOT_THERE = (
    "Please look around the delivery spot and the places the carrier names, and ask the people in your household and "
    "your neighbors. Some parcels are scanned as delivered up to one day early. If it has not turned up one business "
    "day after the delivery scan, write to us and a teammate opens a claim with the carrier."
)
DAMAGED = (
    "If a parcel arrives damaged, keep the packaging and send us a photo of the box and the item. A teammate arranges "
    "what happens next."
)


class Shop:
    """Hands out facts with their evidence, numbered as gathering does it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now, self.ledger = now, Ledger()
        self.orders: list[OrderFacts] = []
        self.passages: list[Evidence] = []
        self.products: list[ProductFacts] = []
        self.disputes: list[DisputeFacts] = []
        self.told: list[Told] = []

    def write(
        self,
        record: str,
        field: str,
        kind: Kind,
        value: object,
        label: str,
        source: str,
        about: str = "",
        part_of: str = "",
    ) -> Evidence:
        seen = (self.now - timedelta(minutes=3)).astimezone(UTC)
        return self.ledger.add(
            Evidence(0, record, field, kind, str(value), label, source, seen, "/o/x/", about, part_of)
        )

    def order(
        self,
        number: str = "#1042",
        *,
        placed: date = date(2025, 11, 15),
        paid: str = "paid",
        fulfilled: str = "fulfilled",
        total: str = "147.62 USD",
        items: Sequence[tuple[str, str, int]] = (("Field Jacket", "Moss / M", 1),),
        cancelled: date | None = None,
    ) -> OrderFacts:
        key = uuid4()

        def put(field: str, kind: Kind, value: object, label: str) -> Evidence:
            return self.write(f"order:{key}", field, kind, value, label, "The shop", number)

        fields = {
            "number": put("number", Kind.IDENTIFIER, number, f"Order {number}"),
            "placed_on": put("placed_on", Kind.DATE, placed, "Order date"),
            "total": put("total", Kind.MONEY, total, "Order total"),
            "financial_status": put("financial_status", Kind.STATUS, paid, "Payment"),
            "fulfillment_status": put("fulfillment_status", Kind.STATUS, fulfilled, "Fulfilment"),
        }
        if cancelled:
            fields["cancelled_on"] = put("cancelled_on", Kind.DATE, cancelled, "Cancelled")
            fields["cancelled"] = put("cancelled", Kind.STATUS, "cancelled", "Order state")
        lines = [
            {
                "title": put("line.title", Kind.TEXT, title, "Item"),
                "quantity": put("line.quantity", Kind.NUMBER, quantity, f"Quantity of {title}"),
                "price": put("line.price", Kind.MONEY, "128.00 USD", f"Price of {title}"),
                "variant": put("line.variant", Kind.TEXT, variant, f"Variant of {title}"),
                "sku": put("line.sku", Kind.IDENTIFIER, "NP-FJ12-MOS-M", "SKU"),
            }
            for title, variant, quantity in items
        ]
        made = OrderFacts(key, number, fields, lines)
        self.orders.append(made)
        return made

    def refund(self, order: OrderFacts, amount: str = "40.00 USD", on: date = date(2025, 11, 18)) -> None:
        record, about = f"order:{order.id}", order.number
        order.refunds.append(
            {
                "amount": self.write(
                    record, "refund.amount", Kind.MONEY, amount, "Refund", "The shop", about
                ),
                "on": self.write(record, "refund.on", Kind.DATE, on, "Refund date", "The shop", about),
                "status": self.write(
                    record, "refund.status", Kind.STATUS, "refunded", "Refund", "The shop", about
                ),
            }
        )

    def back(self, order: OrderFacts, status: str = "open", on: date = date(2025, 11, 17)) -> None:
        record, about, name = f"order:{order.id}", order.number, f"{order.number}-R1"
        order.returns.append(
            {
                "name": self.write(record, "return.name", Kind.IDENTIFIER, name, "Return", "The shop", about),
                "status": self.write(
                    record,
                    "return.status",
                    Kind.STATUS,
                    f"return_{status}",
                    "Return state",
                    "The shop",
                    about,
                ),
                "on": self.write(record, "return.on", Kind.DATE, on, "Return requested", "The shop", about),
            }
        )

    def parcel(
        self,
        order: OrderFacts,
        status: str = "in_transit",
        *,
        carrier: str = "UPS",
        number: str = "1Z7N4W190300000012",
        shipped: date | None = date(2025, 11, 17),
        estimated: date | None = date(2025, 11, 24),
        first: date | None = None,
        delivered: datetime | None = None,
        left_at: str = "",
        signed_by: str = "",
        scans: Sequence[tuple[str, str, str, datetime, str]] = (),
        silent: bool = False,
    ) -> ParcelFacts:
        """`scans`: (status, text, place, at, reason), newest first."""
        key = uuid4()

        def put(field: str, kind: Kind, value: object, label: str) -> Evidence:
            return self.write(f"shipment:{key}", field, kind, value, label, carrier, order.number)

        fields = {
            "carrier": put("carrier", Kind.TEXT, carrier, "Carrier"),
            "status": put("status", Kind.STATUS, status, f"{carrier} status"),
            "number": put("number", Kind.IDENTIFIER, number, f"{carrier} number"),
            "url": put(
                "url", Kind.LINK, f"https://www.ups.com/track?tracknum={number}", f"{carrier} tracking page"
            ),
        }
        dates = (
            ("shipped_on", shipped, "Shipped"),
            ("estimated_on", None if delivered else estimated, f"{carrier} estimate"),
            ("first_estimated_on", first, f"{carrier} first estimate"),
        )
        for field, day, label in dates:
            if day:
                fields[field] = put(field, Kind.DATE, day, label)
        if delivered:
            fields["delivered_at"] = put(
                "delivered_at", Kind.MOMENT, delivered.isoformat(), f"{carrier} delivery"
            )
        if signed_by:
            fields["signed_by"] = put("signed_by", Kind.TEXT, signed_by, "Signed by")
        if left_at:
            fields["left_at"] = put("left_at", Kind.TEXT, left_at, "Left at")
        failure = (
            put("failure", Kind.FAILURE, f"{carrier} did not answer just now", f"{carrier} look-up")
            if silent
            else None
        )
        made = ParcelFacts(
            key,
            fields,
            [self._scan(f"shipment:{key}", order.number, carrier, *scan) for scan in scans],
            is_late=bool(first and estimated and estimated > first),
            failure=failure,
        )
        order.parcels.append(made)
        return made

    def _scan(
        self,
        parcel: str,
        about: str,
        carrier: str,
        status: str,
        text: str,
        place: str,
        at: datetime,
        reason: str = "",
    ) -> dict[str, Evidence]:
        record = f"scan:{uuid4()}"

        def put(field: str, kind: Kind, value: object, label: str) -> Evidence:
            return self.write(record, field, kind, value, label, carrier, about, parcel)

        facts = {
            "text": put("text", Kind.TEXT, text, f"{carrier} scan, {place}"),
            "at": put("at", Kind.MOMENT, at.isoformat(), f"{carrier} scan time, {place}"),
        }
        if place:
            facts["place"] = put("place", Kind.PLACE, place, f"{carrier} scan place")
        if status:
            facts["status"] = put("status", Kind.STATUS, status, f"{carrier} scan, {place}")
        if reason:
            facts["reason"] = put("reason", Kind.STATUS, reason, f"{carrier} reason, {place}")
        return facts

    def passage(
        self, text: str, heading: str = "Returns", article: str = "Returns", version: int = 3
    ) -> Evidence:
        made = self.write(
            f"passage:{uuid4()}", "text", Kind.POLICY, text, heading, f"{article}, version {version}"
        )
        made = replace(
            made, frozen={"article": article, "topic": article.lower(), "version": version, "text": text}
        )
        self.ledger.items[-1] = made
        self.passages.append(made)
        return made

    def product(
        self,
        title: str,
        description: str,
        attributes: dict[str, str],
        variants: Sequence[tuple[str, str, int | None]],
    ) -> ProductFacts:
        record = f"product:{uuid4()}"

        def put(field: str, kind: Kind, value: object, label: str) -> Evidence:
            return self.write(record, field, kind, value, label, "The shop")

        made = ProductFacts(
            fields={
                "title": put("title", Kind.TEXT, title, "Product"),
                "description": put("description", Kind.POLICY, description, title),
            },
            attributes={
                name: put(f"attribute.{name}", Kind.TEXT, value, f"{title}: {name}")
                for name, value in attributes.items()
            },
            variants=[
                {
                    "title": put("variant.title", Kind.TEXT, name, title),
                    "price": put("variant.price", Kind.MONEY, price, f"Price, {name}"),
                    **(
                        {}
                        if stock is None
                        else {"stock": put("variant.stock", Kind.NUMBER, stock, f"Stock, {name}")}
                    ),
                }
                for name, price, stock in variants
            ],
        )
        self.products.append(made)
        return made

    def facts(self, *, focus: OrderFacts | None = None, unknown: tuple[str, ...] = ()) -> Facts:
        still_open = [order for order in self.orders if order.is_open] or self.orders
        only = still_open[0] if len(still_open) == 1 and not unknown else None
        return Facts(
            self.now,
            ZONE,
            self.ledger.items,
            self.orders,
            focus or only,
            unknown,
            self.products,
            self.passages,
            disputes=self.disputes,
            told=self.told,
        )


def scan(day: int, hour: int, minute: int = 0, offset: int = -5) -> datetime:
    """A moment in November 2025 on a clock `offset` hours from UTC."""
    from datetime import timezone

    return datetime(2025, 11, day, hour, minute, tzinfo=timezone(timedelta(hours=offset)))


def seen(*kinds: IntentKind, mood: MoodKind = MoodKind.NEUTRAL, **more: Any) -> Understanding:
    intents = tuple(Intent(kind, 0.9) for kind in kinds or (IntentKind.WHERE_IS_MY_ORDER,))
    return Understanding(intents=intents, mood=Mood(mood, 0.8), **more)


def letter(
    text: str = "Where is my order?",
    *,
    name: str = "Maya",
    tone: str = "friendly",
    limits: Limits | None = None,
    key: int = 1,
    signature: str = "The Northpine team",
    **voice: Any,
) -> tuple[Any, Any]:
    """A message and its conversation, as far as composing looks at them."""
    organization = Organization(name="Northpine", tone=tone, signature=signature, **voice)
    conversation = SimpleNamespace(
        organization=organization,
        customer=Customer(organization=organization, name=name),
        channel=SimpleNamespace(connector=SimpleNamespace(limits=limits or Limits())),
        limits=limits or Limits(),
    )
    return SimpleNamespace(pk=key, text=text, subject=""), conversation
