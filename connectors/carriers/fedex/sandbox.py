"""FedEx's side of the pretend world: the token endpoint and the tracking endpoint, as FedEx documents them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.carriers.gate import Gate, answer
from connectors.events import ParcelStatus as S
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Parcel, Place, Step, World

TOKEN_LIFE = timedelta(seconds=3_600)
TOKENS_PER_HOUR = 30  # not published by FedEx; few enough to catch whoever asks for one with every call
CALLS_PER_HOUR = 5_000
MOST_NUMBERS = 30  # in one call
NOT_FOUND = "TRACKING.TRACKINGNUMBER.NOTFOUND"

# eventType, eventDescription where the step's words are the exception's, exceptionCode, delayDetail.type
_CODES: dict[tuple[S, str], tuple[str, str, str, str]] = {
    (S.PRE_TRANSIT, ""): ("OC", "", "", ""),
    (S.IN_TRANSIT, ""): ("IT", "", "", ""),
    (S.OUT_FOR_DELIVERY, ""): ("OD", "", "", ""),
    (S.AVAILABLE_FOR_PICKUP, ""): ("HL", "", "", ""),
    (S.DELIVERED, ""): ("DL", "", "", ""),
    (S.EXCEPTION, ""): ("SE", "Shipment exception", "A12", ""),
    (S.EXCEPTION, "weather"): ("DY", "Delay", "71", "WEATHER"),
    (S.EXCEPTION, "attempted"): ("DE", "Delivery exception", "08", ""),
    (S.EXCEPTION, "damaged"): ("DE", "Delivery exception", "10", ""),
    (S.EXCEPTION, "address"): ("DE", "Delivery exception", "03", ""),
    (S.FAILURE, ""): ("CA", "", "", ""),
    (S.RETURNED, ""): ("RS", "", "", ""),
}
_MOVING = (("Picked up", "PU"), ("Departed", "DP"), ("Left", "DP"), ("Arrived", "AR"), ("local FedEx", "AR"))
_ERRORS = {
    400: ("BAD.REQUEST.ERROR", "The given JWT is invalid. Please modify your request and try again."),
    401: ("NOT.AUTHORIZED.ERROR", "The given client credentials were not valid. Please try again."),
    404: ("NOT.FOUND.ERROR", "The resource you requested is no longer available."),
    429: ("TOO.MANY.REQUESTS.ERROR", "The allowed number of requests is exceeded."),
    500: (
        "INTERNAL.SERVER.ERROR",
        "We encountered an unexpected error and are working to resolve the issue.",
    ),
}


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    gate = Gate(
        world,
        trouble,
        "fedex",
        problem,
        CALLS_PER_HOUR,
        token_life=TOKEN_LIFE,
        tokens_per_hour=TOKENS_PER_HOUR,
    )

    async def token(request: Request) -> Response:
        form = await request.form()
        client_id = str(form.get("client_id", ""))
        if form.get("grant_type") != "client_credentials":
            return problem(400)
        if not gate.knows(client_id, str(form.get("client_secret", ""))):
            return problem(401)
        issued = gate.issue(client_id)
        if isinstance(issued, Response):
            return issued
        life = int(TOKEN_LIFE.total_seconds())
        return answer({"access_token": issued, "token_type": "bearer", "expires_in": life, "scope": "CXS"})

    async def tracking(request: Request) -> Response:
        try:
            sent = json.loads(await request.body())
            asked = [each["trackingNumberInfo"]["trackingNumber"] for each in sent["trackingInfo"]]
        except (ValueError, KeyError, TypeError):
            return problem(400)
        if not 0 < len(asked) <= MOST_NUMBERS or "includeDetailedScans" not in sent:
            return problem(400)
        results = [_complete(world, number) for number in asked]
        said = {"transactionId": str(uuid4()), "output": {"completeTrackResults": results}}
        if own := request.headers.get("x-customer-transaction-id"):
            said["customerTransactionId"] = own
        return answer(said)

    return [
        Route("/oauth/token", token, methods=["POST"]),
        Route("/track/v1/trackingnumbers", gate.guarded(tracking), methods=["POST"]),
    ]


def problem(status: int) -> Response:
    code, message = _ERRORS[status]
    return answer({"transactionId": str(uuid4()), "errors": [{"code": code, "message": message}]}, status)


def _complete(world: World, number: str) -> dict[str, Any]:
    """What is unknown is said inside a 200, number by number."""
    parcel = world.parcels.get(number)
    if parcel is None or parcel.carrier != "fedex":
        message = "Tracking number cannot be found. Please correct the tracking number and try again."
        result: dict[str, Any] = {
            "trackingNumberInfo": {"trackingNumber": number, "trackingNumberUniqueId": ""},
            "error": {"code": NOT_FOUND, "message": message},
        }
    else:
        result = shown(parcel, world.clock.now())
    return {"trackingNumber": number, "trackResults": [result]}


def shown(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """One track result: scans newest first, no scan that lies in the future."""
    steps = [step for step in parcel.steps if step.at <= now]
    events = [_event(step, parcel) for step in reversed(steps)]
    result: dict[str, Any] = {
        "trackingNumberInfo": {
            "trackingNumber": parcel.number,
            "trackingNumberUniqueId": f"2461300000~{parcel.number}~FX",
            "carrierCode": "FDXG",
        },
        "recipientInformation": {"contact": {}, "address": _address(parcel.home)},
        "serviceDetail": {"type": "GROUND_HOME_DELIVERY", "description": "FedEx Home Delivery"},
        "scanEvents": events,
        "dateAndTimes": [{"type": "SHIP", "dateTime": _time(steps[0].at, parcel.home)}] if steps else [],
        "availableImages": [],
        "returnDetail": {},
    }
    if steps:
        result["latestStatusDetail"] = _latest(steps[-1], events[0])
    if steps and steps[-1].status is S.DELIVERED:
        result |= _proof(steps[-1], parcel)
    else:
        result |= _estimate(parcel)
    return result


def _event(step: Step, parcel: Parcel) -> dict[str, Any]:
    code, event, exception, delay = _CODES.get((step.status, step.reason)) or _CODES[step.status, ""]
    if step.status is S.IN_TRANSIT:
        code = next((each for words, each in _MOVING if words in step.text), code)
    found: dict[str, Any] = {
        "date": _time(step.at, step.place or parcel.home),
        "eventType": code,
        "eventDescription": event or step.text,
        "exceptionCode": exception,
        "exceptionDescription": step.text if event else "",
        "scanLocation": _address(step.place) if step.place else {"streetLines": [""], "residential": False},
        "derivedStatusCode": code,
        "derivedStatus": event or step.text,
    }
    return found | ({"delayDetail": {"type": delay}} if delay else {})


def _latest(step: Step, event: dict[str, Any]) -> dict[str, Any]:
    late = {"delayDetail": {"status": "DELAYED"}} if step.status is S.EXCEPTION else {}
    return {
        "code": event["eventType"],
        "derivedCode": event["derivedStatusCode"],
        "statusByLocale": event["eventDescription"],
        "description": event["eventDescription"],
        "scanLocation": event["scanLocation"],
    } | late


def _proof(step: Step, parcel: Parcel) -> dict[str, Any]:
    there = _time(step.at, parcel.home)
    return {
        "deliveryDetails": {
            "actualDeliveryAddress": _address(parcel.home),
            "locationType": "OTHER",
            "locationDescription": "Front Door",
            "deliveryAttempts": "0",
        },
        "availableImages": [{"type": "SIGNATURE_PROOF_OF_DELIVERY"}],
        "dateAndTimes": [
            {"type": "ACTUAL_DELIVERY", "dateTime": there},
            {"type": "SHIP", "dateTime": _time(parcel.steps[0].at, parcel.home)},
        ],
    }


def _estimate(parcel: Parcel) -> dict[str, Any]:
    """The standard window is the first promise, the estimate the newest; the world forgets the first, so it is made up."""
    promised = parcel.estimated - timedelta(days=1 if parcel.estimate_changed else 0)
    begins = _time(parcel.estimated - timedelta(hours=4), parcel.home)
    window = {"begins": begins, "ends": _time(parcel.estimated, parcel.home)}
    return {
        "estimatedDeliveryTimeWindow": {"window": window, "type": "ESTIMATED_DELIVERY"},
        "standardTransitTimeWindow": {"window": {"ends": _time(promised, parcel.home)}},
    }


def _time(at: datetime, place: Place) -> str:
    return at.astimezone(ZoneInfo(place.zone)).isoformat()


def _address(place: Place) -> dict[str, Any]:
    return {
        "streetLines": [""],
        "city": place.city.upper(),
        "stateOrProvinceCode": place.region,
        "postalCode": place.postal_code,
        "countryCode": place.country,
        "residential": False,
        "countryName": "United States",
    }
