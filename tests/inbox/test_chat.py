"""The seller's own chat through its door: HTTP as the widget speaks it, and what becomes of it in the inbox."""

from __future__ import annotations

import json
import secrets
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from inbox.models import Channel, Conversation, Delivery, Message
from tests.world import World

SECRET = secrets.token_hex(32)


class Page:
    """A shop's page with the widget on it, and whoever looks at it."""

    def __init__(self, key: str, origin: str = "https://shop.example") -> None:
        self.key, self.origin = key, origin
        self.address = f"10.{secrets.randbelow(255)}.{secrets.randbelow(255)}.{secrets.randbelow(255)}"
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=self.address)
        self.session = ""

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"/chat/{self.key}/{path}", query, headers=self.headers)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.client.post(
            f"/chat/{self.key}/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers=self.headers,
        )

    @property
    def headers(self) -> dict[str, str]:
        signed = {"authorization": f"Bearer {self.session}"} if self.session else {}
        return {"origin": self.origin, **signed}

    def open(self, **told: Any) -> dict[str, Any]:
        answer = self.post("session", {"session": self.session, **told}).json()
        self.session = answer["session"]
        return dict(answer)

    def say(self, text: str, **told: Any) -> Any:
        return self.post("say", {"key": str(uuid4()), "text": text, **told})

    def messages(self, after: str = "") -> list[dict[str, Any]]:
        return list(self.get("messages", after=after).json()["messages"])


def a_chat(world: World, **settings: str) -> Channel:
    with world.inside():
        return Channel.objects.create(
            kind="chat",
            name="Chat",
            external_id=f"{world.organization.slug}-{secrets.token_hex(6)}",
            credentials={"secret": SECRET},
            settings=settings,
        )


@pytest.fixture
def chat(world: World) -> Channel:
    return a_chat(world)


@pytest.fixture
def page(chat: Channel) -> Page:
    return Page(chat.external_id)


def test_what_a_shopper_says_is_kept_raw_and_becomes_a_conversation(world: World, page: Page) -> None:
    page.open()
    answer = page.say("Does the jacket run small?")
    assert answer.status_code == 200
    with world.inside():
        delivery = Delivery.objects.get(channel__external_id=page.key)
        assert b"Does the jacket run small?" in bytes(delivery.body)
        message = Message.objects.get(channel__external_id=page.key)
    assert message.text == "Does the jacket run small?"
    [shown] = page.messages()
    assert shown["from"] == "shopper"
    assert shown["key"] == answer.json()["kept"]


def test_the_same_key_twice_is_one_message(world: World, page: Page) -> None:
    page.open()
    key = str(uuid4())
    for _ in range(3):
        assert page.post("say", {"key": key, "text": "Hello"}).json() == {"kept": key}
    with world.inside():
        assert Message.objects.filter(channel__external_id=page.key).count() == 1


def test_an_approved_answer_is_there_at_once(world: World, page: Page) -> None:
    page.open()
    page.say("Hello?")
    with world.inside():
        conversation = Conversation.objects.get(channel__external_id=page.key)
        conversation.reply("Hello! How can I help?", world.bob)
    _, answer = page.messages()
    assert (answer["from"], answer["text"]) == ("team", "Hello! How can I help?")
