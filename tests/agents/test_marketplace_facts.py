"""What marketplaces add to an order is known to whoever drafts an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agents.models import Run
from connectors.events import Fulfiller, ReturnChanged
from inbox import intake
from tests.inbox.test_claims import A_RETURN
from tests.world import NOW, World


def known(world: World) -> dict[str, Any]:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
        return {item.field: item.value for item in run.evidence_items()}


def test_who_ships_and_until_when_and_that_the_shopper_wants_out(world: World) -> None:
    world.buys(fulfilled_by=Fulfiller.PLATFORM, deliver_by=NOW + timedelta(days=4), cancel_requested_at=NOW)
    facts = known(world)
    assert facts["fulfilled_by"] == "Shopify, not the seller"
    assert (facts["deliver_by"], facts["cancel_requested_on"]) == ("2026-11-26", "2026-11-22")


def test_until_when_a_return_is_settled_what_it_is_worth_and_what_brings_it(world: World) -> None:
    order = world.buys()
    with world.inside():
        intake.receive(world.shop, ReturnChanged(order.external_id, A_RETURN, NOW))
    facts = known(world)
    assert facts["return.due"] == "2026-11-24"
    assert (facts["return.amount"], facts["return.number"]) == ("40.00 USD", "1Z999AA10123456784")


def test_an_order_the_seller_ships_says_nothing_of_it(world: World) -> None:
    world.buys()
    assert not {"fulfilled_by", "deliver_by", "cancel_requested_on"} & known(world).keys()
