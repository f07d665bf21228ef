"""Disputes by deadline and beside their conversation; what else an order and a return show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from connectors.contract import Money
from connectors.events import (
    DisputeState,
    Fulfiller,
    FulfillmentStatus,
    Opening,
    OpeningsRead,
    ReturnChanged,
)
from inbox.models import Dispute
from tests.inbox.test_claims import A_RETURN, a_dispute, tell
from tests.inbox.test_screens import HTMX, statements
from tests.world import World


@pytest.fixture
def bob(world: World) -> Client:
    return world.client_of(world.bob)


def due(**span: Any) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


def shown(page: str, *words: str) -> list[str]:
    """Those of the words that stand on the page, in its order."""
    return sorted((word for word in words if word in page), key=page.index)


def test_what_is_overdue_comes_first_and_what_has_no_deadline_last(world: World, bob: Client) -> None:
    for name, when in (("Late", due(days=-2)), ("Never", None), ("Soon", due(hours=5)), ("Far", due(days=9))):
        tell(world, a_dispute(external_id=name, label=f"{name} claim", due_at=when))
    tell(world, a_dispute(external_id="w", label="Waiting claim", state=DisputeState.WAITING))
    page = bob.get(world.url("disputes")).content.decode()
    names = [f"{name} claim" for name in ("Never", "Far", "Soon", "Late", "Waiting")]
    assert shown(page, *names) == ["Late claim", "Soon claim", "Far claim", "Never claim"]
    assert "overdue by 2 days" in page
    assert "4 h left" in page
    assert shown(bob.get(world.url("disputes?state=waiting")).content.decode(), *names) == ["Waiting claim"]


def test_the_rail_counts_what_must_be_answered(world: World, bob: Client) -> None:
    assert 'id="disputes-count" hx-swap-oob="true" hidden' in bob.get(world.url("waiting")).content.decode()
    tell(world, a_dispute())
    tell(world, a_dispute(external_id="d-2", state=DisputeState.WAITING))
    assert 'class="dot">1<' in bob.get(world.url("waiting")).content.decode()


@pytest.mark.parametrize("state", ["action_needed", "waiting", "won"])
def test_scrolling_shows_every_dispute_once(world: World, bob: Client, state: str) -> None:
    for n in range(120):
        at = due(hours=n // 7) if n % 3 else None
        tell(
            world, a_dispute(external_id=f"d{n}", label=f"No. {n:03}.", due_at=at, state=DisputeState(state))
        )
    seen, url = [], world.url(f"disputes?state={'ended' if state == 'won' else state}")
    while url:
        page = bob.get(url, headers=HTMX).content.decode()
        seen += [line.split(".")[0] for line in page.split("No. ")[1:]]
        url = page.partition('role="presentation" hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(seen) == 120
    assert set(seen) == {f"{n:03}" for n in range(120)}


def test_the_list_costs_the_same_for_one_and_for_forty(world: World, bob: Client) -> None:
    order = world.buys()
    tell(world, a_dispute(order_id=order.external_id))
    one = statements(bob, world.url("disputes"))
    for n in range(40):
        tell(world, a_dispute(external_id=f"m{n}", order_id=order.external_id))
    assert statements(bob, world.url("disputes")) == one <= 10
    with world.inside():
        pk = Dispute.objects.values_list("pk", flat=True).first()
    assert statements(bob, world.url(f"disputes/{pk}")) <= 10


@pytest.mark.parametrize("nonsense", ["state=odd", "after=x", "after=never,zz", "after=2026,1", "channel=1"])
def test_nonsense_in_the_address_is_ignored(world: World, bob: Client, nonsense: str) -> None:
    tell(world, a_dispute())
    assert "Guarantee claim" in bob.get(world.url(f"disputes?{nonsense}")).content.decode()


def test_its_page_says_what_may_be_done_until_when_and_where(world: World, bob: Client) -> None:
    order = world.buys()
    tell(world, a_dispute(order_id=order.external_id, url="https://shop.example/claims/1"))
    with world.inside():
        dispute = Dispute.objects.get()
    page = bob.get(world.url(f"disputes/{dispute.pk}")).content.decode()
    for words in ("$147.62", "Not received", "contest it or refund the buyer", "Answer at Shopify", "#1042"):
        assert words in page
    assert 'href="https://shop.example/claims/1"' in page


def test_a_dispute_stands_beside_the_conversation_with_its_customer(world: World, bob: Client) -> None:
    conversation = world.conversation()
    order = world.buys()
    tell(world, a_dispute(order_id=order.external_id, due_at=due(days=3)))
    panel = bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    assert shown(panel, "Guarantee claim", "Order #1042") == ["Guarantee claim", "Order #1042"]
    assert "2 days left" in panel


def test_the_panel_says_who_ships_until_when_and_that_the_shopper_wants_out(
    world: World, bob: Client
) -> None:
    conversation = world.conversation()
    order = world.buys(
        tracking_number="",
        fulfillment_status=FulfillmentStatus.UNFULFILLED,
        ship_by=due(hours=7),
        deliver_by=due(days=6),
        cancel_requested_at=due(hours=-1),
    )
    tell(world, OpeningsRead(order.external_id, (Opening("details", "Ask for details"),), due(hours=-1)))
    panel = bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    for words in ("asked to cancel", "Ship by", "6 h left", "Deliver by", "Ask for details"):
        assert words in panel
    world.buys("#1042", external_id=order.external_id, fulfilled_by=Fulfiller.PLATFORM, ship_by=due(hours=7))
    panel = bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    assert "Shopify, from its own warehouse" in panel
    assert "h left" not in panel


def test_the_panel_shows_a_return_with_its_deadline_and_its_parcel(world: World, bob: Client) -> None:
    conversation = world.conversation()
    order = world.buys()
    tell(world, ReturnChanged(order.external_id, A_RETURN, due(hours=0)))
    panel = bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()
    for words in ("Return R-1", "Too small", "$40.00", "Comes back with UPS", "1Z999AA10123456784"):
        assert words in panel
    assert "Answer or refund by" in panel
    assert Money(Decimal("40.00"), "USD") == A_RETURN.amount
