"""Disputes are answered with what speaks for the seller, from their own page too, and every queue hears of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from agents.models import Action
from connectors import commands
from connectors.contract import Money
from connectors.events import (
    DisputeAnswer,
    DisputeState,
    ParcelStatus,
)
from inbox import live
from inbox.models import Conversation, Dispute, Order, Pause
from tests.agents.doing import disputed, done, propose, refusal
from tests.agents.platform import Platform, approved, later, work
from tests.world import World


def test_a_dispute_is_contested_in_words_where_its_platform_takes_no_files(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    with world.inside():
        world.parcel_moves(order.shipments.get(), ParcelStatus.DELIVERED)
    dispute = disputed(world, platform, order)
    with world.inside():
        blank = Action(kind="answer_dispute", dispute=dispute, order=dispute.order, conversation=conversation)
        wish = blank.what.suggest(blank)
    action = propose(world, "answer_dispute", wish, dispute=dispute, conversation=conversation)
    sent = done(world, platform, action)
    assert isinstance(sent, commands.AnswerDispute)
    assert (sent.answer, sent.files) == (DisputeAnswer.CONTEST, ())
    wish |= {"with_tracking": True}
    assert "in words only" in refusal(world, "answer_dispute", wish, dispute=dispute)


def test_a_dispute_is_contested_with_what_the_carrier_and_the_customer_said(
    world: World,
    platform: Platform,
    order: Order,
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connector = world.shop.connector
    monkeypatch.setattr(connector, "limits", replace(connector.limits, evidence_files=True))
    with world.inside():
        shipment = order.shipments.get()
    world.parcel_moves(shipment, ParcelStatus.DELIVERED, signed_by="OKAFOR", left_at="Front door")
    dispute = disputed(world, platform, order)
    with world.inside():
        blank = Action(kind="answer_dispute", dispute=dispute, order=dispute.order, conversation=conversation)
        wish = blank.what.suggest(blank)
    assert wish["answer"] == "contest"
    assert wish["note"].endswith("signed by OKAFOR, left at Front door.")
    sent = done(
        world, platform, propose(world, "answer_dispute", wish, dispute=dispute, conversation=conversation)
    )
    assert isinstance(sent, commands.AnswerDispute)
    assert (sent.dispute_id, sent.answer, sent.revision) == ("d-1", DisputeAnswer.CONTEST, "3")
    assert sent.tracking_number == "1Z999AA10123456784"
    assert [each.name for each in sent.files] == ["tracking-1.png", "conversation-1.png"]
    assert all(each.content.startswith(b"\x89PNG") for each in sent.files)


def test_accepting_a_dispute_moves_its_money(world: World, platform: Platform, order: Order) -> None:
    action = propose(world, "answer_dispute", {"answer": "accept"}, dispute=disputed(world, platform, order))
    assert (action.moves_money, action.money) == (True, Money(Decimal("147.62"), "USD"))
    assert "Nothing of #1042 is left" in refusal(world, "refund", {"amount": "1.00"}, order=order)


def test_a_dispute_that_changed_goes_back_to_the_approver(
    world: World, platform: Platform, order: Order
) -> None:
    wish = {"answer": "contest", "note": "It was delivered."}
    dispute = disputed(world, platform, order)
    action = approved(world, propose(world, "answer_dispute", wish, dispute=dispute))
    disputed(world, platform, order, revision="4")
    work(world, action)
    assert platform.effects == []
    assert [each["name"] for each in action.changes] == ["Its version"]


def test_a_dispute_takes_only_the_answers_its_platform_offers(
    world: World, platform: Platform, order: Order
) -> None:
    dispute = disputed(world, platform, order)
    assert "can't be answered that way" in refusal(
        world, "answer_dispute", {"answer": "offer"}, dispute=dispute
    )
    assert "Nothing speaks for it" in refusal(world, "answer_dispute", {"answer": "contest"}, dispute=dispute)
    over = disputed(world, platform, order, state=DisputeState.LOST)
    assert "is over: lost" in refusal(world, "answer_dispute", {"answer": "accept"}, dispute=over)


def test_a_dispute_without_an_api_is_answered_by_hand_on_its_page(
    world: World, platform: Platform, order: Order
) -> None:
    dispute = disputed(world, platform, order, answers=(), url="https://shop.example/disputes/1")
    wish = {"answer": "contest", "note": "It was delivered."}
    action = approved(world, propose(world, "answer_dispute", wish, dispute=dispute))
    assert action.standing == "To be done by hand"
    assert action.seller_page == "https://shop.example/disputes/1"


def test_a_dispute_is_answered_from_its_own_page(world: World, platform: Platform, order: Order) -> None:
    dispute = disputed(world, platform, order)
    bob = world.client_of(world.bob)
    page = bob.get(world.url(f"disputes/{dispute.pk}")).content.decode()
    form = world.url(f"actions/new/answer_dispute?dispute={dispute.pk}&order={order.pk}")
    assert form in unescape(page)
    bob.post(form, {"answer": "contest", "note": "It was delivered."})
    part = bob.get(world.url(f"disputes/{dispute.pk}/actions")).content.decode()
    assert "To approve" in part
    assert "It was delivered." in unescape(part)


def test_a_dispute_is_offered_with_its_order_also_where_its_buyer_is_unknown(
    world: World, platform: Platform, order: Order
) -> None:
    disputed(world, platform, order)
    with world.inside():
        Dispute.objects.update(customer=None)
    offers = world.client_of(world.bob).get(world.url(f"actions/new?order={order.pk}")).content.decode()
    assert "Answer dispute" in offers


def test_a_dispute_whose_order_is_unknown_has_no_way_back_to_an_empty_menu(
    world: World, platform: Platform, order: Order
) -> None:
    dispute, bob = disputed(world, platform, order), world.client_of(world.bob)
    form = world.url(f"actions/new/answer_dispute?dispute={dispute.pk}")
    assert "Back to what can be done" not in bob.get(form).content.decode()
    assert "Back to what can be done" in bob.get(f"{form}&order={order.pk}").content.decode()


def test_whoever_looks_at_a_queue_hears_of_an_answer_nobody_wrote_about(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute, heard = disputed(world, platform, order), []
    monkeypatch.setattr(live, "_publish", lambda organization, what: heard.append(what))
    propose(world, "answer_dispute", {"answer": "contest", "note": "Delivered."}, dispute=dispute)
    assert heard == ["*"]


def test_what_a_pause_holds_says_so_on_the_screen_once(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = approved(world, propose(world, "refund", {"amount": "5.00", "reason": "late"}, order=order))
    with world.inside():
        Pause.begin("everything", "", "Everything", world.sam, "wrong prices")
    heard: list[Any] = []
    monkeypatch.setattr(live, "_publish", lambda organization, what: heard.append(what))
    work(world, action)
    later(world)
    work(world, action)
    with world.inside():
        action.refresh_from_db()
    assert "paused by Sam: wrong prices" in action.problem
    assert heard == ["*"]
    assert platform.effects == []
