"""When an answer is due: by the platform's clock or the seller's own, over weekends, holidays and changes of the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import ReplyClock
from inbox.clocks import due_at
from inbox.models import Conversation
from tests.world import World, person

DAY = ReplyClock(timedelta(hours=24))
BUSINESS_DAY = ReplyClock(timedelta(hours=24), business_days=True)
NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("clock", "since", "due"),
    [
        (DAY, "2026-11-20T15:00-05:00", "2026-11-21T15:00-05:00"),  # a Friday; every day counts
        (BUSINESS_DAY, "2026-11-17T15:00-05:00", "2026-11-18T15:00-05:00"),
        (BUSINESS_DAY, "2026-11-20T15:00-05:00", "2026-11-23T15:00-05:00"),  # over a weekend
        (BUSINESS_DAY, "2026-11-21T10:00-05:00", "2026-11-24T00:00-05:00"),  # written on a Saturday
        (BUSINESS_DAY, "2026-11-25T09:00-05:00", "2026-11-27T09:00-05:00"),  # over Thanksgiving
        (BUSINESS_DAY, "2026-11-26T02:00+00:00", "2026-11-28T02:00+00:00"),  # the evening before it, by UTC the day itself
        (ReplyClock(timedelta(hours=72), business_days=True), "2026-12-23T12:00-05:00", "2026-12-29T12:00-05:00"),
        (BUSINESS_DAY, "2026-03-06T12:00-05:00", "2026-03-09T12:00-04:00"),  # the hour changes on the Sunday between
    ],
)  # fmt: skip
def test_it_is_due(clock: ReplyClock, since: str, due: str) -> None:
    assert due_at(at(since), clock, NEW_YORK, "US") == at(due)


def test_a_country_nobody_knows_has_no_holidays() -> None:
    assert due_at(at("2026-11-25T09:00-05:00"), BUSINESS_DAY, NEW_YORK, "XX") == at("2026-11-26T09:00-05:00")


def test_it_runs_from_the_oldest_unanswered_message_and_stops_with_the_answer(world: World) -> None:
    first = datetime.now(UTC) - timedelta(hours=30)
    conversation = world.conversation(sent_at=first)
    world.writes("Hello?", thread=conversation.thread, sent_at=first + timedelta(hours=2))
    with world.inside():
        conversation = Conversation.objects.select_related("channel").get(pk=conversation.pk)
        assert conversation.due_at == conversation.waiting_since + timedelta(hours=24) == first + DAY.within
        message = conversation.reply("On it.", world.bob)
        assert conversation.due_at is None
        conversation.take_back(message, world.bob)
        assert conversation.due_at == first + DAY.within


def test_an_admin_sets_the_clock_and_what_waits_is_due_anew(world: World) -> None:
    sent = datetime.now(UTC) - timedelta(hours=3)
    conversation = world.conversation(sent_at=sent)
    page = world.client_of(world.alice)
    address = world.url(f"settings/channels/{world.mailbox.pk}/clock")
    assert "within 24 hours, every day of the week" in page.get(address).content.decode()
    assert page.post(address, {"hours": "2", "warn_hours": "5"}).status_code == 422
    assert page.post(address, {"hours": "2", "warn_hours": "1"}).status_code == 302
    with world.inside():
        conversation.refresh_from_db()
    assert conversation.due_at == sent + timedelta(hours=2)
    assert "late by" in page.get(world.url()).content.decode()
    assert page.post(address, {}).status_code == 302
    with world.inside():
        conversation.refresh_from_db()
    assert conversation.due_at == sent + timedelta(hours=24)


def test_agents_may_not_set_it(world: World) -> None:
    address = world.url(f"settings/channels/{world.mailbox.pk}/clock")
    assert world.client_of(world.bob).post(address, {"hours": "2"}).status_code in (403, 404)


def test_the_list_can_begin_with_what_is_due_first(world: World) -> None:
    now = datetime.now(UTC)
    late = world.conversation("Late", sent_at=now - timedelta(hours=40))
    soon = world.writes(
        "Soon", sent_at=now - timedelta(hours=20), subject="other", sender=_somebody()
    ).conversation
    answered = world.writes("Answered", sent_at=now, subject="third", sender=_somebody()).conversation
    with world.inside():
        Conversation.objects.select_related("channel").get(pk=answered.pk).reply("Yes.", world.bob)
    said = world.client_of(world.bob).get(world.url("api/conversations"), {"sort": "due"}).json()
    assert [row["id"] for row in said["conversations"]] == [str(late.pk), str(soon.pk)]


def _somebody():
    return person("Ines Duarte")
