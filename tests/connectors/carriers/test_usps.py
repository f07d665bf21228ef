"""How USPS writes things, and the oddities of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors.carriers.usps import sandbox
from connectors.contract import Account, One, RawDelivery, RawRequest
from connectors.errors import AuthorizationLost, InvalidSignature, RateLimited, Refused, Unparsable
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector
from connectors.signatures import hmac_base64
from tests.connectors.carriers.conftest import Stage
from tests.connectors.conftest import Serve
from tests.contracts.shapes import Operation

ACCOUNT = Account("a", "usps", "app")
NUMBER = "9405590371286400047110"


def event(code: str, text: str = "scan", minute: int = 0, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC) + timedelta(minutes=minute)
    return {"eventCode": code, "eventType": text, "GMTTimestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", **more}


def parsed(*scans: dict[str, Any], **answer: Any) -> ParcelTracked:
    (parcel,) = events({"trackingNumber": NUMBER, "trackingEvents": list(scans), **answer})
    return parcel


def events(answer: Any) -> list[ParcelTracked]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    found = connector("usps").parse(ACCOUNT, RawDelivery("fetched/parcel", "k", body))
    assert all(isinstance(each, ParcelTracked) for each in found)
    return list(found)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(-48, 56))
def test_any_moment_is_read_to_the_second_with_its_clock(moment: datetime, quarters: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(minutes=15 * quarters)))
    written = there.isoformat()[-6:]
    for offset in (written, str(15 * quarters)) if abs(quarters) > 0 else (written,):
        scan: dict[str, Any] = {
            "eventTimestamp": f"{there:%Y-%m-%dT%H:%M:%S}",
            "GMTTimestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.041Z",
            "GMTOffset": offset,
        }
        (read,) = parsed(event("10", **scan)).scans
        assert (read.at.replace(microsecond=0), read.zone) == (moment, written)
        (read,) = parsed(event("10", **{**scan, "GMTTimestamp": None})).scans
        assert (read.at, read.zone) == (moment, written)


def test_the_category_belongs_to_the_newest_event_and_fills_in_for_unknown_codes() -> None:
    parcel = parsed(event("ZZ", minute=5), event("10"), statusCategory="Out for Delivery")
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert [scan.status for scan in parcel.scans] == [S.IN_TRANSIT, S.OUT_FOR_DELIVERY]


def test_an_unknown_code_without_a_known_category_keeps_the_last_state() -> None:
    parcel = parsed(event("ZZ", minute=5), event("OF"), statusCategory="Something New")
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert parcel.scans[-1].status is None


@pytest.mark.parametrize(
    ("code", "status"), [("09", S.RETURNED), ("11", S.FAILURE), ("05", S.EXCEPTION), ("ZZ", S.EXCEPTION)]
)
def test_what_an_alert_means_the_code_knows_better(code: str, status: S) -> None:
    assert parsed(event(code), statusCategory="Alert").status is status


def test_a_late_event_on_top_of_the_list_does_not_reopen_a_delivered_piece() -> None:
    late, delivered = event("10", minute=-30), event("01", "Delivered, PO Box")
    parcel = parsed(late, delivered, statusCategory="In Transit")
    assert parcel.status is S.DELIVERED
    assert parcel.left_at == "PO box"


def test_the_name_of_the_person_who_signed_is_kept() -> None:
    text = "Delivered, Left with Individual"
    parcel = parsed(event("01", text, name="J MILLER"), statusCategory="Delivered")
    assert (parcel.signed_by, parcel.left_at) == ("J MILLER", "with individual")


def test_refused_and_brought_back_is_returned() -> None:
    back = event("01", "Delivered, To Original Sender", 9, eventCity="COLUMBUS", eventState="OH")
    parcel = parsed(
        back,
        event("04", "Refused"),
        statusCategory="Delivered",
        destinationCity="DENVER",
        destinationState="CO",
    )
    assert parcel.status is S.RETURNED
    assert [scan.reason for scan in parcel.scans] == ["refused", ""]


def test_the_prediction_goes_before_the_promise() -> None:
    answer = {
        "destinationState": "FL",
        "destinationZIP": "32501",
        "expectedDeliveryTimeStamp": "2026-11-05T21:00:00",
        "predictedDeliveryDate": "2026-11-06",
        "predictedDeliveryWindowEndTime": "4:30 pm",
    }
    parcel = parsed(event("10"), **answer)
    assert parcel.estimated_on is not None
    assert parcel.estimated_on.isoformat() == "2026-11-06T16:30:00-06:00"  # Pensacola keeps Chicago's clock
    assert parcel.estimate_changed
    promised = parsed(event("10"), **{**answer, "predictedDeliveryDate": None})
    assert promised.estimated_on is not None
    assert promised.estimated_on.isoformat() == "2026-11-05T21:00:00-06:00"
    assert not promised.estimate_changed


def test_capitals_become_a_place_one_can_read() -> None:
    scan = event("A1", eventCity="JACKSONVILLE FL DISTRIBUTION CENTER", eventState=None)
    assert parsed(scan).scans[0].place == "Jacksonville FL Distribution Center"


def test_unknown_numbers_are_no_news_in_both_of_uspss_ways() -> None:
    assert events({"apiVersion": "v3", "error": {"code": "404", "message": "none"}}) == []
    assert events({"trackingNumber": NUMBER, "status": "A status update is not yet available."}) == []


@pytest.mark.parametrize("body", [b"<html>", b"7", b"{}", b'{"trackingNumber": "9", "trackingEvents": [{}]}'])
def test_broken_answers_are_said_to_be_broken(body: bytes) -> None:
    with pytest.raises(Unparsable):
        events(body)


def answering(serve: Serve, status: int, message: str) -> Account:
    """An account at a USPS that gives tokens and says only this."""

    async def token(request: Any) -> JSONResponse:
        return JSONResponse({"access_token": "t", "expires_in": 28799, "scope": "addresses"})

    async def tracking(request: Any) -> JSONResponse:
        return JSONResponse({"error": {"code": str(status), "message": message}}, status)

    base = serve(
        [
            Route("/oauth2/v3/token", token, methods=["POST"]),
            Route("/tracking/v3/tracking/{number}", tracking),
        ]
    )
    return Account(
        f"answer-{uuid4()}", "usps", "app", {"client_id": "a", "client_secret": "b"}, {"base_url": base}
    )


def test_a_missing_scope_is_explained_in_a_sellers_words(serve: Serve) -> None:
    account = answering(serve, 401, "Insufficient OAuth scope.")
    health = connector("usps").check(account)
    assert not health.ok
    assert 'Ask USPS API support to add the "tracking" scope' in health.message
    with pytest.raises(AuthorizationLost):
        connector("usps").fetch(account, One("parcel", NUMBER))


def test_somebody_elses_parcel_is_refused_without_losing_the_connection(serve: Serve) -> None:
    account = answering(serve, 403, "Forbidden")
    with pytest.raises(Refused, match="somebody else's agreement"):
        connector("usps").fetch(account, One("parcel", NUMBER))


def test_it_keeps_to_the_hourly_quota_of_its_own_accord(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("usps", calls_per_hour=2)
    stage.events()
    stage.events()
    with pytest.raises(RateLimited) as caught:
        stage.events()
    assert caught.value.retry_after > 1000


def test_the_quota_of_usps_says_when_to_come_back(
    on_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "CALLS_PER_HOUR", 1)
    stage = on_stage("usps")
    stage.events()
    with pytest.raises(RateLimited) as caught:
        stage.events()
    assert 3000 < caught.value.retry_after <= 3600
    stage.world.clock.advance(timedelta(hours=1))
    stage.events()


def test_a_signed_push_says_look_again_and_a_changed_one_is_refused() -> None:
    usps, account = connector("usps"), Account("a", "usps", "app", {"webhook_secret": "k" * 32})
    frame = {"subscriptionId": "s", "timestamp": "2026-11-03T14:00:00Z"}
    frame["payload"] = json.dumps({"trackingNumber": NUMBER})
    signature = hmac_base64("k" * 32, f"{frame['timestamp']}{frame['payload']}".encode())

    def pushed(frame: dict[str, str]) -> RawDelivery:
        body = json.dumps(frame).encode()
        return usps.verify(account, RawRequest("POST", "/", {"x-hmac": signature}, body))

    assert usps.parse(account, pushed(frame)) == [Changed("parcel", NUMBER)]
    for changed in ({"payload": "{}"}, {"timestamp": "2026-11-03T14:00:01Z"}):
        with pytest.raises(InvalidSignature):
            pushed({**frame, **changed})
    with pytest.raises(InvalidSignature):
        usps.verify(account, RawRequest("POST", "/", {"x-hmac": signature}, b"[]"))


def test_pushes_of_a_mailer_id_are_asked_for_once_with_a_secret_usps_takes(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("usps", mailer_id="903712864")
    url = "https://waybill.example/hooks/usps"
    kept: dict[str, str] = {}
    account = replace(stage.account, renewed=kept.update)
    assert stage.connector.subscribe(account, url) == ("mailer id 903712864",)
    assert len(kept["webhook_secret"]) == 32
    own = replace(account, credentials={**account.credentials, **kept})
    assert stage.connector.subscribe(own, url) == ()
    assert stage.connector.subscribe(account, url) == ("mailer id 903712864",)  # the secret was lost
    assert [hook.secret for hook in stage.world.carrier_hooks["usps"]] == [kept["webhook_secret"]]
    assert stage.connector.subscribe(replace(account, settings={}), url) == ()
    names = ("token", "subscriptions", "subscribe", "unsubscribe")
    operations = [Operation.read("usps", name) for name in names]
    for response in traffic:
        (operation,) = (each for each in operations if each.is_of(response.request))
        operation.check(response)


def test_an_app_that_may_not_subscribe_is_told_whom_to_ask(serve: Serve) -> None:
    async def refused(request: object) -> JSONResponse:
        return JSONResponse({"error": {"code": "403", "message": "Insufficient OAuth scope"}}, 403)

    async def token(request: object) -> JSONResponse:
        return JSONResponse({"access_token": "t", "expires_in": 28799})

    base = serve(
        [
            Route("/oauth2/v3/token", token, methods=["POST"]),
            Route("/subscriptions-tracking/v3/subscriptions", refused),
        ]
    )
    settings = {"base_url": base, "mailer_id": "1"}
    account = Account(f"scope-{uuid4()}", "usps", "app", {"client_id": "a", "client_secret": "b"}, settings)
    with pytest.raises(AuthorizationLost, match="leave the mailer id empty"):
        connector("usps").subscribe(account, "https://x.example")
