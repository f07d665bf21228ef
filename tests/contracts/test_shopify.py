"""Our questions, our sandbox and our webhooks, held against what Shopify publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    parse,
    validate,
)
from jsonschema import Draft202012Validator

from connectors.channels.shopify import disputes, lookups, mutations, orders, queries
from connectors.channels.shopify.connector import TOPICS
from connectors.channels.shopify.parse import DISPUTES, ORDERS
from connectors.channels.shopify.pretend import points, webhooks
from connectors.channels.shopify.pretend.graph import SCHEMA as SANDBOX
from connectors.events import ParcelStatus, ReturnStatus
from connectors.sandbox.world import Dispute, Refund, Return, Step, Subscription
from tests.connectors.channels.shops import DOMAIN, small_world
from tests.contracts.shapes import HERE

PUBLISHED = build_schema((HERE / "shopify/admin.graphql").read_text())
BODIES = json.loads((HERE / "shopify/webhooks.json").read_text())["topics"]
QUERIES = {
    name: text
    for asking in (queries, lookups, mutations)
    for name, text in vars(asking).items()
    if name.isupper() and str(text).lstrip().startswith(("query", "mutation"))
}
OURS = sorted(name for name in SANDBOX.type_map if not name.startswith("__"))


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_is_one_shopify_understands(name: str) -> None:
    assert validate(PUBLISHED, parse(QUERIES[name])) == []


@pytest.mark.parametrize("name", QUERIES)
def test_no_question_asks_for_more_points_than_shopify_gives(name: str) -> None:
    assert points.requested(SANDBOX, parse(QUERIES[name])) < points.LARGEST


@pytest.mark.parametrize("name", OURS)
def test_the_sandbox_shows_nothing_shopify_does_not_have(name: str) -> None:
    ours, theirs = SANDBOX.type_map[name], PUBLISHED.type_map.get(name)
    if theirs is None:  # the published cut leaves out what stands behind an interface
        assert isinstance(ours, GraphQLObjectType)
        assert ours.interfaces
        return
    assert type(ours) is type(theirs)
    if isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        assert set(ours.values) <= set(theirs.values)
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for field, shown in ours.fields.items():
            real = getattr(theirs, "fields")[field]  # noqa: B009
            assert str(shown.type) == str(real.type), f"{name}.{field}"
            assert arguments(shown).items() <= arguments(real).items(), f"{name}.{field}"


def arguments(field: Any) -> dict[str, str]:
    return {name: str(each.type) for name, each in getattr(field, "args", {}).items()}


@pytest.mark.parametrize(
    ("enum", "known"),
    [
        ("OrderDisplayFinancialStatus", orders.FINANCIAL),
        ("OrderDisplayFulfillmentStatus", orders.FULFILLMENT),
        ("ReturnStatus", orders.RETURN),
        ("DisputeStatus", disputes.STATES),
        ("DisputeType", disputes.KINDS),
    ],
)
def test_every_status_shopify_knows_has_one_of_ours(enum: str, known: Mapping[str, object]) -> None:
    found = PUBLISHED.type_map[enum]
    assert isinstance(found, GraphQLEnumType)
    assert set(found.values) == set(known)


def test_every_topic_we_ask_for_exists_and_is_understood() -> None:
    found = PUBLISHED.type_map["WebhookSubscriptionTopic"]
    assert isinstance(found, GraphQLEnumType)
    asked = {*TOPICS, *disputes.TOPICS}
    assert asked <= set(found.values)
    known = ORDERS | DISPUTES | {"products/update", "app/uninstalled"}
    assert asked <= {topic.upper().replace("/", "_") for topic in known}


def test_every_webhook_the_sandbox_sends_has_the_published_shape() -> None:
    world = small_world()
    shop, order = world.shops[DOMAIN], world.shops[DOMAIN].orders[500]
    shop.subscriptions = [
        Subscription(at, topic, "https://x.example") for at, topic in enumerate((*TOPICS, *disputes.TOPICS))
    ]
    sent: list[tuple[str, Any]] = []

    def deliver(url: str, headers: Mapping[str, str], body: bytes) -> None:
        sent.append((headers["X-Shopify-Topic"], json.loads(body)))

    world.listeners.append(lambda what, thing: webhooks.push(world, what, thing, deliver))
    now = world.clock.now()
    order.cancelled_at = now
    order.refunds.append(Refund(82, Decimal("1.00"), now))
    order.returns += [Return(90 + at, "R", status, "", 501, 1, now) for at, status in enumerate(ReturnStatus)]
    world.move(order.parcels[0], Step(now, ParcelStatus.IN_TRANSIT, "Scan"))
    world.parcels[order.parcels[0]].steps[1:] = []
    world.changed("parcel", world.parcels[order.parcels[0]])
    order.placed_at = order.updated_at - timedelta(seconds=1)
    world.changed("order", order)
    world.changed("product", shop.products[10])
    claim = Dispute("71", "chargeback", "action_needed", order.id, "fraudulent", Decimal("9.00"), now, now)
    shop.disputes["71"] = claim
    world.changed("dispute", claim)
    claim.updated_at += timedelta(minutes=1)
    world.changed("dispute", claim)
    webhooks.uninstall(world, shop, deliver)
    for topic, body in sent:
        error = next(iter(Draft202012Validator(BODIES[topic]).iter_errors(body)), None)
        assert error is None, f"{topic} {error.json_path}: {error.message}" if error else ""
    never = {"returns/update", "returns/process", "returns/reopen"}
    assert {topic for topic, _ in sent} == set(BODIES) - never
