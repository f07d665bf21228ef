"""A draft knows the other channels of a proven writer, and nothing of them for anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest

from agents.checking.verify import Claim, verify
from agents.facts.evidence import Kind, Sentence
from agents.facts.known import Told
from agents.facts.theirs import Theirs
from agents.models import Action
from agents.rules.case import Case
from agents.rules.identified import Identified
from agents.verdict import Ruling
from connectors.events import Authentication
from inbox import joining
from inbox.models import Ground, Message, Order
from tests.agents.known import NOW, ZONE, Shop, seen
from tests.agents.letters import COLUMBUS, answered, body
from tests.inbox.joined import FAILED, PASSED, UNCHECKED, platform, says
from tests.world import World, person

WORDS = "UPS expects to deliver it on Monday, November 24."


def told_there(shop: Shop, channel: str = "Instagram") -> None:
    order = shop.order()
    shop.parcel(order, estimated=date(2025, 11, 24), scans=[COLUMBUS])
    said = shop.write("message:1", "text", Kind.TEXT, WORDS, "We wrote", "Our earlier answer")
    said = replace(said, frozen={"text": f"Your order #1042 is on its way. {WORDS}"})
    shop.ledger.items[-1] = said
    at = datetime(2025, 11, 20, 9, tzinfo=ZONE).isoformat()
    on = shop.write("message:1", "told_at", Kind.MOMENT, at, "We wrote on", "Our earlier answer")
    there = shop.write("message:1", "channel", Kind.TEXT, channel, "We wrote on", "Our earlier answer")
    shop.told.append(Told(said, on, uuid4(), there))


def claims(shop: Shop, text: str) -> list[Claim]:
    cited = tuple(item.number for item in shop.ledger.items)
    return verify([Sentence(text, cited)], shop.ledger.items, now=NOW, zone=str(ZONE))


@pytest.mark.parametrize(
    ("channel", "opening"),
    [
        ("Instagram", "As we told you on Instagram this morning: “UPS expects"),
        ("E-mail", "As we told you by e-mail this morning: “UPS expects"),
    ],
)
def test_a_proven_writer_is_reminded_of_what_we_told_them_elsewhere(channel: str, opening: str) -> None:
    shop = Shop()
    told_there(shop, channel)
    assert opening in body(answered(shop, seen()))  # and all of it is proven


@pytest.mark.parametrize(
    "text",
    [
        "As we told you on Amazon this morning, it is on its way.",
        "You wrote to us on eBay about it.",
        "We saw your eBay message.",
        "As we told you by e-mail, it comes soon.",
        "As we said in our other conversation, it comes soon.",
    ],
)
def test_a_model_that_speaks_of_another_channel_without_a_record_is_blocked(text: str) -> None:
    shop = Shop()
    shop.parcel(shop.order(), estimated=date(2025, 11, 24), scans=[COLUMBUS])
    assert any(not claim.is_supported for claim in claims(shop, text))


def joined(world: World, check: Authentication) -> tuple[Message, Order, Order]:
    """By mail, after the mail's customer was joined to a platform's: the message, an order of each."""
    ebay, shopper = platform(world), f"maya-{uuid4().hex}"
    own = world.buys("#9001")
    there = says(world, ebay, {"ebay": shopper}, display="Rosa Secret").conversation
    mail = world.conversation("Where is it?")
    with world.inside():
        assert joining.join(mail.customer, there.customer, ground=Ground.PERSON, by=world.bob, reason="Same")
        other = Order.objects.get(pk=own.pk)
        other.pk, other.external_id, other.number, other.channel = uuid4(), uuid4().hex, "12-777", ebay
        other.came_as = there.customer
        other._state.adding = True
        other.save()
    return world.writes("And now?", authentication=check), own, other


@pytest.mark.parametrize("check", [UNCHECKED, FAILED])
def test_an_unverified_sender_gets_what_came_by_their_own_name_only(
    world: World, check: Authentication
) -> None:
    message, own, other = joined(world, check)
    with world.inside():
        theirs = Theirs.of(message.conversation, message)
        numbers = set(Order.objects.filter(theirs.orders()).values_list("number", flat=True))
        assert numbers == {own.number}
        assert theirs.reader.name == "Maya Okafor"
    assert other.number not in numbers


def test_a_verified_sender_gets_everything_of_theirs(world: World) -> None:
    message, own, other = joined(world, PASSED)
    with world.inside():
        theirs = Theirs.of(message.conversation, message)
        numbers = set(Order.objects.filter(theirs.orders()).values_list("number", flat=True))
    assert numbers == {own.number, other.number}


def numbers_told(message: Message) -> set[str]:
    theirs = Theirs.of(message.conversation, message)
    return set(Order.objects.filter(theirs.orders()).values_list("number", flat=True))


def test_somebody_else_who_writes_into_a_conversation_is_told_nothing_of_it(world: World) -> None:
    """Whoever was passed on a letter holds its token, and is the one the answer goes to."""
    world.buys("#9001")
    token = world.conversation("Where is it?").pk.hex
    for check in (UNCHECKED, PASSED):
        message = world.writes("And now?", person("Rosa Secret"), thread=token, authentication=check)
        with world.inside():
            assert message.conversation_id.hex == token
            assert numbers_told(message) == set()
            assert Theirs.of(message.conversation, message).reader.name == "Rosa Secret"


@pytest.mark.parametrize(("check", "told"), [(UNCHECKED, set()), (PASSED, {"#9001"})])
def test_from_a_second_address_only_a_verified_sender_is_told_what_came_by_the_first(
    world: World, check: Authentication, told: set[str]
) -> None:
    world.buys("#9001")
    first, second = world.conversation("Where is it?"), person("Maya Okafor")
    other = world.writes("Hello", second).conversation
    with world.inside():
        assert joining.join(first.customer, other.customer, ground=Ground.PERSON, by=world.bob, reason="Same")
    message = world.writes("And now?", second, thread=first.pk.hex, authentication=check)
    with world.inside():
        assert message.conversation_id == first.pk
        assert numbers_told(message) == told


def test_somebody_else_who_writes_into_a_conversation_may_change_no_order_of_it(world: World) -> None:
    order, conversation = world.buys("#9001"), world.conversation("Where is it?")

    def ruling() -> Ruling:
        with world.inside():
            case = Case(Action(kind="cancel", order=order, conversation=conversation, wish={}))
            said = Identified().judge(case, [])
            assert said is not None
            return said.ruling

    assert ruling() == Ruling.ALLOWED
    world.writes("Cancel it", person("Rosa Secret"), thread=conversation.pk.hex, authentication=PASSED)
    assert ruling() == Ruling.FORBIDDEN


def test_in_public_nobody_is_told_of_other_channels(world: World) -> None:
    message, _, _ = joined(world, PASSED)
    message.conversation.is_public = True
    with world.inside():
        assert not Theirs.of(message.conversation, message).is_proven
