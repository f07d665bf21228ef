"""What becomes of a message after it was said: edited, taken back, delivered, read; and where it was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from connectors.channels.email.connector import EmailConnector
from connectors.events import About, MessageEdited, MessageProgressed, MessageRemoved, Progress, Spot
from connectors.events import File as SentFile
from inbox import intake
from inbox.models import Conversation, Message
from inbox.rules import Forbidden
from tests.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _page(world: World, conversation: Conversation) -> str:
    return world.client_of(world.bob).get(world.url(f"c/{conversation.pk}")).content.decode()


def _answer(world: World, conversation: Conversation, external_id: str, at: datetime = NOON) -> Message:
    message = conversation.reply("It left on Monday.", world.bob)
    message.claim()
    message.mark_sent(external_id, at)
    return message


def test_an_edit_changes_the_words_once_and_never_back(world: World) -> None:
    conversation = world.conversation("Wheer is it?", external_id="m1")
    with world.inside():
        for text, minute in (("Where is it?", 2), ("Wher is it?", 1), ("Where is it?", 2)):
            intake.receive(world.mailbox, MessageEdited("m1", text, NOON + timedelta(minutes=minute)))
        conversation.refresh_from_db()
        assert conversation.messages.get().text == conversation.snippet == "Where is it?"
    assert "edited" in _page(world, conversation)


def test_what_a_shopper_takes_back_is_nobodys_any_more(world: World) -> None:
    photo = SentFile("me.jpg", "image/jpeg", b"face")
    conversation = world.conversation("My card is secretive", external_id="m1", files=(photo,))
    with world.inside():
        intake.receive(world.mailbox, MessageRemoved("m1", NOON))
        message = conversation.messages.get()
        assert (message.text, message.attachments.count()) == ("", 0)
        intake.receive(world.mailbox, MessageEdited("m1", "back again", NOON + timedelta(minutes=1)))
        conversation.refresh_from_db()
        assert conversation.snippet == ""
    page = _page(world, conversation)
    assert "took this message back" in page
    assert "secretive" not in page


def test_an_answer_never_steps_back_from_read(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        answer = _answer(world, conversation, "a1")
        for progress in (Progress.READ, Progress.DELIVERED, Progress.READ):
            intake.receive(world.mailbox, MessageProgressed(progress, NOON, external_id="a1"))
        answer.refresh_from_db()
        assert (answer.delivered_at, answer.read_at) == (NOON, NOON)
    assert "Read" in _page(world, conversation)


def test_reading_a_thread_reads_what_was_sent_until_then(world: World) -> None:
    conversation = world.conversation(thread="t1")
    later = NOON + timedelta(hours=1)
    with world.inside():
        first, second = _answer(world, conversation, "a1"), _answer(world, conversation, "a2", later)
        intake.receive(world.mailbox, MessageProgressed(Progress.READ, NOON, thread="t1"))
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.read_at, second.read_at) == (NOON, None)


def test_a_comment_says_under_what_it_was_written_and_is_answered_in_public(world: World) -> None:
    about = About(Spot.POST, "p1", "Our new cups", "javascript:alert(1)")
    conversation = world.conversation("How big is it?", public=True, about=about)
    with world.inside():
        assert About.of(conversation.messages.get().about or {}) == about
        assert conversation.limits.form == "public"
    page = _page(world, conversation)
    assert "Under a post: Our new cups" in page
    assert "javascript:" not in page


def test_a_person_may_write_longer_than_a_machine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    day, week = timedelta(days=1), timedelta(days=7)
    limits = replace(EmailConnector.limits, reply_window=day, person_window=week)
    monkeypatch.setattr(EmailConnector, "limits", limits)
    conversation = world.conversation(sent_at=timezone.now() - timedelta(days=2))
    with world.inside():
        with pytest.raises(Forbidden):
            conversation.reply("By a machine.")
        assert conversation.reply("By a person.", world.bob)
