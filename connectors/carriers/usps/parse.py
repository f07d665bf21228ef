"""USPS tracking answers → ParcelTracked, subscription pushes → Changed. Pure.

Field names as in the USPS "Package Tracking and Notification" API 3.2, expand=DETAIL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from dateutil import parser as dates

from connectors.carriers import answers
from connectors.carriers.answers import END_OF_DAY, text
from connectors.carriers.carrier import ASKED_FOR
from connectors.carriers.journey import hand_over, settle
from connectors.carriers.numbers import link
from connectors.carriers.places import place, zone_at
from connectors.carriers.proof import left_at
from connectors.carriers.reasons import reason_for
from connectors.carriers.times import offset, offset_text
from connectors.carriers.usps.status import meaning
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event, ParcelStatus, ParcelTracked, Scan


def tracked(delivery: RawDelivery) -> Sequence[Event]:
    """The parcel of the answer. A number USPS does not know (yet) gives nothing."""
    answer = answers.parsed(delivery.body, "USPS")
    if "error" in answer:  # the body of a 404
        return ()
    number = delivery.headers.get(ASKED_FOR, "") or text(answer, "trackingNumber")
    if not number:
        raise Unparsable("This USPS answer names no tracking number.")
    try:
        return _parcel(answer, number)
    except answers.BROKEN as error:
        raise Unparsable(f"This USPS tracking answer cannot be read: {error!r}.") from error


def pushed(delivery: RawDelivery) -> Sequence[Event]:
    """A push holds the newest event in a form USPS does not document, so it only says: look again."""
    frame = answers.parsed(delivery.body, "USPS")
    number = text(answers.parsed(str(frame.get("payload", "")).encode(), "USPS"), "trackingNumber")
    if not number:
        raise Unparsable("This USPS push names no tracking number.")
    return [Changed("parcel", number)]


def _parcel(answer: dict[str, Any], number: str) -> list[ParcelTracked]:
    events = answer.get("trackingEvents") or []
    category = text(answer, "statusCategory")
    if not events and not category:
        return []  # a 200 that says in words only that nothing is known
    read = [_scan(event, number, "" if later else category) for later, event in enumerate(events)]
    home = place(text(answer, "destinationCity"), text(answer, "destinationState"))
    scans, status = settle(read, destination=home)
    if status is None:
        status, _ = meaning("", category)
    door = hand_over(scans, status)
    signature: Mapping[str, Any] = next(
        (e for e, scan in zip(events, read, strict=True) if door and scan.key == door.key), {}
    )
    estimated_on, changed = _estimate(answer, scans)
    return [
        ParcelTracked(
            tracking_number=number,
            carrier="usps",
            status=status or ParcelStatus.PRE_TRANSIT,
            scans=scans,
            estimated_on=estimated_on,
            estimate_changed=changed,
            delivered_at=door.at if door else None,
            signed_by=text(signature, "name") or text(signature, "firm"),
            left_at=left_at(door.text) if door else "",
            url=link("usps", number),
        )
    ]


def _scan(event: dict[str, Any], number: str, category: str) -> Scan:
    code, words = text(event, "eventCode").upper(), text(event, "eventType")
    state, reason = meaning(code, category)
    at, zone = _moment(event)
    return Scan(
        key=f"{number}:{code or words}:{at:%Y%m%dT%H%M%SZ}:{text(event, 'eventZIP')}",
        at=at,
        zone=zone,
        status=state,
        text=words,
        code=code,
        place=place(text(event, "eventCity"), text(event, "eventState"), text(event, "eventCountry")),
        reason=reason_for(reason, words) if state is ParcelStatus.EXCEPTION else reason,
    )


def _moment(event: dict[str, Any]) -> tuple[datetime, str]:
    """The moment in UTC and the offset of the place. Local time is only used where USPS gives no GMT."""
    zone = offset(event.get("GMTOffset"))
    if gmt := text(event, "GMTTimestamp"):
        at = _utc(dates.isoparse(gmt.replace(" ", "T")))
        return at, offset_text(at.astimezone(zone)) if zone else ""
    local = dates.isoparse(text(event, "eventTimestamp").replace(" ", "T"))
    here = local.tzinfo or zone or zone_at(text(event, "eventState"), text(event, "eventZIP"))
    at = local.replace(tzinfo=here or UTC)
    return at.astimezone(UTC), offset_text(at) if here else ""


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _estimate(answer: dict[str, Any], scans: Sequence[Scan]) -> tuple[datetime | None, bool]:
    """End of the promised window on the destination's clock: predicted before expected before guaranteed."""
    zone = (
        zone_at(text(answer, "destinationState"), text(answer, "destinationZIP"))
        or (offset(scans[-1].zone) if scans else None)
        or UTC
    )
    promised = text(answer, "expectedDeliveryTimeStamp") or text(answer, "guaranteedDeliveryTimeStamp")
    first = _local(promised, zone) if promised else None
    predicted = text(answer, "predictedDeliveryDate")
    if not predicted:
        return first, False
    end = text(answer, "predictedDeliveryWindowEndTime") or text(answer, "endOfDay")
    day = dates.isoparse(predicted[:10])
    clock = dates.parse(end, default=day).time() if end else END_OF_DAY
    newest = datetime.combine(day.date(), clock, tzinfo=zone)
    return newest, first is not None and first.date() != newest.date()


def _local(written: str, zone: tzinfo) -> datetime:
    """A date without a time means the end of that day."""
    moment = dates.isoparse(written.replace(" ", "T"))
    if moment.time() == time(0) and not moment.tzinfo:
        moment = datetime.combine(moment.date(), END_OF_DAY)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
