"""Reading from platforms: what is new, and one object again. Outside calls between scopes, never inside."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from config.tenancy import scope
from connectors.contract import Capability, One, Page, Since, Wanted
from connectors.errors import AuthorizationLost, ConnectorError
from connectors.events import ParcelStatus
from connectors.registry import with_capability
from inbox import intake, mirror
from inbox.collecting import collect
from inbox.models import Channel, ChannelState, Delivery, Order, Refetch, Shipment

PAGES = 20  # per round; the next round goes on where this one stopped
FRESH = timedelta(minutes=10)

# How often a carrier is asked about a parcel that nobody asks about; what has arrived is left alone.
ASK_EVERY = {
    ParcelStatus.PRE_TRANSIT: timedelta(hours=12),
    ParcelStatus.IN_TRANSIT: timedelta(hours=6),
    ParcelStatus.EXCEPTION: timedelta(hours=3),
    ParcelStatus.OUT_FOR_DELIVERY: timedelta(hours=1),
    ParcelStatus.AVAILABLE_FOR_PICKUP: timedelta(hours=6),
}
GIVEN_UP = timedelta(days=45)

log = logging.getLogger(__name__)


def fetch_new(organization_id: UUID, channel_id: UUID) -> int:
    """Store what is new on a channel and apply it; how many deliveries were new.

    The cursor moves in the transaction that stores the page, so a crash repeats a page but loses none.
    """
    new = 0
    for _ in range(PAGES):
        channel = _active(organization_id, channel_id)
        if channel is None:
            break
        page = _read(organization_id, channel, Since(channel.cursor))
        if page is None:
            break
        new += _store(organization_id, channel, page, moves_cursor=True)
        intake.drain(organization_id, channel.pk)
        if not page.more:
            break
    return new


def fetch_again(organization_id: UUID, refetch_id: UUID) -> None:
    """Read an object as it is now at its platform, and apply it."""
    with scope(organization_id):
        row = (
            Refetch.objects.select_related("channel")
            .filter(pk=refetch_id, due_at__lte=timezone.now())
            .first()
        )
    if row is None or row.channel.state != ChannelState.ACTIVE:
        return
    try:
        stored = _read_again(organization_id, row)
    except ConnectorError as error:
        with scope(organization_id):
            if isinstance(error, AuthorizationLost):
                (_parcel(row)[0] if row.kind == "parcel" else row.channel).lose(error.message)
                row.put_off(error.message, 0)  # until somebody reconnects
            elif error.permanent:
                row.give_up(error.message)
            else:
                row.put_off(error.message, getattr(error, "retry_after", None))
        return
    with scope(organization_id):
        row.done()
        if not stored:
            _moved(row)
    if stored:
        intake.drain(organization_id)


def _moved(row: Refetch) -> None:
    """An order that reads as before although its platform spoke of it: its dates have no smaller unit than a second."""
    known = Order.objects.filter(channel=row.channel, external_id=row.external_id)
    if row.kind == "order" and (order := known.first()):
        mirror.ask_carriers(order)


def _read_again(organization_id: UUID, row: Refetch) -> int:
    """How many deliveries are to be applied now."""
    if row.kind == "file":
        collect(organization_id, UUID(row.external_id))
        return 0
    channel, wanted = row.channel, One(row.kind, row.external_id)
    if row.kind == "parcel":
        with scope(organization_id):
            channel, wanted = _parcel(row)
    page = channel.connector.fetch(channel.account(), wanted)
    return _store(organization_id, channel, page)


def look_for(organization_id: UUID, channel: Channel, kind: str, external_id: str) -> bool:
    """Read one object that somebody speaks of: one that is not here yet, or as it is now. What the platform does not
    know is no news. False when it could not be asked."""
    try:
        page = channel.connector.fetch(channel.account(), One(kind, external_id))
    except ConnectorError as error:
        log.info("%s %s was not found at %s: %s", kind, external_id, channel, error.message)
        return False
    if _store(organization_id, channel, page):
        intake.drain(organization_id, channel.pk)
    return True


def sweep(organization_id: UUID) -> None:
    """Read again what nobody was woken for, or what had to wait."""
    with scope(organization_id):
        due = list(
            Refetch.objects.filter(due_at__lte=timezone.now(), channel__state=ChannelState.ACTIVE)
            .order_by("due_at")
            .values_list("pk", flat=True)[:50]
        )
    for refetch_id in due:
        fetch_again(organization_id, refetch_id)


def track(organization_id: UUID, shipment_id: UUID, since: datetime | None = None) -> None:
    """Ask the carrier where a parcel is, unless it was asked after `since`; without it, unless it was heard lately. What was
    asked before and answered after it knows nothing of it. A failed look-up is noted on the shipment."""
    with scope(organization_id):
        shipment = Shipment.objects.filter(pk=shipment_id).first()
        carrier = _carrier(shipment.carrier) if shipment else None
    if shipment is None or carrier is None or not shipment.tracking_number:
        return
    known = shipment.asked_at if since else shipment.checked_at
    if known and known > (since or timezone.now() - FRESH):
        return
    asked_at = timezone.now()
    try:
        wanted = One("parcel", shipment.tracking_number, shipment.carrier)
        page = carrier.connector.fetch(carrier.account(), wanted)
    except ConnectorError as error:
        with scope(organization_id):
            Shipment.objects.filter(pk=shipment_id).update(problem=error.message)
            if isinstance(error, AuthorizationLost):
                carrier.lose(error.message)
        return
    if _store(organization_id, carrier, page):
        intake.drain(organization_id, carrier.pk)
    with scope(organization_id):  # also when the carrier had nothing new to say
        heard = {"checked_at": timezone.now(), "asked_at": asked_at, "problem": ""}
        Shipment.objects.filter(pk=shipment_id).update(**heard)


def _carrier(kind: str) -> Channel | None:
    """Who is asked about a carrier's parcels: the carrier, or an aggregator where it is not connected."""
    active = Channel.objects.filter(state=ChannelState.ACTIVE)
    aggregators = [each.kind for each in with_capability(Capability.AGGREGATOR)]
    return active.filter(kind=kind).first() or active.filter(kind__in=aggregators).first()


def _parcel(row: Refetch) -> tuple[Channel, One]:
    """An aggregator may hint at a parcel whose carrier is connected itself: then that one is asked."""
    moved_by = (
        Shipment.objects.filter(tracking_number=row.external_id).values_list("carrier", flat=True).first()
    )
    asked = _carrier(moved_by) if moved_by else None
    return asked or row.channel, One("parcel", row.external_id, moved_by or "")


def follow(organization_id: UUID, most: int = 40) -> int:
    """Ask carriers about the parcels that are due, those never asked about first; how many were asked."""
    now = timezone.now()
    due = Q(checked_at=None)
    for status, every in ASK_EVERY.items():
        due |= Q(status=status, checked_at__lt=now - every)
    with scope(organization_id):
        shipments = list(
            Shipment.objects.filter(due, tracking_number__gt="", shipped_at__gt=now - GIVEN_UP)
            .order_by(F("checked_at").asc(nulls_first=True), "-shipped_at")
            .values_list("pk", flat=True)[:most]
        )
    for shipment_id in shipments:
        track(organization_id, shipment_id, since=now)
    return len(shipments)


def _active(organization_id: UUID, channel_id: UUID) -> Channel | None:
    with scope(organization_id):
        return Channel.objects.filter(pk=channel_id, state=ChannelState.ACTIVE).first()


def _read(organization_id: UUID, channel: Channel, wanted: Wanted) -> Page | None:
    """None when the platform could not be read; the channel then shows why."""
    try:
        return channel.connector.fetch(channel.account(), wanted)
    except AuthorizationLost as error:
        with scope(organization_id):
            channel.lose(error.message)
    except ConnectorError as error:
        with scope(organization_id):
            Channel.objects.filter(pk=channel.pk).update(problem=error.message, polled_at=timezone.now())
    return None


def _store(organization_id: UUID, channel: Channel, page: Page, *, moves_cursor: bool = False) -> int:
    """Keep the raw page; how many of its deliveries were not here yet."""
    now = timezone.now()
    with scope(organization_id), transaction.atomic():
        stored = [raw for raw in page.deliveries if Delivery.store(channel, raw)]
        news: dict[str, object] = {"polled_at": now, "problem": ""}
        if moves_cursor and page.cursor is not None:
            news["cursor"] = page.cursor
        Channel.objects.filter(pk=channel.pk).update(**news)
    return len(stored)
