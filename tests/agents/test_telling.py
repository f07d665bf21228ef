"""What a shopper hears of a return, step by step and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from agents import telling
from agents.models import Action
from connectors.contract import Money
from connectors.events import RefundData, ReturnData, ReturnStatus
from inbox import intake, rules
from inbox.models import Conversation, Order, Return
from inbox.rules import Forbidden
from tests.agents.platform import Platform, approved, work
from tests.world import World

R1 = ReturnData("r-1", "R1", ReturnStatus.REQUESTED, quantity=1)


def platform_tells(world: World, platform: Platform, **facts: object) -> None:
    platform.shows(**facts)
    assert platform.order
    with world.inside():
        intake.receive(world.shop, platform.order)


def heard(world: World, conversation: Conversation) -> list[str]:
    with world.inside():
        return list(
            conversation.messages.filter(direction="out")
            .order_by("created_at")
            .values_list("text", flat=True)
        )


def listen(world: World, times: int = 2) -> None:
    for _ in range(times):
        telling.sweep(world.organization.pk)


@pytest.fixture
def action(world: World, platform: Platform, order: Order, conversation: Conversation) -> Action:
    """A return the shopper asked for at the platform, approved from here."""
    platform_tells(world, platform, returns=[R1])
    with world.inside():
        back = Return.objects.get(order=order)
        proposed = Action.propose("approve_return", {}, world.bob, back=back, conversation=conversation)
    return work(world, approved(world, proposed))


def test_the_shopper_hears_of_each_step_once(
    world: World, platform: Platform, action: Action, conversation: Conversation
) -> None:
    with world.inside():
        back = Return.objects.get(external_id="r-1")
        Action.propose(
            "inspect_return", {"found": "as_sold"}, world.bob, back=back, conversation=conversation
        )
    refund = RefundData("refund-9", Money(Decimal("128.00"), "USD"), datetime.now(UTC))
    platform_tells(world, platform, returns=[replace(R1, status=ReturnStatus.OPEN)], refunds=[refund])
    listen(world)
    platform_tells(world, platform, returns=[replace(R1, status=ReturnStatus.CLOSED)], refunds=[refund])
    listen(world)
    assert heard(world, conversation) == [
        "Your return R1 is approved. We write again when it is here.",
        "We have checked what you sent back with return R1: it is as it was sold.",
        "We have refunded 128.00 USD for your order #1042.",
        "Your return R1 for order #1042 is completed.",
    ]


def test_a_refund_of_ours_is_told_by_itself_alone(
    world: World, platform: Platform, action: Action, order: Order, conversation: Conversation
) -> None:
    with world.inside():
        wish = {"amount": "128.00", "reason": "returned"}
        refund = Action.propose("refund", wish, world.bob, order=order, conversation=conversation)
    approved(world, refund)
    platform_tells(world, platform)
    listen(world)
    work(world, refund)
    platform_tells(world, platform)
    listen(world)
    said = [text for text in heard(world, conversation) if "refunded" in text]
    assert said == ["We have refunded 128.00 USD for your order #1042."]


def test_a_return_nobody_here_had_a_hand_in_is_not_told(
    world: World, platform: Platform, order: Order, conversation: Conversation
) -> None:
    platform_tells(world, platform, returns=[replace(R1, status=ReturnStatus.CLOSED)])
    listen(world)
    assert heard(world, conversation) == []


def test_what_was_refunded_before_is_no_news(
    world: World, platform: Platform, action: Action, conversation: Conversation
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3)
    refund = RefundData("refund-1", Money(Decimal("5.00"), "USD"), long_ago)
    platform_tells(world, platform, refunds=[refund])
    listen(world)
    assert len(heard(world, conversation)) == 1


def test_what_a_channel_does_not_take_is_noted_on_the_action(
    world: World,
    platform: Platform,
    action: Action,
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Forbidden("The time to answer is over.")

    monkeypatch.setattr(rules, "uphold", refuse)
    platform_tells(world, platform, returns=[replace(R1, status=ReturnStatus.CLOSED)])
    listen(world)
    with world.inside():
        action.refresh_from_db()
    assert action.problem == "The customer was not told: The time to answer is over."


def test_an_old_return_is_no_longer_followed(
    world: World, platform: Platform, action: Action, conversation: Conversation
) -> None:
    with world.inside():
        Action.objects.update(ended_at=timezone.now() - telling.LASTS - timedelta(days=1))
    platform_tells(world, platform, returns=[replace(R1, status=ReturnStatus.CLOSED)])
    listen(world)
    assert len(heard(world, conversation)) == 1
