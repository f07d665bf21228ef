"""Text messages all the way: a phone writes to the pretend Twilio, which calls us; an answer is approved and arrives there.

And what STOP means: nothing is sent any more, by nobody, until START.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from agents.models import Draft, DraftState
from connectors.channels.sms import sandbox
from connectors.sandbox.trouble import Kind
from connectors.twilio.pretend import talk
from inbox import connecting, dispatch, polling
from inbox.models import Channel, Conversation, Message, OptOut, OutgoingState
from inbox.rules import Forbidden
from tests.connectors.channels.twilios import Seller, open_seller
from tests.connectors.conftest import serving
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read every time, and not only every few minutes."""
    monkeypatch.setattr("connectors.channels.sms.reading.LOOKS_EVERY", timedelta(0))


@dataclass
class Texting:
    """Northpine's number, connected, and the phone of one of its customers."""

    world: World
    channel: Channel
    seller: Seller

    @property
    def phone(self) -> str:
        return self.seller.shopper.phone

    def writes(self, text: str) -> Message:
        self.seller.writes(text)
        self.hears()
        with self.world.inside():
            said = Message.objects.filter(channel=self.channel, direction="in")
            return said.select_related("conversation__customer").latest("created_at")

    def hears(self) -> None:
        """Twilio calls us with what has gathered."""
        while self.seller.sent:
            assert self.called(*self.seller.sent.pop(0)) == 200

    def sends(self) -> None:
        dispatch.sweep(self.world.organization.pk)
        time.sleep(0.1)  # the carrier
        self.hears()

    def got(self) -> list[str]:
        """What stands on the phone, oldest first."""
        sent = talk.ours(self.seller.world, self.seller.shop)
        return [talk.words(mail) for mail, _ in sent]

    def page(self, conversation: Conversation) -> str:
        return (
            self.world.client_of(self.world.bob).get(self.world.url(f"c/{conversation.pk}")).content.decode()
        )

    def draft(self, conversation: Conversation) -> str:
        path = self.world.url(f"conversations/{conversation.pk}/draft")
        return self.world.client_of(self.world.bob).get(path).content.decode()

    def called(self, url: str, headers: Any, body: bytes) -> int:
        """As Twilio calls our address."""
        kind = headers["Content-Type"]
        sent = {name: value for name, value in headers.items() if name != "Content-Type"}
        place = urlsplit(url)
        path = f"{place.path}?{place.query}" if place.query else place.path
        return Client().post(path, body, content_type=kind, headers=sent).status_code


@pytest.fixture
def texting(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Texting]:
    monkeypatch.setattr(sandbox, "CARRIER", 0.0)
    monkeypatch.setattr(Message, "wake", lambda self: None)  # the tests say when it goes out
    with ExitStack() as servers:
        seller = open_seller(
            lambda routes: servers.enter_context(serving(routes)), sandbox, "sms", world.organization.slug
        )
        with world.inside():
            channel = Channel.objects.create(
                kind="sms",
                name="Texts",
                external_id=seller.account.external_id,
                credentials={"auth_token": seller.account.credentials["auth_token"]},
                settings=dict(seller.account.settings),
            )
        texting = Texting(world, channel, seller)
        assert connecting.connect(world.organization.pk, channel.pk).ok
        assert seller.shop.subscriptions[0].url.startswith(settings.WEBHOOK_URL)
        yield texting


def test_a_question_by_text_is_drafted_approved_and_arrives(world: World, texting: Texting) -> None:
    named = replace(world.maya, names={"phone": texting.phone})  # beside another name it would prove nothing
    world.buys("#1042", buyer=named)
    heard = texting.writes("Where is my order #1042?")
    conversation = heard.conversation
    assert (conversation.thread, conversation.handles) == (texting.phone, {"phone": texting.phone})
    with world.inside():
        draft = Draft.objects.get(conversation=conversation)
        assert conversation.customer.name == "Maya Okafor"  # known by the phone on the order
    assert draft.state == DraftState.READY
    answer = world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval"), headers=HTMX)
    assert answer.status_code == 200
    texting.sends()
    assert texting.got() == [draft.text.strip()]
    with world.inside():
        reply = conversation.messages.get(direction="out")
    assert reply.send_state == OutgoingState.SENT
    assert (reply.external_id or "").startswith("SM")


def test_one_phone_is_one_conversation_however_long_it_was_silent(world: World, texting: Texting) -> None:
    first = texting.writes("Hello").conversation
    with world.inside():
        first.close(world.bob)
    again = texting.writes("It is me again").conversation
    assert again.pk == first.pk
    assert again.state == "open"


def test_arrival_and_loss_are_shown(world: World, texting: Texting) -> None:
    conversation = texting.writes("Hello").conversation
    with world.inside():
        conversation.reply("Hello back.", world.bob)
    texting.sends()
    assert "Delivered" in texting.page(conversation)
    texting.seller.trouble.ask("sms", Kind.REJECTED)
    with world.inside():
        conversation.reply("Are you there?", world.bob)
    texting.sends()
    assert "The phone could not be reached" in texting.page(conversation)
    with world.inside():
        conversation.refresh_from_db()
    assert "not_delivered" in conversation.marks


def test_after_stop_nothing_is_sent_by_nobody_until_start(world: World, texting: Texting) -> None:
    conversation = texting.writes("Where is my lamp?").conversation
    with world.inside():
        waiting = conversation.reply("It leaves today.", world.bob)
    before = texting.got()
    texting.writes("STOP")
    texting.sends()
    with world.inside():
        waiting.refresh_from_db()
        conversation.refresh_from_db()
        for author in (world.bob, None):
            with pytest.raises(Forbidden, match="They wrote STOP: nothing may be sent"):
                conversation.reply("One more thing.", author, news=True)
    assert waiting.send_state == OutgoingState.FAILED
    assert "They wrote STOP" in waiting.problem
    assert conversation.waiting_since is None
    assert "opted_out" in conversation.marks
    assert texting.got()[len(before) :] == [
        "You will get no more messages from this number. Reply START to get them again."
    ]
    assert "They wrote STOP: nothing may be sent to them here until they write START." in texting.page(
        conversation
    )
    assert "Approve and send" not in texting.draft(conversation)
    texting.writes("START")
    with world.inside():
        conversation.reply("Welcome back.", world.bob)
        assert OptOut.objects.get().ended_at
        conversation.refresh_from_db()
        assert "opted_out" not in conversation.marks
    assert "Approve and send" in texting.draft(conversation)
    texting.sends()
    assert texting.got()[-1] == "Welcome back."
    assert 'id="silence"' not in texting.page(conversation)


def test_a_question_after_stop_is_read_but_gets_no_draft(world: World, texting: Texting) -> None:
    texting.writes("STOP")
    conversation = texting.writes("But where is my lamp?").conversation
    with world.inside():
        draft = Draft.objects.get(conversation=conversation)
    assert (draft.state, draft.text) == (DraftState.HANDOFF, "")
    assert "They wrote STOP" in draft.reason


def test_a_refusal_that_only_twilio_knows_is_kept(world: World, texting: Texting) -> None:
    conversation = texting.writes("Hello").conversation
    texting.seller.shop.keys[f"stopped {texting.phone}"] = "STOP"
    with world.inside():
        reply = conversation.reply("Hello back.", world.bob)
    texting.sends()
    with world.inside():
        reply.refresh_from_db()
        assert "Twilio 21610" in reply.problem
        with pytest.raises(Forbidden, match="want no messages, says the platform"):
            conversation.reply("And again?", world.bob)


def test_stop_on_one_number_leaves_the_others_alone(world: World, texting: Texting) -> None:
    conversation = texting.writes("STOP").conversation
    with world.inside():
        other = Channel.objects.create(kind="sms", name="Other", external_id="+17025550199", credentials={})
        elsewhere = Conversation.objects.create(
            channel=other, customer=conversation.customer, thread=texting.phone, handles=conversation.handles
        )
        assert conversation.silence
        assert not elsewhere.silence


def test_what_we_missed_is_looked_for_and_comes_once(world: World, texting: Texting) -> None:
    texting.seller.writes("Did you get this?")
    texting.seller.sent.clear()
    texting.writes("Hello?")
    polling.fetch_new(world.organization.pk, texting.channel.pk)
    with world.inside():
        said = Message.objects.filter(channel=texting.channel, direction="in").values_list("text", flat=True)
        assert sorted(said) == ["Did you get this?", "Hello?"]


def test_segments_are_counted_while_typing(world: World, texting: Texting) -> None:
    conversation = texting.writes("Hello").conversation
    type_ = lambda text: (  # noqa: E731
        world.client_of(world.bob)
        .post(world.url(f"c/{conversation.pk}/wording"), {"text": text})
        .content.decode()
    )
    assert "1 segment · 12 characters" in type_("It left today"[:12])
    assert "2 segments · 161 characters" in type_("a" * 161)
    assert "2 segments · 78 characters, because of “’”" in type_("It’s" + "a" * 74)
    mail = world.conversation()
    page = world.client_of(world.bob).post(world.url(f"c/{mail.pk}/wording"), {"text": "Hello"})
    assert "segment" not in page.content.decode()


def test_an_unsigned_call_leaves_nothing(world: World, texting: Texting) -> None:
    path = texting.seller.shop.subscriptions[0].url
    form = b"MessageSid=SM1&From=%2B13035550142&To=%2B17025550100&Body=Hi&NumMedia=0"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "d3Jvbmc="}
    assert texting.called(path, headers, form) == 401
    with world.inside():
        assert not Conversation.objects.filter(channel=texting.channel).exists()
