"""A shop's platform in a few lines, an order on it, and a conversation about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors import registry

if TYPE_CHECKING:
    from inbox.models import Conversation, Order
    from tests.agents.platform import Platform
    from tests.world import World


@pytest.fixture
def platform(world: World, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """In the shop's place; nobody is woken, so the tests say who works and when."""
    from agents.models import Action
    from inbox.models import Message
    from tests.agents.platform import Platform

    platform = Platform()
    real = registry.connectors()
    monkeypatch.setattr(registry, "connectors", lambda: {**real, "shopify": platform})
    monkeypatch.setattr(Action, "wake", lambda self: None)
    monkeypatch.setattr(Message, "wake", lambda self: None)
    return platform


@pytest.fixture
def order(world: World, platform: Platform) -> Order:
    from inbox import intake
    from inbox.models import Order
    from tests.world import an_order

    platform.order = an_order("#1042", world.maya)
    with world.inside():
        intake.receive(world.shop, platform.order)
        return Order.objects.get(external_id=platform.order.external_id)


@pytest.fixture
def conversation(world: World, order: Order) -> Conversation:
    return world.conversation("The jacket has a scratch on its left sleeve.")
