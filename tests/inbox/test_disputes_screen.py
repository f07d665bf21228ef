"""Disputes by deadline and beside their conversation; what else an order and a return show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from connectors.commands import SendOpening
from connectors.contract import Capability, Money
from connectors.events import (
    DisputeState,
    Fulfiller,
    FulfillmentStatus,
    Level,
    Metric,
    Opening,
    OpeningsRead,
    PerformanceReported,
    ReturnChanged,
)
from inbox import standing
from inbox.models import Dispute, Refetch
from tests.inbox.test_claims import A_RETURN, a_dispute, tell
from tests.inbox.test_screens import HTMX, statements
from tests.inbox.test_sorting import a_notice
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
    for words in ("$147.62", "Not received", "contest it or refund the buyer", "Open at Shopify", "#1042"):
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


def test_the_api_lists_disputes_and_notices_as_the_pages_do(world: World, bob: Client) -> None:
    order = world.buys("#1042")
    tell(world, a_dispute(order_id=order.external_id))
    tell(world, a_dispute(external_id="d-2", state=DisputeState.WON))
    tell(world, a_notice(order_number="#1042"))
    [dispute] = bob.get(world.url("api/disputes")).json()["disputes"]
    assert (dispute["order"], dispute["amount"], dispute["answers"]) == (
        "#1042",
        "147.62",
        ["contest", "refund"],
    )
    assert bob.get(world.url(f"api/disputes/{dispute['id']}")).json() == dispute
    assert len(bob.get(world.url("api/disputes?state=ended")).json()["disputes"]) == 1
    [notice] = bob.get(world.url("api/notices?unseen=1")).json()["notices"]
    assert (notice["order"], notice["kind"], notice["seen"]) == ("#1042", "ship_now", False)


def test_the_channel_page_shows_how_the_platform_rates_the_seller(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopify = type(world.shop.connector)
    monkeypatch.setattr(shopify, "capabilities", shopify.capabilities | {Capability.PERFORMANCE})
    alice, url = world.client_of(world.alice), world.url(f"settings/channels/{world.shop.pk}")
    assert "read twice a day" in alice.get(url).content.decode()
    late = Metric("late", "Late shipments", "4.4 %", Level.BAD, "under 4 %", "30 days")
    tell(world, PerformanceReported((late,), due(hours=0)))
    page = alice.get(url).content.decode()
    for words in ("Late shipments", "4.4 %", "under 4 %", "Below standard", "30 days"):
        assert words in page


def test_platforms_that_rate_sellers_are_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shopify = type(world.shop.connector)
    monkeypatch.setattr(shopify, "capabilities", shopify.capabilities | {Capability.PERFORMANCE})
    monkeypatch.setattr("inbox.models.refetch.wake", lambda *_, **__: None)
    with world.inside():
        standing.ask()
        assert [(row.kind, row.channel_id) for row in Refetch.objects.all()] == [
            ("performance", world.shop.pk)
        ]


def test_whoever_reads_about_an_order_has_it_asked_what_may_be_written(
    world: World, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopify = type(world.shop.connector)
    monkeypatch.setattr(shopify, "commands", frozenset({SendOpening}))
    monkeypatch.setattr("inbox.models.refetch.wake", lambda *_, **__: None)
    conversation, order = world.conversation(), world.buys()
    for _ in range(2):
        bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX)
    with world.inside():
        assert Refetch.objects.get().kind == "openings"
        Refetch.objects.all().delete()
    tell(world, OpeningsRead(order.external_id, (), due(minutes=-5)))
    bob.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX)
    with world.inside():
        assert not Refetch.objects.exists()
