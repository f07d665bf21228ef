"""How EasyPost writes things, the carriers it tells of, and its signed events."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.carriers.easypost import sandbox
from connectors.carriers.easypost.status import meaning
from connectors.contract import Account, Capability, One, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable, Unsupported
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector, with_capability
from tests.connectors.carriers.conftest import DENVER, Stage
from tests.connectors.conftest import Serve
from tests.contracts.shapes import Operation

ACCOUNT = Account("a", "easypost", "app", {"webhook_secret": "sécret"})
NUMBER = "794100047118"
HOOK = "https://waybill.example/o/northpine/hooks/7"


def detail(status: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC) + timedelta(minutes=minute)
    return {"datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "status": status, "message": status, **more}


def tracker(*details: dict[str, Any], **more: Any) -> dict[str, Any]:
    status = details[-1]["status"] if details else "unknown"
    return {
        "tracking_code": NUMBER,
        "status": status,
        "carrier": "FedEx",
        "tracking_details": list(details),
        **more,
    }


def read(answer: Any, headers: Mapping[str, str] | None = None) -> list[ParcelTracked]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    found = connector("easypost").parse(ACCOUNT, RawDelivery("fetched/parcel", "k", body, headers or {}))
    assert all(isinstance(event, ParcelTracked) for event in found)
    return list(found)  # type: ignore[arg-type]


def parsed(*details: dict[str, Any], **more: Any) -> ParcelTracked:
    (parcel,) = read(tracker(*details, **more))
    return parcel


def test_it_is_the_one_that_follows_the_parcels_of_others() -> None:
    assert [each.kind for each in with_capability(Capability.AGGREGATOR)] == ["easypost"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UPS", "ups"),
        ("USPS", "usps"),
        ("FedExSmartPost", "fedex"),
        ("DHLExpress", "dhl"),
        ("OnTrac", "OnTrac"),
    ],
)
def test_the_parcel_is_its_carriers(name: str, kind: str) -> None:
    assert parsed(detail("in_transit"), carrier=name).carrier == kind


def test_the_parcel_goes_by_the_carrier_and_number_it_was_asked_for() -> None:
    headers = {"tracking-number": "7941 0004 7118", "carrier": "Fast Freddy"}
    (parcel,) = read(tracker(detail("in_transit"), public_url="https://track.example/1"), headers)
    assert (parcel.tracking_number, parcel.carrier) == ("7941 0004 7118", "Fast Freddy")
    assert parcel.url == "https://track.example/1"


@pytest.mark.parametrize(
    ("status", "detail", "state", "reason"),
    [
        ("in_transit", "weather_delay", S.EXCEPTION, "weather"),
        ("in_transit", "departed_facility", S.IN_TRANSIT, ""),
        ("failure", "", S.EXCEPTION, ""),
        ("failure", "lost", S.FAILURE, "lost"),
        ("failure", "refused", S.EXCEPTION, "refused"),
        ("cancelled", "", S.FAILURE, "voided"),
        ("return_to_sender", "", S.RETURNED, ""),
        ("delivered", "delayed", S.DELIVERED, ""),
        ("error", "", None, ""),
        ("brand_new", "", None, ""),
    ],
)
def test_the_detail_refines_what_is_still_open(
    status: str, detail: str, state: S | None, reason: str
) -> None:
    assert meaning(status, detail) == (state, reason)


def test_a_time_in_utc_is_shown_on_the_clock_of_its_place() -> None:
    denver = {"city": "DENVER", "state": "CO", "country": None, "zip": "80211"}
    (scan,) = parsed(detail("in_transit", tracking_location=denver)).scans
    assert (scan.at, scan.zone, scan.place) == (datetime(2026, 11, 3, 14, tzinfo=UTC), "-07:00", "Denver, CO")
    local = detail("in_transit", tracking_location=denver) | {"datetime": "2026-11-03T07:00:00-07:00"}
    assert parsed(local).scans[0].at == scan.at
    berlin = detail("in_transit", tracking_location={"city": "Berlin", "country": "DE"})
    assert (parsed(berlin).scans[0].zone, parsed(berlin).scans[0].place) == ("+01:00", "Berlin, DE")


@pytest.mark.parametrize("words", ["DENVER CO, 80211", "DENVER CO US", "Denver, CO 80211", "DENVER CO"])
def test_the_estimate_is_on_the_destinations_clock(words: str) -> None:
    carriers = {"destination_location": words, "est_delivery_date_local": "2026-11-05"}
    due = parsed(detail("in_transit"), carrier_detail=carriers).estimated_on
    assert due is not None
    assert due.isoformat() == "2026-11-05T23:59:00-07:00"
    carriers["est_delivery_time_local"] = "15:30:00"
    due = parsed(detail("in_transit"), carrier_detail=carriers).estimated_on
    assert due is not None
    assert due.isoformat() == "2026-11-05T15:30:00-07:00"


def test_midnight_in_utc_is_a_day_and_not_the_evening_before() -> None:
    carriers = {"destination_location": "DENVER CO, 80211"}
    parcel = parsed(detail("in_transit"), carrier_detail=carriers, est_delivery_date="2026-11-05T00:00:00Z")
    assert parcel.estimated_on is not None
    assert (parcel.estimated_on.isoformat(), parcel.estimate_changed) == ("2026-11-05T23:59:00-07:00", False)


def test_an_estimate_changed_when_a_scan_had_named_another_day() -> None:
    first = detail("pre_transit", est_delivery_date="2026-11-05T00:00:00Z")
    parcel = parsed(first, detail("in_transit", 5), est_delivery_date="2026-11-06T00:00:00Z")
    assert parcel.estimate_changed


def test_of_a_return_label_delivered_means_back_at_the_seller() -> None:
    parcel = parsed(detail("in_transit"), detail("delivered", 9), is_return=True)
    assert (parcel.status, parcel.delivered_at) == (S.RETURNED, None)


def test_who_signed_is_told_once_delivered() -> None:
    assert parsed(detail("delivered"), signed_by="J MILLER").signed_by == "J MILLER"
    assert parsed(detail("in_transit"), signed_by="J MILLER").signed_by == ""


def test_a_tracker_without_scans_still_has_a_state() -> None:
    assert parsed(status="pre_transit").status is S.PRE_TRANSIT
    assert read(tracker(status="unknown")) == []
    assert read({"error": {"code": "TRACKER.CREATE.ERROR"}}) == []
    assert read({"trackers": [], "has_more": False}) == []


@pytest.mark.parametrize("answer", [b"<html>", b"[]", {}, {"trackers": "?"}, {"tracking_details": [7]}])
def test_what_is_no_tracker_is_said_to_be_none(answer: Any) -> None:
    with pytest.raises(Unparsable):
        read(answer)


def test_every_carrier_of_the_pretend_world_can_be_followed(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("easypost")
    for carrier in sandbox.NAMES:
        stage.parcel.carrier = carrier
        stage.parcel.steps = []
        stage.happens(S.IN_TRANSIT)
        assert stage.tracked().carrier == carrier


def test_the_carrier_is_named_where_easypost_might_guess_wrongly(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("easypost")
    for carrier in ("usps", "dhl", "Fast Freddy", ""):
        stage.connector.fetch(stage.account, One("parcel", stage.parcel.number, carrier))
    sent = [json.loads(each.request.content)["tracker"].get("carrier") for each in traffic]
    assert sent == ["USPS", None, None, None]


def test_a_number_somebody_else_asks_for_at_this_moment_is_read_from_the_list(serve: Serve) -> None:
    async def trackers(request: Request) -> Response:
        if request.method == "POST":
            error = {"code": "TRACKER.CREATE.ERROR", "message": "A duplicate request is currently in flight."}
            return JSONResponse({"error": error}, 422)
        assert request.query_params["tracking_code"] == NUMBER
        return JSONResponse({"trackers": [tracker(detail("delivered"))], "has_more": False})

    base = serve([Route("/v2/trackers", trackers, methods=["GET", "POST"])])
    account = Account("list", "easypost", "app", {"api_key": "k"}, {"base_url": base})
    (delivery,) = connector("easypost").fetch(account, One("parcel", NUMBER, "fedex")).deliveries
    (parcel,) = connector("easypost").parse(account, delivery)
    assert isinstance(parcel, ParcelTracked)
    assert parcel.status is S.DELIVERED


def signature(secret: str, signed: bytes) -> str:
    return "hmac-sha256-hex=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def event_body(**more: Any) -> bytes:
    event = {"id": "evt_7", "description": "tracker.updated", "result": {"tracking_code": NUMBER}, **more}
    return json.dumps(event).encode()


def verified(headers: dict[str, str], body: bytes, path: str = "/hooks/7") -> RawDelivery:
    return connector("easypost").verify(ACCOUNT, RawRequest("POST", path, headers, body))


def test_the_first_signature_covers_the_body_with_a_secret_in_its_long_form() -> None:
    body = event_body()
    apart = "se\u0301cret"  # é as e and accent
    delivery = verified({"x-hmac-signature": signature(apart, body)}, body)
    assert delivery.key == "push:evt_7"
    assert connector("easypost").parse(ACCOUNT, delivery) == [Changed("parcel", NUMBER)]
    for wrong in (signature("s\u00e9cret", body), signature("other", body), "", "é"):
        with pytest.raises(InvalidSignature):
            verified({"x-hmac-signature": wrong}, body)


def test_the_second_signature_covers_time_and_path_and_goes_first() -> None:
    body, at = event_body(), "Fri, 20 Nov 2026 14:00:00 +0000"
    apart = "se\u0301cret"
    second = signature(apart, f"{at}POST/hooks/7".encode() + body)
    headers = {"x-timestamp": at, "x-path": "/hooks/7", "x-hmac-signature-v2": second}
    assert verified(headers, body).key == "push:evt_7"
    assert verified({k: v for k, v in headers.items() if k != "x-path"}, body).key == "push:evt_7"
    first = {"x-hmac-signature": signature(apart, body)}
    for spoilt in (
        {"x-timestamp": "later"},
        {"x-path": "/hooks/8"},
        {"x-hmac-signature-v2": first["x-hmac-signature"]},
    ):
        with pytest.raises(InvalidSignature):
            verified({**headers, **first, **spoilt}, body)


def test_an_event_sent_again_is_the_same_event() -> None:
    apart = "se\u0301cret"
    keys = {
        verified({"x-hmac-signature": signature(apart, body)}, body).key
        for body in (event_body(pending_urls=[HOOK]), event_body(pending_urls=[]))
    }
    assert keys == {"push:evt_7"}


def test_events_about_other_things_are_left_alone_and_broken_ones_said() -> None:
    def pushed(body: bytes) -> Any:
        return connector("easypost").parse(ACCOUNT, RawDelivery("pushed/parcel", "k", body))

    assert list(pushed(event_body(description="batch.updated", result={}))) == []
    for body in (b"<html>", event_body(result={}), event_body(result=None)):
        with pytest.raises(Unparsable):
            pushed(body)
    with pytest.raises(Unsupported):
        connector("easypost").verify(Account("a", "easypost", "app"), RawRequest("POST", "/", {}, b"{}"))


def test_it_asks_for_pushes_once_and_what_is_pushed_is_believed(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("easypost")
    kept: dict[str, str] = {}
    account = replace(stage.account, renewed=kept.update)
    assert stage.connector.subscribe(account, HOOK) == ("tracker.created", "tracker.updated")
    account = replace(account, credentials={**account.credentials, **kept})
    assert stage.connector.subscribe(account, HOOK) == ()
    lost = replace(stage.account, renewed=kept.update)  # connected anew, and the old secret is gone
    assert stage.connector.subscribe(lost, HOOK) == ("tracker.created", "tracker.updated")
    account = replace(account, credentials={**account.credentials, **kept})
    assert len(stage.world.carrier_hooks["easypost"]) == 1
    operations = [Operation.read("easypost", name) for name in ("webhooks", "make_webhook", "renew_webhook")]
    for response in traffic:
        (operation,) = (each for each in operations if each.is_of(response.request))
        operation.check(response)

    pushes: list[tuple[str, dict[str, str], bytes]] = []
    stage.world.listeners.append(
        lambda what, thing: sandbox.push(
            stage.world, what, thing, lambda url, headers, body: pushes.append((url, dict(headers), body))
        )
    )
    stage.happens(S.OUT_FOR_DELIVERY, place=DENVER)
    stage.world.changed("parcel", stage.parcel)
    assert pushes == []  # nobody has made a tracker for it
    stage.tracked()
    stage.world.changed("parcel", stage.parcel)
    ((url, headers, body),) = pushes
    assert url == HOOK
    names = {name.lower(): value for name, value in headers.items()}
    path = HOOK.removeprefix("https://waybill.example")
    for one in ({}, {"x-hmac-signature-v2": ""}):
        delivery = stage.connector.verify(account, RawRequest("POST", path, {**names, **one}, body))
        assert stage.connector.parse(account, delivery) == [Changed("parcel", stage.parcel.number)]
