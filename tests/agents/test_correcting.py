"""A member corrects what a message was taken for, and the organization's next messages are read better."""

from __future__ import annotations

import pytest

from agents.correcting import MOST, NotCorrectable, correct, lessons, take_back
from agents.drafting import run_pass
from agents.models import Correction, Run
from agents.understanding.intents import IntentKind
from audit.models import AuditEvent
from config.tenancy import scope
from connectors import embedded
from inbox.models import Message
from tests.world import World

pytestmark = pytest.mark.skipif(not embedded.available(), reason="the embedded model is not installed")

JARGON = "Is the bluebird pass still good for my crate?"


def kinds(world: World, message: Message) -> list[str]:
    """What the newest pass over it understood."""
    with world.inside():
        run = Run.objects.filter(message=message).order_by("-number").first()
        assert run is not None
        return [each["kind"] for each in run.understanding["intents"]]


def corrected(world: World, text: str = JARGON, kind: IntentKind = IntentKind.SUBSCRIPTION) -> Correction:
    message = world.writes(text, subject="")
    with world.inside():
        return correct(Run.objects.select_related("conversation").get(message=message), kind, world.bob)


def test_a_correction_counts_from_the_next_message_on(world: World):
    before = kinds(world, world.writes(JARGON, subject=""))
    assert before[0] != IntentKind.SUBSCRIPTION
    corrected(world)
    assert kinds(world, world.writes(JARGON, subject=""))[0] == IntentKind.SUBSCRIPTION
    assert kinds(world, world.writes("is my bluebird pass good for that crate", subject=""))[0] == (
        IntentKind.SUBSCRIPTION
    )


def test_what_is_unlike_it_is_read_as_before(world: World):
    corrected(world)
    assert kinds(world, world.writes("Where is my order?", subject=""))[0] == IntentKind.WHERE_IS_MY_ORDER


def test_the_message_itself_is_read_anew(world: World):
    correction = corrected(world)
    run_pass(world.organization.pk, correction.message_id, again=True)
    assert kinds(world, correction.message)[0] == IntentKind.SUBSCRIPTION


def test_a_second_correction_of_a_message_replaces_the_first(world: World):
    correction = corrected(world)
    with world.inside():
        run = Run.objects.select_related("conversation").get(message=correction.message_id)
        correct(run, IntentKind.DISCOUNT, world.sam)
        [kept] = Correction.objects.all()
        assert (kept.kind, kept.by) == (IntentKind.DISCOUNT, world.sam)


def test_what_is_taken_back_counts_no_more(world: World):
    correction = corrected(world)
    with world.inside():
        take_back(Run.objects.select_related("conversation").get(message=correction.message_id), world.bob)
    assert kinds(world, world.writes(JARGON, subject=""))[0] != IntentKind.SUBSCRIPTION


def test_another_organization_learns_nothing_from_it(world: World):
    corrected(world)
    with scope(world.neighbour.pk):
        assert Correction.objects.count() == 0
        assert lessons() is None


def test_it_is_in_the_trail_with_who_and_what(world: World):
    correction = corrected(world)
    with world.inside():
        event = AuditEvent.objects.get(kind="intent.corrected")
        assert event.actor_label == world.bob.actor.label
        assert event.data["is"] == IntentKind.SUBSCRIPTION
        assert event.data["was"] == correction.was
        assert "bluebird" not in str(event.data), "the customer's words are sealed"


def test_nobody_can_mean_unsure_or_words_that_are_not_there(world: World):
    message = world.writes(JARGON, subject="")
    with world.inside():
        run = Run.objects.select_related("conversation").get(message=message)
        with pytest.raises(NotCorrectable):
            correct(run, IntentKind.UNSURE, world.bob)
        with pytest.raises(NotCorrectable):
            correct(run, IntentKind.CANCEL, world.bob, words="cancel everything")


def test_only_the_newest_corrections_are_listened_to(world: World):
    corrected(world)
    with world.inside():
        found = lessons()
        assert found is not None
        assert len(found.kinds) <= MOST
        assert found.vectors.shape == (1, 384)
