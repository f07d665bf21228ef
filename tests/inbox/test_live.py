"""The socket: for members of the organization in the address, and it says only "this changed"."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from config.asgi import application
from inbox import live
from inbox.models import Membership
from tests.world import World


def dial(
    world: World,
    slug: str,
    member: Membership | None,
    origin: str = "http://localhost",
    *,
    since: int | None = None,
) -> ApplicationCommunicator:
    headers = [(b"origin", origin.encode())]
    if member:
        session = world.client_of(member).cookies["sessionid"].value
        headers.append((b"cookie", f"sessionid={session}".encode()))
    scope = {
        "type": "websocket",
        "path": f"/o/{slug}/live",
        "headers": headers,
        "query_string": f"since={since}".encode() if since else b"",
        "subprotocols": [],
    }
    return ApplicationCommunicator(application, scope)


async def is_let_in(socket: ApplicationCommunicator) -> bool:
    await socket.send_input({"type": "websocket.connect"})
    return bool((await socket.receive_output(5))["type"] == "websocket.accept")


async def hang_up(socket: ApplicationCommunicator) -> None:
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(5)


def test_a_member_hears_that_a_conversation_changed_and_nothing_of_its_words(world: World):
    socket = dial(world, world.organization.slug, world.bob)

    async def listen() -> tuple[Any, str]:
        assert await is_let_in(socket)
        message = await database_sync_to_async(world.writes)("Secret words")
        heard = await socket.receive_output(5)
        await hang_up(socket)
        return message, heard["text"]

    message, text = asyncio.run(listen())
    assert json.loads(text) == {"conversation": str(message.conversation_id)}


def test_that_the_machine_is_at_a_conversation_concerns_its_own_page_alone(world: World):
    message = world.writes("Where is it?")
    socket = dial(world, world.organization.slug, world.bob)

    async def listen() -> str:
        assert await is_let_in(socket)
        await database_sync_to_async(live.begun)(world.organization.pk, message.conversation_id)
        heard = await socket.receive_output(5)
        await hang_up(socket)
        return str(heard["text"])

    assert json.loads(asyncio.run(listen())) == {
        "conversation": str(message.conversation_id),
        "alone": True,
    }


async def greeting(socket: ApplicationCommunicator) -> str:
    assert await is_let_in(socket)
    silent = await socket.receive_nothing(0.5)
    heard = "" if silent else (await socket.receive_output(5))["text"]
    await hang_up(socket)
    return str(heard)


def test_a_page_made_before_a_change_hears_of_it_when_its_socket_opens(world: World):
    made = int(time.time())
    world.writes("While the page was on its way")
    socket = dial(world, world.organization.slug, world.bob, since=made)
    assert json.loads(asyncio.run(greeting(socket))) == {"conversation": "*"}


def test_a_page_made_after_it_does_not_look_again(world: World):
    world.writes("Long before")
    socket = dial(world, world.organization.slug, world.bob, since=int(time.time()) + 60)
    assert asyncio.run(greeting(socket)) == ""


def test_a_stranger_is_refused(world: World):
    assert not asyncio.run(is_let_in(dial(world, world.organization.slug, world.charlie)))


def test_whoever_is_not_signed_in_is_refused(world: World):
    assert not asyncio.run(is_let_in(dial(world, world.organization.slug, None)))


def test_a_page_of_another_site_is_refused(world: World):
    assert not asyncio.run(is_let_in(dial(world, world.organization.slug, world.bob, "http://evil.example")))


def test_members_of_another_organization_hear_nothing_of_it(world: World):
    socket = dial(world, world.neighbour.slug, world.charlie)

    async def listen() -> bool:
        assert await is_let_in(socket)
        await database_sync_to_async(world.writes)("Secret words")
        silent = await socket.receive_nothing(0.5)
        await hang_up(socket)
        return bool(silent)

    assert asyncio.run(listen())


@pytest.mark.parametrize("slug", ["nobody-here", "admin"])
def test_an_organization_that_does_not_exist_is_refused(world: World, slug: str):
    assert not asyncio.run(is_let_in(dial(world, slug, world.bob)))
