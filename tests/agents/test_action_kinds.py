"""Each kind of action, proposed, approved and done with exactly its command, and each reason why it can't be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agents import actions
from agents.actions.kind import NotPossible
from agents.models import Action, ActionFile
from connectors import commands
from connectors.commands import Command, Reason, ReturnDecision
from connectors.contract import Money
from connectors.events import (
    Address,
    File,
    FulfillmentStatus,
    ReturnData,
    ReturnStatus,
)
from inbox import intake
from inbox.models import Conversation, Order, Return
from tests.agents.platform import Platform, approved, work
from tests.world import World

NEW_HOME = {
    "name": "Maya Okafor",
    "lines": "7 Oak Ave\nApt 3",
    "city": "Troy",
    "region": "NY",
    "postal_code": "12180",
    "country": "us",
}
PNG = File("label.png", "image/png", b"\x89PNG label")


def propose(world: World, name: str, wish: dict[str, Any], **about: Any) -> Action:
    with world.inside():
        return Action.propose(name, wish, about.pop("by", world.bob), **about)


def done(world: World, platform: Platform, action: Action) -> Command:
    """Approved, carried out; the one command the platform got."""
    work(world, approved(world, action))
    assert action.standing == "Done", action.problem
    (wish,) = platform.effects
    return wish


def shows(world: World, platform: Platform, order: Order, **facts: Any) -> None:
    """The platform tells of the order again."""
    platform.shows(**facts)
    with world.inside():
        intake.receive(world.shop, platform.order)
        order.refresh_from_db()


def unsent(world: World, platform: Platform, order: Order) -> None:
    shows(world, platform, order, fulfillment_status=FulfillmentStatus.UNFULFILLED, shipments=[])


def asks_back(world: World, platform: Platform, order: Order, status: ReturnStatus) -> Return:
    shows(world, platform, order, returns=[ReturnData("r-1", "R1", status, "Too small", quantity=1)])
    with world.inside():
        back: Return = Return.objects.get(order=order)
    return back


def refusal(world: World, name: str, wish: dict[str, Any], **about: Any) -> str:
    with pytest.raises(NotPossible) as why:
        propose(world, name, wish, **about)
    return str(why.value)


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
    wish = {"amount": "40.00", "reason": "damaged", "lines": {"line-1": 1}}
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


def test_a_return_is_started_with_its_label(world: World, platform: Platform, order: Order) -> None:
    with world.inside():
        label = ActionFile.keep(PNG)
    wish = {
        "lines": {"line-1": 1},
        "reason": "changed_mind",
        "note": "Too small",
        "label": str(label.pk),
        "restocking_fee": "5.00",
    }
    action = propose(world, "start_return", wish, order=order)
    assert "with our label" in action.effect
    assert "5.00 USD is kept" in action.effect
    assert done(world, platform, action) == commands.StartReturn(
        order.external_id,
        (("line-1", 1),),
        Reason.CHANGED_MIND,
        "Too small",
        PNG,
        restocking_fee=Money(Decimal("5.00"), "USD"),
    )


def test_the_same_goods_do_not_come_back_twice(world: World, platform: Platform, order: Order) -> None:
    asks_back(world, platform, order, ReturnStatus.OPEN)
    why = refusal(world, "start_return", {"lines": {"line-1": 1}}, order=order)
    assert why == "These items come back already: R1 (approved)."


def test_what_has_not_left_is_not_returned(world: World, platform: Platform, order: Order) -> None:
    unsent(world, platform, order)
    assert "Cancel it instead" in refusal(world, "start_return", {"lines": {"line-1": 1}}, order=order)


@pytest.mark.parametrize(
    ("name", "stands", "wish", "decision"),
    [
        ("approve_return", ReturnStatus.REQUESTED, {}, ReturnDecision.APPROVE),
        ("decline_return", ReturnStatus.REQUESTED, {"note": "It was worn."}, ReturnDecision.DECLINE),
        ("receive_return", ReturnStatus.OPEN, {}, ReturnDecision.RECEIVED),
    ],
)
def test_a_return_is_decided(
    world: World,
    platform: Platform,
    order: Order,
    name: str,
    stands: ReturnStatus,
    wish: dict[str, Any],
    decision: ReturnDecision,
) -> None:
    back = asks_back(world, platform, order, stands)
    action = propose(world, name, wish, back=back)
    assert action.order == order
    sent = done(world, platform, action)
    assert sent == commands.DecideReturn("r-1", decision, note=wish.get("note", ""))


def test_a_return_that_is_decided_is_not_decided_again(
    world: World, platform: Platform, order: Order
) -> None:
    back = asks_back(world, platform, order, ReturnStatus.DECLINED)
    assert refusal(world, "approve_return", {}, back=back) == "Return R1 is declined already."


def test_nobody_is_declined_without_being_told_why(world: World, platform: Platform, order: Order) -> None:
    back = asks_back(world, platform, order, ReturnStatus.REQUESTED)
    assert "told why" in refusal(world, "decline_return", {"note": " "}, back=back)


def test_a_return_decided_meanwhile_is_left_alone(world: World, platform: Platform, order: Order) -> None:
    back = asks_back(world, platform, order, ReturnStatus.REQUESTED)
    action = approved(world, propose(world, "approve_return", {}, back=back))
    platform.decides("r-1", ReturnStatus.DECLINED)
    work(world, action)
    assert platform.effects == []
    assert action.standing == "Refused"
    assert "declined already" in action.problem


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
