"""Actions proposed, approved and carried out in one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from agents.actions.kind import NotPossible
from agents.models import Action
from connectors.commands import Command
from connectors.contract import Money
from connectors.events import (
    DisputeAnswer,
    DisputeChanged,
    DisputeKind,
    DisputeState,
    FulfillmentStatus,
    ProductChanged,
    ReturnData,
    ReturnStatus,
    VariantData,
)
from inbox import intake
from inbox.models import Dispute, Order, Return
from tests.agents.platform import Platform, approved, work
from tests.world import World


def propose(world: World, name: str, wish: dict[str, Any], **about: Any) -> Action:
    with world.inside():
        return Action.propose(name, wish, about.pop("by", world.bob), **about)


def done(world: World, platform: Platform, action: Action) -> Command:
    """Approved, carried out; the one command the platform got."""
    work(world, approved(world, action))
    assert action.standing == "Done", action.problem
    (wish,) = platform.effects
    return wish


def shows(world: World, platform: Platform, order: Order, **facts: Any) -> Order:
    """The platform tells of the order again."""
    platform.shows(**facts)
    assert platform.order
    with world.inside():
        intake.receive(world.shop, platform.order)
        order.refresh_from_db()
    return order


def refusal(world: World, name: str, wish: dict[str, Any], **about: Any) -> str:
    with pytest.raises(NotPossible) as why:
        propose(world, name, wish, **about)
    return str(why.value)


def disputed(world: World, platform: Platform, order: Order, **facts: Any) -> Dispute:
    defaults: dict[str, Any] = {
        "kind": DisputeKind.CHARGEBACK,
        "state": DisputeState.ACTION_NEEDED,
        "opened_at": datetime.now(UTC),
        "updated_at": datetime.now(UTC),
        "label": "Chargeback",
        "amount": Money(Decimal("147.62"), "USD"),
        "order_id": order.external_id,
        "answers": (DisputeAnswer.ACCEPT, DisputeAnswer.CONTEST),
        "revision": "3",
    }
    platform.dispute = DisputeChanged("d-1", **{**defaults, **facts})
    with world.inside():
        intake.receive(world.shop, platform.dispute)
        found: Dispute = Dispute.objects.select_related("order").get(order=order)
    return found


def unsent(world: World, platform: Platform, order: Order) -> None:
    shows(world, platform, order, fulfillment_status=FulfillmentStatus.UNFULFILLED, shipments=[])


def asks_back(world: World, platform: Platform, order: Order, status: ReturnStatus) -> Return:
    shows(world, platform, order, returns=[ReturnData("r-1", "R1", status, "Too small", quantity=1)])
    with world.inside():
        back: Return = Return.objects.get(order=order)
    return back


def sells(
    world: World, platform: Platform, price: str = "128.00", stock: int | None = 4, title: str = "Moss / L"
) -> None:
    """The jacket that was bought, and another size of it."""
    usd = lambda amount: Money(Decimal(amount), "USD")  # noqa: E731
    platform.product = ProductChanged(
        "p-1",
        "Field Jacket",
        "",
        datetime.now(UTC),
        (
            VariantData("v-m", "Moss / M", "FJ-MOS-M", usd("128.00"), 3),
            VariantData("v-l", title, "FJ-MOS-L", usd(price), stock),
        ),
    )
    with world.inside():
        intake.receive(world.shop, platform.product)
