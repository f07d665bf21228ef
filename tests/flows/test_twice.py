"""Everything twice changes nothing the second time."""

from __future__ import annotations

from uuid import uuid4

from agents import drafting
from agents.models import Draft, DraftState, Run
from audit.models import AuditEvent
from audit.verify import verify
from connectors.contract import RawDelivery
from inbox import intake
from inbox.models import Conversation, Customer, Delivery, Message
from tests.connectors.mail.room import MAYA, raw
from tests.world import World


def rows(world: World) -> dict[str, int]:
    with world.inside():
        models = (Message, Conversation, Customer, Delivery, Run, Draft, AuditEvent)
        return {model.__name__: model.objects.count() for model in models}


def a_mail(world: World, key: str) -> None:
    with world.inside():
        Delivery.store(world.mailbox, RawDelivery("mail", key, raw(Message_ID=f"<{key}@phone.example>")))
    intake.drain(world.organization.pk)


def test_a_mail_delivered_twice(world: World):
    key = uuid4().hex
    a_mail(world, key)
    first = rows(world)
    a_mail(world, key)
    assert rows(world) == first
    assert first["Message"] == 1


def test_a_delivery_replayed_after_it_was_applied(world: World):
    a_mail(world, uuid4().hex)
    with world.inside():
        delivery = Delivery.objects.get()
        delivery.requeue()
    intake.drain(world.organization.pk)
    after = rows(world)
    assert (after["Message"], after["Conversation"], after["Draft"]) == (1, 1, 1)


def test_a_message_read_twice(world: World):
    message = world.writes("Where is my order?")
    first = rows(world)
    drafting.run_pass(world.organization.pk, message.pk)
    assert rows(world) == first


def test_a_draft_approved_twice_in_two_windows(world: World):
    world.buys()
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.get(message=message)
        assert draft.state == DraftState.READY
    bob = world.client_of(world.bob)
    for _ in range(2):
        assert bob.post(world.url(f"drafts/{draft.pk}/approval")).status_code == 200
    with world.inside():
        assert Message.objects.filter(conversation=message.conversation, direction="out").count() == 1
        assert AuditEvent.objects.filter(kind="draft.approved").count() == 1


def test_the_trail_of_it_all_verifies(world: World):
    from audit import chain

    world.writes("Where is my order?")
    while chain.seal(world.organization.pk):
        pass
    assert verify(world.organization.pk).intact


def test_the_same_customer_by_mail_twice_is_one(world: World):
    a_mail(world, uuid4().hex)
    a_mail(world, uuid4().hex)
    with world.inside():
        assert Customer.objects.filter(email=MAYA).count() == 1
