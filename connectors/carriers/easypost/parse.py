"""EasyPost trackers → ParcelTracked of the carrier that moves the parcel, events → Changed. Pure.

Field names as in EasyPost's API v2 (github.com/EasyPost/examples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, tzinfo

from dateutil import parser as dates

from connectors.carriers import answers
from connectors.carriers.answers import Json, inside, moment, text, true
from connectors.carriers.carrier import ASKED_FOR, MOVED_BY
from connectors.carriers.easypost.status import meaning
from connectors.carriers.journey import hand_over, settle
from connectors.carriers.numbers import carrier_kind, link
from connectors.carriers.places import place, zone_at, zone_in
from connectors.carriers.proof import left_at
from connectors.carriers.reasons import reason_for
from connectors.carriers.times import offset
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event, ParcelStatus, ParcelTracked, Scan

# "CHARLESTON SC, 29401", "BROOKLYN HGTS NY US"
_DESTINATION = re.compile(r"(?P<city>.+?),? (?P<state>[A-Z]{2})(?:,? (?P<zip>\d{5})(?:-\d{4})?)?(?:,? US)?")


def tracked(delivery: RawDelivery) -> Sequence[Event]:
    """The parcel of a tracker, or of a list of trackers the newest. A number nobody knows (yet) gives nothing."""
    answer = answers.parsed(delivery.body, "EasyPost")
    if "error" in answer:  # the body of a 422
        return ()
    try:
        trackers = answer.get("trackers", [answer])
        found = max(trackers, key=lambda each: text(each, "updated_at"), default=None)
        return () if found is None else _parcel(found, delivery.headers)
    except answers.BROKEN as error:
        raise Unparsable(f"This EasyPost tracker cannot be read: {error!r}.") from error


def pushed(delivery: RawDelivery) -> Sequence[Event]:
    """An event about a tracker holds it as it was at that moment, and may come late: so, look again.

    Events about batches, refunds and the like are nobody's parcel.
    """
    event = answers.parsed(delivery.body, "EasyPost")
    if not text(event, "description").startswith("tracker."):
        return ()
    number = text(inside(event, "result"), "tracking_code")
    if not number:
        raise Unparsable("This EasyPost event names no tracking number.")
    return [Changed("parcel", number)]


def event_id(body: bytes) -> str:
    """Of an event; it stays the same when EasyPost sends it again."""
    try:
        return text(answers.parsed(body, "EasyPost"), "id")
    except Unparsable:
        return ""  # kept as it came; `pushed` will say what is wrong with it


def _parcel(tracker: Json, headers: Mapping[str, str]) -> list[ParcelTracked]:
    details, latest = (
        tracker["tracking_details"] or [],
        meaning(text(tracker, "status"), text(tracker, "status_detail")),
    )
    if not details and latest[0] is None:
        return []
    number, home = headers.get(ASKED_FOR) or text(tracker, "tracking_code"), _home(tracker)
    name = text(tracker, "carrier")
    carrier = headers.get(MOVED_BY) or carrier_kind(name) or name
    scans, status = settle(
        [_scan(detail, number, true(tracker, "is_return")) for detail in details], destination=_place(home)
    )
    status = status or latest[0]
    done = status is ParcelStatus.DELIVERED
    door = hand_over(scans, status)
    estimated_on, changed = _estimate(tracker, home, scans)
    return [
        ParcelTracked(
            tracking_number=number,
            carrier=carrier,
            status=status or ParcelStatus.PRE_TRANSIT,
            scans=scans,
            estimated_on=None if done else estimated_on,
            estimate_changed=changed and not done,
            delivered_at=door.at if door else None,
            signed_by=text(tracker, "signed_by") if done else "",
            left_at=left_at(door.text) if door else "",
            url=link(carrier, number) or text(tracker, "public_url"),
        )
    ]


def _scan(detail: Json, number: str, is_return: bool) -> Scan:
    """Of a return label "delivered" means back at the seller."""
    words, at_place = text(detail, "message"), inside(detail, "tracking_location")
    state, reason = meaning(text(detail, "status"), text(detail, "status_detail"))
    if is_return and state is ParcelStatus.DELIVERED:
        state = ParcelStatus.RETURNED
    at, zone = moment(text(detail, "datetime"), _zone(at_place))
    return Scan(
        key=f"{number}:{at:%Y%m%dT%H%M%SZ}:{words[:80]}",
        at=at,
        zone=zone,
        status=state,
        text=words or text(detail, "description"),
        code=text(detail, "carrier_code") or text(detail, "status_detail") or text(detail, "status"),
        place=_place(at_place),
        reason=reason_for(reason, words) if state is ParcelStatus.EXCEPTION else reason,
    )


def _estimate(tracker: Json, home: Json, scans: Sequence[Scan]) -> tuple[datetime | None, bool]:
    """The carrier's day and time on the destination's clock, else EasyPost's; changed when a scan named another day."""
    zone = _zone(home) or (offset(scans[-1].zone) if scans else None) or UTC
    carriers = inside(tracker, "carrier_detail")
    local = f"{text(carriers, 'est_delivery_date_local')} {text(carriers, 'est_delivery_time_local')}".strip()
    newest = answers.end_of(local, zone) if local else _day(text(tracker, "est_delivery_date"), zone)
    said = (_day(text(each, "est_delivery_date"), zone) for each in tracker["tracking_details"] or ())
    return newest, newest is not None and any(each.date() != newest.date() for each in said if each)


def _day(written: str, zone: tzinfo) -> datetime | None:
    """Midnight in UTC is how EasyPost writes a day without a time."""
    if not written:
        return None
    at = dates.isoparse(written)
    return answers.end_of(written[:10] if at.time() == time(0) else written, zone)


def _home(tracker: Json) -> Json:
    """The destination as a place, from its words where EasyPost gives no more."""
    carriers = inside(tracker, "carrier_detail")
    if known := inside(carriers, "destination_tracking_location"):
        return known
    found = _DESTINATION.fullmatch(text(carriers, "destination_location"))
    return found.groupdict() if found else {}


def _zone(address: Json) -> tzinfo | None:
    country = text(address, "country").upper()
    if country in ("", "US"):
        return zone_at(text(address, "state"), text(address, "zip"))
    return zone_in(country)


def _place(address: Json) -> str:
    return place(text(address, "city"), text(address, "state"), text(address, "country").upper())
