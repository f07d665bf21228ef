"""A seller's Page or Instagram account with somebody who writes there, over HTTP against the pretend Meta."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from agents.execute import sweep as sweep_actions
from agents.models import Action
from connectors.sandbox.correspondence import letters
from connectors.sandbox.posts import Comment
from inbox import connecting, dispatch
from inbox.models import Channel, Conversation, Message
from tests.connectors.channels.metas import SANDBOXES, MetaSeller, connected
from tests.connectors.conftest import serving
from tests.world import World

HTMX = {"HX-Request": "true"}


@dataclass
class Talk:
    """Northpine's Page or Instagram account, connected, and one of the people who follow it."""

    world: World
    channel: Channel
    seller: MetaSeller

    def writes(self, text: str) -> Message:
        theirs = self.seller
        SANDBOXES[theirs.kind].write(theirs.world, theirs.shop, theirs.shopper, text, "", "", None)
        self.hears()
        return self.newest()

    def comments(self, text: str, under: str = "post") -> tuple[Message, Comment]:
        _, said = self.seller.comments(text, under)
        self.hears()
        return self.newest(), said

    def newest(self) -> Message:
        with self.world.inside():
            said = Message.objects.filter(channel=self.channel, direction="in")
            return said.select_related("conversation__customer", "conversation__channel").latest("created_at")

    def hears(self) -> None:
        """Meta calls our door with what has gathered."""
        while self.seller.sent:
            assert self.called(*self.seller.sent.pop(0)).status_code == 200

    def called(self, headers: dict[str, str], body: bytes, query: str = "") -> Any:
        sent = {name: value for name, value in headers.items() if name != "Content-Type"}
        path = self.world.url(f"hooks/{self.seller.kind}/") + query
        return Client().post(path, body, content_type=headers.get("Content-Type", ""), headers=sent)

    def sends(self) -> None:
        with self.world.inside():
            long_ago = timezone.now() - timedelta(minutes=1)
            Message.objects.filter(send_state__in=["queued", "uncertain"]).update(send_after=long_ago)
            Action.objects.filter(send_state__in=["queued", "uncertain"]).update(send_after=long_ago)
        dispatch.sweep(self.world.organization.pk)
        sweep_actions(self.world.organization.pk)
        self.hears()

    def got(self) -> list[str]:
        """What stands in the shopper's app, oldest first."""
        return [
            each.text
            for each in letters(self.seller.world, self.seller.shop, self.seller.shopper)
            if each.received
        ]

    def page(self, conversation: Conversation) -> str:
        answer = self.world.client_of(self.world.bob).get(self.world.url(f"c/{conversation.pk}"))
        return " ".join(answer.content.decode().split())

    def posts(self, path: str, **form: str) -> Any:
        return self.world.client_of(self.world.bob).post(self.world.url(path), form, headers=HTMX)


_get = httpx.get


def asks_our_door(url: str, params: dict[str, str], **more: Any) -> httpx.Response:
    """Meta's handshake; our address is no real one in a test."""
    if not url.startswith(settings.WEBHOOK_URL):
        return _get(url, params=params, **more)
    answer = Client().get(urlsplit(url).path, params)
    connection.close()  # a thread of the pretend Meta's asked
    return httpx.Response(answer.status_code, content=answer.content)


def talk_with(world: World, kind: str, servers: ExitStack) -> Talk:
    serve = lambda routes: servers.enter_context(serving(routes))  # noqa: E731
    seller = connected(serve, f"{world.organization.slug}-{kind}", kind)
    seller.shop.subscriptions.clear()
    with world.inside():
        channel = Channel.objects.create(
            kind=kind,
            name=kind.capitalize(),
            external_id=seller.account.external_id,
            credentials=dict(seller.account.credentials),
            settings=dict(seller.account.settings),
        )
    health = connecting.connect(world.organization.pk, channel.pk)
    assert health.ok, health.message
    assert {each.url for each in seller.shop.subscriptions} == {
        f"{settings.WEBHOOK_URL}{world.url(f'hooks/{kind}/')}"
    }
    return Talk(world, channel, seller)
