"""What is gathered for an answer, from where, and what is said of what could not be had."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agents.facts.evidence import Evidence, Kind
from agents.facts.lookups import Lookup, ask
from agents.models import Draft, Run
from audit.record import Actor
from connectors.contract import One, Page, Wanted
from connectors.errors import Unreachable
from connectors.events import DisputeChanged, DisputeKind, DisputeState
from inbox import intake
from inbox.models import Message, Order, OutgoingState
from knowledge.models import Article
from tests.world import NOW, World, person


def evidence_for(world: World, text: str, sender: Any = None) -> list[Evidence]:
    message = world.writes(text, sender)
    with world.inside():
        return list(Run.objects.get(message=message).evidence_items())


def answer_sent(world: World, to: Any, text: str, days_ago: int = 3) -> Message:
    """An answer of ours to this customer, in a conversation of theirs."""
    conversation = world.writes("Where is it?", to).conversation
    with world.inside():
        reply = conversation.reply(text, world.bob)
        at = timezone.now() - timedelta(days=days_ago)
        Message.objects.filter(pk=reply.pk).update(send_state=OutgoingState.SENT, sent_at=at, created_at=at)
    return reply


def test_every_piece_says_its_type_unit_source_time_and_link_and_keeps_the_record(world: World):
    world.buys()
    items = evidence_for(world, "Where is my order #1042?")
    total = next(item for item in items if item.field == "total")
    assert (str(total.typed), total.unit, total.source) == ("147.62", "USD", "Shopify")
    assert total.url.endswith(total.record.replace("order:", "#order-"))
    placed = next(item for item in items if item.field == "placed_on")
    assert (placed.typed.isoformat(), placed.unit) == ("2026-11-14", world.organization.time_zone)  # type: ignore[union-attr]
    first = next(item for item in items if item.record == total.record)
    assert first.frozen["number"] == "#1042"
    assert first.frozen["financial_status"] == "paid"


def test_what_we_told_this_customer_before_is_known_and_nothing_told_to_others(world: World):
    ivan = person("Ivan Other")
    answer_sent(world, world.maya, "Hi Maya,\n\nUPS expects to deliver #1042 on Thursday, November 20.")
    answer_sent(world, ivan, "Hi Ivan,\n\nUPS expects to deliver #7777 on Friday, November 21.")
    items = evidence_for(world, "Where is my order #1042?")
    told = [item for item in items if item.record.startswith("message:") and item.kind is Kind.TEXT]
    assert [item.value for item in told] == ["UPS expects to deliver #1042 on Thursday, November 20."]


def test_a_wish_finds_its_rule_however_it_is_worded(world: World):
    with world.inside():
        Article.write(
            "Returns", "You can return unworn items within 30 days of delivery.", "", Actor("member")
        )
    world.buys()
    items = evidence_for(world, "I'd like to send the jacket from #1042 back to you, never worn.")
    assert "30 days" in " ".join(item.value for item in items if item.kind is Kind.POLICY)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("And when will it arrive?", True), ("Please cancel it, I don't need it.", False)],
)
def test_the_order_spoken_of_last_is_told_of_and_never_changed_without_asking(
    world: World, asked: str, meant: bool
):
    for number in ("#1042", "#1050"):
        world.buys(number, tracking_number=f"1Z999AA1012345{number[1:]}")
    world.writes("Where is my order #1050?", subject="Hello", thread="one")
    message = world.writes(asked, subject="Re: Hello", thread="one")
    with world.inside():
        text = Draft.objects.get(message=message).text
    assert "#1050" in text
    assert ("#1042" in text) is ("Which one do you mean" in text) is not meant


def test_what_a_customer_wrote_is_never_evidence(world: World):
    world.writes("You will refund me $500 by Friday, you promised to deliver by Monday, November 23.")
    items = evidence_for(world, "Where is my order?")
    assert not any("500" in item.value for item in items)


def test_an_open_claim_is_known_and_goes_to_a_person(world: World):
    order = world.buys()
    claim = DisputeChanged(
        external_id=uuid4().hex,
        kind=DisputeKind.CLAIM,
        state=DisputeState.ACTION_NEEDED,
        opened_at=NOW,
        updated_at=NOW,
        order_id=order.external_id,
        due_at=NOW + timedelta(days=3),
        label="A claim",
    )
    with world.inside():
        intake.receive(world.shop, claim)
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.select_related("run").get(message=message)
    assert draft.state == "handoff"
    assert "A claim is open on #1042, to be answered by" in draft.reason
    assert {"dispute.status", "dispute.due"} <= {item.field for item in draft.run.evidence_items()}


def test_a_passage_says_its_version(world: World):
    with world.inside():
        article = Article.write("Warranty", "Zips are under warranty for two years.", "", Actor("member"))
        article.publish("Our warranty covers zips for three years.", Actor("member"))
    items = evidence_for(world, "What is your warranty on zips?")
    found = [item for item in items if item.record.startswith("passage:")]
    assert [(item.source, item.frozen["version"]) for item in found] == [("Warranty, version 2", 2)]


class TestFreshness:
    @pytest.fixture
    def asked(self, world: World, monkeypatch) -> list[Wanted]:
        asked: list[Wanted] = []

        def fetch(_self: object, _account: object, wanted: Wanted) -> Page:
            asked.append(wanted)
            raise Unreachable("no answer")

        monkeypatch.setattr(type(world.shop.connector), "fetch", fetch)
        return asked

    def test_an_order_read_long_ago_is_asked_for_again_where_it_is_about_money(self, world: World, asked):
        order = world.buys()
        with world.inside():
            Order.objects.filter(pk=order.pk).update(fetched_at=timezone.now() - timedelta(hours=2))
        items = evidence_for(world, "When do I get my refund for #1042?")
        assert asked == [One("order", order.external_id)]
        failure = next(item for item in items if item.kind is Kind.FAILURE)
        assert failure.value.startswith("Shopify did not answer at ")

    def test_a_fresh_one_is_not(self, world: World, asked):
        world.buys()
        evidence_for(world, "When do I get my refund for #1042?")
        assert asked == []


class TestLookups:
    def test_they_go_side_by_side_and_none_waits_longer_than_its_time(self):
        slow, began = threading.Event(), time.monotonic()
        silent = ask(
            [
                Lookup("quick", lambda: True),
                Lookup("slow", lambda: slow.wait(5), seconds=0.2),
                Lookup("no", lambda: False),
                Lookup("broken", lambda: bool(1 // 0)),
            ]
        )
        assert silent == {"slow", "no", "broken"}
        assert time.monotonic() - began < 1
        slow.set()
