"""The API: the same queries and the same verbs as the pages."""

from __future__ import annotations

import pytest

from inbox.models import Message, Note
from tests.world import World, person


@pytest.fixture
def bob(world: World):
    return world.client_of(world.bob)


def test_it_lists_what_the_page_lists_and_pages_by_cursor(world: World, bob):
    for n in range(3):
        world.writes(f"Message {n}", sender=person(f"Customer{n} X"))
    first = bob.get(world.url("api/conversations?take=50")).json()
    assert [row["snippet"] for row in first["conversations"]] == ["Message 2", "Message 1", "Message 0"]
    assert first["next"] is None


def test_a_conversation_comes_with_its_messages_and_notes(world: World, bob):
    message = world.writes("Where is it?")
    with world.inside():
        message.conversation.note("A regular.", world.bob)
    told = bob.get(world.url(f"api/conversations/{message.conversation_id}")).json()
    assert [each["text"] for each in told["messages"]] == ["Where is it?"]
    assert [each["text"] for each in told["notes"]] == ["A regular."]


def test_an_answer_goes_the_same_road_and_once_for_each_key(world: World, bob):
    conversation = world.conversation()
    url = world.url(f"api/conversations/{conversation.pk}/messages")
    told = [
        bob.post(url, {"text": "On its way.", "key": "k1"}, content_type="application/json") for _ in range(2)
    ]
    assert [each.status_code for each in told] == [201, 201]
    with world.inside():
        [reply] = Message.objects.filter(direction="out")
    assert (reply.author_id, str(reply.pk)) == (world.bob.pk, told[0].json()["id"])


def test_an_empty_answer_is_refused_with_a_reason(world: World, bob):
    answer = bob.post(
        world.url(f"api/conversations/{world.conversation().pk}/messages"),
        {},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert answer.json()["text"] == ["This field is required."]


def test_a_note_stays_inside(world: World, bob):
    conversation = world.conversation()
    bob.post(
        world.url(f"api/conversations/{conversation.pk}/notes"),
        {"text": "Psst"},
        content_type="application/json",
    )
    with world.inside():
        assert Note.objects.get().text == "Psst"
        assert not Message.objects.filter(direction="out").exists()


def test_the_list_costs_the_same_for_one_and_for_many(world: World, bob, django_assert_max_num_queries):
    for n in range(12):
        world.writes("Hello", sender=person(f"Many{n} M"))
    with django_assert_max_num_queries(12):
        bob.get(world.url("api/conversations"))


def test_the_schema_names_the_addresses(world: World, bob):
    schema = bob.get("/api/schema/").content
    assert b"/o/{slug}/api/conversations" in schema
