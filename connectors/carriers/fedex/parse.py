"""FedEx tracking answers → ParcelTracked, pushes → Changed. Pure.

Field names as in the FedEx Track API v1 ("Basic Integrated Visibility").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from connectors.carriers import answers
from connectors.carriers.answers import Json, inside, moment, text
from connectors.carriers.carrier import ASKED_FOR
from connectors.carriers.fedex.status import meaning
from connectors.carriers.journey import hand_over, settle
from connectors.carriers.numbers import link
from connectors.carriers.places import place, zone_at
from connectors.carriers.proof import left_at
from connectors.carriers.reasons import reason_for
from connectors.carriers.times import offset
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event, ParcelStatus, ParcelTracked, Scan

FOUND_NOTHING = "errors"  # a 404 has them instead of `output`


def tracked(delivery: RawDelivery) -> Sequence[Event]:
    """The parcel of the answer. A number FedEx does not know (yet) gives nothing."""
    answer = answers.parsed(delivery.body, "FedEx")
    if FOUND_NOTHING in answer:
        return ()
    try:
        return [
            _parcel(found, delivery.headers.get(ASKED_FOR) or text(each, "trackingNumber"))
            for each in answer["output"]["completeTrackResults"]
            if (found := _newest(each.get("trackResults") or ()))
        ]
    except answers.BROKEN as error:
        raise Unparsable(f"This FedEx tracking answer cannot be read: {error!r}.") from error


def pushed(delivery: RawDelivery) -> Sequence[Event]:
    """The envelope of a push is not documented; whatever numbers it names are to be looked at again."""
    numbers = dict.fromkeys(answers.named(answers.parsed(delivery.body, "FedEx"), {"trackingNumber"}))
    if not numbers:
        raise Unparsable("This FedEx push names no tracking number.")
    return [Changed("parcel", number) for number in numbers]


def _newest(results: Sequence[Json]) -> Json | None:
    """FedEx uses numbers again: of several shipments under one number the one shipped last."""
    known = [each for each in results if not each.get("error")]
    return max(known, key=lambda each: (_dated(each).get("SHIP", ""), _last_scan(each)), default=None)


def _last_scan(result: Json) -> str:
    return max((text(scan, "date") for scan in result.get("scanEvents") or ()), default="")


def _dated(result: Json) -> dict[str, str]:
    return {text(each, "type"): text(each, "dateTime") for each in result.get("dateAndTimes") or ()}


def _parcel(result: Json, number: str) -> ParcelTracked:
    home = _home(result)
    unique = text(inside(result, "trackingNumberInfo"), "trackingNumberUniqueId") or number
    events = result.get("scanEvents") or []
    read = [_scan(event, unique) for event in events]
    scans, status = settle(read, destination=_place(home))
    latest = inside(result, "latestStatusDetail")
    if status is None:
        status, _ = meaning(text(latest, "code") or text(latest, "derivedCode"))
    done = status is ParcelStatus.DELIVERED
    door = hand_over(scans, status)
    proof = inside(result, "deliveryDetails") if done else {}
    said = next((_why(e) for e, s in zip(events, read, strict=True) if door and s.key == door.key), "")
    estimated_on, changed = _estimate(result, home, scans)
    return ParcelTracked(
        tracking_number=number,
        carrier="fedex",
        status=status or ParcelStatus.PRE_TRANSIT,
        scans=scans,
        estimated_on=None if done else estimated_on,
        estimate_changed=changed and not done,
        delivered_at=door.at if door else None,
        signed_by=text(proof, "signedByName") or text(proof, "receivedByName"),
        left_at=left_at(said) or text(proof, "locationDescription").lower(),
        url=link("fedex", number),
    )


def _scan(event: Json, unique: str) -> Scan:
    code = text(event, "eventType").upper()
    state, reason = meaning(code, text(inside(event, "delayDetail"), "type"))
    address = inside(event, "scanLocation")
    at, zone = moment(text(event, "date"), _zone(address))
    why, where = _why(event), _place(address)
    words = text(event, "eventDescription") if left_at(why) else why or text(event, "eventDescription")
    return Scan(
        key=f"{unique}:{at:%Y%m%dT%H%M%SZ}:{code}:{text(event, 'exceptionCode')}",
        at=at,
        zone=zone,
        status=state,
        text=words,
        code=code,
        place=where,
        reason=reason_for(reason, words) if state is ParcelStatus.EXCEPTION else reason,
    )


def _why(event: Json) -> str:
    """What FedEx adds to an event: "Customer not available or business closed" to "Delivery exception"."""
    return text(event, "exceptionDescription")


def _estimate(result: Json, home: Json, scans: Sequence[Scan]) -> tuple[datetime | None, bool]:
    """The end of the estimated window, else the estimate, else what the service promised.

    Of a parcel that runs late without a new estimate nothing is promised any more.
    """
    zone = _zone(home) or (offset(scans[-1].zone) if scans else None) or UTC
    dated, window = _dated(result), inside(result, "estimatedDeliveryTimeWindow", "window")
    standard = inside(result, "standardTransitTimeWindow", "window")
    estimate = _latest(
        text(window, "ends") or text(window, "begins") or dated.get("ESTIMATED_DELIVERY"), zone
    )
    promised = _latest(dated.get("COMMITMENT") or text(standard, "ends"), zone)
    if estimate is None:
        late = text(inside(result, "latestStatusDetail", "delayDetail"), "status") == "DELAYED"
        return (None if late else promised), False
    return estimate, promised is not None and promised.date() != estimate.date()


def _latest(written: str | None, zone: tzinfo) -> datetime | None:
    return answers.end_of(written, zone) if written else None


def _home(result: Json) -> Json:
    found = (
        inside(result, "deliveryDetails", "actualDeliveryAddress"),
        inside(result, "recipientInformation", "address"),
        inside(result, "lastUpdatedDestinationAddress"),
    )
    return next((each for each in found if text(each, "city")), {})


def _zone(address: Json) -> tzinfo | None:
    american = text(address, "countryCode") in ("", "US")
    return zone_at(text(address, "stateOrProvinceCode"), text(address, "postalCode")) if american else None


def _place(address: Json) -> str:
    return place(text(address, "city"), text(address, "stateOrProvinceCode"), text(address, "countryCode"))
