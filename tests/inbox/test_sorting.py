"""What platforms tell is no conversation, and what members teach is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.models import AuditEvent
from connectors.events import MessageReceived, NoticeKind, NoticeReceived, Party
from inbox import intake
from inbox.models import Conversation, Message, Notice, SortingRule
from inbox.patterns import fits, pattern_of
from tests.world import NOW, World

ROBOT = Party({"email": "no-reply@platform.example"}, "The Platform")


def a_notice(**facts: Any) -> NoticeReceived:
    defaults: dict[str, Any] = {
        "external_id": uuid4().hex,
        "kind": NoticeKind.SHIP_NOW,
        "sender": ROBOT,
        "text": "Please ship it.",
        "at": NOW,
        "subject": "Ship now: order #1042 by Nov 24",
    }
    return NoticeReceived(**{**defaults, **facts})


def tell(world: World, event: Any, channel: Any = None, times: int = 1) -> None:
    for _ in range(times):
        with world.inside():
            intake.receive(channel or world.shop, event)


def test_a_notice_is_kept_once_and_opens_no_conversation(world: World):
    tell(world, a_notice(), times=3)
    with world.inside():
        notice = Notice.objects.get()
        assert (notice.kind, notice.sender, notice.seen) == ("ship_now", "no-reply@platform.example", False)
        assert not Conversation.objects.exists()
        assert AuditEvent.objects.filter(kind="notice.received").count() == 1


def test_a_notice_finds_its_order_whichever_comes_first(world: World):
    tell(world, a_notice(order_number="1042"))
    order = world.buys("#1042")
    tell(world, a_notice(order_number="#1042"))
    with world.inside():
        assert order.notices.count() == 2


def test_a_notice_in_a_mailbox_finds_the_order_of_the_shop(world: World):
    order = world.buys("#2077")
    tell(world, a_notice(order_number="#2077"), world.mailbox)
    with world.inside():
        assert Notice.objects.get().order_id == order.pk


def test_what_was_taught_sorts_what_comes_later(world: World):
    with world.inside():
        SortingRule.objects.create(
            channel=world.mailbox,
            sender="no-reply@platform.example",
            pattern=pattern_of("Order 1 was placed"),
            is_notice=True,
        )
    mail: dict[str, Any] = {"sender": ROBOT, "sent_at": NOW, "text": "…"}
    tell(world, MessageReceived("m1", subject="Order 991 was placed", **mail), world.mailbox, times=2)
    tell(world, MessageReceived("m2", subject="Maya asks about order 991", **mail), world.mailbox)
    with world.inside():
        assert [each.external_id for each in Notice.objects.all()] == ["m1"]
        assert [each.external_id for each in Message.objects.all()] == ["m2"]


def test_a_notice_taught_to_be_a_message_opens_a_conversation(world: World):
    with world.inside():
        SortingRule.objects.create(
            channel=world.shop, sender=ROBOT.names["email"], pattern="a question about *", is_notice=False
        )
    tell(world, a_notice(subject="A question about #1042", text="Is it warm?"), times=2)
    with world.inside():
        assert Message.objects.get().text == "Is it warm?"
        assert not Notice.objects.exists()


def test_a_rule_of_one_sender_says_nothing_of_another(world: World):
    with world.inside():
        SortingRule.objects.create(
            channel=world.mailbox, sender="x@y.example", pattern="hello", is_notice=True
        )
    assert world.writes("Hi", subject="Hello").conversation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ship now: order 114-5521 by Nov 24", "Re: ship now: order 90-2 by December 1"),
        ("You sold “Field Jacket” for $128.00", "You sold “Trail Mug (2)” for $9.50"),
        ("Payout of 1,204.10 USD on Monday", "Payout of 7.00 USD on Friday"),
        ("Notice for maya@mail.example", "Notice for sam@mail.example"),
    ],
)
def test_subjects_of_one_kind_have_one_pattern(one: str, other: str):
    assert pattern_of(one) == pattern_of(other)
    assert fits(pattern_of(one), other)


def test_words_known_to_be_this_mails_own_are_taken_out():
    pattern = pattern_of("Maya Okafor returns Field Jacket", ["Maya Okafor", "Field Jacket"])
    assert pattern == "* returns *"
    assert fits(pattern, "Ana Lima returns Trail Mug")
    assert not fits(pattern, "Ana Lima asks about Trail Mug")


@pytest.mark.parametrize("subject", ["", "#1042", "114-5521-20", "12/24"])
def test_a_pattern_never_fits_everything(subject: str):
    assert not fits(pattern_of(subject), "Where is my jacket?")


def test_a_long_pattern_is_matched_in_no_time():
    assert not fits("a*" * 140 + "b", "a" * 300)


def test_an_answer_given_outside_stands_in_the_thread_and_nobody_waits(world: World):
    asked = world.writes("Where is it?", thread="t-1", sent_at=NOW)
    ours = MessageReceived(
        "ours-1",
        ROBOT,
        "On its way!",
        NOW + timedelta(minutes=5),
        thread="t-1",
        ours=True,
        recipient=world.maya,
    )
    tell(world, ours, world.mailbox, times=2)
    with world.inside():
        answer = Message.objects.get(external_id="ours-1")
        conversation = answer.conversation
        assert conversation.pk == asked.conversation_id
        assert (answer.direction, answer.send_state, answer.is_from_elsewhere) == ("out", "sent", True)
        assert conversation.waiting_since is None
        assert not conversation.unread
        assert not answer.runs.exists()
        assert AuditEvent.objects.filter(kind="message.written_elsewhere").count() == 1


def test_an_answer_from_outside_does_not_hide_what_was_asked_after_it(world: World):
    world.writes("Where is it?", thread="t-2", sent_at=NOW)
    world.writes("Hello?", thread="t-2", sent_at=NOW + timedelta(hours=2))
    tell(
        world,
        MessageReceived("ours-2", ROBOT, "Soon", NOW + timedelta(hours=1), thread="t-2", ours=True),
        world.mailbox,
    )
    with world.inside():
        assert Conversation.objects.get().waiting_since == NOW + timedelta(hours=2)


def test_what_only_the_seller_wrote_waits_for_nobody(world: World):
    ours = MessageReceived("ours-3", ROBOT, "A word", NOW, thread="t-3", ours=True, recipient=world.maya)
    tell(world, ours, world.mailbox)
    with world.inside():
        conversation = Conversation.objects.get()
        assert (conversation.state, conversation.unread) == ("closed", False)
        assert conversation.handles == dict(world.maya.names)
    world.writes("Thanks", thread="t-3")
    with world.inside():
        assert Conversation.objects.get().state == "open"


def test_what_waybill_sent_and_the_platform_shows_again_is_one_message(world: World):
    conversation = world.conversation(thread="t-4")
    with world.inside():
        message = conversation.reply("It arrives  on Friday.", world.bob)
        Message.objects.filter(pk=message.pk).update(send_after=NOW)
        assert message.claim()
    ours = MessageReceived("ours-4", ROBOT, "It arrives on Friday.", NOW, thread="t-4", ours=True)
    tell(world, ours, world.mailbox, times=2)
    with world.inside():
        sent = Message.objects.get(direction="out")
        assert (sent.pk, sent.send_state, sent.external_id) == (message.pk, "sent", "ours-4")
        assert not message.mark_sent("ours-4", NOW)


def test_a_copy_in_other_words_goes_when_the_platform_confirms_ours(world: World):
    conversation = world.conversation(thread="t-5")
    with world.inside():
        message = conversation.reply("It arrives on Friday.", world.bob)
        assert message.claim()
    changed = MessageReceived("ours-5", ROBOT, "[text removed]", NOW, thread="t-5", ours=True)
    tell(world, changed, world.mailbox)
    with world.inside():
        assert message.mark_sent("ours-5", NOW)
        assert Message.objects.get(direction="out").pk == message.pk


def test_an_answer_to_nobody_known_is_told_in_the_trail(world: World):
    tell(world, MessageReceived("ours-6", ROBOT, "Hm", NOW, thread="t-6", ours=True), world.mailbox)
    with world.inside():
        assert not Message.objects.exists()
        assert AuditEvent.objects.filter(kind="message.unplaced").count() == 1
