"""The socket of the seller's own chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from config.asgi import application
from inbox.chat import refusals
from inbox.models import Conversation
from tests.inbox.test_chat import Page, a_chat
from tests.world import World

PATIENCE = 40  # seconds: in tests a message is read and drafted for before it is kept


class Socket:
    """One tab of a shop's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        scope = {
            "type": "websocket",
            "path": f"/chat/{page.key}/socket",
            "headers": [(b"origin", page.origin.encode())],
            "query_string": b"",
            "subprotocols": [],
            "client": (page.address, 40_000),
        }
        self.wire = ApplicationCommunicator(application, scope)

    async def connect(self) -> dict[str, Any]:
        await self.wire.send_input({"type": "websocket.connect"})
        return dict(await self.wire.receive_output(PATIENCE))

    async def say(self, kind: str, **told: Any) -> None:
        await self.wire.send_input({"type": "websocket.receive", "text": json.dumps({"type": kind, **told})})

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next of that kind; others are passed over."""
        while True:
            told = await self.wire.receive_output(PATIENCE)
            assert told["type"] == "websocket.send", told
            said = json.loads(told["text"])
            if said["type"] == kind:
                return dict(said)

    async def hear_text(self, text: str) -> dict[str, Any]:
        while True:
            for each in (await self.hear("messages"))["messages"]:
                if each["text"] == text:
                    return dict(each)

    async def hang_up(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait(PATIENCE)


@asynccontextmanager
async def tab(page: Page, after: str = "", **told: Any) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    opened = Socket(page)
    assert (await opened.connect())["type"] == "websocket.accept"
    await opened.say("hello", session=page.session, after=after, **told)
    try:
        yield opened, await opened.hear("welcome")
    finally:
        await opened.hang_up()


def a_page(world: World) -> Page:
    page = Page(a_chat(world).external_id)
    page.open()
    return page


def test_a_message_is_kept_and_an_answer_comes_by_itself(world: World) -> None:
    page = a_page(world)

    def answer() -> None:
        with world.inside():
            Conversation.objects.get(channel__external_id=page.key).reply("Hello from Bob", world.bob)

    async def story() -> None:
        async with tab(page) as (wire, welcome):
            assert welcome["messages"] == []
            key = str(uuid4())
            await wire.say("say", key=key, text="Anybody there?")
            assert (await wire.hear("kept"))["key"] == key
            assert (await wire.hear_text("Anybody there?"))["key"] == key
            await sync_to_async(answer)()
            assert (await wire.hear_text("Hello from Bob"))["from"] == "team"

    asyncio.run(story())


def test_two_tabs_and_a_page_loaded_again_show_one_conversation(world: World) -> None:
    page = a_page(world)

    async def story() -> None:
        async with tab(page) as (first, _), tab(page) as (second, _):
            await first.say("say", key=str(uuid4()), text="From the first tab")
            await second.hear_text("From the first tab")
        async with tab(page) as (_, welcome):
            assert [each["text"] for each in welcome["messages"]] == ["From the first tab"]
            cursor = welcome["cursor"]
        async with tab(page, after=cursor) as (again, welcome):
            await again.say("say", key=str(uuid4()), text="And more")
            await again.hear_text("And more")

    asyncio.run(story())


def test_a_line_that_breaks_before_kept_loses_nothing_and_doubles_nothing(world: World) -> None:
    page = a_page(world)
    key = str(uuid4())

    async def story() -> None:
        async with tab(page) as (first, _):
            await first.say("say", key=key, text="Did you get this?")
            await first.hear("kept")  # which the page never saw
        async with tab(page) as (second, _):
            await second.say("say", key=key, text="Did you get this?")
            assert (await second.hear("kept"))["key"] == key

    asyncio.run(story())
    assert [each["key"] for each in page.messages()] == [key]


def test_a_member_who_writes_is_seen_writing(world: World) -> None:
    page = a_page(world)

    def write() -> None:
        with world.inside():
            conversation = Conversation.objects.get(channel__external_id=page.key)
        world.client_of(world.bob).post(world.url(f"c/{conversation.pk}/writing"))

    async def story() -> None:
        async with tab(page) as (wire, _):
            await wire.say("say", key=str(uuid4()), text="Hello?")
            await wire.hear_text("Hello?")
            await sync_to_async(write)()
            assert (await wire.hear("typing"))["name"] == world.bob.user.first_name

    asyncio.run(story())


def test_nobody_gets_in_without_a_session_or_from_another_shops_page(world: World) -> None:
    chat = a_chat(world, origins="https://shop.example")
    page, other = Page(chat.external_id), Page(chat.external_id, "https://elsewhere.example")

    async def story() -> None:
        unknown = Socket(page)
        await unknown.connect()
        await unknown.say("say", key=str(uuid4()), text="Hello")
        assert (await unknown.hear("error"))["error"] == "session"
        await unknown.say("hello", session="forged")
        assert (await unknown.hear("error"))["error"] == "session"
        await unknown.hang_up()
        foreign = Socket(other)
        await foreign.connect()
        assert (await foreign.hear("error"))["error"] == "origin"
        nowhere = Socket(Page("nowhere-1234"))
        assert (await nowhere.connect())["type"] == "websocket.close"

    asyncio.run(story())


def test_what_was_seen_is_marked_as_read(world: World) -> None:
    page = a_page(world)
    page.say("Hello?")
    with world.inside():
        message = Conversation.objects.get(channel__external_id=page.key).reply("Hello!", world.bob)

    async def story() -> None:
        async with tab(page) as (wire, welcome):
            await wire.say("seen", cursor=welcome["cursor"])
            await wire.say("ping")
            await wire.hear("pong")

    asyncio.run(story())
    with world.inside():
        message.refresh_from_db()
        assert message.read_at


def test_a_page_says_nothing_endless_and_not_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "FRAMES", (5, 60))
    page = a_page(world)

    async def story() -> None:
        async with tab(page) as (wire, _):
            await wire.say("ping", filler="x" * 70_000)
            assert (await wire.hear("error"))["error"] == "too_large"
            await wire.wire.send_input({"type": "websocket.receive", "text": "[" * 60_000})
            assert (await wire.hear("error"))["error"] == "unreadable"
            for _ in range(5):
                await wire.say("say", key="a-key-of-mine")
            for _ in range(4):
                assert (await wire.hear("error"))["error"] == "empty"
            refused = await wire.hear("error")
            assert (refused["error"], refused["key"]) == ("too_many", "a-key-of-mine")
            assert refused["retry_after"]

    asyncio.run(story())
