"""The pretend world's things as the rows intake would have made of them, never saved."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from connectors.carriers import numbers
from connectors.events import ParcelStatus
from connectors.sandbox import world as pretend
from inbox.models import (
    Channel,
    Order,
    OrderLine,
    Organization,
    Product,
    Refund,
    Return,
    Shipment,
    TrackingEvent,
)

_SPACE = UUID("2f0c7a1e-5a39-4e1c-8b5e-6f1f8f3b9d02")
_SPOTS = ("Front Door", "Porch", "Mailbox", "Garage", "Front Desk")
_EARLIER = timedelta(days=2)  # what a carrier named first, where it changed its mind
_Row = TypeVar("_Row", Order, Shipment)


class Rows:
    def __init__(
        self, world: pretend.World, shop: pretend.Shop, organization: Organization, channel: Channel
    ) -> None:
        self.world, self.shop, self.organization, self.channel = world, shop, organization, channel
        self.now = world.clock.now()

    def order(self, order: pretend.Order) -> Order:
        parcels = [self.world.parcels[number] for number in order.parcels]
        row = Order(
            id=self._key("order", order.id),
            organization=self.organization,
            channel=self.channel,
            external_id=str(order.id),
            number=order.number,
            placed_at=order.placed_at,
            updated_at=order.updated_at,
            fetched_at=self.now,
            currency=self.shop.currency,
            subtotal=order.subtotal,
            shipping=order.shipping,
            tax=order.tax,
            discount=order.discount,
            total=order.total,
            financial_status=order.financial_status,
            fulfillment_status=_fulfilment(order, parcels),
            cancelled_at=order.cancelled_at,
        )
        return _related(
            row,
            lines=[self._line(row, line) for line in order.lines],
            refunds=[self._refund(row, refund) for refund in order.refunds],
            returns=[self._return(row, back) for back in order.returns],
            shipments=[self._shipment(row, parcel) for parcel in parcels],
        )

    def product(self, product_id: int) -> Product:
        product = self.shop.products[product_id]
        variants = [
            {
                "external_id": str(each.id),
                "title": each.title,
                "sku": each.sku,
                "price": str(each.price),
                "currency": self.shop.currency,
                "stock": each.stock,
            }
            for each in product.variants
        ]
        return Product(
            id=self._key("product", product.id),
            organization=self.organization,
            channel=self.channel,
            external_id=str(product.id),
            title=product.title,
            description=product.description,
            attributes=product.attributes,
            variants=variants,
            updated_at=self.now,
            fetched_at=self.now,
        )

    def _line(self, row: Order, line: pretend.Line) -> OrderLine:
        product = self.shop.products[line.product_id]
        variant = next(each for each in product.variants if each.id == line.variant_id)
        return OrderLine(
            id=self._key("line", line.id),
            organization=self.organization,
            order=row,
            external_id=str(line.id),
            product_id_external=str(product.id),
            title=product.title,
            variant="" if variant.title == "Default Title" else variant.title,
            sku=variant.sku,
            quantity=line.quantity,
            unit_price=line.price,
        )

    def _refund(self, row: Order, refund: pretend.Refund) -> Refund:
        return Refund(
            id=self._key("refund", refund.id),
            organization=self.organization,
            order=row,
            external_id=str(refund.id),
            amount=refund.amount.quantize(Decimal("0.01")),
            currency=self.shop.currency,
            refunded_at=refund.at,
        )

    def _return(self, row: Order, back: pretend.Return) -> Return:
        return Return(
            id=self._key("return", back.id),
            organization=self.organization,
            channel=self.channel,
            order=row,
            external_id=str(back.id),
            name=back.name,
            status=back.status,
            reason=back.reason,
            quantity=back.quantity,
            requested_at=back.at,
        )

    def _shipment(self, row: Order, parcel: pretend.Parcel) -> Shipment:
        last, rng = parcel.steps[-1], Random(parcel.number)
        came = last.at if last.status is ParcelStatus.DELIVERED else None
        left = next((step.at for step in parcel.steps if step.status is not ParcelStatus.PRE_TRANSIT), None)
        made = Shipment(
            id=self._key("parcel", parcel.number),
            organization=self.organization,
            order=row,
            external_id=parcel.number,
            carrier=parcel.carrier,
            tracking_number=parcel.number,
            tracking_url=numbers.link(parcel.carrier, parcel.number),
            status=parcel.status,
            shipped_at=left,
            estimated_on=parcel.estimated,
            first_estimated_on=_first_estimate(parcel),
            delivered_at=came,
            left_at=rng.choice(_SPOTS) if came and rng.random() < 0.7 else "",
            signed_by="M. Okafor" if came and rng.random() < 0.3 else "",
            checked_at=self.now,
        )
        return _related(made, scans=[self._scan(made, n, step) for n, step in _newest_first(parcel)])

    def _scan(self, row: Shipment, number: int, step: pretend.Step) -> TrackingEvent:
        place = f"{step.place.city}, {step.place.region}" if step.place else ""
        return TrackingEvent(
            id=self._key("scan", f"{row.tracking_number} {number}"),
            organization=self.organization,
            shipment=row,
            key=str(number),
            at=step.at,
            zone=_offset(step.at, step.place.zone) if step.place else "",
            status=step.status,
            text=step.text,
            place=place,
            reason=step.reason,
        )

    def _key(self, kind: str, name: object) -> UUID:
        return uuid5(_SPACE, f"{self.shop.domain} {kind} {name}")


def _related(row: _Row, **related: list[Any]) -> _Row:
    """As if they had been prefetched; what is not given is empty."""
    vars(row)["_prefetched_objects_cache"] = defaultdict(list, related)
    return row


def _newest_first(parcel: pretend.Parcel) -> list[tuple[int, pretend.Step]]:
    return list(enumerate(parcel.steps))[::-1]


def _first_estimate(parcel: pretend.Parcel) -> datetime | None:
    return parcel.estimated - _EARLIER if parcel.estimate_changed else parcel.estimated


def _fulfilment(order: pretend.Order, parcels: list[pretend.Parcel]) -> str:
    if not parcels:
        return "unfulfilled"
    packed = {line for parcel in parcels for line in parcel.line_ids}
    return "fulfilled" if packed >= {line.id for line in order.lines} else "partial"


def _offset(at: datetime, zone: str) -> str:
    """ "-05:00"."""
    words = at.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{words[:3]}:{words[3:]}"
