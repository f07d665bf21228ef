"""Whatever happens on the way out: at most one message reaches the shopper, and the screen says what is true.

The mailbox is a real SMTP and IMAP server; a worker is killed by an exception nobody catches.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from connectors.errors import AuthorizationLost, RateLimited, Refused, Unreachable
from connectors.events import Party
from connectors.sandbox.trouble import Kind
from inbox import connecting, dispatch
from inbox.models import Channel, ChannelState, Conversation, Message, OutgoingState
from tests.connectors.mail.room import MAILBOX, MAYA, Room, open_room
from tests.world import World


class Killed(BaseException):
    """The worker is gone, between two instructions."""


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened


@pytest.fixture
def conversation(world: World, room: Room, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """Maya has written to the mailbox; nobody is woken, so the tests say who delivers and when."""
    monkeypatch.setattr(Message, "wake", lambda self: None)
    with world.inside():
        box = world.mailbox
        box.settings = {**room.account.settings, "mail_address": MAILBOX}
        box.credentials = dict(room.account.credentials)
        box.save()
    return world.writes("Where is my lamp?", sender=Party({"email": MAYA}, "Maya Torres")).conversation


@pytest.fixture
def reply(world: World, conversation: Conversation) -> Message:
    with world.inside():
        return conversation.reply("It arrives on Friday.", world.bob)


def after_a_while(world: World) -> None:
    """Every wait is over and every silent worker counts as dead."""
    long_ago = timezone.now() - timedelta(hours=1)
    with world.inside():
        waiting = Message.objects.filter(send_state__in=["queued", "uncertain"])
        waiting.update(send_after=long_ago)
        Message.objects.filter(send_state="sending").update(claimed_at=long_ago)


def deliver(world: World, reply: Message) -> Message:
    dispatch.deliver(world.organization.pk, reply.pk)
    with world.inside():
        reply.refresh_from_db()
    return reply


def test_it_reaches_the_shopper_once_and_says_so(world: World, room: Room, reply: Message):
    for _ in range(3):
        deliver(world, reply)
    assert reply.send_state == OutgoingState.SENT
    assert reply.external_id
    assert [mail.text.strip() for mail in room.mayas_mails()] == ["It arrives on Friday."]


@pytest.mark.parametrize(
    "step",
    [
        "inbox.dispatch._command",  # claimed, not yet sent; rolled back with its transaction
        "inbox.dispatch._send",  # claimed and committed, not yet sent
        "inbox.dispatch._settle_success",  # sent, not yet written down
    ],
)
def test_a_worker_killed_at_any_step_sends_exactly_one(
    world: World, room: Room, reply: Message, step: str, monkeypatch: pytest.MonkeyPatch
):
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(step, die)
        with pytest.raises(Killed):
            dispatch.deliver(world.organization.pk, reply.pk)
    for _ in range(3):
        after_a_while(world)
        dispatch.sweep(world.organization.pk)
    with world.inside():
        reply.refresh_from_db()
    assert reply.send_state == OutgoingState.SENT
    assert len(room.mayas_mails()) == 1


def test_no_answer_after_acceptance_is_uncertain_then_found_and_never_repeated(
    world: World, room: Room, reply: Message
):
    room.trouble.ask("smtp", Kind.SILENT)
    assert deliver(world, reply).send_state == OutgoingState.UNCERTAIN
    after_a_while(world)
    assert deliver(world, reply).send_state == OutgoingState.SENT
    assert len(room.mayas_mails()) == 1


def test_what_nobody_can_look_up_is_for_a_person_and_never_repeated(world: World, room: Room, reply: Message):
    with world.inside():
        box = world.mailbox
        box.settings = {**box.settings, "sent_copies": "no"}
        box.save()
    room.trouble.ask("smtp", Kind.SILENT)
    deliver(world, reply)
    for _ in range(3):
        after_a_while(world)
        deliver(world, reply)
    assert reply.send_state == OutgoingState.FAILED
    assert "may have arrived" in reply.problem
    assert len(room.mayas_mails()) == 1


def test_two_workers_at_the_same_moment_send_one(world: World, room: Room, reply: Message):
    def work(_: int) -> None:
        dispatch.deliver(world.organization.pk, reply.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    assert len(room.mayas_mails()) == 1


def test_a_worker_thought_dead_cannot_write_over_the_one_that_took_over(world: World, reply: Message):
    with world.inside():
        slow = Message.objects.get(pk=reply.pk)
        assert slow.claim()
    after_a_while(world)
    with world.inside():
        other = Message.objects.get(pk=reply.pk)
        assert other.take_over()
        assert not slow.retry_later("late news")
        assert other.mark_sent("<x@y>", timezone.now())


@pytest.mark.parametrize("trouble", [Kind.BROKEN, Kind.TOO_MANY])
def test_a_server_that_says_not_now_is_tried_again(world: World, room: Room, reply: Message, trouble: Kind):
    room.trouble.ask("smtp", trouble)
    assert deliver(world, reply).send_state == OutgoingState.QUEUED
    assert reply.problem
    after_a_while(world)
    assert deliver(world, reply).send_state == OutgoingState.SENT
    assert len(room.mayas_mails()) == 1


def failing(monkeypatch: pytest.MonkeyPatch, world: World, error: Exception) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(world.mailbox.connector), "send", refuse)


def test_a_refusal_is_final_reopens_the_conversation_and_can_be_tried_again_by_a_person(
    world: World, room: Room, reply: Message, conversation: Conversation
):
    with pytest.MonkeyPatch.context() as patched:
        failing(patched, world, Refused("550 No such mailbox"))
        with world.inside():
            conversation.close(world.bob)
        assert deliver(world, reply).send_state == OutgoingState.FAILED
    with world.inside():
        conversation.refresh_from_db()
        assert conversation.state == "open"
        assert "not_delivered" in conversation.marks
        assert reply.requeue()
    assert deliver(world, reply).send_state == OutgoingState.SENT


def test_lost_authorisation_marks_the_channel(world: World, reply: Message, monkeypatch: pytest.MonkeyPatch):
    failing(monkeypatch, world, AuthorizationLost("The password was changed."))
    deliver(world, reply)
    with world.inside():
        channel = Channel.objects.get(pk=world.mailbox.pk)
    assert (channel.state, channel.problem) == (ChannelState.LOST, "The password was changed.")


def test_what_was_owed_when_authorisation_was_lost_goes_out_after_reconnecting(
    world: World, room: Room, reply: Message
):
    room.shop.mail_password = "changed"
    assert deliver(world, reply).send_state == OutgoingState.QUEUED
    assert "has to be reconnected" in reply.problem
    for _ in range(8):  # more often than a message is tried
        after_a_while(world)
        assert deliver(world, reply).send_state == OutgoingState.QUEUED
    with world.inside():
        box = Channel.objects.get(pk=world.mailbox.pk)
        box.credentials = {**box.credentials, "mail_password": "changed"}
        box.save()
    assert connecting.connect(world.organization.pk, world.mailbox.pk).ok
    with world.inside():
        reply.refresh_from_db()
    assert reply.send_after
    assert reply.send_after <= timezone.now()  # and not in a minute
    dispatch.sweep(world.organization.pk)
    assert len(room.mayas_mails()) == 1


def test_an_uncertain_answer_stays_uncertain_while_nobody_may_look(
    world: World, room: Room, reply: Message, conversation: Conversation
):
    room.trouble.ask("smtp", Kind.SILENT)
    assert deliver(world, reply).send_state == OutgoingState.UNCERTAIN
    room.shop.mail_password = "changed"
    for _ in range(2):
        after_a_while(world)
        assert deliver(world, reply).send_state == OutgoingState.UNCERTAIN
    room.shop.mail_password = "right"
    assert connecting.connect(world.organization.pk, world.mailbox.pk).ok
    assert deliver(world, reply).send_state == OutgoingState.SENT
    assert len(room.mayas_mails()) == 1


def test_credentials_replaced_meanwhile_are_not_given_up(
    world: World, reply: Message, monkeypatch: pytest.MonkeyPatch
):
    def refused_while_somebody_reconnects(*_: object) -> None:
        with world.inside():
            box = Channel.objects.get(pk=world.mailbox.pk)
            box.credentials = {**box.credentials, "mail_password": "new"}
            box.save()
        raise AuthorizationLost("The old password.")

    monkeypatch.setattr(type(world.mailbox.connector), "send", refused_while_somebody_reconnects)
    assert deliver(world, reply).send_state == OutgoingState.QUEUED
    with world.inside():
        assert Channel.objects.get(pk=world.mailbox.pk).state == ChannelState.ACTIVE


def test_waits_grow_and_end(world: World, reply: Message, monkeypatch: pytest.MonkeyPatch):
    failing(monkeypatch, world, Unreachable("connection refused"))
    for _ in range(len(Message.WAITS)):
        assert deliver(world, reply).send_state == OutgoingState.QUEUED
        after_a_while(world)
    assert deliver(world, reply).send_state == OutgoingState.FAILED


def test_a_platform_that_says_when_to_come_back_is_obeyed(
    world: World, reply: Message, monkeypatch: pytest.MonkeyPatch
):
    failing(monkeypatch, world, RateLimited("slow down", retry_after=600))
    deliver(world, reply)
    assert reply.send_after
    assert reply.send_after > timezone.now() + timedelta(seconds=590)


def test_a_paused_channel_holds_what_is_owed(world: World, room: Room, reply: Message):
    with world.inside():
        Channel.objects.get(pk=world.mailbox.pk).pause()
    assert deliver(world, reply).send_state == OutgoingState.QUEUED
    assert room.mayas_mails() == []
    with world.inside():
        Channel.objects.get(pk=world.mailbox.pk).resume()
    after_a_while(world)
    dispatch.sweep(world.organization.pk)
    assert len(room.mayas_mails()) == 1


def test_undo_works_until_somebody_has_claimed_it(world: World, room: Room, reply: Message):
    with world.inside():
        assert reply.cancel()
    deliver(world, reply)
    assert reply.send_state == OutgoingState.CANCELLED
    assert room.mayas_mails() == []
    with world.inside():
        second = reply.conversation.reply("Another", world.bob)
    deliver(world, second)
    with world.inside():
        assert not second.cancel()


def test_the_same_answer_twice_is_queued_once(world: World, conversation: Conversation):
    with world.inside():
        first = conversation.reply("Hello", world.bob, key="k-1")
        assert conversation.reply("Hello", world.bob, key="k-1") == first


def test_a_note_is_never_sent(world: World, room: Room, conversation: Conversation):
    with world.inside():
        conversation.note("She is a regular.", world.bob)
    dispatch.sweep(world.organization.pk)
    assert room.mayas_mails() == []
