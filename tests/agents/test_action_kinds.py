"""Each kind of action, proposed, approved and done with exactly its command, and each reason why it can't be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from agents import actions
from agents.models import Action, NotAllowed
from audit.models import AuditEvent, CustomerKey
from connectors import commands
from connectors.commands import Reason, SubscriptionChange
from connectors.contract import Money
from connectors.events import (
    Address,
    File,
    MessageReceived,
    ReturnStatus,
)
from inbox import intake
from inbox.models import Conversation, Notice, Order
from tests.agents.doing import asks_back, disputed, done, propose, refusal, sells, shows, unsent
from tests.agents.platform import Platform, approved, work
from tests.world import World, person

NEW_HOME = {
    "name": "Maya Okafor",
    "lines": "7 Oak Ave\nApt 3",
    "city": "Troy",
    "region": "NY",
    "postal_code": "12180",
    "country": "us",
}
PNG = File("label.png", "image/png", b"\x89PNG label")


def test_every_kind_has_a_label_an_icon_and_a_name_of_its_own() -> None:
    for name, kind in actions.kinds().items():
        assert kind.name == name
        assert kind.label
        assert kind.icon


def test_only_the_shipping_goes_back(world: World, platform: Platform, order: Order) -> None:
    action = propose(world, "refund_shipping", {"amount": "9.00", "reason": "late"}, order=order)
    wish = done(world, platform, action)
    nine = Money(Decimal("9.00"), "USD")
    assert wish == commands.RefundOrder(order.external_id, nine, Reason.LATE, shipping=nine)


def test_no_more_shipping_goes_back_than_was_paid(world: World, platform: Platform, order: Order) -> None:
    assert "Only 9.00 USD" in refusal(world, "refund_shipping", {"amount": "9.01"}, order=order)
    done(world, platform, propose(world, "refund_shipping", {"amount": "9.00"}, order=order))
    assert "No shipping" in refusal(world, "refund_shipping", {"amount": "1.00"}, order=order)


def test_the_customer_keeps_what_is_refunded_without_a_return(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    wish = {"amount": "20.00", "reason": "damaged", "lines": {"line-1": 1}}
    action = propose(world, "refund_keep", wish, order=order, conversation=conversation)
    assert "keeps Field Jacket; nothing has to come back" in action.effect
    sent = done(world, platform, action)
    assert isinstance(sent, commands.RefundOrder)
    assert [line.line_id for line in sent.lines] == ["line-1"]
    with world.inside():
        assert "You can keep Field Jacket" in conversation.messages.get(direction="out").text


def test_nothing_is_kept_that_never_left(world: World, platform: Platform, order: Order) -> None:
    unsent(world, platform, order)
    assert "has not left yet" in refusal(world, "refund_keep", {"amount": "1.00"}, order=order)


def test_an_address_is_changed_before_the_order_leaves(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    unsent(world, platform, order)
    action = propose(world, "change_address", NEW_HOME, order=order, conversation=conversation)
    to = Address("Maya Okafor", ("7 Oak Ave", "Apt 3"), "Troy", "NY", "12180", "US")
    assert "12 Elm St, Albany, NY 12207" in action.effect
    assert done(world, platform, action) == commands.ChangeAddress(order.external_id, to)
    with world.inside():
        assert "7 Oak Ave, Apt 3, Troy, NY 12180" in conversation.messages.get(direction="out").text


def test_the_address_of_what_has_left_stays(world: World, order: Order) -> None:
    assert "has left already" in refusal(world, "change_address", NEW_HOME, order=order)


def test_an_address_must_be_whole_and_new(world: World, platform: Platform, order: Order) -> None:
    unsent(world, platform, order)
    assert "a postcode" in refusal(world, "change_address", {**NEW_HOME, "postal_code": ""}, order=order)
    same = {**order.shipping_address, "lines": "12 Elm St"}
    assert "already" in refusal(world, "change_address", same, order=order)


def test_an_address_that_somebody_else_changed_goes_back_to_the_approver(
    world: World, platform: Platform, order: Order
) -> None:
    unsent(world, platform, order)
    action = approved(world, propose(world, "change_address", NEW_HOME, order=order))
    assert platform.order
    platform.shows(shipping_address=replace(platform.order.shipping_address, lines=("9 Pine St",)))
    work(world, action)
    assert platform.effects == []
    assert [change["name"] for change in action.changes] == ["Address now"]


def test_goods_are_sent_again_at_no_charge(world: World, platform: Platform, order: Order) -> None:
    action = propose(world, "resend", {"lines": {"line-1": 1}, "reason": "not_received"}, order=order)
    wish = done(world, platform, action)
    assert wish == commands.ResendOrder(order.external_id, Reason.NOT_RECEIVED, (("line-1", 1),))


def test_nobody_sends_again_what_is_being_refunded(world: World, order: Order) -> None:
    propose(world, "refund", {"amount": "10.00", "lines": {"line-1": 1}}, order=order)
    assert "Another open action" in refusal(world, "resend", {"lines": {"line-1": 1}}, order=order)


LARGER = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-l"}], "reason": "changed_mind"}
SWAP = commands.Swap("line-1", 1, "v-l")


def test_a_parcel_on_its_way_is_stopped(world: World, platform: Platform, order: Order) -> None:
    number = "1Z999AA10123456784"
    action = propose(world, "intercept_parcel", {"parcel": number}, order=order)
    assert "comes back to us" in action.effect
    wish = done(world, platform, action)
    assert wish == commands.InterceptParcel(number, "ups", order_id=order.external_id)


def test_a_delivered_parcel_is_not_stopped(world: World, order: Order) -> None:
    with world.inside():
        order.shipments.update(status="delivered")
    why = refusal(world, "intercept_parcel", {"parcel": "1Z999AA10123456784"}, order=order)
    assert "delivered already" in why
    assert "No parcel" in refusal(world, "intercept_parcel", {"parcel": "1Z0"}, order=order)


def test_store_credit_is_given_in_place_of_money(world: World, platform: Platform, order: Order) -> None:
    assert "Only 147.62 USD" in refusal(world, "store_credit", {"amount": "147.63"}, order=order)
    wish = {"amount": "30.00", "expires_on": "2099-12-31"}
    assert done(
        world, platform, propose(world, "store_credit", wish, order=order)
    ) == commands.GiveStoreCredit(
        Money(Decimal("30.00"), "USD"),
        order.external_id,
        expires_at=datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
    assert "Only 117.62 USD" in refusal(world, "refund", {"amount": "120.00"}, order=order)


def test_a_code_takes_something_off_the_next_order(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    wish = {"code": "sorry-4711", "percent": "10"}
    action = propose(world, "discount_code", wish, order=order, conversation=conversation)
    assert "the code SORRY-4711: 10 % off one order" in action.effect
    assert done(world, platform, action) == commands.MakeDiscount(
        "SORRY-4711", Decimal(10), order_id=order.external_id, title="For order #1042"
    )
    with world.inside():
        assert "10 % off your next order: SORRY-4711" in conversation.messages.get(direction="out").text


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"code": "A", "percent": "10"}, "4 to 24 letters"),
        ({"code": "SORRY-1", "percent": "10", "amount": "5.00"}, "either a percentage or an amount"),
        ({"code": "SORRY-1"}, "either a percentage or an amount"),
        ({"code": "SORRY-1", "percent": "101"}, "at most 100"),
        ({"code": "SORRY-1", "percent": "10", "expires_on": "2020-01-01"}, "expired already"),
    ],
)
def test_a_code_that_makes_no_sense_is_refused(
    world: World, order: Order, wish: dict[str, Any], why: str
) -> None:
    assert why in refusal(world, "discount_code", wish, order=order)


def test_a_subscription_is_paused(world: World, platform: Platform, order: Order) -> None:
    wish = {"subscription": "sub-9", "change": "pause", "until": "2099-01-31"}
    action = propose(world, "subscription", wish, order=order)
    assert action.effect == "Subscription sub-9 is paused until 2099-01-31."
    assert done(world, platform, action) == commands.ChangeSubscription(
        "sub-9", SubscriptionChange.PAUSE, date(2099, 1, 31)
    )


def test_a_subscription_is_named_and_its_change_is_whole(world: World, order: Order) -> None:
    assert "number is missing" in refusal(world, "subscription", {"change": "skip"}, order=order)
    swap = {"subscription": "sub-9", "change": "swap"}
    assert "what they get instead" in refusal(world, "subscription", swap, order=order)


def test_a_wish_to_cancel_is_refused_where_it_left_already(
    world: World, platform: Platform, order: Order
) -> None:
    assert "Nobody has asked" in refusal(world, "refuse_cancellation", {}, order=order)
    shows(world, platform, order, cancel_requested_at=datetime.now(UTC))
    wish = {"tracking_number": "1Z999AA10123456784"}
    assert done(world, platform, propose(world, "refuse_cancellation", wish, order=order)) == (
        commands.RefuseCancellation(order.external_id, tracking_number="1Z999AA10123456784")
    )


def test_a_note_is_frozen_into_the_trail_at_once(
    world: World, order: Order, conversation: Conversation
) -> None:
    wish = {"note": "The photo shows a torn sleeve."}
    action = propose(world, "capture_evidence", wish, order=order, conversation=conversation)
    assert action.standing == "Done"
    with world.inside():
        event = AuditEvent.objects.get(kind="evidence.captured", conversation_id=conversation.pk)
        CustomerKey.open([event])
    assert event.personal == {"note": "The photo shows a torn sleeve."}


def test_a_spammer_is_blocked_and_wakes_nobody_again(world: World, platform: Platform) -> None:
    spammer = person("Win Big")
    spam = world.conversation("Claim your prize", sender=spammer)
    approved(world, propose(world, "block_sender", {}, conversation=spam))
    with world.inside():
        spam.refresh_from_db()
        intake.receive(world.mailbox, MessageReceived("<2@spam>", spammer, "Last chance!", datetime.now(UTC)))
        assert Notice.objects.filter(external_id="<2@spam>").exists()
        assert spam.messages.count() == 1
    assert spam.state == "closed"


def test_a_customer_is_not_blocked(world: World, order: Order, conversation: Conversation) -> None:
    assert "has bought something" in refusal(world, "block_sender", {}, conversation=conversation)


def test_a_manual_step_is_a_checklist_with_a_proof(
    world: World, platform: Platform, conversation: Conversation
) -> None:
    wish = {"title": "Call the courier", "steps": "Call 1-800\nAsk for depot 9\n", "news": "We called them."}
    action = propose(world, "manual", wish, conversation=conversation)
    assert action.steps == ["Call 1-800", "Ask for depot 9"]
    approved(world, action)
    assert action.standing == "To be done by hand"
    with world.inside():
        proof = action.prove(PNG, world.bob)
        action.say(world.bob, done=True)
        assert proof.read() == PNG
        assert conversation.messages.get(direction="out").text == "We called them."
    assert action.standing == "Done"
    assert platform.effects == []


def test_what_a_channel_has_no_command_for_is_done_by_hand_on_its_page(
    world: World, platform: Platform, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Platform, "commands", frozenset())
    monkeypatch.setattr(
        Platform, "order_page", lambda self, account, order: f"https://seller.example/{order}"
    )
    action = approved(world, propose(world, "resend", {"lines": {"line-1": 1}}, order=order))
    assert action.standing == "To be done by hand"
    with world.inside():
        assert "make a copy of it at no charge" in action.steps[0]
        assert action.seller_page == f"https://seller.example/{order.external_id}"


def test_proof_is_a_picture_or_a_document_of_what_was_done(
    world: World, platform: Platform, conversation: Conversation
) -> None:
    action = propose(world, "manual", {"title": "Call", "steps": "Call"}, conversation=conversation)
    with world.inside(), pytest.raises(NotAllowed, match="nothing to prove"):
        action.prove(PNG, world.bob)
    approved(world, action)
    with world.inside(), pytest.raises(NotAllowed, match="Only PDF"):
        action.prove(File("a.html", "text/html", b"<p>"), world.bob)


@pytest.mark.parametrize("name", sorted(actions.kinds()))
def test_every_form_opens_filled_in_and_its_wish_can_be_asked_for_again(
    world: World, platform: Platform, order: Order, conversation: Conversation, name: str
) -> None:
    sells(world, platform)
    dispute = disputed(world, platform, order)
    back = asks_back(world, platform, order, ReturnStatus.REQUESTED)
    with world.inside():
        action = Action(
            kind=name, order=order, back=back, dispute=dispute, conversation=conversation, channel=world.shop
        )
        form = action.what.form(action)
        given = {each.html_name: each.value() for each in form if each.value() not in (None, "")}
        filled = action.what.form(action, {**_FILL, **given})
        assert filled.is_valid(), filled.errors
        wish = filled.wish()
        action.wish = wish
        assert action.what.form(action).initial == wish


_FILL = {
    "note": "Why",
    "title": "Call",
    "steps": "Call them",
    "subscription": "sub-9",
    "method": "card ending in 4242",
    "card": "4242",
    "pays_with": "gift_card",
    "expires_on": "",
    **{name: value for name, value in NEW_HOME.items() if name != "lines"},
}
