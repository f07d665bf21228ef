"""A shopper's new number, by the platform's own word: the same customer, the same thread, and answers find them."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.events import Party, Renamed
from inbox import intake
from inbox.models import Channel, Conversation, Identity
from tests.inbox.joined import platform, says
from tests.world import World


def told(world: World, channel: Channel, old: str, new: str, thread: str = "US.1") -> None:
    who = Party({"whatsapp": old, "phone": new})
    with world.inside():
        intake.receive(channel, Renamed(thread, who, datetime.now(UTC)))


def test_the_customer_is_known_under_both_and_the_thread_goes_on(world: World):
    channel = platform(world, "whatsapp")
    names = {"whatsapp": "us.1", "phone": "+15550100"}
    conversation = says(world, channel, names, display="Maya", thread="US.1").conversation
    told(world, channel, "us.1", "+15550199")
    with world.inside():
        assert Conversation.objects.get(pk=conversation.pk).handles["phone"] == "+15550199"
        for number in ("+15550199", "+15550100"):
            assert Identity.objects.get(value=number).customer_id == conversation.customer_id


def test_a_stranger_stays_one(world: World):
    told(world, platform(world, "whatsapp"), "us.404", "+15550404")
    with world.inside():
        assert not Identity.objects.filter(value="+15550404").exists()
