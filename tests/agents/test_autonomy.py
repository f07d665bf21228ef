"""How far the machine may go: earned, guarded, silent where a person is, and stopped by one switch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agents import autonomy, drafting
from agents.models import Autonomy, Draft, DraftState, EnvelopeRun, Level, Run
from inbox import dispatch, rules
from inbox.models import Conversation, Message, OutgoingState, Pause
from tests.world import World

ASKS = "Where is my order #1042?"
HOLDS = {
    "condition": "informational", "name": "where it is", "wish": "where_is_my_order", "faults": [], "deeds": []
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Message, "wake", lambda self: None)


def automatic(world: World, **guards: Any) -> Autonomy:
    with world.inside():
        rule: Autonomy = Autonomy.objects.create(
            intent="where_is_my_order", level=Level.AUTOMATIC, **{"least_confidence": 0.1, **guards}
        )
        return rule


def reads(world: World, message: Message) -> Draft:
    drafting.run_pass(world.organization.pk, message.pk)
    with world.inside():
        return Draft.objects.select_related("conversation", "reply").get(message=message)


def test_an_answer_goes_by_itself_where_that_was_earned(world: World) -> None:
    world.buys()
    automatic(world)
    draft = reads(world, world.writes(ASKS))
    assert draft.state == DraftState.APPROVED
    assert draft.decided_by is None
    assert draft.reply
    assert draft.reply.send_state == OutgoingState.QUEUED
    assert draft.reply.topics == ["where_is_my_order"]


def test_nothing_goes_by_itself_unless_somebody_said_so(world: World) -> None:
    world.buys()
    assert reads(world, world.writes(ASKS)).state == DraftState.READY


def test_the_machine_is_silent_once_a_person_has_stepped_in(world: World) -> None:
    world.buys()
    automatic(world)
    first = world.writes("Hello?")
    with world.inside():
        first.conversation.reply("I am looking into it.", world.bob)
    draft = reads(world, world.writes(ASKS))
    assert draft.state == DraftState.READY
    assert "A person has this conversation" in draft.held_back


def test_what_the_channel_does_not_take_waits_for_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*args: Any, **facts: Any) -> None:
        raise rules.Forbidden("The time for answers is over.")

    world.buys()
    automatic(world)
    monkeypatch.setattr(rules, "uphold", closed)
    draft = reads(world, world.writes(ASKS))
    assert (draft.state, draft.held_back) == (DraftState.READY, "The time for answers is over.")


@pytest.mark.parametrize(
    ("guards", "why"),
    [
        ({"least_confidence": 1.0}, "only"),
        ({"daily_cap": 0}, "24 hours"),
        ({"languages": ["es"]}, "language"),
    ],
)
def test_a_guard_that_does_not_hold_leaves_it_to_a_person(
    world: World, guards: dict[str, Any], why: str
) -> None:
    world.buys()
    automatic(world, **guards)
    draft = reads(world, world.writes(ASKS))
    assert draft.state == DraftState.READY
    assert why in draft.held_back


def test_off_means_that_nothing_is_written(world: World) -> None:
    world.buys()
    with world.inside():
        Autonomy.objects.create(intent="where_is_my_order", level=Level.OFF)
    draft = reads(world, world.writes(ASKS))
    assert (draft.state, draft.text) == (DraftState.HANDOFF, "")


def test_the_strictest_wish_of_a_message_decides(world: World) -> None:
    with world.inside():
        Autonomy.objects.create(intent="where_is_my_order", level=Level.AUTOMATIC)
        Autonomy.objects.create(intent="cancel", level=Level.DRAFT)
        rule = autonomy.rule_for(world.mailbox, ["where_is_my_order", "cancel"])
    assert rule.level == Level.DRAFT


def test_a_pause_stops_what_is_queued_already_and_lets_it_go_when_lifted(world: World) -> None:
    world.buys()
    automatic(world)
    draft = reads(world, world.writes(ASKS))
    assert draft.reply
    with world.inside():
        pause = Pause.begin("intent", "where_is_my_order", "“Where is my order”", world.sam, "wrong dates")
        Message.objects.filter(pk=draft.reply.pk).update(send_after=timezone.now())
    dispatch.deliver(world.organization.pk, draft.reply.pk)
    with world.inside():
        draft.reply.refresh_from_db()
        assert draft.reply.send_state == OutgoingState.QUEUED
        assert "paused by Sam: wrong dates" in draft.reply.problem
        assert draft.reply.send_after
        assert draft.reply.send_after - timezone.now() < timedelta(seconds=3)
        pause.lift(world.sam)
        assert Pause.over([world.mailbox.pk], ["where_is_my_order"]) is None


def test_a_pause_of_one_channel_leaves_the_others_alone(world: World) -> None:
    with world.inside():
        Pause.begin("channel", str(world.shop.pk), "Shop", world.sam)
        assert Pause.over([world.shop.pk])
        assert Pause.over([world.mailbox.pk]) is None


def decided(world: World, conversation: Conversation, count: int, **facts: Any) -> None:
    """People have decided about as many drafts."""
    with world.inside():
        message = conversation.messages.first()
        for number in range(count):
            run = Run.objects.create(conversation=conversation, message=message, number=100 + number)
            Draft.objects.create(
                conversation=conversation,
                run=run,
                message=message,
                text="It is on its way.",
                intents=["where_is_my_order"],
                reason="",
                **{"state": DraftState.APPROVED, "decided_at": timezone.now(), **facts},
            )


def test_becoming_automatic_is_refused_below_the_bar_and_shows_why(world: World) -> None:
    client = world.client_of(world.alice)
    url = world.url("settings/autonomy/intent:where_is_my_order")
    wish = {
        "level": "automatic",
        "least_confidence": "0.8",
        "most_risk": "30",
        "daily_cap": "50",
        "languages": "en",
    }
    answer = client.post(url, wish)
    assert answer.status_code == 422
    assert "0 of these were decided by people so far; 20 are needed." in answer.content.decode()
    decided(world, world.conversation(), 20)
    answer = client.post(url, wish)
    assert answer.status_code == 422
    assert "The Resolution Envelope was never run here." in answer.content.decode()
    with world.inside():
        EnvelopeRun.objects.create(state="done", outcomes=[HOLDS])
    assert client.post(url, wish).status_code == 302
    with world.inside():
        rule = Autonomy.objects.get()
        assert (rule.level, rule.evidence["decided"]) == (Level.AUTOMATIC, 20)


def test_it_falls_back_by_itself_when_customers_come_back(world: World) -> None:
    rule = automatic(world)
    conversation = world.conversation()
    decided(world, conversation, 12, rule=rule, decided_at=timezone.now() - timedelta(hours=1))
    drafting.run_pass(world.organization.pk, world.writes(ASKS).pk)
    with world.inside():
        autonomy.watch()
        rule.refresh_from_db()
    assert rule.level == Level.REVIEWED
    assert "came back" in rule.fell_back_because


def test_only_supervisors_pause_and_everybody_sees_the_banner(world: World) -> None:
    wish = {"over": "everything:", "reason": "wrong prices"}
    assert world.client_of(world.bob).post(world.url("pauses/new"), wish).status_code == 403
    assert world.client_of(world.sam).post(world.url("pauses/new"), wish).status_code == 302
    banner = world.client_of(world.bob).get(world.url("pauses")).content.decode()
    assert "Everything is paused by Sam: wrong prices" in banner
    assert "Resume" not in banner
    with world.inside():
        pause = Pause.objects.get()
    world.client_of(world.sam).post(world.url(f"pauses/{pause.pk}/delete"))
    assert "paused" not in world.client_of(world.bob).get(world.url("pauses")).content.decode()


def test_the_stranger_finds_none_of_these_pages(world: World) -> None:
    stranger = world.client_of(world.charlie)
    for path in ("settings/autonomy", "settings/autonomy/intent:cancel", "pauses"):
        assert stranger.get(world.url(path)).status_code == 404
    assert stranger.post(world.url(f"pauses/{uuid4()}/delete")).status_code == 404


def test_the_page_asks_the_database_as_often_for_many_rules(
    world: World, django_assert_max_num_queries: Any
) -> None:
    with world.inside():
        for intent in ("cancel", "exchange", "warranty", "discount"):
            Autonomy.objects.create(intent=intent, level=Level.DRAFT, by=world.alice)
    client = world.client_of(world.alice)
    with django_assert_max_num_queries(14):
        page = client.get(world.url("settings/autonomy"))
    assert page.content.decode().count(">Draft</span>") == 4
