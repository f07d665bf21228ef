"""Whoever has left the page hears the answer by mail, and goes on there. The mailbox is a real SMTP and IMAP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.contract import RawDelivery
from connectors.mail import Mail
from inbox import intake
from inbox.chat import leaving, presence
from inbox.models import Conversation, Delivery, Message, Visitor
from tests.connectors.mail.room import MAILBOX, MAYA, Room, open_room, raw
from tests.inbox.test_chat import Page, a_chat
from tests.world import World


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened


@pytest.fixture
def page(world: World, room: Room) -> Page:
    """Maya has asked in the chat and left her address."""
    with world.inside():
        box = world.mailbox
        box.external_id = MAILBOX
        box.settings = {**room.account.settings, "mail_address": MAILBOX}
        box.credentials = dict(room.account.credentials)
        box.save()
    page = Page(a_chat(world).external_id)
    page.open()
    page.say("Does the lamp dim?", email=MAYA)
    return page


def answer(world: World, page: Page, text: str = "It does.") -> Message:
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
        return conversation.reply(text, world.bob)


def leave(page: Page, ago: timedelta = timedelta(minutes=5)) -> None:
    """Their tab closed a while ago."""
    at = (timezone.now() - ago).timestamp()
    presence.valkey().hset(presence._tabs(visitor_of(page)), "left", str(at))


def visitor_of(page: Page):
    from inbox.chat import door, sessions

    channel = door.find(page.key)
    assert channel
    session = sessions.read(channel, page.session)
    assert session
    return session.visitor


def mail_back(world: World, mail: Mail, text: str, sender: str = MAYA) -> None:
    body = raw(text, To=mail.header("Reply-To"), From=f"Maya <{sender}>", Message_ID="<back@phone.example>")
    with world.inside():
        Delivery.store(world.mailbox, RawDelivery("mail", "back", body))
    intake.drain(world.organization.pk)


def test_an_answer_nobody_saw_goes_on_by_mail_once(world: World, room: Room, page: Page) -> None:
    message = answer(world, page)
    leave(page)
    for _ in range(3):
        leaving.follow(world.organization.pk)
    [mail] = room.mayas_mails()
    assert "It does." in mail.text
    with world.inside():
        message.refresh_from_db()
    assert (message.send_state, message.channel_id) == ("sent", world.mailbox.pk)
    assert [each["text"] for each in page.messages()] == ["Does the lamp dim?", "It does."]


def test_those_who_left_no_address_stand_in_nobodys_way(
    world: World, room: Room, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "AT_ONCE", 1)
    nameless = Page(page.key)
    nameless.open()
    nameless.say("Is it blue?")
    first, second = visitor_of(nameless).hex, visitor_of(page).hex
    with world.inside():
        Conversation.objects.get(thread=first).reply("It is.", world.bob)
        Conversation.objects.get(thread=second).reply("It does.", world.bob)
    leave(page)
    leaving.follow(world.organization.pk)
    assert len(room.mayas_mails()) == 1


def test_whoever_is_still_there_gets_no_mail(world: World, room: Room, page: Page) -> None:
    answer(world, page)
    presence.arrive(visitor_of(page), "tab", {})
    leaving.follow(world.organization.pk)
    assert room.mayas_mails() == []


def test_whoever_left_a_moment_ago_is_given_time_to_come_back(world: World, room: Room, page: Page) -> None:
    answer(world, page)
    leave(page, timedelta(seconds=20))
    leaving.follow(world.organization.pk)
    assert room.mayas_mails() == []


def test_outside_office_hours_nobody_waits_for_them(world: World, room: Room, page: Page) -> None:
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
        conversation.channel.settings = {"hours": "Mon 00:00-00:01", "time_zone": "UTC"}
        conversation.channel.save()
    answer(world, page)
    leave(page, timedelta(seconds=20))
    leaving.follow(world.organization.pk)
    assert len(room.mayas_mails()) == 1


def test_what_they_have_seen_is_not_mailed(world: World, room: Room, page: Page) -> None:
    answer(world, page)
    assert page.post("seen", {"cursor": page.get("messages").json()["cursor"]}).status_code == 204
    leave(page)
    leaving.follow(world.organization.pk)
    assert room.mayas_mails() == []


def test_the_answer_to_that_mail_comes_back_into_the_same_conversation(
    world: World, room: Room, page: Page
) -> None:
    answer(world, page)
    leave(page)
    leaving.follow(world.organization.pk)
    [mail] = room.mayas_mails()
    mail_back(world, mail, "Wonderful, thank you!")
    with world.inside():
        [conversation] = Conversation.objects.filter(channel__external_id=page.key)
        assert [each.text for each in conversation.messages.order_by("created_at")] == [
            "Does the lamp dim?",
            "It does.",
            "Wonderful, thank you!",
        ]
        assert not Conversation.objects.filter(channel=world.mailbox).exists()
    answer(world, page, "Enjoy it!")
    leaving.follow(world.organization.pk)
    _, second = room.mayas_mails()
    assert "Enjoy it!" in second.text
    assert second.header("In-Reply-To")


def test_an_address_that_was_only_claimed_does_not_show_its_owners_mail(
    world: World, room: Room, page: Page
) -> None:
    answer(world, page)
    leave(page)
    leaving.follow(world.organization.pk)
    mail_back(world, room.mayas_mails()[0], "My card ends in 4242.")
    assert "4242" not in str(page.messages())
    visitor = visitor_of(page)
    with world.inside():
        Visitor.objects.filter(pk=visitor).update(proven_until=timezone.now() + timedelta(days=1))
    assert "4242" in str(page.messages())
