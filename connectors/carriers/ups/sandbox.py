"""UPS's side of the pretend world: the token endpoint and the tracking endpoint, as UPS documents them."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.carriers.gate import Gate, answer
from connectors.carriers.ups.parse import UNKNOWN_NUMBER
from connectors.events import ParcelStatus as S
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import CarrierHook, Parcel, Place, Step, World

TOKEN_LIFE = timedelta(seconds=14_399)
TOKENS_PER_HOUR = 30  # not published by UPS; few enough to catch whoever asks for one with every call
CALLS_PER_HOUR = 5_000

# type, code, statusCode
_CODES: dict[tuple[S, str], tuple[str, str, str]] = {
    (S.PRE_TRANSIT, ""): ("M", "MP", "003"),
    (S.IN_TRANSIT, ""): ("I", "DP", "005"),
    (S.OUT_FOR_DELIVERY, ""): ("I", "OT", "021"),
    (S.AVAILABLE_FOR_PICKUP, ""): ("X", "2Q", "040"),
    (S.DELIVERED, ""): ("D", "FS", "011"),
    (S.EXCEPTION, ""): ("X", "X1", "013"),
    (S.EXCEPTION, "weather"): ("X", "SV", "053"),
    (S.EXCEPTION, "attempted"): ("X", "48", "022"),
    (S.EXCEPTION, "damaged"): ("X", "DJ", "059"),
    (S.EXCEPTION, "address"): ("X", "AA", "050"),
    (S.FAILURE, ""): ("X", "UD", "069"),
    (S.RETURNED, ""): ("X", "RS", "035"),
}
_ERRORS = {
    400: ("TV1002", "Invalid inquiry number"),
    401: ("250002", "Invalid Authentication Information."),
    404: ("TW0002", "Tracking Information Not Found"),
    429: ("10429", "Too Many Requests"),
    500: ("TS0001", "Internal server error"),
}


def routes(world: World, trouble: Trouble) -> list[BaseRoute]:
    gate = Gate(
        world,
        trouble,
        "ups",
        problem,
        CALLS_PER_HOUR,
        token_life=TOKEN_LIFE,
        tokens_per_hour=TOKENS_PER_HOUR,
    )

    async def token(request: Request) -> Response:
        client_id, client_secret = _basic(request.headers.get("authorization", ""))
        form = await request.form()
        if form.get("grant_type") != "client_credentials":
            return problem(400, "10400", "Invalid/Missing grant_type")
        if not gate.knows(client_id, client_secret):
            return problem(401, "10401", "ClientId is Invalid")
        issued = gate.issue(client_id)
        if isinstance(issued, Response):
            return issued
        return answer(
            {
                "token_type": "Bearer",
                "issued_at": str(int(world.clock.now().timestamp() * 1000)),
                "client_id": client_id,
                "access_token": issued,
                "expires_in": str(int(TOKEN_LIFE.total_seconds())),
                "status": "approved",
            }
        )

    async def details(request: Request) -> Response:
        for header in ("transId", "transactionSrc"):
            if not request.headers.get(header):
                return problem(400, "TV1001", f"Missing or invalid {header}")
        number = request.path_params["number"]
        if not (7 <= len(number) <= 34 and number.isalnum()):
            return problem(400)
        parcel = world.parcels.get(number)
        if parcel is None or parcel.carrier != "ups":
            return unknown(number) if number.startswith("1Z") else problem(404)
        return answer(shown(parcel, world.clock.now()))

    return [
        Route("/security/v1/oauth/token", token, methods=["POST"]),
        Route("/api/track/v1/details/{number}", gate.guarded(details)),
        Route(
            "/api/track/v2/subscription/{type}/account",
            gate.guarded(partial(subscription, world)),
            methods=["POST", "DELETE"],
        ),
    ]


async def subscription(world: World, request: Request) -> Response:
    """Pushes by account. Where to is set in the portal, which the pretend world has not."""
    hooks = world.carrier_hooks.setdefault("ups", [])
    if request.method == "DELETE":
        shipper = request.query_params.get("shipper_account_number", "")
        kept = [each for each in hooks if each.url != shipper]
        if len(kept) == len(hooks):
            return problem(400, "VSS300", "There is no such subscription.")
        hooks[:] = kept
        return answer({"message": "Account unsubscribed"})
    wanted = json.loads(await request.body())
    hooks.append(CarrierHook(world.next_id(), wanted["shipperAccountNumber"], ""))
    return answer({"expiryDate": "9999-12-31"})


def problem(status: int, code: str = "", message: str = "") -> Response:
    known_code, known_message = _ERRORS.get(status, ("", ""))
    error = {"code": code or known_code, "message": message or known_message}
    return answer({"response": {"errors": [error]}}, status)


def unknown(number: str) -> Response:
    """UPS says 200 for well-formed numbers it knows nothing of, with a warning inside."""
    warning = {"code": UNKNOWN_NUMBER, "message": "Tracking Information Not Found"}
    return answer({"trackResponse": {"shipment": [{"inquiryNumber": number, "warnings": [warning]}]}})


def shown(parcel: Parcel, now: datetime) -> dict[str, Any]:
    """The tracking answer: scans newest first, no scan that lies in the future."""
    steps = [step for step in parcel.steps if step.at <= now]
    activities = [_activity(step) for step in reversed(steps)]
    origin = next((step.place for step in steps if step.place), None)
    package: dict[str, Any] = {
        "trackingNumber": parcel.number,
        "deliveryDate": [_dated("RDD" if parcel.estimate_changed else "SDD", parcel.estimated, parcel.home)],
        "deliveryTime": {"type": "EDW", **_window(parcel.estimated, parcel.home)},
        "activity": activities,
        "packageAddress": [{"type": "DESTINATION", "address": _address(parcel.home)}],
        "packageCount": 1,
        "service": {"code": "518", "levelCode": "003", "description": "UPS Ground"},
    }
    if origin:
        package["packageAddress"].insert(0, {"type": "ORIGIN", "address": _address(origin)})
    if steps:
        package["currentStatus"] = activities[0]["status"]
    if steps and steps[-1].status is S.DELIVERED:
        package |= _proof(steps[-1], parcel)
    shipment = {"inquiryNumber": parcel.number, "package": [package]}
    return {"trackResponse": {"shipment": [shipment]}}


def _activity(step: Step) -> dict[str, Any]:
    there = step.at.astimezone(ZoneInfo(step.place.zone if step.place else "America/New_York"))
    kind, code, status_code = _CODES.get((step.status, step.reason)) or _CODES[step.status, ""]
    return {
        "location": {
            "address": _address(step.place) if step.place else {"country": "US", "countryCode": "US"}
        },
        "status": {"type": kind, "description": step.text, "code": code, "statusCode": status_code},
        "date": f"{there:%Y%m%d}",
        "time": f"{there:%H%M%S}",
        "gmtDate": f"{step.at.astimezone(UTC):%Y%m%d}",
        "gmtOffset": there.isoformat()[-6:],
        "gmtTime": f"{step.at.astimezone(UTC):%H%M%S}",
        "logicalScan": step.status is S.PRE_TRANSIT,
    }


def _proof(step: Step, parcel: Parcel) -> dict[str, Any]:
    there = step.at.astimezone(ZoneInfo(parcel.home.zone))
    return {
        "deliveryDate": [_dated("DEL", step.at, parcel.home)],
        "deliveryTime": {"type": "DEL", "endTime": f"{there:%H%M%S}"},
        "deliveryInformation": {"location": "Front Door", "receivedBy": ""},
    }


def _dated(kind: str, moment: datetime, home: Place) -> dict[str, str]:
    return {"type": kind, "date": f"{moment.astimezone(ZoneInfo(home.zone)):%Y%m%d}"}


def _window(end: datetime, home: Place) -> dict[str, str]:
    there = end.astimezone(ZoneInfo(home.zone))
    return {"startTime": f"{there - timedelta(hours=4):%H%M%S}", "endTime": f"{there:%H%M%S}"}


def _address(place: Place) -> dict[str, str]:
    return {
        "city": place.city.upper(),
        "stateProvince": place.region,
        "postalCode": place.postal_code,
        "country": place.country,
        "countryCode": place.country,
    }


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, _, client_secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (client_id, client_secret) if scheme == "Basic" else ("", "")
