"""DHL tracking answers → ParcelTracked, pushes → Changed. Pure.

Field names as in DHL's "Shipment Tracking - Unified" API.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from connectors.carriers import answers
from connectors.carriers.answers import Json, inside, moment, text
from connectors.carriers.carrier import ASKED_FOR
from connectors.carriers.dhl.status import meaning
from connectors.carriers.journey import hand_over, settle
from connectors.carriers.numbers import link
from connectors.carriers.places import place, zone_at, zone_in
from connectors.carriers.proof import left_at
from connectors.carriers.reasons import reason_for
from connectors.carriers.times import offset
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import Changed, Event, ParcelStatus, ParcelTracked, Scan

_NUMBERS = frozenset({"trackingNumber", "trackingId", "dhlPackageId", "packageId"})
# "CINCINNATI HUB, OH - USA", "Columbus, OH, US", "LEIPZIG - GERMANY"
_LOCALITY = re.compile(r"(?P<city>[^,]*?)(?:, *(?P<state>[A-Z]{2}))?(?:(?: - |, *)(?P<country>[^,]+))?")


def tracked(delivery: RawDelivery) -> Sequence[Event]:
    """The shipment of the answer. A number DHL does not know (yet) gives nothing.

    Services use the same numbers: of several shipments the one with the newest event counts.
    """
    answer = answers.parsed(delivery.body, "DHL")
    if "shipments" not in answer and "title" in answer:  # the body of a 404
        return ()
    try:
        found = max(answer["shipments"], key=_newest, default=None)
        if found is None:
            return ()
        return [_parcel(found, delivery.headers.get(ASKED_FOR) or text(found, "id"))]
    except answers.BROKEN as error:
        raise Unparsable(f"This DHL tracking answer cannot be read: {error!r}.") from error


def pushed(delivery: RawDelivery) -> Sequence[Event]:
    """A push looks different in every service; whatever numbers it names are to be looked at again."""
    answer = answers.parsed(delivery.body, "DHL")
    shipments = answer.get("shipments")
    ids = (
        [text(each, "id") for each in shipments if isinstance(each, dict)]
        if isinstance(shipments, list)
        else []
    )
    numbers = dict.fromkeys(number for number in (*ids, *answers.named(answer, _NUMBERS)) if number)
    if not numbers:
        raise Unparsable("This DHL push names no shipment.")
    return [Changed("parcel", number) for number in numbers]


def _newest(shipment: Json) -> str:
    events = shipment.get("events") or ()
    return max((text(each, "timestamp") for each in (*events, inside(shipment, "status"))), default="")


def _parcel(shipment: Json, number: str) -> ParcelTracked:
    service = text(shipment, "service")
    home = inside(shipment, "destination", "address")
    # A shipment without a history still has its newest event.
    events = shipment.get("events") or [
        each for each in [inside(shipment, "status")] if text(each, "timestamp")
    ]
    scans, status = settle([_scan(event, service, number) for event in events], destination=_place(home))
    done = status is ParcelStatus.DELIVERED
    door = hand_over(scans, status)
    proof = inside(shipment, "details", "proofOfDelivery") if done else {}
    return ParcelTracked(
        tracking_number=number,
        carrier="dhl",
        status=status or ParcelStatus.PRE_TRANSIT,
        scans=scans,
        estimated_on=None if done else _estimate(shipment, home, scans),
        delivered_at=door.at if door else None,
        signed_by=_person(inside(proof, "signed")),
        left_at=left_at(door.text) if door else "",
        url=_address(text(shipment, "serviceUrl")) or link("dhl", number),
        proof_url=_address(text(proof, "documentUrl")) or _address(text(proof, "signatureUrl")),
    )


def _scan(event: Json, service: str, number: str) -> Scan:
    code, address = text(event, "status"), inside(event, "location", "address")
    words = text(event, "description") or code
    more = " ".join(text(event, name) for name in ("status", "description", "remark"))
    state, reason = meaning(service, code, text(event, "statusCode"), more)
    at, zone = moment(text(event, "timestamp"), _zone(address))
    where = _place(address)
    return Scan(
        key=f"{number}:{at:%Y%m%dT%H%M%SZ}:{code or words}:{where}",
        at=at,
        zone=zone,
        status=state,
        text=words,
        code=code,
        place=where,
        reason=reason_for(reason, more) if state is ParcelStatus.EXCEPTION else reason,
    )


def _estimate(shipment: Json, home: Json, scans: Sequence[Scan]) -> datetime | None:
    """The end of the window, else the estimate. DHL shows only its newest, never what it promised before."""
    zone = _zone(home) or (offset(scans[-1].zone) if scans else None) or UTC
    window = inside(shipment, "estimatedDeliveryTimeFrame")
    written = text(window, "estimatedThrough") or text(shipment, "estimatedTimeOfDelivery")
    return answers.end_of(written, zone) if written else None


def _zone(address: Json) -> tzinfo | None:
    country = text(address, "countryCode").upper()
    if country in ("", "US"):
        return zone_at(_parts(address)[1], text(address, "postalCode"))
    return zone_in(country)


def _place(address: Json) -> str:
    city, state, country = _parts(address)
    return place(city, state, text(address, "countryCode").upper() or country)


def _parts(address: Json) -> tuple[str, str, str]:
    found = _LOCALITY.fullmatch(text(address, "addressLocality"))
    return (found["city"], found["state"] or "", found["country"] or "") if found else ("", "", "")


def _person(person: Json) -> str:
    return text(person, "name") or f"{text(person, 'givenName')} {text(person, 'familyName')}".strip()


def _address(written: str) -> str:
    return written if written.startswith(("https://", "http://")) else ""
