"""How FedEx writes things, and the oddities of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import signatures
from connectors.carriers.fedex.status import meaning
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable, Unsupported
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector
from tests.connectors.carriers.conftest import Stage
from tests.connectors.conftest import Serve

ACCOUNT = Account("a", "fedex", "app")
NUMBER = "794100047118"
DENVER = {"city": "DENVER", "stateOrProvinceCode": "CO", "postalCode": "80211", "countryCode": "US"}


def event(code: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC) + timedelta(minutes=minute)
    return {"date": at.isoformat(), "eventType": code, "eventDescription": f"code {code}", **more}


def result(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"trackingNumberInfo": {"trackingNumber": NUMBER}, "scanEvents": list(events), **more}


def parsed(*events: dict[str, Any], **more: Any) -> ParcelTracked:
    (parcel,) = told(result(*events, **more))
    return parcel


def told(*results: dict[str, Any]) -> list[ParcelTracked]:
    each = {"trackingNumber": NUMBER, "trackResults": list(results)}
    return read({"output": {"completeTrackResults": [each]}})


def read(answer: Any) -> list[ParcelTracked]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    found = connector("fedex").parse(ACCOUNT, RawDelivery("fetched/parcel", "k", body))
    assert all(isinstance(event, ParcelTracked) for event in found)
    return list(found)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(-48, 56))
def test_any_moment_is_read_to_the_second_with_its_clock(moment: datetime, quarters: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    sign, size = "-" if quarters < 0 else "+", timedelta(minutes=15 * abs(quarters))
    zone = f"{sign}{size.seconds // 3600:02}:{size.seconds % 3600 // 60:02}"
    local = moment.replace(tzinfo=None) + timedelta(minutes=15 * quarters)
    (scan,) = parsed(event("DP") | {"date": f"{local.isoformat()}{zone}"}).scans
    assert (scan.at, scan.zone) == (moment, zone)


def test_a_time_without_an_offset_is_on_the_clock_of_its_place() -> None:
    (scan,) = parsed(event("DP", scanLocation=DENVER) | {"date": "2026-11-03T07:00:00"}).scans
    assert (scan.at, scan.zone) == (datetime(2026, 11, 3, 14, tzinfo=UTC), "-07:00")
    (nowhere,) = parsed(event("DP") | {"date": "2026-11-03T07:00:00"}).scans
    assert nowhere.zone == ""


@pytest.mark.parametrize("code", ["AO", "CH", "RC", "RD", "RG", "RM", "RR", "LP"])
def test_wishes_and_estimates_do_not_move_a_parcel(code: str) -> None:
    parcel = parsed(event(code, 5), event("OD"))
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert parcel.scans[-1].status is None


def test_an_unknown_code_keeps_the_last_state_and_its_words() -> None:
    parcel = parsed(event("ZZ", 5), event("OD"))
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert (parcel.scans[-1].status, parcel.scans[-1].code, parcel.scans[-1].text) == (None, "ZZ", "code ZZ")


def test_every_movement_code_of_the_portal_has_one_meaning() -> None:
    from connectors.carriers.fedex.status import _BY_CODE, _GROUPS

    codes = [code for _, _, group in _GROUPS for code in group.split()]
    assert len(codes) == len(set(codes)) == len(_BY_CODE) > 50
    assert meaning("RS")[0] is S.RETURNED
    assert meaning("CA")[0] is S.FAILURE


def test_the_exceptions_own_words_say_more_than_the_events() -> None:
    refused = event("DE", exceptionCode="07", exceptionDescription="Shipment refused by recipient")
    (scan,) = parsed(refused).scans
    assert (scan.text, scan.status, scan.reason) == ("Shipment refused by recipient", S.EXCEPTION, "refused")


@pytest.mark.parametrize(
    ("kind", "reason"), [("WEATHER", "weather"), ("CLEARANCE", "customs"), ("LOCAL", "delay")]
)
def test_a_delay_says_its_kind(kind: str, reason: str) -> None:
    assert parsed(event("DY", delayDetail={"type": kind})).scans[0].reason == reason


def test_of_a_number_used_twice_the_shipment_sent_last_counts() -> None:
    def shipped(day: int, code: str) -> dict[str, Any]:
        return result(
            event(code), dateAndTimes=[{"type": "SHIP", "dateTime": f"2026-11-{day:02}T00:00:00-06:00"}]
        )

    (parcel,) = told(shipped(1, "DL"), shipped(9, "OD"), shipped(4, "DE"))
    assert parcel.status is S.OUT_FOR_DELIVERY


def test_a_number_fedex_finds_nothing_under_is_no_news() -> None:
    error = {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "not found"}
    assert told({"trackingNumberInfo": {"trackingNumber": NUMBER}, "error": error}) == []
    assert read({"transactionId": "t", "errors": [error]}) == []


def test_before_the_first_scan_the_latest_status_counts() -> None:
    assert parsed(latestStatusDetail={"code": "OC", "derivedCode": "IN"}).status is S.PRE_TRANSIT
    assert parsed(latestStatusDetail={"code": "", "derivedCode": "DL"}).status is S.DELIVERED


def test_the_estimated_window_goes_before_the_promise() -> None:
    home = {"recipientInformation": {"address": DENVER}}
    standard = {"standardTransitTimeWindow": {"window": {"ends": "2026-11-05T00:00:00"}}}
    window = {
        "estimatedDeliveryTimeWindow": {
            "window": {"begins": "2026-11-07T10:00:00", "ends": "2026-11-07T14:00:00"}
        }
    }
    newer = parsed(event("DP"), **home, **standard, **window)
    assert newer.estimated_on is not None
    assert (newer.estimated_on.isoformat(), newer.estimate_changed) == ("2026-11-07T14:00:00-07:00", True)
    first = parsed(event("DP"), **home, **standard, estimatedDeliveryTimeWindow={"window": {}})
    assert first.estimated_on is not None
    assert (first.estimated_on.isoformat(), first.estimate_changed) == ("2026-11-05T23:59:00-07:00", False)


def test_a_late_parcel_without_a_new_estimate_is_promised_for_no_day() -> None:
    standard = {"standardTransitTimeWindow": {"window": {"ends": "2026-11-05T00:00:00-06:00"}}}
    late = {"latestStatusDetail": {"code": "DY", "delayDetail": {"status": "DELAYED"}}}
    assert parsed(event("DY"), **standard, **late).estimated_on is None


def test_proof_of_delivery_is_read_only_once_delivered() -> None:
    proof = {"deliveryDetails": {"receivedByName": "J.MILLER", "locationDescription": "Residence"}}
    delivered = parsed(event("DL"), **proof)
    assert (delivered.signed_by, delivered.left_at) == ("J.MILLER", "residence")
    waiting = parsed(event("OD"), **proof)
    assert (waiting.signed_by, waiting.left_at) == ("", "")
    left = event("DL", exceptionDescription="Left at front door. Signature Service not requested.")
    at_the_door = parsed(left, **proof)
    assert (at_the_door.left_at, at_the_door.scans[0].text) == ("front door", "code DL")


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"[]", {"output": {}}, {"output": {"completeTrackResults": "?"}}, {"output": None}],
)
def test_what_is_no_answer_is_said_to_be_none(answer: Any) -> None:
    with pytest.raises(Unparsable):
        read(answer)


def test_a_scan_without_a_date_is_no_scan_we_can_keep() -> None:
    with pytest.raises(Unparsable):
        parsed({"eventType": "DP"})


def test_keys_without_tracking_say_which_project_is_needed(
    serve: Serve, on_stage: Callable[..., Stage]
) -> None:
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def token(request: Request) -> Response:
        return JSONResponse({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "CXS"})

    async def forbidden(request: Request) -> Response:
        return JSONResponse({"transactionId": "t", "errors": [{"code": "FORBIDDEN.ERROR"}]}, 403)

    stage = on_stage("fedex")
    base = serve(
        [
            Route("/oauth/token", token, methods=["POST"]),
            Route("/track/v1/trackingnumbers", forbidden, methods=["POST"]),
        ]
    )
    account = Account("other", "fedex", "app", stage.account.credentials, {"base_url": base})
    health = connector("fedex").check(account)
    assert not health.ok
    assert "project of its own" in health.message


def test_the_call_number_of_an_answer_is_no_news(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("fedex")
    stage.happens(S.IN_TRANSIT)
    stage.tracked()
    stage.tracked()
    first, again = [each.json()["transactionId"] for each in traffic if "track" in each.request.url.path]
    assert first != again


def test_a_signed_push_says_look_again() -> None:
    fedex, account = connector("fedex"), Account("a", "fedex", "app", {"webhook_secret": "k3y"})
    body = json.dumps({"output": [{"trackingNumberInfo": {"trackingNumber": NUMBER}}]}).encode()

    def pushed(signature: str) -> RawDelivery:
        return fedex.verify(account, RawRequest("POST", "/", {"fdx-signature": signature}, body))

    for signature in (signatures.hmac_base64("k3y", body), signatures.hmac_hex("k3y", body)):
        assert pushed(signature).key == pushed(signature).key
        assert fedex.parse(account, pushed(signature)) == [Changed("parcel", NUMBER)]
    for wrong in (signatures.hmac_hex("other", body), "", "é"):
        with pytest.raises(InvalidSignature):
            pushed(wrong)
    with pytest.raises(Unsupported):
        fedex.verify(ACCOUNT, RawRequest("POST", "/", {}, body))
    with pytest.raises(Unparsable):
        fedex.parse(account, RawDelivery("pushed/parcel", "k", b"{}"))


def test_topics_of_others_are_left_alone() -> None:
    assert connector("fedex").parse(ACCOUNT, RawDelivery("mail", "k", b"?")) == ()
