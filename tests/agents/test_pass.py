"""One pass of the machine over one message, through its public face: a message comes in, a draft lies there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from agents import drafting
from agents.models import Draft, DraftState, Run, RunState
from agents.models.draft import NotApprovable
from agents.tasks import AT_ONCE, read, sweep, wake_readers
from audit.models import AuditEvent
from connectors.contract import One, Page, RawDelivery, Wanted
from connectors.events import MessageReceived, ParcelStatus
from connectors.sandbox.model import INVENTIONS, ModelStandIn, running
from inbox import intake
from inbox.models import Conversation, Message
from tests.world import World, an_order, person


def draft_of(world: World, message: Message) -> Draft:
    with world.inside():
        return Draft.objects.select_related("run", "conversation").get(message=message)


@pytest.fixture
def late_order(world: World):
    order = world.buys("#1042")
    world.parcel_moves(order.shipments.all()[0], ParcelStatus.EXCEPTION)
    return order


def test_it_drafts_an_answer_whose_every_statement_has_a_record(world: World, late_order):
    draft = draft_of(world, world.writes("Hi, where is my order #1042? I need it by Wednesday."))
    assert draft.state == DraftState.READY
    assert draft.claims
    assert draft.unsupported_count == 0
    assert draft.text.startswith("Hi Maya")
    assert "#1042" in draft.text


def test_every_step_is_recorded_with_its_time(world: World, late_order):
    run = draft_of(world, world.writes("Where is my order?")).run
    assert [step["name"] for step in run.steps][:7] == [
        "identify",
        "read_files",
        "understand",
        "gather",
        "prepare",
        "draft",
        "verify",
    ]
    assert all(step["ms"] >= 0 for step in run.steps)
    assert run.state == RunState.DONE
    assert run.engine == "compose"


def test_evidence_opens_and_keeps_what_was_read(world: World, late_order):
    run = draft_of(world, world.writes("Where is my order?")).run
    scan = next(
        item for item in run.evidence_items() if item.field == "place" and item.value == "Columbus, OH"
    )
    page = world.client_of(world.bob).get(world.url(f"runs/{run.pk}/evidence/{scan.number}"))
    assert b"Columbus, OH" in page.content
    assert scan.url.endswith(scan.record.replace("scan:", "#scan-"))


def test_a_customer_with_three_open_orders_is_asked_which_one(world: World):
    for number in ("#1", "#2", "#3"):
        world.buys(number, tracking_number="", external_id=f"gid://{number}{world.organization.slug}")
    draft = draft_of(world, world.writes("where is it?"))
    assert draft.state == DraftState.READY
    assert "?" in draft.text
    assert all(number in draft.text for number in ("#1", "#2", "#3"))


def test_an_order_of_somebody_else_is_never_revealed(world: World):
    world.buys("#7777", buyer=person("Ivan Other"), price=late_price())
    draft = draft_of(world, world.writes("Where is my order #7777?"))
    assert "777.00" not in draft.text
    assert all(item.about != "#7777" for item in draft.run.evidence_items())


def late_price():
    from decimal import Decimal

    return Decimal("777.00")


def test_a_wish_for_a_person_is_handed_over_with_the_facts(world: World, late_order):
    draft = draft_of(world, world.writes("I want to talk to a real person, not a bot."))
    assert draft.state == DraftState.HANDOFF
    assert draft.text == ""
    assert draft.reason
    with world.inside():
        assert "handoff" in Conversation.objects.get(pk=draft.conversation_id).marks


def test_a_newer_message_puts_the_older_draft_out_of_date(world: World, late_order):
    first = draft_of(world, world.writes("Where is my order?"))
    second = draft_of(world, world.writes("Hello? Where is my order #1042?"))
    with world.inside():
        first.refresh_from_db()
    assert first.state == DraftState.SUPERSEDED
    assert second.is_open


def test_no_draft_when_a_person_has_answered_meanwhile(world: World, late_order, monkeypatch):
    message = world.writes("Where is my order?")
    with world.inside():
        message.conversation.reply("I am on it.", world.bob)
    drafting.run_pass(world.organization.pk, message.pk, again=True)
    with world.inside():
        assert Run.objects.filter(message=message).count() == 1


def test_a_vacation_notice_is_not_answered(world: World):
    message = world.writes("I am away until Monday.", automatic=True)
    with world.inside():
        assert not Run.objects.filter(message=message).exists()


def test_a_failure_of_ours_ends_with_a_person_and_a_reason(world: World, monkeypatch):
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("agents.drafting.compose", break_down)
    draft = draft_of(world, world.writes("Where is my order?"))
    assert draft.state == DraftState.HANDOFF
    assert draft.run.state == RunState.FAILED
    assert "a mistake of ours" in draft.run.problem


def test_the_sweeper_finds_a_message_nobody_was_woken_for(world: World, monkeypatch):
    monkeypatch.setattr("config.wake._send", lambda *_: None)
    message = world.writes("Where is my order?")
    with world.inside():
        assert not Run.objects.exists()
        Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    monkeypatch.undo()
    sweep.delay()
    assert draft_of(world, message)


def test_messages_that_were_answered_do_not_crowd_out_those_nobody_read(world: World, monkeypatch):
    monkeypatch.setattr("config.wake._send", lambda *_: None)
    monkeypatch.setattr("agents.tasks.MOST", 1)
    overtaken, answered, waiting = [world.writes(f"Where is my order? {n}", sender=person(n)) for n in "ABC"]
    last = world.writes("Never mind.", sender=person("A", overtaken.conversation.customer.email))
    assert last.conversation == overtaken.conversation
    with world.inside():
        answered.conversation.reply("On its way.", world.bob)
        for age, message in enumerate([last, waiting, answered, overtaken], 1):
            at = timezone.now() - timedelta(minutes=age)
            Message.objects.filter(pk=message.pk).update(created_at=at)
    monkeypatch.undo()
    monkeypatch.setattr("agents.tasks.MOST", 1)
    for _ in range(3):
        sweep.delay()
    with world.inside():
        read_in_order = list(Run.objects.order_by("started_at").values_list("message", flat=True))
    assert read_in_order == [waiting.pk, last.pk]


def test_many_messages_share_a_few_wake_ups(world: World, monkeypatch):
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("config.wake._send", lambda task, kwargs, _: sent.append((task, kwargs)))
    ids = [uuid4() for _ in range(20)]
    wake_readers(world.organization.pk, ids)
    assert {task for task, _ in sent} == {"agents.tasks.read"}
    assert len(sent) == AT_ONCE
    assert sorted(one for _, kwargs in sent for one in kwargs["message_ids"]) == sorted(map(str, ids))


def test_a_pass_that_cannot_begin_does_not_hold_up_the_next(world: World, late_order, monkeypatch):
    monkeypatch.setattr("config.wake._send", lambda *_: None)
    message = world.writes("Where is my order?")
    monkeypatch.undo()
    begin = drafting._begin

    def stumble_once(organization_id: UUID, message_id: UUID, *, again: bool) -> object:
        if message_id != message.pk:
            raise RuntimeError("the database went away")
        return begin(organization_id, message_id, again=again)

    monkeypatch.setattr(drafting, "_begin", stumble_once)
    read.delay(organization_id=str(world.organization.pk), message_ids=[str(uuid4()), str(message.pk)])
    assert draft_of(world, message)


class TestApproval:
    @pytest.fixture
    def draft(self, world: World, late_order) -> Draft:
        return draft_of(world, world.writes("Where is my order #1042?"))

    def test_it_queues_the_answer_in_the_name_of_whoever_approved(self, world: World, draft: Draft):
        assert world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/approval")).status_code == 200
        with world.inside():
            draft.refresh_from_db()
            reply = Message.objects.get(pk=draft.reply_id)
        assert (draft.state, draft.decided_by_id) == (DraftState.APPROVED, world.bob.pk)
        assert (reply.text, reply.author_id) == (draft.text, world.bob.pk)

    def test_it_is_refused_when_the_customer_has_written_again(self, world: World, draft: Draft, monkeypatch):
        monkeypatch.setattr("config.wake._send", lambda *_: None)
        world.writes("One more thing")
        with world.inside(), pytest.raises(NotApprovable, match="written again"):
            draft.approve(world.bob)

    def test_a_blocked_draft_needs_an_edit_first(self, world: World, draft: Draft):
        with world.inside():
            Draft.objects.filter(pk=draft.pk).update(state=DraftState.BLOCKED)
            with pytest.raises(NotApprovable, match="Edit it first"):
                draft.approve(world.bob)
            draft.edit("Hi Maya, I am looking into it.", world.bob)
            assert draft.approve(world.bob).text == "Hi Maya, I am looking into it."

    def test_an_edit_that_invents_is_shown_and_needs_a_word_of_confirmation(self, world: World, draft: Draft):
        bob, url = world.client_of(world.bob), world.url(f"drafts/{draft.pk}/edit")
        page = bob.post(url, {"text": "It arrives on Friday, March 5. We refund $500.", "send": "1"})
        assert b"$500" in page.content
        with world.inside():
            draft.refresh_from_db()
            assert draft.state == DraftState.READY
            assert not Message.objects.filter(direction="out").exists()
        bob.post(
            url, {"text": "It arrives on Friday, March 5. We refund $500.", "send": "1", "confirmed": "1"}
        )
        with world.inside():
            draft.refresh_from_db()
            assert draft.state == DraftState.APPROVED
            assert ("in", "$500.") in draft.difference or any(
                "$500" in words for kind, words in draft.difference if kind == "in"
            )

    def test_a_rejection_keeps_its_reason_and_sends_nothing(self, world: World, draft: Draft):
        world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/rejection"), {"reason": "Wrong tone"})
        with world.inside():
            draft.refresh_from_db()
            assert (draft.state, draft.reject_reason) == (DraftState.REJECTED, "Wrong tone")
            assert not Message.objects.filter(direction="out").exists()
            assert Conversation.objects.get(pk=draft.conversation_id).marks == []

    def test_each_step_is_in_the_trail(self, world: World, draft: Draft):
        with world.inside():
            draft.edit("Hi Maya!", world.bob)
            draft.approve(world.bob)
            kinds = list(
                AuditEvent.objects.filter(conversation_id=draft.conversation_id).values_list(
                    "kind", flat=True
                )
            )
        for kind in ("message.received", "draft.made", "draft.edited", "draft.approved", "message.queued"):
            assert kind in kinds

    def test_asking_again_makes_a_new_run_and_a_new_draft(self, world: World, draft: Draft):
        world.client_of(world.bob).post(world.url(f"drafts/{draft.pk}/again"))
        with world.inside():
            draft.refresh_from_db()
            assert draft.state == DraftState.SUPERSEDED
            assert Run.objects.filter(message_id=draft.message_id).count() == 2


class TestWithAModel:
    @pytest.fixture
    def model(self, settings):
        with running(ModelStandIn()) as url:
            settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "key", url
            settings.MODEL_TIMEOUT = 3
            yield settings

    def test_an_honest_model_writes_the_draft(self, world: World, late_order, model):
        model.DRAFT_MODEL = "honest"
        draft = draft_of(world, world.writes("Where is my order #1042?"))
        assert draft.run.engine != "compose"
        assert draft.run.tokens_in > 0

    def test_what_a_model_invents_gives_way_to_what_can_be_proven(self, world: World, late_order, model):
        model.DRAFT_MODEL = "inventing"
        draft = draft_of(world, world.writes("Where is my order #1042?"))
        assert draft.state == DraftState.READY
        assert draft.run.engine == "compose"
        assert draft.run.tokens_out > 0
        assert [each["text"] for each in draft.run.left_out] == list(INVENTIONS)
        assert not any(each in draft.text for each in INVENTIONS)

    @pytest.mark.parametrize("trouble", ["broken", "busy", "expired"])
    def test_a_model_that_fails_is_replaced_by_composing(self, world: World, late_order, model, trouble: str):
        model.DRAFT_MODEL = trouble
        draft = draft_of(world, world.writes("Where is my order #1042?"))
        assert draft.run.engine == "compose"
        assert draft.state == DraftState.READY
        assert "model failed" in next(step["note"] for step in draft.run.steps if step["name"] == "draft")


def test_an_order_that_is_named_before_it_is_here_is_asked_for_at_its_platform(world: World, monkeypatch):
    asked: list[Wanted] = []

    def fetch(_self: object, _account: object, wanted: Wanted) -> Page:
        asked.append(wanted)
        return Page([RawDelivery("fetched/order", "111-1", b"{}")])

    connector = type(world.shop.connector)
    monkeypatch.setattr(connector, "fetch", fetch)
    monkeypatch.setattr(connector, "parse", lambda *_: [an_order("111-1", world.maya, tracking_number="")])
    said = MessageReceived("m-1", world.maya, "Has my order shipped?", timezone.now(), order_number="111-1")
    with world.inside():
        intake.receive(world.shop, said)
        message = Message.objects.get(external_id="m-1")
    draft = draft_of(world, message)
    assert asked == [One("order", "111-1")]
    assert any(item.about == "111-1" for item in draft.run.evidence_items())


def test_a_bare_number_answers_what_we_asked(world: World) -> None:
    world.buys("#1042", tracking_number="")
    world.buys("#1043", tracking_number="")
    first = world.writes("Please cancel my order.", subject="")
    with world.inside():
        first.conversation.reply("I see two open orders of yours. Which one do you mean?", world.bob)
    answer = world.writes("#1043", subject="")
    drafting.run_pass(world.organization.pk, answer.pk)
    with world.inside():
        run = Run.objects.filter(message=answer).latest("number")
        assert [each["kind"] for each in run.understanding["intents"]] == ["cancel"]
