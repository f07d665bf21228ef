"""Calls all the way: a phone calls at the pretend Twilio, which calls us; the message grows; nobody is left waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from urllib.parse import urlsplit

import pytest
from django.test import Client

from agents.models import Draft, DraftState
from connectors.channels.voice import sandbox
from connectors.events import CallChanged, CallState, File, Party
from inbox import connecting, intake, polling
from inbox.models import Channel, Conversation, Message
from inbox.rules import Forbidden
from tests.connectors.channels.twilios import Seller, open_seller
from tests.connectors.conftest import serving
from tests.world import World

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read every time, and not only every few minutes."""
    monkeypatch.setattr("connectors.channels.voice.reading.LOOKS_EVERY", timedelta(0))


@dataclass
class Calling:
    """Northpine's number, connected, and the phone of one of its customers."""

    world: World
    channel: Channel
    seller: Seller

    def calls(self, said: str) -> Message:
        self.seller.writes(said)
        while self.seller.sent:
            url, headers, body = self.seller.sent.pop(0)
            sent = {name: value for name, value in headers.items() if name != "Content-Type"}
            answer = Client().post(
                urlsplit(url).path, body, content_type=headers["Content-Type"], headers=sent
            )
            assert answer.status_code == 200
        return self.newest()

    def newest(self) -> Message:
        with self.world.inside():
            rows = Message.objects.filter(channel=self.channel).select_related("conversation__customer")
            return rows.latest("created_at")


@pytest.fixture
def calling(world: World) -> Iterator[Calling]:
    with ExitStack() as servers:
        seller = open_seller(
            lambda routes: servers.enter_context(serving(routes)), sandbox, "voice", world.organization.slug
        )
        with world.inside():
            channel = Channel.objects.create(
                kind="voice",
                name="Phone",
                external_id=seller.account.external_id,
                credentials={"auth_token": seller.account.credentials["auth_token"]},
                settings=dict(seller.account.settings),
            )
        assert connecting.connect(world.organization.pk, channel.pk).ok
        yield Calling(world, channel, seller)


def test_a_voicemail_is_one_message_with_sound_words_and_facts_but_no_draft(
    world: World, calling: Calling
) -> None:
    world.buys("#1042", buyer=Party({"phone": calling.seller.shopper.phone}, "Maya Okafor"))
    message = calling.calls("Hello, where is my order #1042?")
    conversation = message.conversation
    with world.inside():
        assert conversation.messages.count() == 1
        [file] = message.attachments.all()
        draft = Draft.objects.select_related("run").get(conversation=conversation)
    assert message.text == "Hello, where is my order #1042?"
    assert (message.about or {})["title"].startswith("Voicemail")
    assert (file.content_type, file.size > 100, file.source) == ("audio/mpeg", True, "")
    assert conversation.customer.name == "Maya Okafor"  # whose order has no other name than this phone
    assert (draft.state, draft.text) == (DraftState.HANDOFF, "")
    assert any("1042" in str(each) for each in draft.run.evidence)
    assert conversation.waiting_since
    page = world.client_of(world.bob).get(world.url(f"c/{conversation.pk}")).content.decode()
    assert f'href="tel:{calling.seller.shopper.phone}"' in page
    rows = world.client_of(world.bob).get(world.url("")).content.decode()
    assert "Call back" in rows
    with world.inside(), pytest.raises(Forbidden, match="Call back"):
        conversation.reply("It comes on Friday.", world.bob)


def test_who_was_put_through_waits_for_nothing_and_ends_earlier_waiting(
    world: World, calling: Calling
) -> None:
    missed = calling.calls("(hangs up)")
    assert (missed.text, missed.conversation.waiting_since is None) == ("Called, and nobody answered.", False)
    spoken = calling.calls("(answered) about the lamp")
    assert spoken.conversation_id == missed.conversation_id
    assert spoken.text == "Called, and was answered."
    assert spoken.conversation.waiting_since is None
    with world.inside():
        assert not Draft.objects.filter(conversation=spoken.conversation).exists()


def test_a_call_that_nobody_told_us_of_is_found(world: World, calling: Calling) -> None:
    calling.seller.writes("Is anybody there?")
    polling.fetch_new(world.organization.pk, calling.channel.pk)
    polling.sweep(world.organization.pk)
    assert calling.newest().text == "Is anybody there?"


# Without Twilio: what is told, in any order.


def told(world: World, channel: Channel, phone: str, *states: CallChanged) -> Message:
    with world.inside():
        for each in states:
            intake.receive(channel, each)
        message: Message = Message.objects.select_related("conversation").get(channel=channel)
    return message


def story(world: World, phone: str) -> tuple[CallChanged, ...]:
    rings = CallChanged("CA1", Party({"phone": phone}), CallState.RINGING, datetime.now(UTC), phone)
    ended = replace(rings, state=CallState.VOICEMAIL, seconds=32)
    recorded = replace(ended, recording=File("call.mp3", "audio/mpeg", b"sound"))
    written = replace(ended, transcript="Please call me back.")
    return rings, ended, recorded, written


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_in_whatever_order_it_is_told_nothing_is_lost(world: World, order: tuple[int, ...]) -> None:
    phone = "+13035550142"
    with world.inside():
        channel = Channel.objects.create(
            kind="voice", name="Phone", external_id="+17025550100", credentials={}
        )
    facts = story(world, phone)
    message = told(world, channel, phone, *(facts[each] for each in order))
    assert message.text == "Please call me back."
    assert (message.about or {})["title"] == "Voicemail, 32 s"
    assert message.conversation.waiting_since
    with world.inside():
        assert message.attachments.count() == 1


def test_a_missed_call_told_late_does_not_make_somebody_wait_who_was_spoken_with(world: World) -> None:
    phone = "+13035550142"
    with world.inside():
        channel = Channel.objects.create(
            kind="voice", name="Phone", external_id="+17025550100", credentials={}
        )
        now = datetime.now(UTC)
        missed = CallChanged(
            "CA1", Party({"phone": phone}), CallState.MISSED, now - timedelta(minutes=9), phone
        )
        spoken = replace(missed, external_id="CA2", state=CallState.ANSWERED, started_at=now, seconds=60)
        intake.receive(channel, spoken)
        intake.receive(channel, missed)
        assert Conversation.objects.get(channel=channel).waiting_since is None


def test_a_call_of_ours_that_reached_them_ends_the_waiting_and_one_that_did_not_leaves_it(
    world: World,
) -> None:
    phone = "+13035550142"
    with world.inside():
        channel = Channel.objects.create(
            kind="voice", name="Phone", external_id="+17025550100", credentials={}
        )
        now = datetime.now(UTC)
        missed = CallChanged(
            "CA1", Party({"phone": phone}), CallState.MISSED, now - timedelta(minutes=9), phone
        )
        intake.receive(channel, missed)
        in_vain = replace(missed, external_id="CA2", ours=True, started_at=now - timedelta(minutes=5))
        intake.receive(channel, in_vain)
        conversation = Conversation.objects.get(channel=channel)
        assert conversation.waiting_since
        reached = replace(in_vain, external_id="CA3", state=CallState.ANSWERED, started_at=now, seconds=75)
        intake.receive(channel, reached)
        conversation.refresh_from_db()
        assert conversation.waiting_since is None
        said = list(conversation.messages.order_by("sent_at").values_list("text", "about__title"))
    assert said == [
        ("Called, and nobody answered.", "Missed"),
        ("We called; they did not answer.", "Missed"),
        ("We called, and spoke.", "Answered, 1 min 15 s"),
    ]


def test_a_hidden_number_can_only_be_noted(world: World) -> None:
    with world.inside():
        channel = Channel.objects.create(
            kind="voice", name="Phone", external_id="+17025550100", credentials={}
        )
        intake.receive(channel, CallChanged("CA1", Party({}), CallState.MISSED, datetime.now(UTC), "CA1"))
        conversation = Conversation.objects.get(channel=channel)
    page = world.client_of(world.bob).get(world.url(f"c/{conversation.pk}")).content.decode()
    assert "nobody can call back" in page
    assert 'href="tel:' not in page
