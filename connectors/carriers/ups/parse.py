"""UPS tracking answers → ParcelTracked, Track Alert pushes → Changed. Pure.

Field names as in the UPS Tracking API v1 and Track Alert API v2 (github.com/UPS-API/api-documentation).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.carriers import answers
from connectors.carriers.answers import END_OF_DAY, text, true
from connectors.carriers.carrier import ASKED_FOR
from connectors.carriers.journey import hand_over, settle
from connectors.carriers.numbers import link
from connectors.carriers.places import place, zone_at
from connectors.carriers.reasons import reason_for
from connectors.carriers.times import offset, offset_text
from connectors.carriers.ups.status import meaning
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event, ParcelStatus, ParcelTracked, Scan

UNKNOWN_NUMBER = "TW0001"  # a warning inside a 200: UPS has nothing under this number (yet)


def tracked(delivery: RawDelivery) -> Sequence[Event]:
    """One event per package of the answer. A number UPS does not know (yet) gives none."""
    answer = answers.parsed(delivery.body, "UPS")
    if "response" in answer:  # the body of a 404
        return ()
    try:
        shipments = answer["trackResponse"]["shipment"]
        return [
            _parcel(package, _number(shipment, package, delivery.headers.get(ASKED_FOR, "")))
            for shipment in shipments
            for package in shipment.get("package") or ()
        ]
    except answers.BROKEN as error:
        raise Unparsable(f"This UPS tracking answer cannot be read: {error!r}.") from error


def pushed(delivery: RawDelivery) -> Sequence[Event]:
    """A push holds one scan under other codes than the tracking answer, so it only says: look again."""
    number = answers.parsed(delivery.body, "UPS").get("trackingNumber")
    if not isinstance(number, str) or not number:
        raise Unparsable("This UPS push names no tracking number.")
    return [Changed("parcel", number)]


def _number(shipment: dict[str, Any], package: dict[str, Any], asked_for: str) -> str:
    """Under which number it was asked for; a package of several goes by its own."""
    asked, own = asked_for or shipment.get("inquiryNumber"), package.get("trackingNumber")
    return str((asked if len(shipment["package"]) == 1 else own) or own or asked)


def _parcel(package: dict[str, Any], number: str) -> ParcelTracked:
    home = _address(package, "DESTINATION")
    activities = package.get("activity") or []
    read = [_scan(activity, number) for activity in activities]
    scans, status = settle(
        read,
        destination=_place(home),
        virtual={
            scan.key for scan, activity in zip(read, activities, strict=True) if true(activity, "logicalScan")
        },
    )
    if status is None:
        status, _ = meaning(*_codes(package.get("currentStatus") or {}))
    door = hand_over(scans, status)
    proof = package.get("deliveryInformation") or {}
    estimated_on, changed = _estimate(package, home, scans)
    done = status is ParcelStatus.DELIVERED
    return ParcelTracked(
        tracking_number=number,
        carrier="ups",
        status=status or ParcelStatus.PRE_TRANSIT,
        scans=scans,
        estimated_on=estimated_on,
        estimate_changed=changed,
        delivered_at=door.at if door else None,
        signed_by=str(proof.get("receivedBy") or "").strip() if done else "",
        left_at=str(proof.get("location") or "").strip().lower() if done else "",
        url=link("ups", number),
    )


def _scan(activity: dict[str, Any], number: str) -> Scan:
    status = activity.get("status") or {}
    code, kind = _codes(status)
    state, reason = meaning(code, kind)
    words = text(status, "description")
    address = (activity.get("location") or {}).get("address") or {}
    at, zone = _moment(activity, address)
    where = _place(address)
    return Scan(
        key=f"{number}:{at:%Y%m%dT%H%M%SZ}:{code or kind}:{where}",
        at=at,
        zone=zone,
        status=state,
        text=words,
        code=code or str(status.get("code") or kind),
        place=where,
        reason=reason_for(reason, words) if state is ParcelStatus.EXCEPTION else reason,
    )


def _codes(status: dict[str, Any]) -> tuple[str, str]:
    code = str(status.get("statusCode") or "").strip()
    return (code.zfill(3) if code else "", str(status.get("type") or "").strip().upper())


def _moment(activity: dict[str, Any], address: dict[str, Any]) -> tuple[datetime, str]:
    """The moment in UTC and the offset of the place. Local time is only used where UPS gives no GMT."""
    zone = offset(activity.get("gmtOffset"))
    if activity.get("gmtDate"):
        at = hhmmss(activity["gmtDate"], activity.get("gmtTime")).replace(tzinfo=UTC)
        return at, offset_text(at.astimezone(zone)) if zone else ""
    local = hhmmss(activity["date"], activity.get("time"))
    here = zone or zone_at(text(address, "stateProvince"), text(address, "postalCode"))
    at = local.replace(tzinfo=here or UTC)
    return at.astimezone(UTC), offset_text(at) if here else ""


def hhmmss(date: object, clock: object) -> datetime:
    """20261122 and 91519 → 09:15:19 that day, naive. Zeros lost in front come back; colons are allowed."""
    digits = "".join(c for c in str(clock or "") if c.isdigit()).zfill(6)
    return datetime.strptime(f"{date}{digits}", "%Y%m%d%H%M%S")  # naive: the caller knows whose clock it is


def _estimate(
    package: dict[str, Any], home: dict[str, Any], scans: Sequence[Scan]
) -> tuple[datetime | None, bool]:
    """End of the promised window on the destination's clock: rescheduled before scheduled."""
    dates = {each.get("type"): each.get("date") for each in package.get("deliveryDate") or ()}
    day = dates.get("RDD") or dates.get("SDD")
    if not day:
        return None, False
    window = package.get("deliveryTime") or {}
    local = hhmmss(day, None)
    # A time of type DEL is when it was delivered, not when it was promised.
    if window.get("endTime") and window.get("type") != "DEL":
        local = hhmmss(day, window["endTime"])
    else:
        local = datetime.combine(local, END_OF_DAY)
    zone = zone_at(text(home, "stateProvince"), text(home, "postalCode"))
    last = offset(scans[-1].zone) if scans else None
    changed = bool(dates.get("RDD")) and dates["RDD"] != dates.get("SDD")
    return local.replace(tzinfo=zone or last or UTC), changed


def _address(package: dict[str, Any], kind: str) -> dict[str, Any]:
    for each in package.get("packageAddress") or ():
        if kind in str(each.get("type") or "").upper().split("/"):
            return each.get("address") or {}
    return {}


def _place(address: dict[str, Any]) -> str:
    country = text(address, "countryCode") or text(address, "country")
    return place(text(address, "city"), text(address, "stateProvince"), country)
