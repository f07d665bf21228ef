"""A return is started, decided and never decided twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agents.models import ActionFile
from connectors import commands
from connectors.commands import Reason, ReturnDecision
from connectors.contract import Money
from connectors.events import (
    File,
    ReturnStatus,
)
from inbox.models import Order
from tests.agents.doing import asks_back, done, propose, refusal, unsent
from tests.agents.platform import Platform, approved, work
from tests.world import World

PNG = File("label.png", "image/png", b"\x89PNG label")


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
