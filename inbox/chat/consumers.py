"""A page of a shop, and the conversation of whoever looks at it. Nothing is kept here: another process may go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import Http404
from django.utils import timezone

from config.tenancy import scope
from inbox import live
from inbox.chat import presence, refusals, saying, seeing, showing
from inbox.chat.addresses import address_of, origin_of
from inbox.chat.door import Caller, enter, understand
from inbox.chat.refusals import Pace, Refusal
from inbox.chat.sessions import read
from inbox.chat.showing import Shown

Given = TypeVar("Given")
PATIENCE = 15  # seconds for a hello
GATHER = 0.03  # seconds: what changes together is looked at once


class ChatConsumer(AsyncJsonWebsocketConsumer):
    caller: Caller | None = None
    conversation: UUID | None = None
    cursor = ""
    page: Mapping[str, Any] = {}

    async def connect(self) -> None:
        """A page that may not show this chat, and a key nobody has, are turned away before anything is said."""
        self.pace = Pace(*refusals.FRAMES)
        self.groups_joined: set[str] = set()
        self.shown: dict[str, str] = {}
        self.looking: asyncio.Task[None] | None = None
        self.waiting: asyncio.TimerHandle | None = None
        key = self.scope["url_route"]["kwargs"]["key"]
        try:
            caller = await _ask(enter, key, origin_of(self.scope), address_of(self.scope))
            await _ask(refusals.SOCKETS.spend, caller.address)
        except Http404:
            await self.close(code=4404)
        except Refusal as refusal:
            await self.accept()
            await self.send_json({"type": "error", **refusal.as_json()})
            await self.close(code=4429 if refusal.status == 429 else 4403)
        else:
            self.caller = caller
            await self.accept()
            loop = asyncio.get_running_loop()
            self.waiting = loop.call_later(PATIENCE, lambda: asyncio.ensure_future(self.close(code=4408)))

    async def disconnect(self, code: int) -> None:
        for timer in (self.waiting, self.looking):
            if timer:
                timer.cancel()
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)
        if self.caller and self.caller.session:
            visitor = self.caller.session.visitor
            await _ask(presence.leave, visitor, self.channel_name)
            await _ask(live.visited, self.caller.channel.tenant, visitor)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        told: Mapping[str, Any] = {}
        try:
            told = understand(text_data or "")
            self.pace.spend()
            kind = told.get("type")
            if not isinstance(kind, str) or kind not in _HEARD:
                raise Refusal("unreadable", "That could not be read.")
            if self.caller is None or (self.caller.session is None and kind != "hello"):
                raise Refusal("session", "Say hello first.", status=401)
            await _HEARD[kind](self, self.caller, told)
        except Refusal as refusal:
            await self._refuse(refusal, told.get("key"))

    async def _refuse(self, refusal: Refusal, key: object = None) -> None:
        await self.send_json({"type": "error", **refusal.as_json(), **({"key": key} if key else {})})

    # What a page says.

    async def hello(self, caller: Caller, told: Mapping[str, Any]) -> None:
        session = await _ask(read, caller.channel, str(told.get("session", "")))
        if session is None:
            raise Refusal("session", "This chat has to be opened again.", status=401)
        if self.waiting:
            self.waiting.cancel()
        caller.session = session
        self.cursor = str(told.get("after") or "")
        await self._join(
            live.thread_group(caller.channel.pk, session.visitor.hex)
        )  # first, so that nothing falls between
        shown = await _ask(self._look, caller)
        self._remember(shown)
        await self.on_page(caller, told)
        writes = await _ask(presence.who_writes, self.conversation) if self.conversation else None
        is_open = caller.widget.hours.is_open(timezone.now())
        await self.send_json(
            {
                "type": "welcome",
                "messages": shown.messages,
                "cursor": shown.cursor,
                "open": is_open,
                "typing": writes,
            }
        )
        await self._join_conversation()

    async def say(self, caller: Caller, told: Mapping[str, Any]) -> None:
        kept = await _ask(saying.say, caller, {"page": self.page, **told})
        await self.send_json({"type": "kept", "key": kept})

    async def typing(self, caller: Caller, told: Mapping[str, Any]) -> None:
        visitor = caller.known.visitor
        if await _ask(presence.shopper_writes, visitor):
            await _ask(live.visited, caller.channel.tenant, visitor)

    async def seen(self, caller: Caller, told: Mapping[str, Any]) -> None:
        if self.conversation:
            await _ask(seeing.seen, caller, str(told.get("cursor", "")))

    async def on_page(self, caller: Caller, told: Mapping[str, Any]) -> None:
        self.page = saying.page(told.get("page")) or self.page
        await self._here(caller)

    async def ping(self, caller: Caller, told: Mapping[str, Any]) -> None:
        """Also the moment at which news that was lost on the way is found."""
        await self._here(caller)
        await self.send_json({"type": "pong"})
        self._look_soon()

    async def _here(self, caller: Caller) -> None:
        visitor = caller.known.visitor
        if await _ask(presence.arrive, visitor, self.channel_name, self.page):
            await _ask(live.visited, caller.channel.tenant, visitor)

    # What happens elsewhere.

    async def opened(self, event: Mapping[str, Any]) -> None:
        """Their first words became a conversation."""
        self.conversation = UUID(event["conversation"])
        await self._join_conversation()

    async def changed(self, event: Mapping[str, Any]) -> None:
        self._look_soon()

    async def writing(self, event: Mapping[str, Any]) -> None:
        await self.send_json({"type": "typing", "name": event["name"]})

    def _look_soon(self) -> None:
        if self.looking is None or self.looking.done():
            self.looking = asyncio.ensure_future(self._tell_news())

    async def _tell_news(self) -> None:
        await asyncio.sleep(GATHER)
        self.looking = None  # whatever changes from here on needs another look
        if self.caller is None or self.caller.session is None:
            return
        shown = await _ask(self._look, self.caller)
        if news := self._remember(shown):
            await self.send_json({"type": "messages", "messages": news, "cursor": shown.cursor})

    def _look(self, caller: Caller) -> Shown:
        visitor = caller.known.visitor
        with scope(caller.channel.tenant):
            conversation = showing.conversation_of(caller.channel, visitor)
            self.conversation = conversation.pk if conversation else None
            return showing.messages(caller.channel, visitor, conversation, self.cursor)

    def _remember(self, shown: Shown) -> list[dict[str, Any]]:
        """What of it this page has not been told, as it is now."""
        news = [each for each in shown.messages if self.shown.get(each["id"]) != _version(each)]
        self.shown |= {each["id"]: _version(each) for each in news}
        self.cursor = shown.cursor
        return news

    async def _join_conversation(self) -> None:
        if self.conversation:
            await self._join(live.conversation_group(self.conversation))
            self._look_soon()

    async def _join(self, group: str) -> None:
        if group not in self.groups_joined:
            self.groups_joined.add(group)
            await self.channel_layer.group_add(group, self.channel_name)


_HEARD: dict[str, Callable[[ChatConsumer, Caller, Mapping[str, Any]], Awaitable[None]]] = {
    "hello": ChatConsumer.hello,
    "say": ChatConsumer.say,
    "typing": ChatConsumer.typing,
    "seen": ChatConsumer.seen,
    "page": ChatConsumer.on_page,
    "ping": ChatConsumer.ping,
}


def _version(message: Mapping[str, Any]) -> str:
    return f"{message['text']}{message['edited']}{message['removed']}"


async def _ask(what: Callable[..., Given], *args: Any) -> Given:
    """In a thread of its own: pages of one process must not wait for each other's queries."""
    return await DatabaseSyncToAsync(what, thread_sensitive=False)(*args)
