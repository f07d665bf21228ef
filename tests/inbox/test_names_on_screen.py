"""How people stand on the screen: those without a name, those beside the customer, and what can be heard of a call."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from connectors.contract import ReplyClock
from connectors.events import About, MessageReceived, Party, Spot
from inbox import intake
from inbox.models import Attachment, Channel, Conversation, Customer, Message
from inbox.templatetags.words import clock_words
from tests.world import World

POST = About(Spot.POST, "p-1", "The jacket is back", "https://social.example/p-1")


def channel(world: World, kind: str) -> Channel:
    with world.inside():
        return Channel.objects.create(kind=kind, name=kind, external_id=uuid4().hex, credentials={})


def says(world: World, where: Channel, who: Party, text: str, **facts: Any) -> Conversation:
    event = MessageReceived(uuid4().hex, who, text, timezone.now(), **facts)
    with world.inside():
        intake.receive(where, event)
    with world.inside():
        return Message.objects.get(channel=where, external_id=event.external_id).conversation


def page(world: World, path: str) -> str:
    return " ".join(world.client_of(world.bob).get(world.url(path)).content.decode().split())


def test_somebody_without_a_name_is_called_by_their_number(world: World) -> None:
    texts = channel(world, "sms")
    conversation = says(world, texts, Party({"phone": "+13035550142"}), "Is it there?", thread="+13035550142")
    assert '<span class="who">+1 303-555-0142' in page(world, "")
    shown = page(world, f"c/{conversation.pk}")
    assert "From +1 303-555-0142" in shown
    assert "Unknown customer" not in shown


def test_who_chats_without_a_name_is_a_visitor(world: World) -> None:
    chat = channel(world, "chat")
    says(world, chat, Party({"chat": uuid4().hex}), "Hello?", thread=uuid4().hex)
    assert '<span class="who">Visitor' in page(world, "")


def test_under_a_comment_everybody_stands_under_their_own_name(world: World) -> None:
    there = channel(world, "facebook")
    greta, sven = Party({"facebook": "1"}, "Greta Lund"), Party({"facebook": "2"}, "Sven Holm")
    where: dict[str, Any] = {"thread": "c-1", "public": True, "about": POST}
    conversation = says(world, there, greta, "Does it come in blue?", **where)
    assert says(world, there, sven, "Same question!", **where) == conversation
    shown = page(world, f"c/{conversation.pk}")
    assert re.search(r"<b[^>]*>Sven Holm</b>.*Same question!", shown)
    assert shown.count(POST.title) == 1, "what they write under is said once"
    assert '<span class="tag">Public</span>' in page(world, "")


def test_whoever_was_joined_to_the_customer_has_the_customers_name(world: World) -> None:
    message = world.writes("Where is it?")
    with world.inside():
        other = Customer.objects.create(name="maya.o", joined_into=message.conversation.customer)
        Message.objects.filter(pk=message.pk).update(customer=other)
    shown = page(world, f"c/{message.conversation_id}")
    assert "From Maya Okafor" in shown
    assert "maya.o" not in shown


@pytest.mark.parametrize(("kind", "played"), [("audio/mpeg", True), ("application/pdf", False)])
def test_a_sound_is_played_where_it_stands(world: World, kind: str, played: bool) -> None:
    message = world.writes("Listen.")
    with world.inside():
        file = Attachment.objects.create(
            message=message,
            name="call",
            content_type=kind,
            size=4,
            file=SimpleUploadedFile("call", BytesIO(b"\xff\xfb\x90\xc4").getvalue()),
        )
    assert ("<audio" in page(world, f"c/{message.conversation_id}")) is played
    answer = world.client_of(world.bob).get(world.url(f"attachments/{file.pk}"))
    assert answer["Content-Type"] == (kind if played else "application/octet-stream")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_clock_of_a_minute_is_told_in_minutes() -> None:
    assert clock_words(ReplyClock(timedelta(minutes=1))) == "within 1 minute, every day of the week"
    assert clock_words(ReplyClock(timedelta(minutes=90))) == "within 1.5 hours, every day of the week"
