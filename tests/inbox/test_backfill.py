"""The past of a channel: read beside live traffic, page by page, whatever dies, and never answered by the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from agents.models import Run
from agents.tasks import sweep as sweep_runs
from connectors.contract import Account, Capability, Health, Page, Past, RawDelivery
from connectors.errors import AuthorizationLost, RateLimited, Refused, Unreachable
from connectors.events import Event, MessageReceived
from inbox import backfilling, connecting, intake
from inbox.models import (
    Backfill,
    BackfillState,
    Channel,
    ChannelState,
    Conversation,
    Delivery,
    Message,
    Order,
)
from tests.world import World, an_order, person

PAGE = 10


class Killed(BaseException):
    """The worker is gone, between two instructions."""


@dataclass
class Platform:
    """An account with a past, oldest first: what was said and bought, as events by the key they come under."""

    past: dict[str, Event] = field(default_factory=dict)
    live: dict[str, Event] = field(default_factory=dict)
    trouble: list[BaseException] = field(default_factory=list)
    asked: list[Past] = field(default_factory=list)

    def says(self, key: str, days: float, text: str = "Where is it?", **facts: Any) -> MessageReceived:
        sent_at = datetime.now(UTC) - timedelta(days=days)
        facts = {"sender": person(f"Shopper {key}"), "text": text, "sent_at": sent_at, **facts}
        return MessageReceived(external_id=key, **facts)

    def wrote(self, key: str, days: float, **facts: Any) -> None:
        self.past[key] = self.says(key, days, **facts)

    def bought(self, key: str) -> None:
        self.past[key] = an_order(key, person(f"Buyer {key}"), external_id=key)

    def fetch(self, account: Account, wanted: Any) -> Page:
        if not isinstance(wanted, Past):
            return Page()
        self.asked.append(wanted)
        if self.trouble:
            raise self.trouble.pop(0)
        first = int(wanted.cursor or 0)
        keys = list(self.past)[first : first + PAGE]
        read = first + len(keys)
        raw = [RawDelivery("past", key, json.dumps(key).encode()) for key in keys]
        return Page(raw, str(read), more=read < len(self.past), share=read / max(1, len(self.past)))

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return [{**self.past, **self.live}[json.loads(delivery.body)]]


@pytest.fixture
def platform(world: World, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The shop has a past; nobody is woken, so the tests say who reads and when."""
    made, connector = Platform(), type(world.shop.connector)
    monkeypatch.setattr(connector, "capabilities", connector.capabilities | {Capability.PAST})
    monkeypatch.setattr(connector, "fetch", lambda _, account, wanted: made.fetch(account, wanted))
    monkeypatch.setattr(connector, "parse", lambda _, account, raw: made.parse(account, raw))
    monkeypatch.setattr(connector, "check", lambda *_: Health(True, "fine"))
    monkeypatch.setattr(connector, "subscribe", lambda *_: ())
    monkeypatch.setattr(Backfill, "wake", lambda *_, **__: None)
    return made


def connected(world: World) -> Backfill:
    connecting.connect(world.organization.pk, world.shop.pk)
    return the_row(world)


def the_row(world: World) -> Backfill:
    with world.inside():
        row = Backfill.newest(world.shop)
    assert row
    return row


def after_a_while(world: World) -> None:
    """Every wait is over, and every silent worker counts as dead."""
    with world.inside():
        Backfill.objects.filter(state="running").update(due_at=timezone.now() - timedelta(hours=1))


def read(world: World, pages: int = 1) -> Backfill:
    for _ in range(pages):
        after_a_while(world)
        backfilling.read_page(world.organization.pk, the_row(world).pk)
    return the_row(world)


def talks(world: World) -> dict[str, Conversation]:
    """By what they are called: the key of their first message."""
    with world.inside():
        return {each.thread: each for each in Conversation.objects.filter(channel=world.shop)}


def test_connecting_reads_the_last_thirty_days_once(world: World, platform: Platform):
    for number in range(25):
        platform.bought(f"#{number}")
    platform.wrote("m-1", days=9)
    row = connected(world)
    assert row.until - row.since == timedelta(days=30)
    row = read(world)
    assert (row.state, row.percent, row.found) == (BackfillState.RUNNING, 38, "10 orders")
    row = read(world, pages=2)
    assert (row.state, row.percent, row.found) == (BackfillState.DONE, 100, "25 orders, 1 message")
    with world.inside():
        assert Order.objects.filter(channel=world.shop).count() == 25
    connected(world)  # a reconnection
    assert the_row(world).pk == row.pk
    read(world, pages=2)
    assert len(platform.asked) == 3


def test_old_messages_stand_closed_and_recent_unanswered_ones_wait(world: World, platform: Platform):
    platform.wrote("old", days=20)
    platform.wrote("recent", days=2)
    platform.wrote("asked", days=2, thread="t", sender=world.maya)
    platform.wrote("told", days=1.5, thread="t", ours=True, recipient=world.maya, text="On Friday.")
    platform.wrote("vacation", days=1, automatic=True)
    connected(world)
    read(world)
    found = talks(world)
    states = {name: (each.state, each.unread, bool(each.waiting_since)) for name, each in found.items()}
    assert states == {
        "old": ("closed", False, False),
        "recent": ("open", True, True),
        "t": ("closed", False, False),
        "vacation": ("closed", False, False),
    }
    with world.inside():
        said = list(found["t"].messages.order_by("created_at").values_list("text", flat=True))
        assert said == ["Where is it?", "On Friday."]
        assert Message.objects.filter(channel=world.shop, past=False).count() == 0


def test_newest_first_comes_to_the_same(world: World, platform: Platform):
    platform.wrote("told", days=1.5, thread="t", ours=True, recipient=world.maya, text="On Friday.")
    platform.wrote("asked", days=2, thread="t", sender=world.maya)
    platform.wrote("new", days=1, thread="u", sender=person("Noor"))
    platform.wrote("before", days=12, thread="u", sender=platform.past["new"].sender)  # type: ignore[union-attr]
    connected(world)
    read(world)
    found = talks(world)
    assert (found["t"].state, found["u"].state) == ("closed", "open")
    assert found["u"].waiting_since == platform.past["new"].sent_at  # type: ignore[union-attr]


def test_nobody_drafts_an_answer_to_what_is_old(world: World, platform: Platform):
    for days in (0.1, 1, 2, 20):
        platform.wrote(f"m-{days}", days=days)
    connected(world)
    read(world)
    sweep_runs()
    with world.inside():
        assert Message.objects.filter(channel=world.shop).count() == 4
        assert not Run.objects.exists()


def live(world: World, platform: Platform, key: str, seconds_ago: float = 0) -> None:
    """A webhook of a message written just now."""
    platform.live[key] = platform.says(key, days=0)
    at = timezone.now() - timedelta(seconds=seconds_ago)
    with world.inside():
        Delivery.store(world.shop, RawDelivery("live", key, json.dumps(key).encode(), received_at=at))


def test_what_is_written_now_is_drafted_meanwhile(world: World, platform: Platform):
    for number in range(30):
        platform.wrote(f"m-{number}", days=20)
    connected(world)
    read(world)
    live(world, platform, "now")
    intake.drain(world.organization.pk)
    with world.inside():
        assert [run.message.external_id for run in Run.objects.all()] == ["now"]
        answered = talks(world)["now"]
    assert answered.state == "open"


def test_live_deliveries_are_applied_before_those_of_the_past(world: World, platform: Platform):
    with world.inside():
        for number in range(60):
            platform.wrote(f"m-{number}", days=20)
            Delivery.store(
                world.shop, RawDelivery("past", f"m-{number}", f'"m-{number}"'.encode()), past=True
            )
    live(world, platform, "now")
    intake.drain(world.organization.pk, limit=1)
    assert set(talks(world)) == {"now"}


def test_it_steps_aside_while_live_work_waits(world: World, platform: Platform):
    platform.bought("#1")
    connected(world)
    live(world, platform, "now", seconds_ago=10)
    read(world)
    assert platform.asked == []
    assert the_row(world).due_at > timezone.now()
    intake.drain(world.organization.pk)
    assert read(world).state == BackfillState.DONE


@pytest.mark.parametrize(
    "step",
    [
        "inbox.backfilling._counted",  # read, and not yet stored
        "inbox.models.Delivery.store",  # within the transaction that stores it
        "inbox.backfilling.intake.drain",  # stored, and not yet applied
    ],
)
def test_a_crash_repeats_a_page_and_loses_and_doubles_nothing(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch, step: str
):
    for number in range(25):
        platform.wrote(f"m-{number}", days=5)
    connected(world)

    def die(*_: object, **__: object) -> None:
        raise Killed

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(step, die)
            with pytest.raises(Killed):
                read(world)
        live(world, platform, f"now-{_}")
        intake.drain(world.organization.pk)
        read(world)
    row = read(world, pages=3)
    intake.drain(world.organization.pk)
    assert (row.state, row.counts) == (BackfillState.DONE, {"messages": 25})
    with world.inside():
        assert Message.objects.filter(channel=world.shop, past=True).count() == 25
        assert Message.objects.filter(channel=world.shop, past=False).count() == 2


def test_a_worker_that_was_silent_for_too_long_keeps_nothing(world: World, platform: Platform):
    for number in range(15):
        platform.bought(f"#{number}")
    slow = connected(world)
    with world.inside():
        assert slow.claim()
    read(world)  # somebody took it over
    with world.inside():
        assert not slow.keep(platform.fetch(world.shop.account(), Past(slow.since, slow.until)), {})
    assert (the_row(world).cursor, the_row(world).found) == ("10", "10 orders")


def test_what_nobody_reads_is_found_by_the_sweeper(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    platform.bought("#1")
    row = connected(world)
    woken: list[Any] = []
    monkeypatch.undo()
    monkeypatch.setattr("inbox.models.backfill.wake", lambda *_, backfill_id, **__: woken.append(backfill_id))
    for _ in range(3):
        backfilling.sweep(world.organization.pk)
    assert woken == [row.pk]  # however often it sweeps before a worker comes
    with world.inside():
        row.awake()
    backfilling.sweep(world.organization.pk)
    assert woken == [row.pk, row.pk]


def test_a_platform_that_is_slow_or_away_is_asked_again(world: World, platform: Platform):
    platform.bought("#1")
    platform.trouble += [RateLimited("Too many.", 300), Unreachable("No answer.")]
    connected(world)
    row = read(world)
    assert (row.problem, row.attempts) == ("Too many.", 0)
    assert row.due_at > timezone.now() + timedelta(seconds=290)
    row = read(world)
    assert (row.state, row.problem, row.attempts) == ("running", "No answer.", 1)
    assert read(world).state == BackfillState.DONE


def test_a_failure_is_shown_and_a_person_lets_it_go_on(world: World, platform: Platform):
    for number in range(15):
        platform.bought(f"#{number}")
    connected(world)
    read(world)
    platform.trouble.append(Refused("Orders of this age need another permission."))
    read(world)
    client, address = world.client_of(world.alice), world.url(f"settings/channels/{world.shop.pk}")
    page = client.get(address).content.decode()
    assert "Orders of this age need another permission." in page
    assert "Go on" in page
    assert "10 orders" in page
    assert client.post(f"{address}/past/resume").status_code == 302
    assert "66 %" in client.get(f"{address}/past").content.decode()
    assert read(world).found == "15 orders"


def test_it_can_be_stopped_and_a_reconnection_respects_it(world: World, platform: Platform):
    for number in range(15):
        platform.bought(f"#{number}")
    connected(world)
    read(world)
    client, address = world.client_of(world.alice), world.url(f"settings/channels/{world.shop.pk}/past")
    assert "Stop" in client.get(address).content.decode()
    client.post(f"{address}/stop")
    connected(world)
    read(world)
    assert (the_row(world).state, len(platform.asked)) == (BackfillState.FAILED, 1)
    assert "Go on" in client.get(address).content.decode()


def test_lost_authorisation_waits_for_the_reconnection(world: World, platform: Platform):
    for number in range(15):
        platform.bought(f"#{number}")
    connected(world)
    platform.trouble.append(AuthorizationLost("The app was removed."))
    read(world)
    with world.inside():
        assert Channel.objects.get(pk=world.shop.pk).state == ChannelState.LOST
    read(world)
    assert len(platform.asked) == 1
    connected(world)
    assert read(world, pages=2).state == BackfillState.DONE


def test_a_cursor_that_stands_still_ends_it_in_words(world: World, platform: Platform, monkeypatch: Any):
    monkeypatch.setattr(platform, "fetch", lambda *_: Page((), None, more=True))
    connected(world)
    row = read(world)
    assert row.state == BackfillState.FAILED
    assert row.problem


def test_a_report_that_is_still_being_made_is_waited_for(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    answers = [Page((), "report", more=True), Page((), "report", more=True), Page((), "report", share=1.0)]
    monkeypatch.setattr(
        platform, "fetch", lambda _, wanted: answers.pop(0) if isinstance(wanted, Past) else Page()
    )
    connected(world)
    row = read(world, pages=2)
    assert (row.state, row.problem) == (BackfillState.RUNNING, "")
    assert row.due_at > timezone.now() + timedelta(seconds=10)
    assert read(world).state == BackfillState.DONE


def test_a_channel_without_a_past_shows_nothing(world: World, platform: Platform, monkeypatch: Any):
    connector = type(world.shop.connector)
    monkeypatch.setattr(connector, "capabilities", connector.capabilities - {Capability.PAST})
    connecting.connect(world.organization.pk, world.shop.pk)
    client, address = world.client_of(world.alice), world.url(f"settings/channels/{world.shop.pk}")
    assert 'id="past"' not in client.get(address).content.decode()
    assert client.get(f"{address}/past").status_code == 404
    with world.inside():
        assert not Backfill.objects.exists()


def test_a_live_cursor_that_begins_early_is_past_too(world: World, platform: Platform):
    platform.live["early"] = platform.says("early", days=12)
    with world.inside():
        Delivery.store(world.shop, RawDelivery("live", "early", b'"early"'))
    intake.drain(world.organization.pk)
    with world.inside():
        assert Message.objects.get(external_id="early").past
        assert not Run.objects.exists()
    assert talks(world)["early"].state == "closed"
