"""A shopper writes in a chat, and what was approved reaches them; a return is approved, once. Over HTTP all the way:
webhook → inbox → draft → approval → platform, with the pretend TikTok Shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from agents.execute import execute, sweep
from agents.models import Action, Draft, DraftState
from agents.showing.offers import menu
from connectors import http
from connectors.channels.tiktok.pretend import numbers
from connectors.sandbox.trouble import Kind
from inbox import connecting, dispatch, polling
from inbox.models import Channel, Conversation, Message, Order, OutgoingState, Return
from tests.connectors.channels import tiktoks
from tests.connectors.conftest import serving
from tests.world import World


@dataclass
class Shop:
    """A channel of ours, and TikTok's side of it."""

    channel: Channel
    seller: tiktoks.Seller

    def push(self) -> list[int]:
        """Their webhooks arrive at ours; what was answered."""
        waiting, self.seller.sent = self.seller.sent, []
        return [
            Client()
            .post(urlsplit(url).path, body, content_type="application/json", headers=headers)
            .status_code
            for url, headers, body in waiting
        ]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say who delivers and when; nobody waits long for an answer."""
    monkeypatch.setattr(Action, "wake", lambda self: None)
    monkeypatch.setattr(Message, "wake", lambda self: None)
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(1))


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    with ExitStack() as servers:
        seller = tiktoks.connected(
            lambda routes: servers.enter_context(serving(routes)), f"story {world.organization.slug}"
        )
        with world.inside():
            channel = Channel.objects.create(
                kind="tiktok",
                name="TikTok Shop",
                external_id=seller.account.external_id,
                credentials=dict(seller.account.credentials),
                settings=dict(seller.account.settings),
            )
        assert connecting.connect(world.organization.pk, channel.pk).ok
        yield Shop(channel, seller)


def chat(world: World, shop: Shop, shopper: Any) -> Conversation:
    with world.inside():
        return Conversation.objects.get(channel=shop.channel, thread=numbers.chat(shopper))


def received(shop: Shop, shopper: Any) -> list[str]:
    return [each.raw.decode() for each in shop.seller.world.mails_of(shopper.email)]


def test_a_question_in_a_chat_is_answered_from_proven_facts(world: World, shop: Shop) -> None:
    theirs = next(
        each
        for each in shop.seller.orders()
        if any(shop.seller.world.parcels[number].status == "in_transit" for number in each.parcels)
    )
    shopper = shop.seller.shop.shoppers[theirs.shopper_id]
    shop.seller.writes("hi! where is my order? it should be here by now", theirs.number, shopper)
    assert set(shop.push()) == {200}

    conversation = chat(world, shop, shopper)
    with world.inside():
        draft = Draft.objects.select_related("run", "conversation").get(conversation=conversation)
        order = Order.objects.get(channel=shop.channel, external_id=theirs.number)
        assert conversation.customer == order.customer  # the chat's buyer is the order's
        assert draft.state == DraftState.READY
        assert draft.claims
        assert draft.unsupported_count == 0
    assert theirs.number in draft.text or theirs.parcels[0] in draft.text

    answer = world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval"))
    assert answer.status_code == 200
    with world.inside():
        reply = Message.objects.get(conversation=conversation, direction="out")
    for _ in range(3):
        dispatch.deliver(world.organization.pk, reply.pk)
    with world.inside():
        reply.refresh_from_db()
    assert reply.send_state == OutgoingState.SENT
    [arrived] = received(shop, shopper)
    assert "X-Chat-Role: CUSTOMER_SERVICE" in arrived  # a person approved it
    assert reply.external_id in [numbers.message(each) for each in shop.seller.world.mails_of(shopper.email)]


def test_an_answer_whose_outcome_is_unknown_is_found_and_not_sent_again(world: World, shop: Shop) -> None:
    shopper = shop.seller.shopper()
    shop.seller.writes("Do you ship on Saturdays?", "", shopper)
    shop.push()
    conversation = chat(world, shop, shopper)
    with world.inside():
        reply = conversation.reply("Yes, until noon.", world.bob)
    shop.seller.trouble.ask("tiktok", Kind.SILENT)
    dispatch.deliver(world.organization.pk, reply.pk)
    with world.inside():
        reply.refresh_from_db()
        assert reply.send_state == OutgoingState.UNCERTAIN
        Message.objects.filter(pk=reply.pk).update(send_after=timezone.now() - timedelta(hours=1))
    dispatch.deliver(world.organization.pk, reply.pk)
    with world.inside():
        reply.refresh_from_db()
        assert reply.send_state == OutgoingState.SENT
        assert Message.objects.filter(conversation=conversation, direction="out").count() == 1
    assert len(received(shop, shopper)) == 1


def test_only_what_tiktok_takes_is_offered_as_done_by_it(world: World, shop: Shop) -> None:
    theirs, back = next(
        (order, back) for order in shop.seller.orders() for back in order.returns if back.status == "open"
    )
    polling.look_for(world.organization.pk, shop.channel, "order", theirs.number)
    polling.look_for(world.organization.pk, shop.channel, "return", numbers.back(back))
    with world.inside():
        order = Order.objects.get(channel=shop.channel, external_id=theirs.number)
        offers = menu(None, order).offers
        takes = shop.channel.connector.commands
        ours = [each for each in offers if not each.why_not and not each.by_hand and not each.kind.is_ours]
        assert ours
        assert all(each.kind.command_type in takes for each in ours)
        received = next(each for each in offers if each.kind.name == "receive_return")
        assert "Refund the return" in received.why_not
        by_hand = next(each for each in offers if each.by_hand)
        assert Action(kind=by_hand.kind.name, order=order, channel=shop.channel).seller_page.endswith(
            f"/order/detail?order_no={theirs.number}&shop_region=US"
        )


def test_a_return_is_approved_once(world: World, shop: Shop) -> None:
    theirs, back = shop.seller.requested()
    assert polling.look_for(world.organization.pk, shop.channel, "order", theirs.number)
    assert polling.look_for(world.organization.pk, shop.channel, "return", numbers.back(back))
    with world.inside():
        order = Order.objects.get(channel=shop.channel, external_id=theirs.number)
        row = Return.objects.get(channel=shop.channel, external_id=numbers.back(back))
        assert row.waits_for_seller
        action = Action.propose("approve_return", {}, world.bob, order=order, back=row)
        assert not action.is_by_hand
        action.approve(world.sam, action.fingerprint)
    shop.seller.trouble.ask("tiktok", Kind.BROKEN)  # one read is lost on the way
    for _ in range(3):
        with world.inside():
            Action.objects.filter(pk=action.pk, send_state__in=["queued", "uncertain"]).update(
                send_after=timezone.now() - timedelta(hours=1)
            )
        execute(world.organization.pk, action.pk)
        sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    assert set(shop.push()) == {200}
    with world.inside():
        row.refresh_from_db()
    assert action.standing == "Done"
    assert back.status == "open"
    assert row.status == "open"
    assert len(theirs.returns) == 1
