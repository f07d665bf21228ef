"""Once a person has stepped in, the machine is silent; and what presses stands out in the list."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from audit.models import AuditEvent
from inbox.models import Conversation, Message, Priority
from inbox.rules import Taken
from tests.world import World, person


def machine_says(world: World, conversation: Conversation, **more: object) -> Message:
    with world.inside():
        return Conversation.objects.get(pk=conversation.pk).reply("It arrives soon.", None, **more)


def test_the_machine_may_answer_where_nobody_has_stepped_in(world: World):
    assert machine_says(world, world.conversation()).is_out


def test_the_machine_is_silent_once_a_person_has_answered(world: World):
    conversation = world.conversation()
    with world.inside():
        conversation.reply("I am on it.", world.bob)
    with pytest.raises(Taken):
        machine_says(world, conversation)


def test_the_machine_is_silent_once_a_person_was_given_the_conversation(world: World):
    conversation = world.conversation()
    world.client_of(world.sam).post(
        world.url(f"c/{conversation.pk}/assignment"), {"member": str(world.bob.pk)}
    )
    with pytest.raises(Taken):
        machine_says(world, conversation)


def test_how_a_deed_went_is_told_also_where_a_person_answers(world: World):
    conversation = world.conversation()
    with world.inside():
        conversation.assign(world.bob, world.sam)
    assert machine_says(world, conversation, news=True).text == "It arrives soon."


def test_a_customer_who_comes_back_after_the_end_begins_anew(world: World):
    conversation = world.conversation()
    with world.inside():
        conversation.hand_over(world.bob, because="A rule", priority=Priority.URGENT)
        conversation.close(world.bob)
    again = world.writes("One more thing", thread=conversation.thread).conversation
    assert again.pk == conversation.pk
    assert again.taken_at is None
    assert again.priority == Priority.NORMAL
    assert machine_says(world, conversation).is_out


def test_the_end_taken_back_leaves_it_with_the_person(world: World):
    conversation = world.conversation()
    with world.inside():
        conversation.hand_over(world.bob, because="A rule", priority=Priority.HIGH)
        conversation.close(world.bob)
        conversation.reopen(world.bob)
    with pytest.raises(Taken):
        machine_says(world, conversation)


def test_a_machine_about_to_answer_waits_for_the_person_who_is_stepping_in(world: World):
    """The check and the queueing are one transaction: whoever comes second sees what the first did."""
    conversation = world.conversation()
    refused: list[Taken] = []

    def machine() -> None:
        try:
            machine_says(world, conversation)
        except Taken as silence:
            refused.append(silence)
        finally:
            connection.close()

    with world.inside():
        row = Conversation.objects.select_for_update().get(pk=conversation.pk)
        row.assign(world.bob, world.sam)
        thread = threading.Thread(target=machine)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(5)
    assert len(refused) == 1
    with world.inside():
        assert not Message.objects.filter(conversation=conversation, direction="out").exists()


def test_a_word_that_an_answer_will_come_stops_no_clock(world: World):
    conversation = world.conversation(sent_at=datetime.now(UTC) - timedelta(hours=1))
    waiting = conversation.waiting_since
    with world.inside():
        conversation.reply("A colleague will answer you.", None, keeps_waiting=True)
        assert Conversation.objects.get(pk=conversation.pk).waiting_since == waiting


def test_handing_over_is_in_the_trail_with_its_reason(world: World):
    conversation = world.conversation()
    with world.inside():
        conversation.hand_over(world.sam, because="The customer asks for a person.", priority=Priority.HIGH)
        event = AuditEvent.objects.get(kind="conversation.handed_over")
        assert event.data == {
            "because": "The customer asks for a person.",
            "to": str(world.sam.pk),
            "priority": 1,
        }


def test_a_member_sets_the_priority_and_finds_it_by_it(world: World):
    pressing, usual = world.conversation("It burns"), world.conversation("Hello", sender=person("Ivan Other"))
    bob = world.client_of(world.bob)
    assert bob.post(world.url(f"c/{pressing.pk}/priority"), {"priority": "2"}).status_code == 302
    page = bob.get(world.url("?pressing=1")).content.decode()
    assert str(pressing.pk) in page
    assert "Urgent" in page
    assert str(usual.pk) not in page


def test_a_priority_that_does_not_exist_changes_nothing(world: World):
    conversation = world.conversation()
    answer = world.client_of(world.bob).post(world.url(f"c/{conversation.pk}/priority"), {"priority": "9"})
    assert answer.status_code == 422
    with world.inside():
        assert Conversation.objects.get(pk=conversation.pk).priority == Priority.NORMAL
