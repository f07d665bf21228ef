"""How UPS writes things, and the oddities of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.carriers.ups.parse import hhmmss
from connectors.carriers.ups.status import meaning
from connectors.contract import Account, One, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Refused, Unparsable, Unsupported
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector
from tests.connectors.carriers.conftest import Stage
from tests.contracts.shapes import Operation

ACCOUNT = Account("a", "ups", "app")
NUMBER = "1Z7N4W190300047118"


def activity(code: str, kind: str = "I", minute: int = 0, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC) + timedelta(minutes=minute)
    status = {"type": kind, "statusCode": code, "description": f"code {code}"}
    return {"status": status, "gmtDate": f"{at:%Y%m%d}", "gmtTime": f"{at:%H%M%S}", **more}


def parsed(*activities: dict[str, Any], **package: Any) -> ParcelTracked:
    package = {"trackingNumber": NUMBER, "activity": list(activities), **package}
    shipment = {"inquiryNumber": NUMBER, "package": [package]}
    return events({"trackResponse": {"shipment": [shipment]}})[0]


def events(answer: Any) -> list[ParcelTracked]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    found = connector("ups").parse(ACCOUNT, RawDelivery("fetched/parcel", "k", body))
    assert all(isinstance(event, ParcelTracked) for event in found)
    return list(found)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(-48, 56))
def test_any_moment_is_read_to_the_second_with_its_clock(moment: datetime, quarters: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(minutes=15 * quarters)))
    written = there.isoformat()[-6:]
    scan = activity(
        "005",
        date=f"{there:%Y%m%d}",
        time=f"{there:%H%M%S}",
        gmtDate=f"{moment:%Y%m%d}",
        gmtTime=f"{moment:%H%M%S}".lstrip("0"),
        gmtOffset=written.replace(":", "."),
    )
    for lost in ((), ("gmtDate", "gmtTime")):
        scan = {key: value for key, value in scan.items() if key not in lost}
        (read,) = parsed(scan).scans
        assert (read.at, read.zone) == (moment, written)


@settings(deadline=None)
@given(st.times())
def test_zeros_lost_in_front_of_a_time_come_back(clock: Any) -> None:
    clock = clock.replace(microsecond=0)
    assert hhmmss(20261103, int(f"{clock:%H%M%S}")).time() == clock
    assert hhmmss("20261103", f"{clock:%H:%M:%S}").time() == clock


def test_without_gmt_the_clock_of_the_state_is_used() -> None:
    address = {"city": "DENVER", "stateProvince": "CO", "countryCode": "US"}
    local: dict[str, Any] = {
        "date": "20261103",
        "time": "070000",
        "gmtDate": "",
        "location": {"address": address},
    }
    (scan,) = parsed(activity("005", **local)).scans
    assert (scan.at, scan.zone) == (datetime(2026, 11, 3, 14, tzinfo=UTC), "-07:00")


def test_without_any_hint_of_the_place_the_zone_stays_unknown() -> None:
    (scan,) = parsed(activity("005", date="20261103", time="070000", gmtDate="")).scans
    assert scan.zone == ""


@pytest.mark.parametrize("code", ["018", "027", "115", "153", "154", "155"])
def test_wishes_and_estimates_do_not_move_a_parcel(code: str) -> None:
    parcel = parsed(activity(code, "X", 5), activity("021", minute=0))
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert parcel.scans[-1].status is None


def test_an_unknown_code_keeps_the_last_state_and_its_words() -> None:
    parcel = parsed(activity("777", "I", 5), activity("021"))
    assert parcel.status is S.OUT_FOR_DELIVERY
    assert (parcel.scans[-1].status, parcel.scans[-1].code) == (None, "777")
    assert parcel.scans[-1].text == "code 777"


def test_an_unknown_code_of_type_delivered_still_means_delivered() -> None:
    assert parsed(activity("777", "D", 5), activity("021")).status is S.DELIVERED


def test_without_a_code_the_type_counts() -> None:
    assert parsed(activity("", "M")).status is S.PRE_TRANSIT
    assert parsed(activity("", "X")).status is S.EXCEPTION


def test_codes_that_lost_their_zeros_are_known() -> None:
    assert parsed(activity("5")).scans[0].code == "005"


def test_of_two_scans_in_the_same_second_the_one_further_along_wins() -> None:
    assert parsed(activity("021"), activity("011", "D"), activity("005")).status is S.DELIVERED


def test_a_scan_nobody_made_never_reopens_a_delivered_parcel() -> None:
    arrived = activity("011", "D")
    assert parsed(activity("005", minute=9, logicalScan=True), arrived).status is S.DELIVERED
    assert parsed(activity("005", minute=9, logicalScan=False), arrived).status is S.IN_TRANSIT


def test_label_data_sent_late_does_not_undo_movement() -> None:
    assert parsed(activity("003", "M", 9), activity("005")).status is S.IN_TRANSIT


def test_the_rescheduled_day_goes_before_the_scheduled_one() -> None:
    home = {"type": "DESTINATION", "address": {"stateProvince": "TN", "postalCode": "37902"}}
    parcel = parsed(
        activity("005"),
        packageAddress=[home],
        deliveryDate=[{"type": "SDD", "date": "20261105"}, {"type": "RDD", "date": "20261107"}],
        deliveryTime={"type": "EDW", "startTime": "91500", "endTime": "131500"},
    )
    assert parcel.estimated_on is not None
    assert parcel.estimated_on.isoformat() == "2026-11-07T13:15:00-05:00"  # Knoxville, not Nashville
    assert parcel.estimate_changed


def test_end_of_day_is_the_end_of_that_day() -> None:
    parcel = parsed(
        activity("005", gmtOffset="-08:00"),
        deliveryDate=[{"type": "SDD", "date": "20261105"}],
        deliveryTime={"type": "EOD"},
    )
    assert parcel.estimated_on is not None
    assert parcel.estimated_on.isoformat() == "2026-11-05T23:59:00-08:00"
    assert not parcel.estimate_changed


def test_proof_of_delivery_is_read_only_once_delivered() -> None:
    proof = {"receivedBy": "MILLER", "location": "FRONT PORCH"}
    delivered = parsed(activity("011", "D"), deliveryInformation=proof)
    assert (delivered.signed_by, delivered.left_at) == ("MILLER", "front porch")
    waiting = parsed(activity("021"), deliveryInformation=proof)
    assert (waiting.signed_by, waiting.left_at) == ("", "")


def test_a_general_delay_takes_its_reason_from_the_words() -> None:
    late = activity("046", "X")
    late["status"]["description"] = "A winter storm has delayed your parcel"
    assert parsed(late).scans[0].reason == "weather"
    late["status"]["description"] = "A late trailer arrival has delayed your parcel"
    assert parsed(late).scans[0].reason == "delay"


def test_a_shipment_of_several_packages_tells_of_each() -> None:
    packages = [{"trackingNumber": f"1Z{n}", "activity": [activity("005")]} for n in (1, 2)]
    found = events({"trackResponse": {"shipment": [{"inquiryNumber": "1Z1", "package": packages}]}})
    assert [parcel.tracking_number for parcel in found] == ["1Z1", "1Z2"]


def test_a_package_without_scans_has_its_current_status() -> None:
    assert parsed(currentStatus={"statusCode": "003", "type": "M"}).status is S.PRE_TRANSIT


def test_unknown_numbers_are_no_news_in_both_of_upss_ways() -> None:
    warning = {"code": "TW0001", "message": "not found"}
    assert events({"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "warnings": [warning]}]}}) == []
    assert events({"response": {"errors": [{"code": "404", "message": "none"}]}}) == []


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"trackResponse": {"shipment": 7}}'])
def test_broken_answers_are_said_to_be_broken(body: bytes) -> None:
    with pytest.raises(Unparsable):
        events(body)


def test_a_date_that_is_none_is_said_to_be_broken() -> None:
    with pytest.raises(Unparsable):
        parsed(activity("005", gmtDate="20261399"))


def test_every_code_of_our_table_has_three_digits_and_one_meaning() -> None:
    from connectors.carriers.ups.status import _BY_CODE, _GROUPS

    codes = [code for _, _, group in _GROUPS for code in group.split()]
    assert len(codes) == len(set(codes)) == len(_BY_CODE) > 150
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    assert meaning("035", "X")[0] is S.RETURNED


def test_it_names_itself_with_every_call_as_ups_demands(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("ups")
    stage.events()
    stage.events()
    calls = [answer.request.headers for answer in traffic if "details" in answer.request.url.path]
    assert {call["transactionsrc"] for call in calls} == {"waybill"}
    assert len({call["transid"] for call in calls}) == 2


def test_a_number_ups_finds_fault_with_is_refused(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("ups")
    with pytest.raises(Refused):
        stage.connector.fetch(stage.account, One("parcel", "123"))


def test_the_parcel_goes_by_the_number_it_was_asked_for(on_stage: Callable[..., Stage]) -> None:
    stage = on_stage("ups")
    stage.happens(S.IN_TRANSIT)
    spaced = f"{NUMBER[:2]} {stage.parcel.number[2:].lower()}"
    assert stage.tracked(spaced).tracking_number == spaced


def test_a_push_that_shows_our_credential_says_look_again() -> None:
    ups, account = connector("ups"), Account("a", "ups", "app", {"webhook_secret": "k3y"})
    body = json.dumps({"trackingNumber": NUMBER, "activityStatus": {"type": "D", "code": "FS"}}).encode()

    def pushed(credential: str) -> RawDelivery:
        return ups.verify(account, RawRequest("POST", "/", {"authorization": f"Bearer {credential}"}, body))

    assert pushed("k3y").key == pushed("k3y").key
    assert ups.parse(account, pushed("k3y")) == [Changed("parcel", NUMBER)]
    with pytest.raises(InvalidSignature):
        pushed("guess")
    with pytest.raises(Unsupported):
        ups.verify(ACCOUNT, RawRequest("POST", "/", {"authorization": "Bearer "}, body))
    with pytest.raises(Unparsable):
        ups.parse(account, RawDelivery("pushed/parcel", "k", b"{}"))


def test_pushes_of_everything_an_account_ships_are_asked_for_anew_each_time(
    on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> None:
    stage = on_stage("ups", account_number="A1B2C3")
    assert stage.connector.subscribe(stage.account, "https://x.example") == ()  # no secret to know UPS by
    account = replace(stage.account, credentials={**stage.account.credentials, "webhook_secret": "k3y"})
    for _ in range(2):
        assert stage.connector.subscribe(account, "https://x.example") == ("account A1B2C3",)
    assert [hook.url for hook in stage.world.carrier_hooks["ups"]] == ["A1B2C3"]
    operations = [Operation.read("ups", name) for name in ("token", "subscribe", "unsubscribe")]
    for response in traffic:
        (operation,) = (each for each in operations if each.is_of(response.request))
        operation.check(response)


def test_topics_of_others_are_left_alone() -> None:
    assert connector("ups").parse(ACCOUNT, RawDelivery("mail", "k", b"?")) == ()
