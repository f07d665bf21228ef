"""A shop's platform in a few lines, an order on it, and a conversation about it."""

from __future__ import annotations

import pytest

from agents.models import Action
from connectors import registry
from inbox import intake
from inbox.models import Conversation, Message, Order
from tests.agents.platform import Platform
from tests.world import World, an_order


@pytest.fixture
def platform(world: World, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """In the shop's place; nobody is woken, so the tests say who works and when."""
    platform = Platform()
    real = registry.connectors()
    monkeypatch.setattr(registry, "connectors", lambda: {**real, "shopify": platform})
    monkeypatch.setattr(Action, "wake", lambda self: None)
    monkeypatch.setattr(Message, "wake", lambda self: None)
    return platform


@pytest.fixture
def order(world: World, platform: Platform) -> Order:
    platform.order = an_order("#1042", world.maya)
    with world.inside():
        intake.receive(world.shop, platform.order)
        return Order.objects.get(external_id=platform.order.external_id)


@pytest.fixture
def conversation(world: World, order: Order) -> Conversation:
    return world.conversation("The jacket has a scratch. Can I get something back?")
