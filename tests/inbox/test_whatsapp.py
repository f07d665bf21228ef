"""WhatsApp from end to end, over HTTP both ways: a question, its answer, what became of it; and after a day, a template."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from agents.models import Draft
from audit.models import AuditEvent
from config.celery import app
from connectors import http
from connectors.channels.whatsapp import sandbox
from connectors.channels.whatsapp.pretend import chats
from connectors.events import Party
from connectors.sandbox.hub import Hub
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Mail, Shopper
from inbox import connecting, dispatch, templating
from inbox.models import Channel, Conversation, Message, MessageTemplate, OutgoingState, Refetch
from tests.connectors.channels import whatsapps
from tests.connectors.conftest import serving
from tests.world import World

SLOW = 60.0  # seconds a busy machine may take to draft, which here happens while the platform waits


@dataclass
class Story:
    world: World
    channel: Channel
    theirs: whatsapps.World
    trouble: Trouble
    hub: Hub

    @property
    def shopper(self) -> Shopper:
        return next(iter(self.theirs.shops[whatsapps.DOMAIN].shoppers.values()))

    def writes(self, text: str) -> Message:
        shop = self.theirs.shops[whatsapps.DOMAIN]
        sandbox.write(self.theirs, shop, self.shopper, text, "", "", None)
        assert self.hub.settle(SLOW)
        with self.world.inside():
            said = Message.objects.filter(channel=self.channel, direction="in", text=text)
            return said.select_related("conversation").get()

    def received(self) -> list[Mail]:
        return self.theirs.mails_of(self.shopper.email)

    def answers(self) -> list[Message]:
        with self.world.inside():
            return list(Message.objects.filter(channel=self.channel, direction="out").order_by("created_at"))

    def later(self, hours: float) -> None:
        """As if everything so far had happened so long ago; the platform's clock goes as well."""
        by = timedelta(hours=hours)
        self.theirs.clock.offset += by
        with self.world.inside():
            for row in Message.objects.filter(channel=self.channel):
                row.sent_at = row.sent_at and row.sent_at - by
                row.save(update_fields=["sent_at"])

    def thread(self, conversation: Conversation) -> str:
        page = self.world.client_of(self.world.bob).get(self.world.url(f"c/{conversation.pk}/thread"))
        return page.content.decode()


@pytest.fixture
def story(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr("connectors.sandbox.hub.PATIENCE", SLOW)
    app.loader.import_default_modules()  # before two threads want to
    theirs, trouble = whatsapps.small_world(), Trouble()
    with ExitStack() as open_:
        apps = [Mount("/whatsapp", routes=sandbox.routes(theirs, trouble)), _ours()]
        base = open_.enter_context(serving(apps))
        settings.WEBHOOK_URL = base
        hub = Hub(theirs, trouble, {"whatsapp": sandbox}, gaps=())
        hub.start()
        open_.callback(hub.stop)
        account = whatsapps.account_for(theirs.shops[whatsapps.DOMAIN], f"{base}/whatsapp", "x")
        with world.inside():
            channel = Channel.objects.create(
                kind="whatsapp",
                name="Northpine on WhatsApp",
                external_id=account.external_id,
                credentials=dict(account.credentials),
                settings=dict(account.settings),
            )
        health = connecting.connect(world.organization.pk, channel.pk)
        assert health.ok, health.message
        assert hub.settle(SLOW)
        yield Story(world, channel, theirs, trouble, hub)


def _ours() -> Route:
    """Our web process, for the platform."""

    def answered(request: Request, body: bytes) -> Response:
        names: dict[str, Any] = {
            f"HTTP_{n.upper().replace('-', '_')}": v for n, v in request.headers.items() if n != "host"
        }
        address, kind = f"{request.url.path}?{request.url.query}", request.headers.get("content-type", "")
        try:
            answer = Client().generic(request.method, address, body, content_type=kind, **names)
        finally:
            connections.close_all()  # this thread is not the one the next request comes in
        return Response(answer.content, answer.status_code, media_type=answer.get("Content-Type"))

    async def forward(request: Request) -> Response:
        return await asyncio.to_thread(answered, request, await request.body())

    return Route("/o/{rest:path}", forward, methods=["GET", "POST"])


def test_connecting_brings_what_waited_and_the_templates(story: Story):
    with story.world.inside():
        assert Conversation.objects.filter(channel=story.channel).count() == 3
        assert MessageTemplate.objects.filter(channel=story.channel).count() == 6
        assert not Refetch.objects.filter(channel=story.channel).exists()


def test_a_question_is_drafted_approved_delivered_and_read(story: Story):
    world = story.world
    buyer = Party({"phone": story.shopper.phone}, story.shopper.name)
    world.buys("#1042", buyer)
    asked = story.writes("Hi, where is my order #1042?")
    with world.inside():
        draft = Draft.objects.get(message=asked)
    answer = world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval"))
    assert answer.status_code < 400, answer.content
    assert story.hub.settle(SLOW)
    [sent] = story.answers()
    assert (sent.send_state, bool(sent.delivered_at), bool(sent.read_at)) == (OutgoingState.SENT, True, True)
    [letter] = story.received()
    assert sent.text.split()[0] in chats.mime.read(letter.raw).text
    assert "Read" in story.thread(asked.conversation)


def test_after_a_day_a_template_goes_out_once_and_is_in_the_trail(story: Story):
    world, bob = story.world, story.world.client_of(story.world.bob)
    asked = story.writes("Where is my order?")
    conversation = asked.conversation
    draft = world.url(f"conversations/{conversation.pk}/draft")
    assert "Approve and send" in bob.get(draft).content.decode()
    story.later(25)
    assert "Approve and send" not in bob.get(draft).content.decode()
    shown = story.thread(conversation)
    assert "only an approved template goes out" in shown
    assert 'id="templates"' in shown
    refused = bob.post(world.url(f"c/{conversation.pk}/messages"), {"text": "Yes!", "key": "k0"})
    assert refused.status_code == 422
    picker = bob.get(world.url(f"c/{conversation.pk}/templates")).content.decode()
    assert "Go on talking" in picker
    assert "Rejected: invalid format" in picker
    assert "It begins with a video" in picker
    with world.inside():
        template = MessageTemplate.objects.get(channel=story.channel, name="order_update")
    values = {"header.1": "#1042", "body.1": "Maya", "body.2": "The blue one\nis back."}
    preview = bob.get(world.url(f"c/{conversation.pk}/templates/{template.pk}/preview"), values)
    assert "Hi Maya, here is news about your order:" in preview.content.decode()
    wish = {"template": str(template.pk), "key": "k1"}
    send = world.url(f"c/{conversation.pk}/templates/send")
    assert bob.post(send, wish | {"body.1": "Maya"}).status_code == 422  # something is still empty
    for _ in range(2):
        assert bob.post(send, wish | values).status_code < 400
    assert story.hub.settle(SLOW)
    [sent] = story.answers()
    assert sent.send_state == OutgoingState.SENT
    assert (sent.template or {})["values"]["body.2"] == "The blue one is back."
    assert ">Template</span>" in story.thread(conversation)
    [letter] = story.received()
    assert "Your order #1042" in chats.mime.read(letter.raw).text
    with world.inside():
        [queued] = AuditEvent.objects.filter(kind="message.queued", subject_id=str(sent.pk))
        assert queued.data["template_id"] == str(template.pk)


def test_a_lost_answer_is_settled_by_the_status_that_names_our_key(
    story: Story, monkeypatch: pytest.MonkeyPatch
):
    asked = story.writes("Hello?")
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(0.6))
    story.trouble.ask("whatsapp", Kind.SILENT)
    with story.world.inside():
        asked.conversation.reply("It is on its way.", story.world.bob, key="once")
    assert story.hub.settle(SLOW)
    dispatch.sweep(story.world.organization.pk)
    [sent] = story.answers()
    assert sent.send_state == OutgoingState.SENT
    assert sent.read_at
    assert len(story.received()) == 1


def test_a_refusal_told_later_is_shown_with_its_reason(story: Story):
    asked = story.writes("Hello?")
    story.theirs.clock.offset = timedelta(hours=30)  # the platform counts otherwise than we
    with story.world.inside():
        asked.conversation.reply("It is on its way.", story.world.bob, key="late")
    assert story.hub.settle(SLOW)
    [sent] = story.answers()
    assert sent.send_state == OutgoingState.FAILED
    assert "approved template" in story.thread(asked.conversation)


def test_a_channel_without_templates_says_where_they_are_made(story: Story):
    asked = story.writes("Hello?")
    story.later(25)
    with story.world.inside():
        MessageTemplate.objects.filter(channel=story.channel).update(approval="rejected")
    page = story.world.client_of(story.world.bob).get(story.world.url(f"c/{asked.conversation_id}/templates"))
    shown = page.content.decode()
    assert "None of this channel" in shown
    assert "whatsapp_manager" in shown


def test_a_stranger_sees_and_sends_no_template(story: Story):
    asked = story.writes("Hello?")
    with story.world.inside():
        template = MessageTemplate.objects.filter(channel=story.channel)[0]
    charlie = story.world.client_of(story.world.charlie)
    here = story.world.url(f"c/{asked.conversation_id}/templates")
    assert charlie.get(here).status_code == 404
    assert charlie.post(f"{here}/send", {"template": str(template.pk)}).status_code == 404


def test_old_news_of_templates_changes_nothing(story: Story):
    with story.world.inside():
        template = MessageTemplate.objects.filter(channel=story.channel)[0]
        old = templating.TemplatesRead((), timezone.now() - timedelta(days=1))
        templating.read(story.channel, old)
        assert MessageTemplate.objects.filter(pk=template.pk).exists()
        templating.read(story.channel, templating.TemplatesRead((), timezone.now()))
        assert not MessageTemplate.objects.filter(channel=story.channel).exists()
