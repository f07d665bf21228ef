"""A shopper's new number, by the platform's own word: the same customer, the same thread, and answers find them."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.events import Party, Renamed
from inbox import intake
from inbox.models import Conversation, Customer
from tests.world import World


def told(world: World, old: str, new: str, thread: str = "US.1") -> None:
    who = Party({"whatsapp": old, "phone": new})
    with world.inside():
        intake.receive(world.mailbox, Renamed(thread, who, datetime.now(UTC)))


def test_the_customer_is_known_under_both_and_the_thread_goes_on(world: World):
    maya = Party({"whatsapp": "us.1", "phone": "+15550100"}, "Maya")
    conversation = world.conversation(sender=maya, thread="US.1")
    told(world, "us.1", "+15550199")
    with world.inside():
        assert Conversation.objects.get(pk=conversation.pk).handles["phone"] == "+15550199"
        assert Customer.known_as(Party({"phone": "+15550199"})).pk == conversation.customer_id
        assert Customer.known_as(Party({"phone": "+15550100"})).pk == conversation.customer_id


def test_a_stranger_stays_one(world: World):
    told(world, "us.404", "+15550404")
    with world.inside():
        assert not Customer.called(Party({"phone": "+15550404"}))
