"""Notices as a quiet list, and a wrong sorting put right with one key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from agents.models import Draft
from audit.models import AuditEvent
from connectors.events import NoticeKind
from inbox.models import Conversation, Message, Notice, SortingRule
from tests.inbox.test_screens import HTMX, statements
from tests.inbox.test_sorting import ROBOT, a_notice, tell
from tests.world import NOW, World

IN_THE_LIST = {**HTMX, "HX-Target": "notices"}


@pytest.fixture
def bob(world: World) -> Client:
    return world.client_of(world.bob)


def the_notice(world: World) -> Notice:
    with world.inside():
        notice: Notice = Notice.objects.get()
    return notice


def noise(world: World, subject: str = "Your weekly digest 47") -> Message:
    return world.writes("So much happened.", sender=ROBOT, subject=subject)


def test_a_notice_stands_in_its_own_list_and_never_in_the_queue(world: World, bob: Client) -> None:
    tell(world, a_notice(subject="A word about payouts"))
    assert "A word about payouts" in bob.get(world.url("notices")).content.decode()
    assert "A word about payouts" not in bob.get(world.url()).content.decode()


def test_the_list_costs_the_same_for_one_and_for_sixty(world: World, bob: Client) -> None:
    tell(world, a_notice(order_number="#1042"))
    one = statements(bob, world.url("notices"))
    for n in range(60):
        tell(world, a_notice(at=NOW - timedelta(minutes=n // 3)))
    assert statements(bob, world.url("notices")) == one <= 10
    assert statements(bob, world.url(f"notices/{first(world)}")) <= 8


def first(world: World) -> Any:
    with world.inside():
        return Notice.objects.values_list("pk", flat=True).first()


def test_scrolling_shows_every_notice_once(world: World, bob: Client) -> None:
    for n in range(120):
        tell(world, a_notice(subject=f"No. {n:03}.", at=NOW - timedelta(minutes=n // 5)))
    seen, url = [], world.url("notices")
    while url:
        page = bob.get(url, headers=HTMX).content.decode()
        seen += [line.split(".")[0] for line in page.split("No. ")[1:]]
        url = page.partition('role="presentation" hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(seen) == 120
    assert set(seen) == {f"{n:03}" for n in range(120)}


@pytest.mark.parametrize("query", ["?kind=payout", "?unseen=1", "?kind=nonsense&channel=x&after=y"])
def test_filters_narrow_the_list_and_nonsense_is_ignored(world: World, bob: Client, query: str) -> None:
    tell(world, a_notice(subject="Shown", kind=NoticeKind.PAYOUT))
    tell(world, a_notice(subject="Hidden", kind=NoticeKind.POLICY))
    with world.inside():
        Notice.objects.filter(subject="Hidden").update(seen=True)
    page = bob.get(world.url(f"notices{query}")).content.decode()
    assert "Shown" in page
    assert ("Hidden" in page) == ("nonsense" in query)


def test_what_was_looked_at_is_no_longer_new(world: World, bob: Client) -> None:
    tell(world, a_notice())
    assert "1<span" in bob.get(world.url("waiting"), headers=HTMX).content.decode()
    bob.post(world.url(f"notices/{the_notice(world).pk}/seen"))
    assert the_notice(world).seen
    tell(world, a_notice())
    tell(world, a_notice(kind=NoticeKind.POLICY))
    bob.post(world.url("notices/seen?kind=policy"))
    with world.inside():
        assert Notice.objects.filter(seen=False).count() == 1
    bob.post(world.url("notices/seen"))
    with world.inside():
        assert not Notice.objects.filter(seen=False).exists()


def test_one_key_moves_a_message_to_the_notices_and_teaches_it(world: World, bob: Client) -> None:
    conversation = noise(world).conversation
    answer = bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX)
    assert "no-reply@platform.example will go there too" in answer.content.decode()
    with world.inside():
        conversation.refresh_from_db()
        assert (conversation.state, "notice" in conversation.marks) == ("closed", True)
        assert SortingRule.objects.get().pattern == "your weekly digest *"
        assert AuditEvent.objects.filter(kind="conversation.sorted").count() == 1
    assert "Your weekly digest 47" in bob.get(world.url("notices")).content.decode()
    tell(world, a_mail("Your weekly digest 48"), world.mailbox)
    with world.inside():
        assert Conversation.objects.count() == 1
        assert Notice.objects.filter(subject="Your weekly digest 48").exists()


def a_mail(subject: str) -> Any:
    from inbox.sorting import as_message

    return as_message(a_notice(subject=subject, text="More."))


def test_its_undo_brings_everything_back(world: World, bob: Client) -> None:
    conversation = noise(world).conversation
    page = bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX).content.decode()
    undo = page[page.rindex('hx-post="', 0, page.index("Undo")) + 9 :].partition('"')[0]
    assert bob.post(undo, headers=HTMX).status_code == 200
    with world.inside():
        conversation.refresh_from_db()
        assert (conversation.state, "notice" in conversation.marks) == ("open", False)
        assert conversation.waiting_since
        assert not SortingRule.objects.exists()
        assert not Notice.objects.filter(message=None).exists()


def test_a_conversation_somebody_answered_stays_one(world: World, bob: Client) -> None:
    conversation = noise(world).conversation
    with world.inside():
        conversation.reply("Thanks", world.bob)
    assert bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX).status_code == 422
    with world.inside():
        assert not Notice.objects.exists()


def test_drafts_for_what_turned_out_a_notice_wait_no_longer(world: World, bob: Client) -> None:
    conversation = noise(world, "Where is my order?").conversation
    with world.inside():
        assert Draft.objects.filter(conversation=conversation).exists()
    bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX)
    assert str(conversation.pk) not in bob.get(world.url("drafts/")).content.decode()


def test_undo_brings_its_draft_back_too(world: World, bob: Client) -> None:
    conversation = noise(world, "Where is my order?").conversation
    with world.inside():
        conversation.refresh_from_db()
        marks = conversation.marks
    bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX)
    bob.post(world.url(f"notices/{the_notice(world).pk}/message?was="), headers=HTMX)
    with world.inside():
        conversation.refresh_from_db()
        assert conversation.marks == marks != []
    assert str(conversation.pk) in bob.get(world.url("drafts/")).content.decode()


def test_somebody_who_writes_into_it_later_is_heard(world: World, bob: Client) -> None:
    message = world.writes("Order placed", sender=ROBOT, subject="One thing", thread="t-7")
    bob.post(world.url(f"c/{message.conversation_id}/notice"), headers=HTMX)
    world.writes("Hello, is anybody there?", sender=ROBOT, subject="Another", thread="t-7")
    with world.inside():
        conversation = Conversation.objects.get()
        assert (conversation.state, "notice" in conversation.marks) == ("open", False)


def test_a_notice_a_customer_wrote_becomes_a_message_with_a_draft(world: World, bob: Client) -> None:
    tell(world, a_notice(subject="Question about 1042", text="Where is my order?"), world.mailbox)
    notice = the_notice(world)
    page = bob.post(world.url(f"notices/{notice.pk}/message"), headers=IN_THE_LIST).content.decode()
    assert "In the inbox now" in page
    with world.inside():
        message = Message.objects.select_related("conversation").get()
        assert (message.text, message.conversation.state) == ("Where is my order?", "open")
        assert message.runs.exists()
        assert not SortingRule.objects.get().is_notice
        told = AuditEvent.objects.get(kind="notice.sorted")
        assert told.conversation_id == message.conversation_id
    assert "Question about 1042" not in bob.get(world.url("notices")).content.decode()
    tell(world, a_notice(subject="Question about 77", text="Is it warm?"), world.mailbox)
    with world.inside():
        assert Message.objects.filter(text="Is it warm?").exists()


def test_its_undo_brings_the_notice_back(world: World, bob: Client) -> None:
    tell(world, a_notice(), world.mailbox)
    url = world.url(f"notices/{the_notice(world).pk}/message")
    page = bob.post(url, headers=IN_THE_LIST).content.decode()
    undo = page[page.rindex('hx-post="', 0, page.index("Undo")) + 9 :].partition('"')[0]
    assert "Back among the notices" in bob.post(undo, headers=IN_THE_LIST).content.decode()
    with world.inside():
        assert Notice.objects.get().message is None
        assert Notice.objects.get().kind == "ship_now"
        assert Conversation.objects.get().state == "closed"
        assert not SortingRule.objects.exists()


def test_moving_forth_and_back_twice_ends_where_it_began(world: World, bob: Client) -> None:
    conversation = noise(world).conversation
    for _ in range(2):
        bob.post(world.url(f"c/{conversation.pk}/notice"), headers=HTMX)
        bob.post(world.url(f"notices/{the_notice(world).pk}/message"))
    with world.inside():
        assert Conversation.objects.get().state == "open"
        assert Message.objects.count() == 1
        assert SortingRule.objects.get().is_notice is False


def test_a_notice_of_an_order_is_an_event_in_the_thread_and_stands_with_the_order(
    world: World, bob: Client
) -> None:
    conversation = world.conversation()
    order = world.buys("#1042")
    tell(world, a_notice(order_number="#1042", subject="Ship it today", at=conversation.last_message_at))
    assert "Ship it today" in bob.get(world.url(f"c/{conversation.pk}"), headers=HTMX).content.decode()
    panel = bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    assert "1 notice from" in panel
    assert order.pk


def test_an_answer_from_outside_says_so_in_the_thread(world: World, bob: Client) -> None:
    from connectors.events import MessageReceived

    message = world.writes(thread="t-9")
    ours = MessageReceived("o-9", ROBOT, "Sent from there", NOW, thread="t-9", ours=True)
    tell(world, ours, world.mailbox)
    page = bob.get(world.url(f"c/{message.conversation_id}"), headers=HTMX).content.decode()
    assert "Outside Waybill" in page
