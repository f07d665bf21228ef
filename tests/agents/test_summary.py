"""The conversation in a few lines, from the pass over its newest message."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models import Run
from connectors import embedded
from connectors.events import File, ParcelStatus
from inbox.models import Message
from tests.world import World

pytestmark = pytest.mark.skipif(not embedded.available(), reason="the embedded model is not installed")


def summary(world: World, message: Message) -> dict[str, Any]:
    with world.inside():
        return Run.objects.get(message=message).summary


def test_it_says_who_wants_what_and_what_is_known(world: World):
    order = world.buys("#1042")
    world.parcel_moves(order.shipments.all()[0], ParcelStatus.EXCEPTION)
    told = summary(world, world.writes("Hi, where is my order #1042?", subject=""))
    assert told["text"].startswith("Maya wants to know where an order is")
    assert "“where is my order #1042?”" in told["text"].lower()
    assert "Order #1042: placed" in told["text"]
    assert told["tags"] == ["where is my order"]
    assert told["next_step"] == "Tell the newest scan and estimate."


def test_it_is_kept_up_to_date_with_what_was_said_before(world: World):
    world.buys("#1042")
    world.writes("I would like to return the jacket", subject="")
    told = summary(
        world, world.writes("You are thieves!! Still no label, this is outrageous!!!!", subject="")
    )
    assert "Before: “I would like to return the jacket”" in told["text"]
    assert "angry" in told["tags"]
    assert "more so than before" in told["text"]


def test_a_threat_is_the_next_step_whatever_else_is_asked(world: World):
    told = summary(
        world, world.writes("Where is it? The charger caught fire and burned my hand.", subject="")
    )
    assert told["next_step"].startswith("A person answers now")
    assert {"urgent"} <= set(told["tags"])
    assert {"injury", "safety"} & set(told["tags"])


def test_photos_of_damage_change_the_next_step(world: World):
    world.buys("#1042")
    text = "The vase arrived broken in pieces, photo attached."
    without = summary(world, world.writes(text, subject=""))
    photo = File("vase.jpg", "image/jpeg", b"\xff\xd8\xff")
    told = summary(world, world.writes(text, subject="", files=[photo]))
    assert without["next_step"] == "Ask for a photo of the damage."
    assert told["next_step"].startswith("Look at the photos")
    assert "With 1 photo." in told["text"]
    assert "delivery exception: damaged" in told["tags"]
