"""A live is on: comments come by webhook, become a few questions, and one approved answer goes out once for many. Over HTTP
all the way, with the pretend platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from connectors.contract import Money
from connectors.events import ProductChanged, VariantData
from connectors.sandbox.posts import Comment
from inbox import dispatch, intake
from inbox.models import (
    Channel,
    CommentGroup,
    Conversation,
    GroupState,
    Message,
    OutgoingState,
    Stream,
    StreamComment,
)
from tests.connectors.channels import metas
from tests.connectors.conftest import serving
from tests.world import World

ASKED = (
    "how much is it?",
    "price??",
    "cuánto cuesta?",
    "Was kostet das?",
    "how much does it cost",
    "PRICE PLS",
)
BESIDE = ("hi from Texas", "🔥🔥🔥", "so cute", "earn $500 a day, dm me for info", "mine arrived damaged")


@dataclass
class Live:
    channel: Channel
    seller: metas.MetaSeller

    def push(self, world: World) -> set[int]:
        """What the platform wants to tell arrives at our door; what was answered."""
        waiting, self.seller.sent = list(self.seller.sent), []
        door = world.url(f"hooks/{self.channel.pk}")
        return {
            Client().post(door, body, content_type="application/json", headers=headers).status_code
            for headers, body in waiting
        }

    @property
    def said(self) -> list[Comment]:
        return self.seller.post("live").comments


@pytest.fixture(autouse=True)
def _tests_say_who_delivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Message, "wake", lambda self: None)


@pytest.fixture
def live(world: World) -> Iterator[Live]:
    with ExitStack() as servers:
        seller = metas.connected(
            lambda routes: servers.enter_context(serving(routes)),
            f"live {world.organization.slug}",
            "instagram",
        )
        with world.inside():
            channel = Channel.objects.create(
                kind="instagram",
                name="Instagram",
                external_id=seller.account.external_id,
                credentials=dict(seller.account.credentials),
                settings=dict(seller.account.settings),
            )
            price = Money(Decimal("128.00"), "USD")
            jacket = ProductChanged(
                "p-1",
                "Field Jacket",
                "A waxed jacket.",
                datetime.now(UTC),
                [VariantData("v-1", "Moss / M", "FJ", price, 4)],
            )
            intake.receive(world.shop, jacket)
        yield Live(channel, seller)


def test_many_ask_and_one_answer_goes_out_once(world: World, live: Live):
    seller, client = live.seller, world.client_of(world.bob)
    seller.comments("hello!!", "live")
    assert live.push(world) == {200}
    with world.inside():
        stream = Stream.objects.get()
    shown = client.post(
        world.url(f"streams/{stream.pk}/shown"), {"product": "p-1"}, headers={"HX-Request": "true"}
    )
    assert shown.status_code == 200

    for text in (*ASKED, *BESIDE):
        seller.comments(text, "live")
    assert live.push(world) == {200}
    with world.inside():
        assert not Conversation.objects.exists()
        assert StreamComment.objects.count() == 1 + len(ASKED) + len(BESIDE)
        group = CommentGroup.objects.get(count=len(ASKED))
    page = client.get(world.url(f"streams/{stream.pk}")).content.decode()
    assert "The Field Jacket costs $128.00." in page

    approval = world.url(f"lives/groups/{group.pk}/approval")
    assert client.post(approval, headers={"HX-Request": "true"}).status_code == 200
    assert client.post(approval, headers={"HX-Request": "true"}).status_code == 422
    before = len(live.said)
    with world.inside():
        answer = Message.objects.get(direction="out")
    for _ in range(3):
        dispatch.deliver(world.organization.pk, answer.pk)
    [there] = live.said[before:]
    assert (there.text, there.shopper_id) == ("The Field Jacket costs $128.00.", 0)
    asked = next(each for each in live.said if each.id == there.parent_id)
    assert asked.text == ASKED[-1], "under the newest of them"

    live.push(world)  # the platform shows our own answer, too
    seller.comments("how much??", "live")
    assert live.push(world) == {200}
    with world.inside():
        answer.refresh_from_db()
        group.refresh_from_db()
        assert answer.send_state == OutgoingState.SENT
        assert (group.state, group.count, group.waiting) == (GroupState.ANSWERED, len(ASKED) + 1, 1)
        assert Message.objects.filter(direction="out").count() == 1
        conversation = Conversation.objects.get()
        assert (conversation.is_public, conversation.state) == (True, "closed")


def test_somebody_with_a_broken_jacket_is_talked_to(world: World, live: Live):
    live.seller.comments("mine arrived damaged", "live")
    live.push(world)
    with world.inside():
        comment = StreamComment.objects.get()
    answer = world.client_of(world.bob).post(
        world.url(f"streams/comments/{comment.pk}/talk"), headers={"HX-Request": "true"}
    )
    with world.inside():
        conversation = Conversation.objects.get()
    assert answer["HX-Redirect"] == world.url(f"c/{conversation.pk}")
    assert (conversation.state, conversation.assignee_id) == ("open", world.bob.pk)


def test_the_same_webhook_twice_and_a_forged_one_change_nothing(world: World, live: Live):
    live.seller.comments("how much is it?", "live")
    live.seller.sent *= 3
    live.push(world)
    live.seller.comments("forged", "live")
    live.seller.sent = [
        ({**headers, "X-Hub-Signature-256": "sha256=00"}, body) for headers, body in live.seller.sent
    ]
    assert live.push(world) == {401}
    with world.inside():
        assert list(StreamComment.objects.values_list("text", flat=True)) == ["how much is it?"]
