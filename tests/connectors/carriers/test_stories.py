"""What all carriers must do alike, told as stories over real HTTP against their sandboxes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors import http
from connectors.carriers import gate
from connectors.contract import Account, Capability, One, RawDelivery, RawRequest, Since
from connectors.errors import (
    AuthorizationLost,
    InvalidSignature,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from connectors.events import Changed, ParcelTracked
from connectors.events import ParcelStatus as S
from connectors.registry import connector
from connectors.sandbox.hub import unsigned
from connectors.sandbox.seed import seed
from connectors.sandbox.trouble import Kind, Trouble
from tests.connectors.carriers.conftest import COLUMBUS, DENVER, KEYS, ONE_ESTIMATE, TOKENS, Stage
from tests.connectors.conftest import Serve
from tests.contracts.shapes import HERE, Operation


@pytest.fixture(params=TOKENS + KEYS)
def stage(
    request: pytest.FixtureRequest, on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> Iterator[Stage]:
    """Whatever a story does, every exchange keeps to the carrier's published contract."""
    yield on_stage(request.param)
    _check(request.param, traffic)


@pytest.fixture(params=TOKENS)
def token_stage(
    request: pytest.FixtureRequest, on_stage: Callable[..., Stage], traffic: list[httpx.Response]
) -> Iterator[Stage]:
    yield on_stage(request.param)
    _check(request.param, traffic)


def _check(kind: str, traffic: list[httpx.Response]) -> None:
    operations = [Operation.read(kind, path.stem) for path in (HERE / kind).glob("*.json")]
    for response in traffic:
        (operation,) = (each for each in operations if each.is_of(response.request))
        if str(response.status_code) in operation.contract["responses"] and "<html>" not in response.text:
            operation.check(response)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (S.PRE_TRANSIT, ""),
        (S.IN_TRANSIT, ""),
        (S.OUT_FOR_DELIVERY, ""),
        (S.AVAILABLE_FOR_PICKUP, ""),
        (S.DELIVERED, ""),
        (S.EXCEPTION, "weather"),
        (S.EXCEPTION, "attempted"),
        (S.EXCEPTION, "damaged"),
        (S.EXCEPTION, "address"),
        (S.FAILURE, ""),
        (S.RETURNED, ""),
    ],
)
def test_it_tells_every_state_and_why(stage: Stage, status: S, reason: str) -> None:
    stage.happens(S.PRE_TRANSIT)
    if status is not S.PRE_TRANSIT:
        stage.happens(S.IN_TRANSIT)
        stage.happens(status, reason, DENVER)

    parcel = stage.tracked()

    assert parcel.status is status
    assert parcel.scans[-1].text == stage.parcel.steps[-1].text
    assert not reason or parcel.scans[-1].reason == reason


def test_every_scan_comes_with_its_place_its_moment_and_the_clock_of_the_place(stage: Stage) -> None:
    stage.happens(S.PRE_TRANSIT)
    stage.happens(S.IN_TRANSIT, place=COLUMBUS)
    stage.happens(S.OUT_FOR_DELIVERY, place=DENVER)

    scans = stage.tracked().scans

    assert [scan.at for scan in scans] == [step.at for step in stage.parcel.steps]
    assert [scan.place for scan in scans] == ["", "Columbus, OH", "Denver, CO"]
    assert [scan.zone for scan in scans[1:]] == ["-05:00", "-07:00"]


def test_asking_twice_gives_the_same_delivery_until_something_happens(stage: Stage) -> None:
    stage.happens(S.IN_TRANSIT)
    wanted = One("parcel", stage.parcel.number)
    first = stage.connector.fetch(stage.account, wanted).deliveries[0]
    again = stage.connector.fetch(stage.account, wanted).deliveries[0]
    keys = [scan.key for scan in stage.tracked().scans]
    stage.happens(S.OUT_FOR_DELIVERY)
    later = stage.connector.fetch(stage.account, wanted).deliveries[0]

    assert (first.topic, first.key) == ("fetched/parcel", again.key)
    assert later.key != first.key
    assert [scan.key for scan in stage.tracked().scans][:1] == keys


def test_a_late_older_scan_never_reopens_a_delivered_parcel(stage: Stage) -> None:
    stage.happens(S.IN_TRANSIT)
    delivered = stage.happens(S.DELIVERED, place=DENVER)
    late = replace(stage.parcel.steps[0], at=delivered.at - timedelta(minutes=1))
    stage.parcel.steps.append(late)

    parcel = stage.tracked()

    assert parcel.status is S.DELIVERED
    assert parcel.scans[-1].at == parcel.delivered_at == delivered.at


def test_a_newer_scan_reopens_a_parcel_that_was_scanned_as_delivered_by_mistake(stage: Stage) -> None:
    stage.happens(S.DELIVERED, place=DENVER)
    stage.happens(S.IN_TRANSIT, place=DENVER)

    parcel = stage.tracked()

    assert parcel.status is S.IN_TRANSIT
    assert parcel.delivered_at is None
    assert parcel.left_at == ""


def test_delivered_back_at_the_seller_is_returned(stage: Stage) -> None:
    stage.happens(S.IN_TRANSIT)
    stage.happens(S.RETURNED, place=DENVER)
    stage.happens(S.IN_TRANSIT, place=DENVER)
    assert stage.tracked().status is S.RETURNED
    stage.happens(S.DELIVERED, place=COLUMBUS)

    parcel = stage.tracked()

    assert parcel.status is S.RETURNED
    assert parcel.scans[-1].status is S.RETURNED
    assert parcel.delivered_at is None


def test_a_parcel_delivered_at_its_destination_after_all_is_delivered(stage: Stage) -> None:
    stage.happens(S.RETURNED, place=DENVER)
    stage.happens(S.DELIVERED, place=DENVER)
    assert stage.tracked().status is S.DELIVERED


def test_it_says_when_the_parcel_is_due_on_the_destinations_clock(stage: Stage) -> None:
    stage.happens(S.IN_TRANSIT)

    due = stage.tracked().estimated_on

    assert due == stage.parcel.estimated
    assert due is not None
    assert due.utcoffset() == due.astimezone(ZoneInfo("America/Denver")).utcoffset()


def test_it_says_when_the_estimate_was_changed(stage: Stage) -> None:
    stage.happens(S.EXCEPTION, "weather")
    assert not stage.tracked().estimate_changed
    stage.parcel.estimated += timedelta(days=2)
    stage.parcel.estimate_changed = True

    parcel = stage.tracked()

    assert parcel.estimated_on == stage.parcel.estimated
    assert parcel.estimate_changed == (stage.account.kind not in ONE_ESTIMATE)


def test_it_says_where_a_delivered_parcel_was_left(stage: Stage) -> None:
    stage.happens(S.DELIVERED, place=DENVER)
    assert stage.tracked().left_at.startswith("front door")


def test_a_number_the_carrier_does_not_know_yet_is_no_news(stage: Stage) -> None:
    assert list(stage.events(stage.parcel.number[:-2] + "00")) == []


def test_one_token_serves_many_calls(token_stage: Stage, traffic: list[httpx.Response]) -> None:
    for _ in range(3):
        token_stage.events()
    assert sum("token" in response.request.url.path for response in traffic) == 1


def test_a_token_that_the_carrier_forgot_is_replaced_without_a_word(token_stage: Stage) -> None:
    token_stage.happens(S.IN_TRANSIT)
    token_stage.tracked()
    token_stage.world.clock.advance(timedelta(hours=9))  # the carrier's clock, not ours
    assert token_stage.tracked().status is S.IN_TRANSIT


def test_wrong_keys_are_said_in_words_a_seller_understands(stage: Stage) -> None:
    mistyped = dict.fromkeys(stage.account.credentials, "mistyped")
    wrong = replace(stage.account, credentials=mistyped)

    health = stage.connector.check(wrong)

    assert not health.ok
    assert "does not accept the " in health.message
    assert "mistyped" not in health.message
    with pytest.raises(AuthorizationLost):
        stage.connector.fetch(wrong, One("parcel", stage.parcel.number))


def test_the_connection_test_passes_with_good_keys(stage: Stage) -> None:
    assert stage.connector.check(stage.account).ok


def test_a_used_up_quota_says_when_to_come_back(stage: Stage) -> None:
    stage.trouble.ask(stage.account.kind, Kind.TOO_MANY)

    with pytest.raises(RateLimited) as caught:
        stage.events()

    assert caught.value.retry_after == 30


def test_a_broken_moment_is_tried_again(stage: Stage) -> None:
    stage.happens(S.IN_TRANSIT)
    stage.trouble.ask(stage.account.kind, Kind.BROKEN)
    assert stage.tracked().status is S.IN_TRANSIT


def test_garbage_never_becomes_a_delivery(stage: Stage) -> None:
    stage.trouble.ask(stage.account.kind, Kind.GARBAGE)
    with pytest.raises(Unreachable):
        stage.events()


def test_silence_is_no_answer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SILENCE", 0.5)
    monkeypatch.setattr(http, "TRIES", 1)
    stage.events()
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.1))
    request = http.request
    monkeypatch.setattr(http, "request", lambda *a, **k: request(*a, **{**k, "timeout": http.TIMEOUT}))
    stage.trouble.ask(stage.account.kind, Kind.SILENT)
    with pytest.raises(Unreachable):
        stage.events()


def test_nonsense_is_refused_before_anybody_is_asked(stage: Stage, traffic: list[httpx.Response]) -> None:
    with pytest.raises(Refused):
        stage.connector.fetch(stage.account, One("parcel", "../oauth"))
    with pytest.raises(Unsupported):
        stage.connector.fetch(stage.account, Since())
    with pytest.raises(Unsupported):
        stage.connector.fetch(stage.account, One("order", "1"))
    assert traffic == []


def test_it_is_a_carrier_the_registry_finds(stage: Stage) -> None:
    assert stage.connector.kind == stage.account.kind
    assert Capability.TRACKING in stage.connector.capabilities
    asked_for = {field.name: field.secret for field in stage.connector.connect_form}
    assert all(asked_for[name] for name in stage.account.credentials)


@pytest.mark.parametrize(
    ("kind", "settings"), [("dhl", {"account_number": "5"}), ("usps", {"mailer_id": "9"}), ("easypost", {})]
)
def test_what_was_asked_for_is_pushed_and_read_at_once(
    on_stage: Callable[..., Stage], kind: str, settings: dict[str, str]
) -> None:
    stage, kept = on_stage(kind, **settings), {"webhook_secret": "0123456789abcdef0123456789abcdef"}
    account = replace(stage.account, credentials={**stage.account.credentials, **kept}, renewed=kept.update)
    url = "https://waybill.example/o/northpine/hooks/7"
    assert stage.connector.subscribe(account, url)
    account = replace(account, credentials={**account.credentials, **kept})
    stage.happens(S.OUT_FOR_DELIVERY, place=DENVER)
    stage.tracked()
    pushes: list[RawRequest] = []

    def deliver(to: str, headers: Mapping[str, str], body: bytes) -> None:
        assert to == url
        low = {name.lower(): value for name, value in headers.items()}
        pushes.append(RawRequest("POST", urlsplit(to).path, low, body))

    import_module(f"connectors.carriers.{kind}.sandbox").push(stage.world, "parcel", stage.parcel, deliver)

    (pushed,) = pushes
    delivery = stage.connector.verify(account, pushed)
    assert stage.connector.parse(account, delivery) == [Changed("parcel", stage.parcel.number)]
    with pytest.raises(InvalidSignature):
        stage.connector.verify(account, replace(pushed, headers=unsigned(pushed.headers)))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("ups", {"account_number": "5"}), ("dhl", {"account_number": "5"}), ("usps", {"mailer_id": "9"})],
)
def test_who_may_track_but_not_subscribe_is_told_what_to_leave_empty(
    on_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, kind: str, settings: dict[str, str]
) -> None:
    stage = on_stage(kind, **settings)
    account = replace(stage.account, credentials={**stage.account.credentials, "webhook_secret": "k" * 32})
    assert stage.connector.check(account).ok
    send = httpx.Client.send

    def guarded(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        refused = "subscription" in request.url.path
        return httpx.Response(403, json={}, request=request) if refused else send(client, request, **options)

    monkeypatch.setattr(httpx.Client, "send", guarded)
    with pytest.raises(AuthorizationLost, match="empty"):
        stage.connector.subscribe(account, "https://x.example")


SAMPLES = sorted(Path(gate.__file__).parent.glob("*/samples/*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_sample_means_what_it_says(path: Path) -> None:
    sample, kind = json.loads(path.read_text()), path.parts[-3]
    delivery = RawDelivery(
        sample["topic"], "sample", json.dumps(sample["body"]).encode(), headers=sample["headers"]
    )

    events = connector(kind).parse(Account("a", kind, "app"), delivery)

    said = [{"event": type(event).__name__, **asdict(event)} for event in events]
    assert json.loads(json.dumps(said, default=lambda moment: moment.isoformat())) == sample["events"]


def test_there_are_samples_of_every_kind() -> None:
    assert {path.parent.parent.name for path in SAMPLES} == {*TOKENS, *KEYS}


def test_every_parcel_of_the_pretend_world_is_where_the_world_says(serve: Serve) -> None:
    now = datetime.now(UTC)
    world = seed(now)
    for kind, keys in world.carrier_keys.items():
        base = serve(import_module(f"connectors.carriers.{kind}.sandbox").routes(world, Trouble()))
        settings = {"base_url": base, "calls_per_hour": 999}
        account = Account(f"world-{uuid4()}", kind, "app", keys.shown(), settings)
        ours = [parcel for parcel in world.parcels.values() if kind in (parcel.carrier, "easypost")]
        one_of_each = {(parcel.status, len(parcel.steps)): parcel for parcel in ours}
        assert len(one_of_each) > 3
        for parcel in one_of_each.values():
            (delivery,) = connector(kind).fetch(account, One("parcel", parcel.number)).deliveries
            (tracked,) = connector(kind).parse(account, delivery)
            assert isinstance(tracked, ParcelTracked)
            assert tracked.status is parcel.status
            assert [scan.at for scan in tracked.scans] == [step.at for step in parcel.steps]
            assert [scan.text for scan in tracked.scans] == [step.text for step in parcel.steps]
