"""EasyPost's side of the pretend world: trackers of every carrier's parcels, webhooks and their signed events."""

from __future__ import annotations

import base64
import binascii
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid4, uuid5
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors import signatures
from connectors.carriers.gate import Deliver, Gate, answer
from connectors.carriers.numbers import candidates
from connectors.events import ParcelStatus as S
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import CarrierHook, Parcel, Place, Step, World

PLATFORM = "easypost"
CALLS_PER_HOUR = 5_000  # not published by EasyPost
NAMES = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DhlEcs"}

# status, status_detail
_CODES: dict[tuple[S, str], tuple[str, str]] = {
    (S.PRE_TRANSIT, ""): ("pre_transit", "label_created"),
    (S.IN_TRANSIT, ""): ("in_transit", "in_transit"),
    (S.OUT_FOR_DELIVERY, ""): ("out_for_delivery", "out_for_delivery"),
    (S.AVAILABLE_FOR_PICKUP, ""): ("available_for_pickup", "arrived_at_pickup_location"),
    (S.DELIVERED, ""): ("delivered", "arrived_at_destination"),
    (S.EXCEPTION, ""): ("failure", "transit_exception"),
    (S.EXCEPTION, "weather"): ("in_transit", "weather_delay"),
    (S.EXCEPTION, "attempted"): ("in_transit", "delivery_exception"),
    (S.EXCEPTION, "damaged"): ("failure", "damaged"),
    (S.EXCEPTION, "address"): ("failure", "address_correction"),
    (S.FAILURE, ""): ("cancelled", "cancelled"),
    (S.RETURNED, ""): ("return_to_sender", "return"),
}
_ERRORS = {
    400: ("BAD_REQUEST", "The request was malformed."),
    401: ("APIKEY.INACTIVE", "This api key is no longer active. Please use a different api key."),
    404: ("NOT_FOUND", "The requested resource could not be found."),
    422: ("TRACKER.CREATE.ERROR", "Unable to create tracker: the tracking code is not known to any carrier."),
    429: ("RATE_LIMITED", "You have been rate-limited. Please slow down."),
    500: ("INTERNAL_SERVER_ERROR", "We're sorry, something went wrong."),
}


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    gate = Gate(world, trouble, PLATFORM, problem, CALLS_PER_HOUR, shown_key=_user)
    here = EasyPost(world)
    return [
        Route("/v2/trackers", gate.guarded(here.trackers), methods=["GET", "POST"]),
        Route("/v2/webhooks", gate.guarded(here.webhooks), methods=["GET", "POST"]),
        Route("/v2/webhooks/{id:int}", gate.guarded(here.renewed), methods=["PATCH"]),
    ]


def push(world: World, what: str, thing: object, deliver: Deliver) -> None:
    """An event for every change of a parcel somebody made a tracker for."""
    if not isinstance(thing, Parcel) or thing.number not in world.trackers:
        return
    now = world.clock.now()
    for hook in world.carrier_hooks.get(PLATFORM, ()):
        body = json.dumps(event(shown(thing, now), hook.url, now)).encode()
        deliver(hook.url, signed(hook, body, now), body)


def event(tracker: dict[str, Any], url: str, now: datetime) -> dict[str, Any]:
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "Event",
        "mode": "production",
        "description": "tracker.updated",
        "previous_attributes": {},
        "result": tracker,
        "status": "pending",
        "pending_urls": [url],
        "completed_urls": [],
        "created_at": _utc(now),
        "updated_at": _utc(now),
    }


def signed(hook: CarrierHook, body: bytes, now: datetime) -> dict[str, str]:
    """Both signatures, as EasyPost sends them side by side."""
    secret = unicodedata.normalize("NFKD", hook.secret)
    at, path = now.isoformat(), urlsplit(hook.url).path
    second = f"{at}POST{path}".encode() + body
    return {
        "Content-Type": "application/json",
        "X-Hmac-Signature": f"hmac-sha256-hex={signatures.hmac_hex(secret, body)}",
        "X-Hmac-Signature-V2": f"hmac-sha256-hex={signatures.hmac_hex(secret, second)}",
        "X-Timestamp": at,
        "X-Path": path,
    }


class EasyPost:
    def __init__(self, world: World) -> None:
        self.world = world

    async def trackers(self, request: Request) -> Response:
        now = self.world.clock.now()
        if request.method == "GET":
            wanted = request.query_params.get("tracking_code")
            numbers = sorted(self.world.trackers if wanted is None else {wanted} & self.world.trackers)
            page = numbers[: int(request.query_params.get("page_size", 20))]
            found = [shown(self.world.parcels[number], now) for number in page]
            return answer({"trackers": found, "has_more": len(page) < len(numbers)})
        number = str((await _json(request)).get("tracker", {}).get("tracking_code", ""))
        if parcel := self.world.parcels.get(number):
            self.world.trackers.add(number)
            return answer(shown(parcel, now))
        return answer(_unknown(number, now)) if candidates(number) else problem(422)

    async def webhooks(self, request: Request) -> Response:
        hooks = self.world.carrier_hooks.setdefault(PLATFORM, [])
        if request.method == "GET":
            return answer({"webhooks": [self._hook(each) for each in hooks]})
        wanted = (await _json(request)).get("webhook", {})
        if not wanted.get("url"):
            return problem(400)
        hooks.append(CarrierHook(self.world.next_id(), wanted["url"], wanted.get("webhook_secret", "")))
        return answer(self._hook(hooks[-1]))

    async def renewed(self, request: Request) -> Response:
        hooks = self.world.carrier_hooks.get(PLATFORM, ())
        hook = next((each for each in hooks if each.id == request.path_params["id"]), None)
        if hook is None:
            return problem(404)
        hook.secret = (await _json(request)).get("webhook_secret", hook.secret)
        return answer(self._hook(hook))

    def _hook(self, hook: CarrierHook) -> dict[str, Any]:
        made: dict[str, Any] = {"created_at": _utc(self.world.clock.now()), "disabled_at": None}
        return {
            "id": str(hook.id),
            "object": "Webhook",
            "mode": "production",
            "url": hook.url,
            "custom_headers": [],
            **made,
        }


def problem(status: int) -> Response:
    code, message = _ERRORS[status]
    return answer({"error": {"code": code, "message": message, "errors": []}}, status)


def shown(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """A tracker: details oldest first, none that lies in the future."""
    steps = [step for step in parcel.steps if step.at <= now]
    last = steps[-1] if steps else None
    status, detail = _codes(last) if last else ("unknown", "unknown")
    there = parcel.estimated.astimezone(ZoneInfo(parcel.home.zone))
    return _tracker(parcel.number, last.at if last else now) | {
        "status": status,
        "status_detail": detail,
        "est_delivery_date": _utc(parcel.estimated),
        "carrier": NAMES[parcel.carrier],
        "tracking_details": [_detail(step, at, parcel) for at, step in enumerate(steps)],
        "carrier_detail": {
            "object": "CarrierDetail",
            "service": None,
            "est_delivery_date_local": f"{there:%Y-%m-%d}",
            "est_delivery_time_local": f"{there:%H:%M:%S}",
            "destination_location": f"{parcel.home.city.upper()} {parcel.home.region}, {parcel.home.postal_code}",
            "destination_tracking_location": None,
        },
    }


def _unknown(number: str, now: datetime) -> dict[str, Any]:
    return _tracker(number, now) | {
        "status": "unknown",
        "status_detail": "unknown",
        "est_delivery_date": None,
        "carrier": NAMES.get(candidates(number)[0].carriers[0], "Unknown"),
        "tracking_details": [],
        "carrier_detail": None,
    }


def _tracker(number: str, at: datetime) -> dict[str, Any]:
    name = uuid5(NAMESPACE_URL, number).hex
    return {
        "id": f"trk_{name}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": number,
        "signed_by": None,
        "weight": None,
        "shipment_id": None,
        "fees": [],
        "finalized": False,
        "is_return": False,
        "public_url": f"https://track.easypost.com/{name}",
        "created_at": _utc(at),
        "updated_at": _utc(at),
    }


def _detail(step: Step, at: int, parcel: Parcel) -> dict[str, Any]:
    """The first scan names the first promise; the world forgets it, so it is made up."""
    status, detail = _codes(step)
    first = parcel.estimated - timedelta(days=1 if parcel.estimate_changed else 0)
    return {
        "object": "TrackingDetail",
        "message": step.text,
        "description": "",
        "status": status,
        "status_detail": detail,
        "datetime": _utc(step.at),
        "source": NAMES[parcel.carrier],
        "carrier_code": None,
        "tracking_location": _location(step.place),
        "est_delivery_date": _utc(first) if at == 0 else None,
    }


def _codes(step: Step) -> tuple[str, str]:
    return _CODES.get((step.status, step.reason)) or _CODES[step.status, ""]


def _location(place: Place | None) -> dict[str, str | None]:
    if place is None:
        return {"object": "TrackingLocation", "city": None, "state": None, "country": None, "zip": None}
    where = {"city": place.city.upper(), "state": place.region, "country": None, "zip": place.postal_code}
    return {"object": "TrackingLocation", **where}


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _user(request: Request) -> str:
    """The API key is the user name of HTTP Basic; there is no password."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, _ = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if scheme == "Basic" else ""


async def _json(request: Request) -> dict[str, Any]:
    try:
        sent = json.loads(await request.body())
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
