"""DHL's side of the pretend world: the tracking and the subscription endpoint, as DHL documents them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.carriers.gate import Deliver, Gate, answer
from connectors.events import ParcelStatus as S
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import CarrierHook, Parcel, Place, Step, World

CALLS_PER_DAY = 250
SERVICE = "ecommerce"

# status (DHL eCommerce's code), statusCode
_CODES: dict[tuple[S, str], tuple[str, str]] = {
    (S.PRE_TRANSIT, ""): ("445", "pre-transit"),
    (S.IN_TRANSIT, ""): ("402", "transit"),
    (S.OUT_FOR_DELIVERY, ""): ("598", "transit"),
    (S.AVAILABLE_FOR_PICKUP, ""): ("522", "transit"),
    (S.DELIVERED, ""): ("600", "delivered"),
    (S.EXCEPTION, ""): ("573", "failure"),
    (S.EXCEPTION, "weather"): ("592", "transit"),
    (S.EXCEPTION, "attempted"): ("552", "failure"),
    (S.EXCEPTION, "damaged"): ("620", "failure"),
    (S.EXCEPTION, "address"): ("631", "failure"),
    (S.FAILURE, ""): ("825", "failure"),
    (S.RETURNED, ""): ("800", "failure"),
}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "No result found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    gate = Gate(
        world,
        trouble,
        "dhl",
        problem,
        CALLS_PER_DAY,
        timedelta(days=1),
        shown_key=lambda request: request.headers.get("dhl-api-key", ""),
    )

    async def tracking(request: Request) -> Response:
        number = request.query_params.get("trackingNumber", "")
        if not number:
            return problem(400)
        parcel = world.parcels.get(number)
        if parcel is None or parcel.carrier != "dhl":
            return problem(404)
        url = f"/shipments?trackingNumber={number}&offset=0&limit=5"
        found = shown(parcel, world.clock.now())
        return answer({"url": url, "firstUrl": url, "lastUrl": url, "shipments": [found]})

    async def subscription(request: Request) -> Response:
        hook = json.loads(await request.body())["hook"]
        hooks = world.carrier_hooks.setdefault("dhl", [])
        if any(each.url == hook["uri"] for each in hooks):
            return problem(409)
        shown_as = hook["authentication"]
        secret = f"{shown_as['header']}: {shown_as['token']}"
        hooks.append(CarrierHook(world.next_id(), hook["uri"], secret))
        return answer({}, 201)

    return [
        Route("/track/shipments", gate.guarded(tracking)),
        Route("/tracking/push/v1/subscription", gate.guarded(subscription), methods=["POST"]),
    ]


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """The shipment with its newest event, the secret in the header that was named."""
    if not isinstance(thing, Parcel) or thing.carrier != "dhl":
        return
    body = json.dumps({"shipments": [shown(thing, world.clock.now())]}).encode()
    for hook in world.carrier_hooks.get("dhl", ()):
        header, _, token = hook.secret.partition(": ")
        deliver(hook.url, {"Content-Type": "application/json", header: token}, body)


def problem(status: int) -> Response:
    title = _TITLES.get(status, "Conflict")
    detail = "No shipment with given tracking number found." if status == 404 else title
    return answer({"title": title, "status": status, "detail": detail}, status)


def shown(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """One shipment: events newest first, none that lies in the future."""
    steps = [step for step in parcel.steps if step.at <= now]
    events = [_event(step) for step in reversed(steps)]
    body: dict[str, Any] = {
        "id": parcel.number,
        "service": SERVICE,
        "destination": {"address": _address(parcel.home)},
        "details": {"product": {"productName": "DHL Parcel Ground"}, "totalNumberOfPieces": 1},
        "events": events,
    }
    if events:
        body["status"] = events[0]
    if steps and steps[-1].status is S.DELIVERED:
        body["details"]["proofOfDelivery"] = {"timestamp": events[0]["timestamp"]}
    else:
        body |= _estimate(parcel)
    return body


def _event(step: Step) -> dict[str, Any]:
    """A time without an offset, on the clock of its place; where there is no place, in UTC."""
    code, kind = _CODES.get((step.status, step.reason)) or _CODES[step.status, ""]
    event: dict[str, Any] = {"statusCode": kind, "status": code, "description": step.text}
    if step.place is None:
        return event | {"timestamp": f"{step.at:%Y-%m-%dT%H:%M:%SZ}"}
    there = step.at.astimezone(ZoneInfo(step.place.zone))
    return event | {"timestamp": f"{there:%Y-%m-%dT%H:%M:%S}", "location": {"address": _address(step.place)}}


def _estimate(parcel: Parcel) -> dict[str, Any]:
    there = parcel.estimated.astimezone(ZoneInfo(parcel.home.zone))
    window = {"estimatedFrom": f"{there - timedelta(hours=4):%Y-%m-%dT%H:%M:%S}"}
    through = f"{there:%Y-%m-%dT%H:%M:%S}"
    return {
        "estimatedTimeOfDelivery": through,
        "estimatedDeliveryTimeFrame": {**window, "estimatedThrough": through},
    }


def _address(place: Place) -> dict[str, str]:
    return {
        "countryCode": place.country,
        "postalCode": place.postal_code,
        "addressLocality": f"{place.city.upper()}, {place.region}, {place.country}",
    }
