"""Settings → Rules: sentences that an admin adds, changes, tries on the past and puts in force."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agents import rules as kinds
from agents.models import Action, Policy, PolicyEdit
from agents.rules.window import Window
from inbox.models import Order
from tests.world import World


@pytest.fixture
def admin(world: World) -> Client:
    return world.client_of(world.alice)


def text(client: Client, path: str, **options: Any) -> str:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def add_window(world: World, admin: Client, days: int = 14) -> None:
    form = {"days": days, "after": "delivery", "actions": ["refund"], "products": "wool, socks"}
    assert admin.post(world.url("settings/rules/new/window"), form).status_code == 302


SENTENCE = "For wool or socks: refund only within 14 days after delivery."


@pytest.mark.parametrize("page", ["", "/new/window", "/window", "/tried", "/versions/0"])
def test_rules_are_for_admins(world: World, page: str) -> None:
    path = world.url(f"settings/rules{page}")
    assert world.client_of(world.alice).get(path).status_code == 200
    assert world.client_of(world.sam).get(path).status_code == 403
    assert world.client_of(world.charlie).get(path).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["new/window", "window", "window/delete", "window/restore", "force", "discard", "versions/0/restore"],
)
def test_others_change_no_rule(world: World, page: str) -> None:
    path = world.url(f"settings/rules/{page}")
    assert world.client_of(world.sam).post(path).status_code == 403
    assert world.client_of(world.charlie).post(path).status_code == 404
    with world.inside():
        assert not PolicyEdit.objects.exists()


def test_a_new_organization_reads_the_rules_it_begins_with(world: World, admin: Client) -> None:
    page = text(admin, world.url("settings/rules"))
    assert "Exchange or start return only within 30 days after delivery" in page
    assert "Nobody has changed the rules yet" in page


@pytest.mark.parametrize("kind", sorted(kinds.kinds()))
def test_every_kind_of_rule_has_a_form_and_reads_as_a_sentence(
    world: World, admin: Client, kind: str
) -> None:
    page = text(admin, world.url(f"settings/rules/new/{kind}"))
    assert kinds.kinds()[kind].label in page
    with world.inside():
        assert kinds.kinds()[kind](actions=("refund",), products=("wool",)).sentence.startswith(
            "For wool: refund "
        )


def test_changes_count_once_they_are_put_in_force(world: World, admin: Client) -> None:
    add_window(world, admin)
    page = text(admin, world.url("settings/rules"))
    assert "1 change not in force yet" in page
    assert f"<ins>{SENTENCE}</ins>" in page
    with world.inside():
        assert Policy.current().version == 0
    admin.post(world.url("settings/rules/force"), {"note": "Wool felts."})
    with world.inside():
        policy = Policy.current()
        assert (policy.version, policy.note, policy.saved_by) == (1, "Wool felts.", world.alice)
        assert policy.every[-1].sentence == SENTENCE
        assert not PolicyEdit.objects.exists()
    page = text(admin, world.url("settings/rules"))
    assert "Wool felts." in page
    assert "not in force yet" not in page


def test_a_rule_is_changed_taken_out_and_put_back(world: World, admin: Client) -> None:
    add_window(world, admin)
    admin.post(world.url("settings/rules/force"))
    with world.inside():
        key = Policy.current().every[-1].key
    admin.post(world.url(f"settings/rules/{key}"), {"days": 20, "after": "purchase", "actions": ["refund"]})
    page = text(admin, world.url("settings/rules"))
    assert f"<del>{SENTENCE}</del> <ins>Refund only within 20 days after the order was placed.</ins>" in page
    admin.post(world.url(f"settings/rules/{key}/restore"))
    assert "not in force yet" not in text(admin, world.url("settings/rules"))
    admin.post(world.url(f"settings/rules/{key}/delete"))
    assert f"<p><del>{SENTENCE}</del></p>" in text(admin, world.url("settings/rules"))
    admin.post(world.url("settings/rules/discard"))
    assert "not in force yet" not in text(admin, world.url("settings/rules"))


def test_a_form_that_makes_no_sense_says_why(world: World, admin: Client) -> None:
    answer = admin.post(world.url("settings/rules/new/final_sale"), {})
    assert answer.status_code == 422
    assert "Name the goods that are final sale." in answer.content.decode()
    wrong = {"nobody_to": "50", "member_to": "20"}
    assert "at least as high" in admin.post(world.url("settings/rules/new/amount"), wrong).content.decode()


def test_the_sentence_is_shown_while_it_is_filled_in(world: World, admin: Client) -> None:
    form = {"days": 14, "after": "delivery", "actions": ["refund"], "products": "wool, socks"}
    answer = admin.post(world.url("settings/rules/new/window/sentence"), form)
    assert SENTENCE in answer.content.decode()
    with world.inside():
        assert not PolicyEdit.objects.exists()


def test_an_earlier_version_can_be_taken_up_again(world: World, admin: Client) -> None:
    add_window(world, admin)
    admin.post(world.url("settings/rules/force"))
    assert SENTENCE in text(admin, world.url("settings/rules/versions/1"))
    admin.post(world.url("settings/rules/versions/0/restore"))
    admin.post(world.url("settings/rules/force"))
    with world.inside():
        assert Policy.current().version == 2
        assert Policy.current().rules == Policy.first_of_all().rules


def test_a_channel_is_named_in_the_sentence(world: World, admin: Client) -> None:
    with world.inside():
        rule = Window(channels=(str(world.shop.pk),), days=7)
        assert rule.sentence == "On Shopify: any action only within 7 days after delivery."


@pytest.fixture
def past(world: World) -> Order:
    """A refund, a return and a cancellation at the platform, and an action here."""
    now = timezone.now()
    old = world.buys("#1", placed_at=now - timedelta(days=80))
    young = world.buys("#2", placed_at=now - timedelta(days=5), tracking_number="")
    with world.inside():
        old.refunds.create(
            external_id="r-1", amount=Decimal(8), currency="USD", refunded_at=now - timedelta(days=2)
        )
        old.returns.create(
            channel=world.shop,
            external_id="b-1",
            name="R1",
            status="open",
            requested_at=now - timedelta(days=3),
        )
        Order.objects.filter(pk=young.pk).update(cancelled_at=now - timedelta(days=1))
        Action.propose("refund", {"amount": "5.00", "reason": "damaged"}, world.bob, order=old)
    return old


def test_rules_are_tried_on_what_happened(world: World, admin: Client, past: Order) -> None:
    form = {"nobody_to": "10", "member_to": "0", "actions": ["refund"]}
    with world.inside():
        keys = [each.key for each in Policy.current().every]
    for key in keys:
        admin.post(world.url(f"settings/rules/{key}/delete"))
    admin.post(world.url("settings/rules/new/amount"), form)
    admin.post(
        world.url("settings/rules/new/window"), {"days": 30, "after": "purchase", "actions": ["start_return"]}
    )
    page = text(admin, world.url("settings/rules/tried?days=7"))
    assert "4 cases" in page
    for said in ["1 automatic", "2 with approval", "1 refused"]:
        assert said in page
    assert "It was placed 77 days ago." in page
    assert "would end otherwise than now" in page
    refused = text(
        admin, world.url("settings/rules/tried?days=7&only=forbidden"), headers={"hx-request": "true"}
    )
    assert "Return R1 of #1" in refused
    assert "goes back" not in refused
    assert str(past.pk) in refused
    with world.inside():
        assert Action.objects.count() == 1


def test_without_a_past_there_is_nothing_to_try_on(world: World, admin: Client) -> None:
    assert "Nothing happened in the last 30 days" in text(admin, world.url("settings/rules/tried"))


def test_trying_asks_the_database_only_a_little_for_each_case(
    world: World, admin: Client, django_assert_max_num_queries: Any
) -> None:
    order = world.buys("#1", placed_at=timezone.now() - timedelta(days=20))
    with world.inside():
        for number in range(40):
            order.refunds.create(
                external_id=f"r-{number}",
                amount=1,
                currency="USD",
                refunded_at=timezone.now() - timedelta(days=1),
            )
    with django_assert_max_num_queries(40 + 80):
        assert "40 cases" in text(admin, world.url("settings/rules/tried"))
