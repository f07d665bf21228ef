"""Other goods for those that were bought, before and after they left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from connectors import commands
from connectors.commands import Reason
from connectors.contract import Money
from inbox.models import Order
from tests.agents.doing import done, propose, refusal, sells, unsent
from tests.agents.platform import Platform, approved, work
from tests.world import World

LARGER = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-l"}], "reason": "changed_mind"}
SWAP = commands.Swap("line-1", 1, "v-l")


def test_a_delivered_jacket_is_exchanged_for_another_size(
    world: World, platform: Platform, order: Order
) -> None:
    sells(world, platform)
    action = propose(world, "exchange", LARGER, order=order)
    assert action.effect.startswith("Field Jacket, Moss / M, for Moss / L, of #1042.")
    assert "The price stays the same." in action.effect
    assert done(world, platform, action) == commands.ExchangeLines(
        order.external_id, (SWAP,), Reason.CHANGED_MIND, Money(Decimal("0.00"), "USD")
    )


def test_a_dearer_size_says_what_is_owed_and_a_cheaper_one_what_goes_back(
    world: World, platform: Platform, order: Order
) -> None:
    sells(world, platform, "138.00")
    action = propose(world, "exchange", LARGER, order=order)
    assert "The customer then owes 10.83 USD." in action.effect  # with the order's tax on it
    with world.inside():
        action.reject(world.sam, "No")
    sells(world, platform, "118.00")
    action = propose(world, "exchange", LARGER, order=order)
    assert (action.money, action.moves_money) == (Money(Decimal("10.83"), "USD"), True)


def test_an_exchange_whose_size_sells_out_meanwhile_is_not_done(
    world: World, platform: Platform, order: Order
) -> None:
    sells(world, platform)
    action = approved(world, propose(world, "exchange", LARGER, order=order))
    assert platform.product
    gone = [replace(each, stock=0) for each in platform.product.variants]
    platform.product = replace(platform.product, variants=gone, updated_at=datetime.now(UTC))
    work(world, action)
    assert platform.effects == []
    assert action.problem == "Field Jacket in Moss / L is out of stock."


def test_only_another_variant_of_the_same_product_can_be_chosen(
    world: World, platform: Platform, order: Order
) -> None:
    sells(world, platform, stock=0)
    assert "out of stock" in refusal(world, "exchange", LARGER, order=order)
    foreign = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-of-a-cap"}]}
    assert "not another product" in refusal(world, "exchange", foreign, order=order)
    same = {"swaps": [{"line": "line-1", "quantity": 1, "variant": "v-m"}]}
    assert "is what was bought" in refusal(world, "exchange", same, order=order)


def test_items_are_changed_before_the_order_leaves(world: World, platform: Platform, order: Order) -> None:
    sells(world, platform)
    assert "only exchanged" in refusal(world, "change_items", LARGER, order=order)
    unsent(world, platform, order)
    wish = done(world, platform, propose(world, "change_items", LARGER, order=order))
    assert wish == commands.ChangeItems(order.external_id, (SWAP,), Money(Decimal("0.00"), "USD"))
