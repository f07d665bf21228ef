"""What many ask under a live: read once a group, joined by meaning, answered once from catalogue and knowledge."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agents.lives import answering, reading
from agents.models import DraftState, GroupPass
from audit.models import AuditEvent
from config.tenancy import scope
from connectors.contract import Money
from connectors.events import ProductChanged, VariantData
from inbox import intake
from inbox.models import CommentGroup, Conversation, GroupKind, GroupState, Message, StreamComment
from tests.inbox.test_streams import a_comment, hears
from tests.world import World


@pytest.fixture
def jacket(world: World):
    price = Money(Decimal("128.00"), "USD")
    now = datetime.now(UTC)
    with world.inside():
        intake.receive(
            world.shop,
            ProductChanged(
                external_id="p-1",
                title="Field Jacket",
                description="A waxed jacket. It keeps heavy rain out for a day.",
                attributes={"Material": "Waxed cotton"},
                variants=(VariantData("v-1", "Moss / M", "FJ-MOS-M", price, 4),),
                url="https://shop.example/jacket",
                updated_at=now,
            ),
        )


def the(world: World, text: str) -> tuple[CommentGroup, Any]:
    with world.inside():
        group = CommentGroup.objects.select_related("stream").get(text=text)
        return group, GroupPass.objects.filter(group=group).first()


def test_a_question_about_what_is_shown_is_answered_from_the_catalogue(world: World, jacket):
    hears(world, a_comment("how much is it?"))
    group, record = the(world, "how much is it?")
    assert group.kind == GroupKind.BUYING
    assert record.outcome == DraftState.READY
    assert "Field Jacket costs $128.00" in group.proposed
    assert all(claim["is_supported"] for claim in record.claims)


def test_where_an_order_is_nobody_is_told_in_public(world: World, jacket):
    world.buys("#1042")
    hears(world, a_comment("where is my order #1042??"))
    group, _ = the(world, "where is my order #1042??")
    assert group.kind == GroupKind.COMPLAINT
    assert "private message" in group.proposed
    assert "1042" not in group.proposed


def test_what_is_not_known_needs_a_person_and_says_why(world: World):
    hears(world, a_comment("do you ship to Canada?"))
    group, record = the(world, "do you ship to Canada?")
    assert record.outcome == DraftState.HANDOFF
    assert group.proposed == ""
    assert record.reason


def test_the_same_in_quite_other_words_is_joined_by_meaning(world: World, jacket):
    hears(world, a_comment("can I machine wash it?"), a_comment("se puede lavar en lavadora?"))
    hears(world, a_comment("is there a promo code"), a_comment("gibt es einen Rabattcode?"))
    with world.inside():
        counts = dict(CommentGroup.objects.values_list("text", "count"))
        assert counts == {"can I machine wash it?": 2, "is there a promo code": 2}
        assert not StreamComment.objects.filter(group=None).exists()


def test_what_joined_takes_in_who_puts_it_like_that_later(world: World, jacket):
    hears(world, a_comment("is there a promo code"), a_comment("gibt es einen Rabattcode?"))
    hears(world, a_comment("einen Rabattcode??"))
    with world.inside():
        assert CommentGroup.objects.get().count == 3


def test_talk_is_no_question(world: World):
    hears(world, a_comment("my sister has one of these"), a_comment("you look tired today"))
    with world.inside():
        assert set(CommentGroup.objects.values_list("kind", flat=True)) == {GroupKind.OTHER}


def test_a_group_is_read_once(world: World):
    hears(world, a_comment("how much is it?"))
    assert reading.read_new(world.organization.pk) == 0
    hears(world, a_comment("how much??"))
    with world.inside():
        assert GroupPass.objects.count() == 1


def test_y_answers_once_for_all_and_the_trail_tells_whose_yes_it_was(world: World, jacket):
    hears(world, *(a_comment(f"how much is it{'?' * n}") for n in range(1, 6)))
    group, record = the(world, "how much is it?")
    client = world.client_of(world.bob)
    answer = client.post(world.url(f"lives/groups/{group.pk}/approval"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Answered for 5 who ask" in answer.content.decode()
    again = client.post(world.url(f"lives/groups/{group.pk}/approval"), headers={"HX-Request": "true"})
    assert again.status_code == 422
    with world.inside():
        [message] = Message.objects.filter(direction="out")
        assert message.text == record.words
        assert message.author == world.bob
        assert Conversation.objects.count() == 1
        kinds = set(AuditEvent.objects.values_list("kind", flat=True))
        assert {"comments.received", "group.answered", "message.queued"} <= kinds


def test_a_persons_words_are_held_against_the_records(world: World, jacket):
    hears(world, a_comment("how much is it?"))
    group, _ = the(world, "how much is it?")
    client = world.client_of(world.bob)
    url = world.url(f"lives/groups/{group.pk}/edit")
    doubted = client.post(url, {"text": "It costs $12.00."}, headers={"HX-Request": "true"})
    assert "I have checked these myself" in doubted.content.decode()
    with world.inside():
        assert not Message.objects.exists()
    client.post(url, {"text": "It costs $128.00."}, headers={"HX-Request": "true"})
    group, _ = the(world, "how much is it?")
    assert group.state == GroupState.ANSWERED


def test_nobody_in_particular_is_greeted(world: World, jacket):
    hears(world, a_comment("HOW MUCH IS IT??"))
    group, _ = the(world, "HOW MUCH IS IT??")
    assert group.proposed == "The Field Jacket costs $128.00."


def test_what_was_not_answered_is_tried_again_once_somebody_puts_it_clearly(world: World, jacket):
    hears(world, a_comment("precio por favor"))
    group, _ = the(world, "precio por favor")
    hears(world, a_comment("how much is it?"))
    answering.look_again(world.organization.pk)
    group, record = the(world, "precio por favor")
    assert (group.count, record.asked) == (2, "how much is it?")
    assert "$128.00" in group.proposed


def test_the_stranger_sees_and_answers_nothing(world: World, jacket):
    hears(world, a_comment("how much is it?"))
    group, _ = the(world, "how much is it?")
    client = world.client_of(world.charlie)
    for path in (f"lives/groups/{group.pk}", f"streams/groups/{group.pk}", f"streams/{group.stream_id}"):
        assert client.get(world.url(path)).status_code == 404
    assert client.post(world.url(f"lives/groups/{group.pk}/approval")).status_code == 404
    with scope(world.neighbour.pk):
        assert not GroupPass.objects.exists()
