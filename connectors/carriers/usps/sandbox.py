"""USPS's side of the pretend world: the token endpoint and the tracking endpoint, as USPS documents them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.carriers.gate import Deliver, Gate, answer
from connectors.events import ParcelStatus as S
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import CarrierHook, Parcel, Step, World
from connectors.signatures import hmac_base64

TOKEN_LIFE = timedelta(seconds=28_799)
TOKENS_PER_HOUR = 60
CALLS_PER_HOUR = 600  # a new app gets 60; the pretend seller has asked for more

_PUSHES = "subscriptions-tracking/v3/subscriptions"

# eventCode, statusCategory
_CODES: dict[tuple[S, str], tuple[str, str]] = {
    (S.PRE_TRANSIT, ""): ("GX", "Pre-Shipment"),
    (S.IN_TRANSIT, ""): ("10", "In Transit"),
    (S.OUT_FOR_DELIVERY, ""): ("OF", "Out for Delivery"),
    (S.AVAILABLE_FOR_PICKUP, ""): ("16", "Available for Pickup"),
    (S.DELIVERED, ""): ("01", "Delivered"),
    (S.EXCEPTION, ""): ("DX", "Alert"),
    (S.EXCEPTION, "weather"): ("DX", "Alert"),
    (S.EXCEPTION, "attempted"): ("02", "Delivery Attempt"),
    (S.EXCEPTION, "damaged"): ("DX", "Alert"),
    (S.EXCEPTION, "address"): ("05", "Alert"),
    (S.FAILURE, ""): ("11", "Alert"),
    (S.RETURNED, ""): ("09", "Alert"),
}
_MOVING = (
    ("possession", "03"),
    ("Departed Post Office", "SF"),
    ("Departed", "T1"),
    ("Arrived at Post", "07"),
)
_ERRORS = {
    400: ("010002", "Bad Request", "The tracking number is not valid."),
    401: ("020001", "Unauthorized", "The access token is missing, expired or not valid."),
    404: ("040001", "Not Found", "No record of that item. Please check the number and try again later."),
    429: ("050001", "Too Many Requests", "The quota of this app is used up."),
    500: ("060001", "Internal Server Error", "Please try again later."),
}


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    gate = Gate(
        world,
        trouble,
        "usps",
        problem,
        CALLS_PER_HOUR,
        token_life=TOKEN_LIFE,
        tokens_per_hour=TOKENS_PER_HOUR,
    )

    async def token(request: Request) -> Response:
        sent = await _fields(request)
        client_id = str(sent.get("client_id", ""))
        if sent.get("grant_type") != "client_credentials":
            return problem(400)
        if not gate.knows(client_id, str(sent.get("client_secret", ""))):
            return problem(401)
        issued = gate.issue(client_id)
        if isinstance(issued, Response):
            return issued
        return answer(
            {
                "access_token": issued,
                "token_type": "Bearer",
                "issued_at": int(world.clock.now().timestamp() * 1000),
                "expires_in": int(TOKEN_LIFE.total_seconds()),
                "status": "approved",
                "scope": "tracking",
            }
        )

    async def tracking(request: Request) -> Response:
        number = request.path_params["number"]
        if not (10 <= len(number) <= 34 and number.isalnum()):
            return problem(400)
        parcel = world.parcels.get(number)
        if parcel is None or parcel.carrier != "usps":
            return problem(404)
        now = world.clock.now()
        detailed = request.query_params.get("expand") == "DETAIL"
        return answer(shown(parcel, now) if detailed else summary(parcel, now))

    return [
        Route("/oauth2/v3/token", token, methods=["POST"]),
        Route("/tracking/v3/tracking/{number}", gate.guarded(tracking)),
        Route(f"/{_PUSHES}", gate.guarded(partial(subscriptions, world)), methods=["GET", "POST"]),
        Route(f"/{_PUSHES}/{{id:int}}", gate.guarded(partial(unsubscribed, world)), methods=["DELETE"]),
    ]


async def subscriptions(world: World, request: Request) -> Response:
    hooks = world.carrier_hooks.setdefault("usps", [])
    if request.method == "GET":
        return answer([{**_subscription(each), "status": "ENABLED"} for each in hooks])
    wanted = json.loads(await request.body())
    if len(wanted.get("secret", "")) != 32:
        return problem(400)
    hooks.append(CarrierHook(world.next_id(), wanted["listenerURL"], wanted["secret"]))
    return answer(_subscription(hooks[-1]) | {"filterProperties": wanted["filterProperties"]}, 201)


async def unsubscribed(world: World, request: Request) -> Response:
    hooks = world.carrier_hooks.get("usps", [])
    hooks[:] = [each for each in hooks if each.id != request.path_params["id"]]
    return Response(status_code=204)


def _subscription(hook: CarrierHook) -> dict[str, Any]:
    return {"subscriptionId": str(hook.id), "listenerURL": hook.url, "filterProperties": {}}


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """The newest event of a piece, in a frame whose time and payload are signed together."""
    if not isinstance(thing, Parcel) or thing.carrier != "usps" or not thing.steps:
        return
    payload = json.dumps({"trackingNumber": thing.number, **_event(thing.steps[-1], thing)})
    at = f"{world.clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for hook in world.carrier_hooks.get("usps", ()):
        frame = {"subscriptionId": str(hook.id), "timestamp": at, "payload": payload}
        signature = hmac_base64(hook.secret, f"{at}{payload}".encode())
        headers = {"Content-Type": "application/json", "X-HMAC": signature}
        deliver(hook.url, headers, json.dumps(frame).encode())


def problem(status: int) -> Response:
    code, title, detail = _ERRORS[status]
    error = {"status": str(status), "code": code, "title": title, "detail": detail}
    body = {"code": str(status), "message": title, "errors": [error]}
    return answer({"apiVersion": "/tracking/v3", "error": body}, status)


def shown(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """expand=DETAIL: scans newest first, no scan that lies in the future."""
    steps = [step for step in parcel.steps if step.at <= now]
    home, last = parcel.home, steps[-1] if steps else None
    body: dict[str, Any] = {
        "trackingNumber": parcel.number,
        "destinationCity": home.city.upper(),
        "destinationState": home.region,
        "destinationZIP": home.postal_code,
        "mailType": "DOMESTIC_MAIL",
        "statusCategory": _codes(last)[1] if last else "Pre-Shipment",
        "status": last.text if last else "Label created, not yet in system",
        "statusSummary": _sentence(last) if last else "A status update is not yet available.",
        "trackingEvents": [_event(step, parcel) for step in reversed(steps)],
    }
    if not last or last.status is not S.DELIVERED:
        body |= _estimate(parcel)
    return body


def summary(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """expand=SUMMARY, the default: nothing but sentences."""
    steps = [step for step in reversed(parcel.steps) if step.at <= now]
    return {"trackingNumber": parcel.number, "eventSummaries": [_sentence(step) for step in steps]}


def _event(step: Step, parcel: Parcel) -> dict[str, Any]:
    there = step.at.astimezone(ZoneInfo((step.place or parcel.home).zone))
    place = step.place
    return {
        "eventType": step.text,
        "eventTimestamp": f"{there:%Y-%m-%dT%H:%M:00}",
        "GMTTimestamp": f"{step.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "GMTOffset": there.isoformat()[-6:],
        "eventCity": place.city.upper() if place else "",
        "eventState": place.region if place else "",
        "eventZIP": place.postal_code if place else "",
        "authorizedAgent": False,
        "eventCode": _codes(step)[0],
    }


def _codes(step: Step) -> tuple[str, str]:
    code, category = _CODES.get((step.status, step.reason)) or _CODES[step.status, ""]
    if step.status is S.IN_TRANSIT:
        code = next((each for words, each in _MOVING if words in step.text), code)
    return code, category


def _sentence(step: Step) -> str:
    where = f" in {step.place.city.upper()}, {step.place.region}" if step.place else ""
    return f"{step.text}, {step.at:%B %d, %Y}{where}."


def _estimate(parcel: Parcel) -> dict[str, Any]:
    """ "Expected" is the first promise, "predicted" the newest; the world forgets the first, so it is made up."""
    there = parcel.estimated.astimezone(ZoneInfo(parcel.home.zone))
    promised = there - timedelta(days=1) if parcel.estimate_changed else there
    return {
        "expectedDeliveryTimeStamp": f"{promised:%Y-%m-%dT%H:%M:%S}",
        "predictedDeliveryDate": f"{there:%Y-%m-%d}",
        "predictedDeliveryWindowEndTime": f"{there:%H:%M}",
    }


async def _fields(request: Request) -> dict[str, Any]:
    """USPS takes both: a form or JSON."""
    if "json" not in request.headers.get("content-type", ""):
        return dict(await request.form())
    try:
        sent = json.loads(await request.body())
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
