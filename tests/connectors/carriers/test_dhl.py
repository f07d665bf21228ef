"""How DHL writes things, and the oddities of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.carriers.dhl.client import PUSH_HEADER
from connectors.carriers.dhl.codes import SERVICES
from connectors.carriers.dhl.status import meaning
from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, RateLimited, Unparsable
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector
from tests.connectors.carriers.conftest import Stage
from tests.contracts.shapes import Operation

ACCOUNT = Account("a", "dhl", "app")
NUMBER = "1000000002"


def event(code: str = "", kind: str = "transit", minute: int = 0, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "timestamp": at.isoformat(),
        "status": code,
        "statusCode": kind,
        "description": f"code {code}",
        **more,
    }


def shipment(*events: dict[str, Any], service: str = "express", **more: Any) -> dict[str, Any]:
    return {"id": NUMBER, "service": service, "events": list(events), **more}


def read(answer: Any) -> list[ParcelTracked]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    found = connector("dhl").parse(ACCOUNT, RawDelivery("fetched/parcel", "k", body))
    assert all(isinstance(event, ParcelTracked) for event in found)
    return list(found)  # type: ignore[arg-type]


def parsed(*events: dict[str, Any], **more: Any) -> ParcelTracked:
    (parcel,) = read({"shipments": [shipment(*events, **more)]})
    return parcel


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_of_a_service_has_one_meaning(service: str) -> None:
    codes = [code for _, _, group in SERVICES[service] for code in group.split()]
    assert len(codes) == len(set(codes))
    assert all(meaning(service, code.lower(), "", "") is not None for code in codes)


def test_the_same_code_means_what_its_service_says() -> None:
    assert meaning("ecommerce", "101", "", "")[0] is S.FAILURE
    assert meaning("express", "101", "", "")[0] is S.DELIVERED
    assert meaning("ecommerce-europe", "101", "", "")[0] is S.RETURNED


@pytest.mark.parametrize(
    ("kind", "words", "status"),
    [
        ("transit", "Out for delivery", S.OUT_FOR_DELIVERY),
        ("transit", "Shipment is out with courier for delivery", S.OUT_FOR_DELIVERY),
        ("transit", "Loaded into the delivery vehicle", S.OUT_FOR_DELIVERY),
        ("transit", "Departed on its way to the recipient", S.IN_TRANSIT),
        ("transit", "With delivery courier", S.OUT_FOR_DELIVERY),
        ("transit", "Awaiting collection by the recipient", S.AVAILABLE_FOR_PICKUP),
        ("transit", "Returned to sender", S.RETURNED),
        ("delivered", "The shipment was returned to the sender", S.RETURNED),
        ("delivered", "Delivered after a delivery attempt", S.DELIVERED),
        ("failure", "Something", S.EXCEPTION),
        ("pre-transit", "Data received", S.PRE_TRANSIT),
        ("unknown", "Something", None),
        ("surprise", "Something", None),
    ],
)
def test_without_a_known_code_the_words_and_then_the_class_count(
    kind: str, words: str, status: S | None
) -> None:
    assert meaning("freight", "", kind, words)[0] is status


def test_an_unknown_event_keeps_the_last_state_and_its_words() -> None:
    parcel = parsed(event("??", "unknown", 5), event("WC"))
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert (parcel.scans[-1].status, parcel.scans[-1].code, parcel.scans[-1].text) == (None, "??", "code ??")


@pytest.mark.parametrize(
    ("address", "zone", "place"),
    [
        ({"countryCode": "US", "addressLocality": "DENVER, CO, US"}, "-07:00", "Denver, CO"),
        ({"addressLocality": "CINCINNATI HUB, OH - USA"}, "-05:00", "Cincinnati Hub, OH"),
        (
            {"countryCode": "US", "postalCode": "79901", "addressLocality": "EL PASO, TX"},
            "-07:00",
            "El Paso, TX",
        ),
        ({"countryCode": "DE", "addressLocality": "LEIPZIG - GERMANY"}, "+01:00", "Leipzig, DE"),
        ({"countryCode": "CA", "addressLocality": "TORONTO, ON - CANADA"}, "", "Toronto, ON, CA"),
        ({"addressLocality": "Reykjavik"}, "", "Reykjavik"),
        ({}, "", ""),
    ],
)
def test_a_time_without_an_offset_is_on_the_clock_of_its_place(
    address: dict[str, str], zone: str, place: str
) -> None:
    local = event("DF", location={"address": address}) | {"timestamp": "2026-11-03T07:00:00"}
    (scan,) = parsed(local).scans
    assert (scan.zone, scan.place) == (zone, place)
    hours = int(zone[:3]) if zone else 0
    assert scan.at == datetime(2026, 11, 3, 7, tzinfo=UTC) - timedelta(hours=hours)


def test_a_time_in_utc_is_shown_on_the_clock_of_its_place() -> None:
    denver = {"countryCode": "US", "addressLocality": "DENVER, CO, US"}
    (scan,) = parsed(event("DF", location={"address": denver}) | {"timestamp": "2026-11-03T14:00:00Z"}).scans
    assert (scan.at, scan.zone) == (datetime(2026, 11, 3, 14, tzinfo=UTC), "-07:00")


def test_of_several_services_under_one_number_the_newest_counts() -> None:
    old = shipment(event("OK", "delivered"), service="express")
    new = shipment(event("598", minute=9), service="ecommerce")
    (parcel,) = read({"shipments": [old, new]})
    assert parcel.status is S.OUT_FOR_DELIVERY


def test_without_a_history_the_status_is_the_only_scan() -> None:
    parcel = parsed(status=event("104", "pre-transit"))
    assert (parcel.status, len(parcel.scans)) == (S.PRE_TRANSIT, 1)


def test_the_end_of_the_window_goes_before_the_estimate() -> None:
    home = {"destination": {"address": {"countryCode": "US", "addressLocality": "DENVER, CO, US"}}}
    frame = {"estimatedDeliveryTimeFrame": {"estimatedThrough": "2026-11-05T14:00:00"}}
    rough = {"estimatedTimeOfDelivery": "2026-11-05"}
    for more, said in ((rough, "2026-11-05T23:59:00-07:00"), (rough | frame, "2026-11-05T14:00:00-07:00")):
        estimated_on = parsed(event("DF"), **home, **more).estimated_on
        assert estimated_on is not None
        assert estimated_on.isoformat() == said


def test_proof_of_delivery_is_read_only_once_delivered_and_links_only_to_the_web() -> None:
    signed = {"signed": {"givenName": "Jo", "familyName": "Miller"}}
    proof = {
        "proofOfDelivery": {
            **signed,
            "documentUrl": "https://pod.example/1",
            "signatureUrl": "https://s.example",
        }
    }
    delivered = parsed(event("OK", "delivered"), details=proof)
    assert (delivered.signed_by, delivered.proof_url) == ("Jo Miller", "https://pod.example/1")
    waiting = parsed(event("WC"), details=proof)
    assert (waiting.signed_by, waiting.proof_url) == ("", "")
    proof["proofOfDelivery"]["documentUrl"] = "javascript:alert(1)"
    assert parsed(event("OK", "delivered"), details=proof).proof_url == "https://s.example"
    assert parsed(event("DF"), serviceUrl="javascript:alert(1)").url.startswith("https://www.dhl.com/")


def test_where_a_neighbour_took_it_is_said() -> None:
    left = event("606", "delivered", description="DELIVERED - LEFT WITH NEIGHBOR/FRONT DESK/OTHER")
    assert parsed(left, service="ecommerce").left_at == "neighbor/front desk/other"


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", {"shipments": "?"}, {"shipments": [7]}, {"shipments": None}]
)
def test_what_is_no_answer_is_said_to_be_none(answer: Any) -> None:
    with pytest.raises(Unparsable):
        read(answer)


def test_a_number_dhl_does_not_know_is_no_news() -> None:
    assert read({"title": "No result found", "status": 404}) == []
    assert read({"shipments": []}) == []


def test_a_used_up_day_is_a_wait_and_never_a_refusal(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("dhl", calls_per_day=2)
    stage.events()
    stage.events()
    with pytest.raises(RateLimited) as caught:
        stage.events()
    assert caught.value.retry_after > 3600


def test_the_sandbox_keeps_the_documented_quota(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("dhl", calls_per_day=1000)
    for _ in range(250):
        stage.events()
    with pytest.raises(RateLimited):
        stage.events()
    stage.world.clock.advance(timedelta(days=1))
    stage.events()


def test_a_service_is_named_when_the_seller_names_one(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    on_stage("dhl", service="ecommerce").events()
    assert traffic[-1].request.url.params["service"] == "ecommerce"


def test_a_direct_customer_gets_pushes_with_the_secret_we_named(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("dhl", account_number="5123456789")
    dhl = stage.connector
    account = replace(stage.account, credentials={**stage.account.credentials, "webhook_secret": "k3y"})
    url = "https://waybill.example/hooks/dhl"

    assert dhl.subscribe(stage.account, url) == ()  # without a secret nobody could tell who pushes
    assert "Delivered" in dhl.subscribe(account, url)
    assert dhl.subscribe(account, url) == ()

    asked = Operation.read("dhl", "subscription")
    asked.check(traffic[0])
    authentication = json.loads(traffic[0].request.content)["hook"]["authentication"]
    body = json.dumps({"shipments": [{"id": NUMBER}]}).encode()
    request = RawRequest("POST", "/", {authentication["header"]: authentication["token"]}, body)
    assert dhl.parse(account, dhl.verify(account, request)) == [Changed("parcel", NUMBER)]
    with pytest.raises(InvalidSignature):
        dhl.verify(account, replace(request, headers={PUSH_HEADER: "guess"}))


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ({"events": [{"trackingId": "GM1", "dhlPackageId": "9261"}]}, ["GM1", "9261"]),
        ({"packages": [{"package": {"trackingId": "GM1"}}, {"package": {"trackingId": "GM1"}}]}, ["GM1"]),
    ],
)
def test_a_push_of_any_service_says_look_again(body: Any, numbers: list[str]) -> None:
    delivery = RawDelivery("pushed/parcel", "k", json.dumps(body).encode())
    assert connector("dhl").parse(ACCOUNT, delivery) == [Changed("parcel", number) for number in numbers]


def test_a_push_without_a_number_is_broken() -> None:
    with pytest.raises(Unparsable):
        connector("dhl").parse(ACCOUNT, RawDelivery("pushed/parcel", "k", b"{}"))
