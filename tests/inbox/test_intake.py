from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.tenancy import scope
from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.events import FulfillmentStatus, MessageBounced, MessageReceived, ParcelStatus
from inbox import intake, receiving, threading
from inbox.models import (
    Conversation,
    ConversationState,
    Customer,
    Delivery,
    DeliveryState,
    Identity,
    Message,
    Order,
    Shipment,
    TrackingEvent,
)
from tests.world import NOW, World, an_order, person


def a_mail(sender, text="Where is it?", **facts):
    return MessageReceived(
        external_id=facts.pop("external_id", f"<{datetime.now(UTC).timestamp()}@mail.example>"),
        sender=sender,
        text=text,
        sent_at=facts.pop("sent_at", datetime.now(UTC)),
        **facts,
    )


def test_it_opens_one_conversation_for_two_quick_messages(world: World):
    first = world.writes("Where is my order?")
    second = world.writes("It is #1042 by the way")
    assert first.conversation_id == second.conversation_id


def test_many_messages_take_as_many_statements_as_a_few(world: World):
    def statements(count: int) -> int:
        facts = [
            (
                world.mailbox,
                a_mail(person(f"Shopper {n}"), external_id=f"<{count}-{n}@{world.organization.slug}>"),
            )
            for n in range(count)
        ]
        with world.inside(), CaptureQueriesContext(connection) as captured:
            receiving.receive(facts)
        return len(captured)

    statements(1)  # what is looked up once only
    assert statements(12) <= statements(2)


def test_a_conversation_that_begins_is_written_down_once(world: World):
    with world.inside(), CaptureQueriesContext(connection) as captured:
        receiving.receive([(world.mailbox, a_mail(person("New Nora"), "Is it waterproof?"))])
        row = Conversation.objects.get()
    about = [each["sql"] for each in captured if "INTO inbox_conversation" in each["sql"]]
    assert len(about) == 1
    assert not [each for each in captured if "UPDATE inbox_conversation" in each["sql"]]
    assert (row.snippet, row.unread, row.state, row.marks) == ("Is it waterproof?", True, "open", [])
    assert row.due_at is not None
    assert row.handles["email"].startswith("new.")


def test_a_thread_that_a_rival_opens_meanwhile_takes_the_message_in(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def rival(arrivals: list[threading.Arrival]) -> None:
        for each in arrivals:
            Conversation.objects.create(channel=each.channel, thread=each.thread, customer=each.customer)

    monkeypatch.setattr(threading, "_by_closeness", rival)
    with world.inside():
        receiving.receive([(world.mailbox, a_mail(person("Late Lou"), "Is it waterproof?"))])
        row = Conversation.objects.get()
        assert row.messages.get().text == "Is it waterproof?"
        assert (row.snippet, row.waiting_since is not None) == ("Is it waterproof?", True)


def test_two_quick_messages_racing_on_two_connections_make_one_conversation_and_one_customer(world: World):
    sender = person("Quick Quinn")

    def arrive(n: int) -> None:
        with world.inside():
            intake.receive(
                world.mailbox,
                a_mail(sender, f"Message {n}", external_id=f"<race-{n}@{world.organization.slug}>"),
            )
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(arrive, range(8)))
    with world.inside():
        identity = Identity.objects.get(value=sender.names["email"])
        assert Conversation.objects.filter(customer=identity.customer).count() == 1
        assert Message.objects.filter(customer=identity.customer).count() == 8
        assert Customer.objects.filter(name="Quick Quinn").count() == 1


def test_the_same_message_a_hundred_times_is_one_message(world: World):
    event = a_mail(world.maya, external_id="<again@mail.example>")
    for _ in range(100):
        with world.inside():
            intake.receive(world.mailbox, event)
    with world.inside():
        assert Message.objects.filter(external_id="<again@mail.example>").count() == 1


def test_a_reply_finds_its_conversation_by_what_it_answers(world: World):
    first = world.writes("Hello", external_id="<one@mail.example>", sent_at=NOW - timedelta(days=3))
    answer = world.writes("And?", replies_to=("<one@mail.example>",))
    assert answer.conversation_id == first.conversation_id


def test_a_stranger_quoting_somebody_elses_message_id_does_not_join_their_conversation(world: World):
    first = world.writes("Hello", external_id="<hers@mail.example>")
    intruder = world.writes("Tell me more", sender=person("Ivan"), replies_to=("<hers@mail.example>",))
    assert intruder.conversation_id != first.conversation_id


def test_a_reply_to_the_signed_address_joins_even_from_another_address(world: World):
    first = world.writes("Hello")
    other = world.writes("From my phone", sender=person("Maya Mobile"), thread=first.conversation_id.hex)
    assert other.conversation_id == first.conversation_id


def test_a_new_matter_days_later_is_a_conversation_of_its_own(world: World):
    first = world.writes("Hello", sent_at=NOW - timedelta(days=9))
    later = world.writes("Another thing")
    assert later.conversation_id != first.conversation_id


def test_a_message_to_a_closed_conversation_reopens_it(world: World):
    conversation = world.conversation("Hello", external_id="<c@mail.example>")
    with world.inside():
        conversation.close(world.bob)
    world.writes("One more thing", replies_to=("<c@mail.example>",))
    with world.inside():
        conversation.refresh_from_db()
    assert conversation.state == ConversationState.OPEN
    assert conversation.unread


def test_an_older_order_snapshot_never_overwrites_a_newer_one(world: World):
    newer = an_order("#7", world.maya, external_id="gid://7", updated_at=NOW)
    older = an_order(
        "#7",
        world.maya,
        external_id="gid://7",
        updated_at=NOW - timedelta(hours=1),
        tracking_number="",
        fulfillment_status=FulfillmentStatus.UNFULFILLED,
    )
    for event in (newer, older, newer):
        with world.inside():
            intake.receive(world.shop, event)
    with world.inside():
        order = Order.objects.get(external_id="gid://7")
        assert order.fulfillment_status == "fulfilled"
        assert order.shipments.count() == 1


def test_scans_are_added_once_and_the_first_promise_is_remembered(world: World):
    order = world.buys()
    shipment = order.shipments.all()[0]
    world.parcel_moves(shipment, estimated_on=NOW + timedelta(days=1))
    moved = world.parcel_moves(shipment, ParcelStatus.EXCEPTION, estimated_on=NOW + timedelta(days=3))
    with world.inside():
        assert TrackingEvent.objects.filter(shipment=shipment).count() == 2
    assert moved.is_late
    assert moved.first_estimated_on == NOW + timedelta(days=1)


def test_the_customer_of_the_order_and_of_the_mail_are_one_when_the_address_is_the_same(world: World):
    order = world.buys()
    message = world.writes("Where is it?")
    assert message.customer_id == order.customer_id


def test_a_bounce_marks_the_answer_as_not_delivered_and_reopens(world: World):
    conversation = world.conversation()
    with world.inside():
        reply = conversation.reply("On its way!", world.bob)
        Message.objects.filter(pk=reply.pk).update(external_id="<ours@x>", send_state="sent")
        conversation.close(world.bob)
        intake.receive(world.mailbox, MessageBounced("<ours@x>", "No such mailbox", NOW))
        reply.refresh_from_db()
        conversation.refresh_from_db()
    assert (reply.send_state, reply.problem) == ("failed", "No such mailbox")
    assert conversation.state == ConversationState.OPEN
    assert "not_delivered" in conversation.marks


@pytest.fixture
def broken_delivery(world: World) -> Delivery:
    with world.inside():
        delivery = Delivery.store(world.shop, RawDelivery("orders/updated", "bad-1", b"{not json"))
    assert delivery
    return delivery


def test_what_waits_on_one_channel_waits_for_no_other(world: World, broken_delivery: Delivery):
    with world.inside():
        there = Delivery.store(world.mailbox, RawDelivery("mail", "there-1", b"Subject: x"))
    assert there
    assert intake.drain(world.organization.pk, world.mailbox.pk) == 1
    with world.inside():
        states = dict(Delivery.objects.values_list("key", "state"))
    assert states["there-1"] != DeliveryState.RECEIVED
    assert states["bad-1"] == DeliveryState.RECEIVED


def test_what_nobody_was_woken_for_is_found(world: World, broken_delivery: Delivery):
    intake.sweep(world.organization.pk)
    with world.inside():
        broken_delivery.refresh_from_db()
    assert broken_delivery.state == DeliveryState.FAILED


def test_an_unparsable_delivery_is_kept_with_its_reason_and_can_be_replayed(
    world: World, broken_delivery: Delivery, monkeypatch
):
    intake.drain(world.organization.pk)
    with world.inside():
        broken_delivery.refresh_from_db()
        assert broken_delivery.state == DeliveryState.FAILED
        assert broken_delivery.reason
        assert bytes(broken_delivery.body) == b"{not json"
        broken_delivery.requeue()
    fixed = [a_mail(world.maya, "Now it parses", external_id="<fixed@mail.example>")]
    monkeypatch.setattr(type(world.shop.connector), "parse", lambda *_: fixed)
    intake.drain(world.organization.pk)
    with world.inside():
        broken_delivery.refresh_from_db()
        assert broken_delivery.state == DeliveryState.APPLIED
        assert Message.objects.filter(external_id="<fixed@mail.example>").exists()


def test_a_failure_in_the_middle_leaves_nothing_behind_but_the_reason(
    world: World, broken_delivery, monkeypatch
):
    def half(*_):
        yield a_mail(world.maya, "first half", external_id="<half@mail.example>")
        raise Unparsable("The second half is missing.")

    monkeypatch.setattr(type(world.shop.connector), "parse", lambda *a: list(half()))
    intake.drain(world.organization.pk)
    with world.inside():
        broken_delivery.refresh_from_db()
        assert broken_delivery.reason == "The second half is missing."
        assert not Message.objects.filter(external_id="<half@mail.example>").exists()


def test_the_same_delivery_is_stored_once(world: World):
    raw = RawDelivery("mail", "key-1", b"x")
    with world.inside():
        assert Delivery.store(world.mailbox, raw)
        assert Delivery.store(world.mailbox, raw) is None


def test_another_organization_sees_none_of_it(world: World):
    world.writes("Secret")
    with scope(world.neighbour.pk):
        assert not Message.objects.exists()
        assert not Customer.objects.exists()
        assert not Shipment.objects.exists()
