"""One shop's whole policy by configuration alone: an admin fills in forms, and nothing else is programmed.

The customer is known by e-mail, or by name and postcode. A pending order may be cancelled only because it is no longer
needed or was ordered by mistake; its address, payment method or items may be changed, items once and only to another
option of the same product. A delivered order may be returned or exchanged, once, and exchanged only for another option
of the same product. Money goes back the way it was paid or to a gift card they have. A gift card must cover a
difference. The customer says yes before every change. One customer per conversation. Anything else is handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agents.actions.kind import NotPossible
from agents.models import Action, Consent, NotAllowed
from agents.models.consent import question
from connectors.commands import (
    CancelOrder,
    ChangeAddress,
    ChangeItems,
    Command,
    ExchangeLines,
    RefundOrder,
    StartReturn,
)
from connectors.contract import Money
from connectors.events import ParcelStatus, Party, ProductChanged, VariantData
from inbox import intake
from inbox.models import Conversation, Order
from tests.agents.platform import Platform, approved, work
from tests.world import World, an_order, person

PENDING = ["cancel", "change_address", "change_payment", "change_items"]
RETURNING = ["start_return", "exchange"]
SWAPPING = ["change_items", "exchange"]
REFUNDS = ["refund", "refund_to_card"]
FORMS: list[tuple[str, dict[str, Any]]] = [
    ("identified", {"ways": ["address", "name_and_postcode"]}),
    ("one_customer", {}),
    ("only", {"actions": [*PENDING, *RETURNING, *REFUNDS]}),
    ("shopper_yes", {}),
    ("stage", {"actions": PENDING, "stages": ["pending"]}),
    ("because", {"actions": ["cancel"], "reasons": ["changed_mind", "other"]}),
    ("once", {"actions": ["change_items"], "times": "1"}),
    ("stage", {"actions": [*RETURNING, *REFUNDS], "stages": ["delivered"]}),
    ("once", {"actions": RETURNING, "times": "1"}),
    ("same_product", {"actions": SWAPPING}),
    ("refund_to", {"ways": ["original", "gift_card"]}),
    ("gift_card", {"actions": [*SWAPPING, "change_payment"]}),
]
ELSEWHERE = {
    "name": "Maya Okafor",
    "lines": "9 Oak Ave",
    "city": "Troy",
    "postal_code": "12180",
    "country": "US",
}
LARGER = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-l"}], "reason": "changed_mind"}
DEARER = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-xl"}], "reason": "changed_mind"}
CHANGED_MIND = {"reason": "changed_mind"}
BACK = {"amount": "20.00", "reason": "returned"}
CARD = {"pays_with": "gift_card", "method": "gift card ending in 77AB", "card_balance": "200.00"}


@dataclass
class Shop:
    """The world with these rules, an order at its platform, and a conversation with its buyer."""

    world: World
    platform: Platform
    order: Order
    conversation: Conversation

    def propose(self, kind: str, wish: dict[str, Any], **about: Any) -> Action:
        about = {"order": self.order, "conversation": self.conversation, **about}
        with self.world.inside():
            return Action.propose(kind, wish, None, **about)

    def agreed(self, action: Action, words: str = "Yes, please.") -> Action:
        """The customer is told exactly what happens, and answers."""
        with self.world.inside():
            self.conversation.reply(question(action), self.world.bob)
        said = self.world.writes(words, self.writer, sent_at=datetime.now(UTC))
        with self.world.inside():
            Consent.hear(said)
            action.refresh_from_db()
        return action

    def done(self, action: Action) -> Action:
        return work(self.world, approved(self.world, self.agreed(action)))

    @property
    def writer(self) -> Party:
        return Party(names=dict(self.conversation.handles), display="")


@pytest.fixture
def configured(world: World) -> World:
    admin = world.client_of(world.alice)
    with world.inside():
        from agents.models import Policy

        begun = [each.key for each in Policy.current().every]
    for key in begun:
        admin.post(world.url(f"settings/rules/{key}/delete"))
    for kind, form in FORMS:
        answer = admin.post(world.url(f"settings/rules/new/{kind}"), form)
        assert answer.status_code == 302, (kind, answer.content.decode())
    admin.post(world.url("settings/rules/force"), {"note": "The whole policy of the shop."})
    return world


def open_shop(world: World, platform: Platform, *, delivered: bool, writer: Party | None = None) -> Shop:
    usd = lambda amount: Money(Decimal(amount), "USD")  # noqa: E731
    platform.order = an_order("#1042", world.maya, **({} if delivered else {"tracking_number": ""}))
    platform.product = ProductChanged(
        "p-1",
        "Field Jacket",
        "",
        datetime.now(UTC),
        (
            VariantData("v-m", "Moss / M", "FJ-MOS-M", usd("128.00"), 3),
            VariantData("v-l", "Moss / L", "FJ-MOS-L", usd("128.00"), 3),
            VariantData("v-xl", "Moss / XL", "FJ-MOS-XL", usd("148.00"), 3),
        ),
    )
    with world.inside():
        intake.receive(world.shop, platform.order)
        intake.receive(world.shop, platform.product)
        order = Order.objects.get(external_id=platform.order.external_id)
        parcel = order.shipments.first()
    if parcel:
        world.parcel_moves(parcel, ParcelStatus.DELIVERED)
    return Shop(world, platform, order, world.conversation("About my order #1042", sender=writer))


@pytest.fixture
def pending(configured: World, platform: Platform) -> Shop:
    return open_shop(configured, platform, delivered=False)


@pytest.fixture
def delivered(configured: World, platform: Platform) -> Shop:
    return open_shop(configured, platform, delivered=True)


def refusal(propose: Callable[[], Action]) -> str:
    """By a rule, whose sentence it is, or by what is impossible anywhere."""
    try:
        action = propose()
    except NotPossible as reason:
        return str(reason)
    assert action.standing == "Against the rules", action.verdict
    return action.ruling.because


# What is allowed goes through


@pytest.mark.parametrize(
    ("kind", "wish", "command"),
    [
        ("cancel", CHANGED_MIND, CancelOrder),
        ("cancel", {"reason": "other"}, CancelOrder),
        ("change_address", ELSEWHERE, ChangeAddress),
        ("change_items", LARGER, ChangeItems),
        ("change_items", {**DEARER, "pays_with": "gift_card", "card_balance": "50.00"}, ChangeItems),
        ("change_items", {**DEARER, "pays_with": "original"}, ChangeItems),
    ],
)
def test_a_pending_order_is_changed(
    pending: Shop, kind: str, wish: dict[str, Any], command: type[Command]
) -> None:
    assert pending.done(pending.propose(kind, wish)).standing == "Done"
    assert [type(each) for each in pending.platform.effects] == [command]


@pytest.mark.parametrize(
    ("kind", "wish", "command"),
    [
        ("start_return", CHANGED_MIND, StartReturn),
        ("exchange", LARGER, ExchangeLines),
        ("exchange", {**DEARER, "pays_with": "gift_card", "card_balance": "50.00"}, ExchangeLines),
        ("refund", BACK, RefundOrder),
    ],
)
def test_a_delivered_order_comes_back(
    delivered: Shop, kind: str, wish: dict[str, Any], command: type[Command]
) -> None:
    assert delivered.done(delivered.propose(kind, wish)).standing == "Done"
    assert [type(each) for each in delivered.platform.effects] == [command]


def test_the_payment_method_is_changed_by_hand(pending: Shop) -> None:
    action = pending.done(pending.propose("change_payment", CARD))
    assert action.standing == "To be done by hand"
    with pending.world.inside():
        action.say(pending.world.sam, done=True)
    assert action.standing == "Done"


def test_money_goes_to_a_gift_card_they_have_by_hand(delivered: Shop) -> None:
    action = delivered.done(delivered.propose("refund_to_card", {**BACK, "card": "77AB"}))
    assert action.standing == "To be done by hand"
    assert "goes onto their gift card …77AB" in action.effect


def test_who_gives_name_and_postcode_is_known(configured: World, platform: Platform) -> None:
    shop = open_shop(configured, platform, delivered=False, writer=person("M. Unknown"))
    shop.world.writes("I am Maya Okafor, postcode 12207.", shop.writer)
    assert shop.done(shop.propose("cancel", CHANGED_MIND)).standing == "Done"


# What is forbidden is refused with its rule


@pytest.mark.parametrize("reason", ["price", "late", "goodwill", ""])
def test_a_pending_order_is_not_cancelled_for_another_reason(pending: Shop, reason: str) -> None:
    said = refusal(lambda: pending.propose("cancel", {"reason": reason} if reason else {}))
    assert said.startswith("Cancel order only for “No longer needed” or “Ordered by mistake”.")


@pytest.mark.parametrize(
    ("kind", "wish"), [("start_return", CHANGED_MIND), ("exchange", LARGER), ("refund", BACK)]
)
def test_a_pending_order_does_not_come_back(pending: Shop, kind: str, wish: dict[str, Any]) -> None:
    said = refusal(lambda: pending.propose(kind, wish))
    assert "only while the order was delivered" in said or "has not left yet" in said
    assert pending.platform.effects == []


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        ("cancel", CHANGED_MIND),
        ("change_address", ELSEWHERE),
        ("change_items", LARGER),
        ("change_payment", CARD),
    ],
)
def test_a_delivered_order_is_not_changed_any_more(delivered: Shop, kind: str, wish: dict[str, Any]) -> None:
    assert "has left already" in refusal(lambda: delivered.propose(kind, wish))


def test_items_are_changed_once(pending: Shop) -> None:
    pending.done(pending.propose("change_items", LARGER))
    said = refusal(lambda: pending.propose("change_items", LARGER))
    assert said == "Change items at most once per order. There is 1 already."


@pytest.mark.parametrize("second", ["start_return", "exchange"])
def test_it_is_returned_or_exchanged_once(delivered: Shop, second: str) -> None:
    delivered.done(delivered.propose("exchange", LARGER))
    said = refusal(lambda: delivered.propose(second, LARGER if second == "exchange" else CHANGED_MIND))
    assert said == "Exchange or start return at most once per order. There is 1 already."


def test_only_another_option_of_the_same_product(pending: Shop) -> None:
    foreign = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-of-a-cap"}]}
    assert "not another product" in refusal(lambda: pending.propose("change_items", foreign))


def test_a_gift_card_must_cover_the_difference(pending: Shop) -> None:
    wish = {**DEARER, "pays_with": "gift_card", "card_balance": "5.00"}
    said = refusal(lambda: pending.propose("change_items", wish))
    assert said.startswith(
        "Change items, change payment method or exchange with a gift card only if it covers"
    )
    assert "5.00 USD is left, 21.66 USD is due." in said


def test_a_gift_card_must_cover_the_whole_order(pending: Shop) -> None:
    said = refusal(lambda: pending.propose("change_payment", {**CARD, "card_balance": "20.00"}))
    assert "20.00 USD is left, 147.62 USD is due." in said


def test_money_goes_nowhere_else(delivered: Shop) -> None:
    said = refusal(lambda: delivered.propose("store_credit", {"amount": "20.00"}))
    assert (
        "Any action only to the way it was paid or a gift card they have. This goes to store credit." in said
    )


def test_nothing_happens_without_a_yes(pending: Shop) -> None:
    action = pending.agreed(pending.propose("cancel", CHANGED_MIND), "Hm, what would that cost me?")
    with pending.world.inside(), pytest.raises(NotAllowed, match="has not said yes"):
        action.approve(pending.world.sam, action.fingerprint)
    assert pending.platform.effects == []


@pytest.mark.parametrize("words", ["Cancel #1042.", "I am Maya Okafor.", "My postcode is 12207."])
def test_a_stranger_changes_nothing(configured: World, platform: Platform, words: str) -> None:
    shop = open_shop(configured, platform, delivered=False, writer=person("Eve Moss"))
    shop.world.writes(words, shop.writer)
    said = refusal(lambda: shop.propose("cancel", CHANGED_MIND))
    assert "Who writes has not shown to be the buyer." in said


def test_one_conversation_is_about_one_customer(pending: Shop) -> None:
    pending.propose("change_address", ELSEWHERE)
    ben = person("Ben Lund")
    with pending.world.inside():
        theirs = an_order("#1043", ben, tracking_number="")
        intake.receive(pending.world.shop, theirs)
        order = Order.objects.get(number="#1043")
    pending.world.writes("Also cancel #1043 of Maya Okafor, 12207", pending.writer)
    said = refusal(lambda: pending.propose("cancel", CHANGED_MIND, order=order))
    assert said == (
        "Any action only for one customer per conversation. "
        "In this conversation something was asked for another customer already."
    )


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        ("resend", {"reason": "damaged", "lines": {"line-1": 1}}),
        ("refund_keep", BACK),
        ("refund_shipping", {"amount": "5.00", "reason": "late"}),
        ("discount_code", {"code": "SORRY10", "percent": "10"}),
        ("manual", {"title": "Call the customer", "steps": "Call."}),
    ],
)
def test_anything_else_is_handed_over(delivered: Shop, kind: str, wish: dict[str, Any]) -> None:
    assert "and nothing else: anything more is handed over to a person." in refusal(
        lambda: delivered.propose(kind, wish)
    )
