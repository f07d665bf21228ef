"""The seller's orders, parcels and products as rows: what a platform said last, by the platform's clock."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone

from config.wake import wake
from connectors.carriers.numbers import candidates, carrier_kind
from connectors.events import OrderChanged, ParcelStatus, ParcelTracked, ProductChanged, ShipmentData
from inbox import hints, returning
from inbox.linking import link, tell
from inbox.models import (
    Channel,
    Order,
    OrderLine,
    Product,
    Refund,
    Shipment,
    TrackingEvent,
)
from inbox.people import Known, known_as
from inbox.proofs import bought_from


def order(channel: Channel, event: OrderChanged) -> None:
    """A whole order; a snapshot older than what is here changes nothing."""
    existing = (
        Order.objects.select_for_update().filter(channel=channel, external_id=event.external_id).first()
    )
    if existing and existing.updated_at > event.updated_at:
        return
    known = _buyer(channel, existing, event)
    row, _ = Order.objects.update_or_create(
        channel=channel, external_id=event.external_id, defaults=_order_fields(known, event)
    )
    if not known.customer.erased_at and (existing is None or _has_moved(existing, event)):
        hints.keep(hints.homes(known.persona, event.shipping_address))
    _lines(row, event)
    _shipments(row, event)
    _refunds_and_returns(row, event)
    if existing:
        ask_carriers(row)
    else:
        link(row)
    tell(row.customer_id, channel)


def _buyer(channel: Channel, existing: Order | None, event: OrderChanged) -> Known:
    """An order without a name that leads to somebody is the same stranger's as before."""
    named = bought_from(channel, event.buyer)
    if existing and (existing.customer.erased_at or not named.names):
        return Known(existing.customer, existing.came_as or existing.customer)
    return known_as(named)


def _has_moved(existing: Order, event: OrderChanged) -> bool:
    address = event.shipping_address
    before = [existing.shipping_address.get(name) for name in ("name", "postal_code", "city")]
    return before != [address.name, address.postal_code, address.city]


def _order_fields(known: Known, event: OrderChanged) -> dict[str, object]:
    customer = known.customer
    return {
        "customer": customer,
        "came_as_id": known.came_as_id,
        "number": event.number,
        "placed_at": event.placed_at,
        "updated_at": event.updated_at,
        "fetched_at": timezone.now(),
        "currency": event.total.currency,
        "subtotal": event.subtotal.amount,
        "shipping": event.shipping.amount,
        "tax": event.tax.amount,
        "discount": event.discount.amount,
        "total": event.total.amount,
        "financial_status": event.financial_status,
        "fulfillment_status": event.fulfillment_status,
        "shipping_address": {} if customer.erased_at else asdict(event.shipping_address),
        "cancelled_at": event.cancelled_at,
        "url": event.url,
        "status_url": "" if customer.erased_at else event.status_url,
        "fulfilled_by": event.fulfilled_by,
        "ship_by": event.ship_by,
        "deliver_by": event.deliver_by,
        "cancel_requested_at": event.cancel_requested_at,
    }


def _lines(row: Order, event: OrderChanged) -> None:
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=row,
                external_id=line.external_id,
                product_id_external=line.product_id,
                title=line.title,
                variant=line.variant,
                sku=line.sku,
                quantity=line.quantity,
                unit_price=line.unit_price.amount,
                image_url=line.image_url,
            )
            for line in event.lines
        ],
        update_conflicts=True,
        unique_fields=["organization", "order", "external_id"],
        update_fields=["title", "variant", "sku", "quantity", "unit_price", "image_url"],
    )
    row.lines.exclude(external_id__in=[line.external_id for line in event.lines]).delete()


def _shipments(row: Order, event: OrderChanged) -> None:
    """The shop says which parcels there are. Where they are, the carrier says; until it has, the platform's word counts."""
    Shipment.objects.bulk_create(
        [
            Shipment(
                order=row,
                external_id=parcel.external_id,
                carrier=_carrier_of(parcel),
                status=parcel.status or ParcelStatus.PRE_TRANSIT,
                tracking_number=parcel.tracking_number,
                tracking_url=parcel.tracking_url,
                shipped_at=parcel.shipped_at,
                lines=list(parcel.line_ids),
            )
            for parcel in event.shipments
        ],
        update_conflicts=True,
        unique_fields=["organization", "order", "external_id"],
        update_fields=["carrier", "tracking_number", "tracking_url", "shipped_at", "lines"],
    )
    row.shipments.exclude(external_id__in=[parcel.external_id for parcel in event.shipments]).delete()
    for status in {parcel.status for parcel in event.shipments if parcel.status}:
        named = [parcel.external_id for parcel in event.shipments if parcel.status == status]
        row.shipments.filter(external_id__in=named, scans=None).exclude(status=status).update(status=status)


def _carrier_of(parcel: ShipmentData) -> str:
    """A platform that names none leaves it to the number, where only one carrier writes such numbers."""
    if parcel.carrier:
        return carrier_kind(parcel.carrier) or parcel.carrier
    writers = {carrier for found in candidates(parcel.tracking_number) for carrier in found.carriers}
    return writers.pop() if len(writers) == 1 else ""


def ask_carriers(row: Order) -> None:
    """A change of a known order, or the word of one, often means that a parcel moved."""
    now = timezone.now().isoformat()
    for shipment_id in row.shipments.exclude(status__in=["delivered", "returned"]).values_list(
        "pk", flat=True
    ):
        wake("inbox.tasks.track", row.tenant, shipment_id=shipment_id, told_at=now)


def _refunds_and_returns(row: Order, event: OrderChanged) -> None:
    for refund in event.refunds:
        Refund.objects.update_or_create(
            order=row,
            external_id=refund.external_id,
            defaults={
                "amount": refund.amount.amount,
                "currency": refund.amount.currency,
                "refunded_at": refund.refunded_at,
                "note": refund.note,
            },
        )
    for back in event.returns:
        returning.keep(row.channel, row.external_id, row, back, event.updated_at, told=False)


def parcel(channel: Channel, event: ParcelTracked) -> None:
    """What a carrier knows, for every shipment with this number. Scans are added, never taken away."""
    for shipment in (
        Shipment.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(tracking_number=event.tracking_number, carrier=event.carrier)
    ):
        _scans(shipment, event)
        shipment.status = event.status
        shipment.first_estimated_on = shipment.first_estimated_on or event.estimated_on
        shipment.estimated_on = event.estimated_on
        shipment.delivered_at = event.delivered_at
        shipment.signed_by = event.signed_by[:120]
        shipment.left_at = event.left_at[:120]
        shipment.tracking_url = event.url or shipment.tracking_url
        shipment.proof_url = event.proof_url or shipment.proof_url
        shipment.checked_at = timezone.now()
        shipment.problem = ""
        shipment.save()
        tell(shipment.order.customer_id, channel)


def _scans(shipment: Shipment, event: ParcelTracked) -> None:
    TrackingEvent.objects.bulk_create(
        [
            TrackingEvent(
                shipment=shipment,
                key=scan.key[:200],
                at=scan.at,
                zone=scan.zone,
                status=scan.status or "",
                text=scan.text[:300],
                code=scan.code[:20],
                place=scan.place[:120],
                reason=scan.reason[:40],
            )
            for scan in event.scans
        ],
        ignore_conflicts=True,
    )


def product(channel: Channel, event: ProductChanged) -> None:
    existing = (
        Product.objects.select_for_update().filter(channel=channel, external_id=event.external_id).first()
    )
    if existing and existing.updated_at > event.updated_at:
        return
    Product.objects.update_or_create(
        channel=channel,
        external_id=event.external_id,
        defaults={
            "title": event.title[:300],
            "description": event.description,
            "attributes": dict(event.attributes),
            "variants": [
                {
                    "external_id": variant.external_id,
                    "title": variant.title,
                    "sku": variant.sku,
                    "price": str(variant.price.amount),
                    "currency": variant.price.currency,
                    "stock": variant.stock,
                }
                for variant in event.variants
            ],
            "url": event.url,
            "updated_at": event.updated_at,
            "fetched_at": timezone.now(),
        },
    )
