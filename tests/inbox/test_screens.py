"""The inbox as pages and fragments: what they show, what they cost, what the verbs behind the keys do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import history, queries
from inbox.models import Conversation, Customer, Message, Note
from tests.world import World, person

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nobody_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued stays queued: sending is tried in test_dispatch.py."""
    monkeypatch.setattr(Message, "wake", lambda self: None)


def statements(client: Client, url: str, headers: dict[str, str] | None = None) -> int:
    """How many queries a page costs; beginning and ending a transaction is no query."""
    client.get(url, headers=headers)  # the session is now in the cache, as for anybody at work
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return sum(not each["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for each in captured)


def many(world: World, count: int) -> None:
    """Conversations of one customer, several with the very same time."""
    now = timezone.now()
    with world.inside():
        customer = Customer.objects.create(name="Ana Ito")
        Conversation.objects.bulk_create(
            Conversation(
                channel=world.mailbox,
                customer=customer,
                thread=uuid4().hex,
                snippet=f"Question {number}",
                last_message_at=now - timedelta(minutes=number // 4),
            )
            for number in range(count)
        )


def test_the_list_shows_who_wrote_and_what(world: World) -> None:
    world.writes("Where is my jacket?")
    page = world.client_of(world.bob).get(world.url()).content.decode()
    assert "Maya Okafor" in page
    assert "Where is my jacket?" in page


def test_the_list_costs_at_most_twelve_queries_however_many_rows(world: World) -> None:
    world.writes()
    client = world.client_of(world.bob)
    few = statements(client, world.url())
    many(world, 60)
    assert statements(client, world.url()) == few <= 12


def test_a_thread_costs_at_most_twelve_queries_however_long(world: World) -> None:
    conversation = world.conversation()
    client, url = world.client_of(world.bob), world.url(f"c/{conversation.pk}")
    few = statements(client, url)
    with world.inside():
        for number in range(20):
            conversation.reply(f"Answer {number}", world.bob)
            conversation.note(f"Note {number}", world.alice)
    assert statements(client, url) == few <= 12


def test_the_panel_costs_the_same_for_one_order_and_for_five(world: World) -> None:
    conversation = world.conversation()
    world.parcel_moves(world.buys("#1001").shipments.all()[0])
    client, url = world.client_of(world.bob), world.url(f"c/{conversation.pk}/panel")
    one = statements(client, url, headers=HTMX)
    for number in range(2, 6):
        world.buys(f"#100{number}", tracking_number=f"1Z999AA1012345678{number}")
    assert statements(client, url, headers=HTMX) == one <= 16


def test_pages_have_no_gaps_and_no_repeats_even_for_equal_times(world: World) -> None:
    many(world, 130)
    seen: list[Any] = []
    with world.inside():
        filters, page = queries.Filters(me=world.bob), None
        while page is None or page.after:
            filters = queries.Filters(me=world.bob, cursor=page.after if page else None)
            page = queries.conversations(filters)
            seen += [row.pk for row in page.rows]
        everything = list(
            Conversation.objects.order_by("-last_message_at", "-id").values_list("pk", flat=True)
        )
    assert seen == everything
    assert len(seen) == 130


def test_scrolling_gets_only_the_next_rows(world: World) -> None:
    many(world, queries.PAGE + 20)
    client = world.client_of(world.bob)
    with world.inside():
        after = queries.conversations(queries.Filters(me=world.bob)).after
    part = client.get(world.url(), {"after": str(after)}, headers=HTMX).content.decode()
    assert part.count('class="row') == 20
    assert "<html" not in part


@pytest.mark.parametrize(
    "nonsense", ["after=x", "after=2026-01-01,zz", "channel=1", "who=me", "take=-1", "state=odd"]
)
def test_nonsense_in_the_address_is_ignored(world: World, nonsense: str) -> None:
    world.writes()
    assert "Maya Okafor" in world.client_of(world.bob).get(world.url(f"?{nonsense}")).content.decode()


def test_filters_say_whose_and_in_which_state(world: World) -> None:
    mine, other, gone = (world.conversation(sender=person(name)) for name in ("Ana Ito", "Ben Fox", "Cy Lee"))
    with world.inside():
        mine.assign(world.bob, by=world.bob)
        gone.close(world.bob)
    client = world.client_of(world.bob)

    def shown(query: str) -> set[str]:
        page = client.get(world.url(query), headers=HTMX).content.decode()
        return {name for name in ("Ana Ito", "Ben Fox", "Cy Lee") if f">{name}<" in page}

    assert shown("") == {"Ana Ito", "Ben Fox"}
    assert shown("?who=mine") == {"Ana Ito"}
    assert shown("?who=unassigned") == {"Ben Fox"}
    assert shown("?state=closed") == {"Cy Lee"}
    assert shown(f"?who={world.alice.pk}") == set()
    assert shown("?q=ben") == {"Ben Fox"}
    assert other.pk


def test_counts_are_one_query_and_stop_at_a_thousand(world: World) -> None:
    many(world, 1005)
    with world.inside(), CaptureQueriesContext(connection) as captured:
        counts = queries.counts(world.bob)
    assert len(captured) == 1
    assert counts == {"all": 1000, "mine": 0, "unassigned": 1000, "unread": 1000, "snoozed": 0}
    assert "999+" in world.client_of(world.bob).get(world.url()).content.decode()


def test_a_long_thread_is_read_backwards_without_gaps(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        for number in range(queries.PAGE + 8):
            (conversation.note if number % 3 else conversation.reply)(f"Word {number}", world.bob)
        conversation.assign(world.bob, by=world.alice)
        newest = history.thread(conversation, queries.members())
        earlier = history.thread(conversation, queries.members(), newest.earlier)
    assert len(newest.items) == queries.PAGE
    assert len(earlier.items) == 10
    assert earlier.earlier is None
    times = [item.at for item in [*earlier.items, *newest.items]]
    assert times == sorted(times)
    assert newest.items[-1].kind == "assigned"


def test_a_stranger_and_a_visitor_see_nothing(world: World) -> None:
    conversation = world.conversation()
    for path in ("", f"c/{conversation.pk}", f"c/{conversation.pk}/panel", "settings/members"):
        assert world.client_of(world.charlie).get(world.url(path)).status_code == 404
        assert "/accounts/login/" in Client().get(world.url(path)).headers["Location"]
    neighbours = f"/o/{world.neighbour.slug}/c/{conversation.pk}"
    assert world.client_of(world.charlie).get(neighbours).status_code == 404


def test_a_reply_is_queued_once_for_one_key(world: World) -> None:
    conversation = world.conversation()
    client, url = world.client_of(world.bob), world.url(f"c/{conversation.pk}/messages")
    for _ in range(2):
        answer = client.post(url, {"text": "It comes tomorrow.", "key": "k1"}, headers=HTMX)
    assert "Undo" in answer.content.decode()
    with world.inside():
        (message,) = Message.objects.filter(direction="out")
    assert message.text == "It comes tomorrow."
    assert message.author_id == world.bob.pk


def test_sending_nothing_changes_nothing_and_says_so(world: World) -> None:
    conversation = world.conversation()
    answer = world.client_of(world.bob).post(
        world.url(f"c/{conversation.pk}/messages"), {"text": "  "}, headers=HTMX
    )
    assert answer.status_code == 422
    assert answer.headers["HX-Reswap"] == "none"
    with world.inside():
        assert not Message.objects.filter(direction="out").exists()


def test_undo_takes_a_reply_back_and_the_customer_waits_again(world: World) -> None:
    conversation = world.conversation("Where is my jacket?")
    client = world.client_of(world.bob)
    client.post(world.url(f"c/{conversation.pk}/messages"), {"text": "Wrong one", "close": "1"}, headers=HTMX)
    with world.inside():
        message = Message.objects.get(direction="out")
    answer = client.post(world.url(f"messages/{message.pk}/undo"), headers=HTMX)
    assert "Wrong one" in answer.headers["HX-Trigger"]
    with world.inside():
        message.refresh_from_db()
        conversation.refresh_from_db()
    assert message.send_state == "cancelled"
    assert conversation.waiting_since
    assert conversation.snippet == "Where is my jacket?"
    assert conversation.state == "open"
    assert client.post(world.url(f"messages/{message.pk}/undo"), headers=HTMX).status_code == 422


def test_a_note_never_becomes_a_message(world: World) -> None:
    conversation = world.conversation()
    client = world.client_of(world.bob)
    answer = client.post(
        world.url(f"c/{conversation.pk}/notes"),
        {"text": "Watch this one", "key": "k", "close": "1"},
        headers=HTMX,
    )
    assert 'class="msg note"' in answer.content.decode()
    with world.inside():
        assert Note.objects.get().text == "Watch this one"
        assert not Message.objects.filter(direction="out").exists()
        assert Conversation.objects.get(pk=conversation.pk).state == "open"


def test_done_reopen_assign_and_snooze_are_one_request_each(world: World) -> None:
    conversation = world.conversation()
    client = world.client_of(world.bob)

    def after(path: str, **values: str) -> Conversation:
        assert client.post(world.url(f"c/{conversation.pk}/{path}"), values, headers=HTMX).status_code == 200
        with world.inside():
            return Conversation.objects.get(pk=conversation.pk)

    assert after("closure").state == "closed"
    assert after("closure/delete").state == "open"
    assert after("assignment", member=str(world.sam.pk)).assignee_id == world.sam.pk
    assert after("assignment", member="").assignee_id is None
    assert after("snooze", until="2099-01-01T08:00").snoozed_until.isoformat() == "2099-01-01T13:00:00+00:00"  # type: ignore[union-attr]
    assert (
        client.post(world.url(f"c/{conversation.pk}/snooze"), {"until": "2001-01-01T08:00"}).status_code
        == 422
    )


def test_verbs_work_without_scripts(world: World) -> None:
    conversation = world.conversation()
    answer = world.client_of(world.bob).post(world.url(f"c/{conversation.pk}/closure"))
    assert answer.headers["Location"] == world.url(f"c/{conversation.pk}")


def test_reading_happens_by_the_open_screen_not_by_a_get(world: World) -> None:
    conversation = world.conversation()
    client = world.client_of(world.bob)
    client.get(world.url(f"c/{conversation.pk}"))
    with world.inside():
        assert Conversation.objects.get(pk=conversation.pk).unread
    client.post(world.url(f"c/{conversation.pk}/reading"), headers=HTMX)
    with world.inside():
        assert not Conversation.objects.get(pk=conversation.pk).unread


def test_a_failed_message_says_why_and_can_be_tried_again(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        message = conversation.reply("Hello", world.bob)
        Message.objects.filter(pk=message.pk).update(
            send_state="failed", problem="The address does not exist."
        )
        conversation.mark(add="not_delivered")
    client = world.client_of(world.bob)
    assert "The address does not exist." in client.get(world.url(f"c/{conversation.pk}")).content.decode()
    client.post(world.url(f"messages/{message.pk}/retry"), headers=HTMX)
    with world.inside():
        assert Message.objects.get(pk=message.pk).send_state == "queued"


def test_scans_are_told_in_the_time_of_their_place(world: World) -> None:
    conversation = world.conversation()
    world.parcel_moves(world.buys().shipments.all()[0])
    panel = (
        world.client_of(world.bob).get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    )
    assert "Reno, NV" in panel
    assert "7:00 AM" in panel  # 15:00 UTC in Nevada, though the organization lives in New York
    assert "$147.62" in panel


def test_what_customers_write_is_never_markup_and_no_link(world: World) -> None:
    conversation = world.conversation(
        "<img src=x onerror=alert(1)> see https://shop.example/a", subject="<b>Hi</b>"
    )
    page = world.client_of(world.bob).get(world.url(f"c/{conversation.pk}")).content.decode()
    assert "<img src=x" not in page
    assert "<b>Hi</b>" not in page
    assert "see https://shop.example/a" in page
    assert 'href="https://shop.example' not in page


def test_pages_carry_no_inline_script_or_style(world: World) -> None:
    conversation = world.conversation()
    client = world.client_of(world.alice)
    for path in ("", f"c/{conversation.pk}", "settings/channels", "settings/members", "settings/profile"):
        page = client.get(world.url(path)).content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


def test_a_lost_channel_is_said_above_the_list(world: World) -> None:
    with world.inside():
        world.shop.lose("The token was withdrawn.")
    assert "Reconnect" in world.client_of(world.alice).get(world.url()).content.decode()
    assert "An admin can do it." in world.client_of(world.bob).get(world.url()).content.decode()
