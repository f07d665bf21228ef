"""Webhooks: verified, stored raw, answered; understood later."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connectors.contract import Account, Answer, RawRequest
from connectors.errors import Unreachable
from connectors.registry import connector
from inbox.models import Channel, Delivery, DeliveryState
from tests.world import World


def post(world: World, body: bytes, secret: str = "hush", slug: str = "", **headers: str) -> Any:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return Client().post(
        f"/o/{slug or world.organization.slug}/hooks/{world.shop.pk}",
        body,
        content_type="application/json",
        headers={
            "X-Shopify-Hmac-Sha256": signature,
            "X-Shopify-Topic": "carts/update",
            "X-Shopify-Webhook-Id": headers.pop("webhook_id", uuid4().hex),
            "X-Shopify-Shop-Domain": world.shop.external_id,
            **headers,
        },
    )


def deliveries(world: World) -> list[Delivery]:
    with world.inside():
        return list(Delivery.objects.filter(channel=world.shop))


def test_a_signed_request_is_stored_raw_and_applied_after_commit(world: World):
    body = json.dumps({"id": 1}).encode()
    assert post(world, body).status_code == 200
    [row] = deliveries(world)
    assert bytes(row.body) == body
    assert row.state == DeliveryState.APPLIED


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """What the clock shows that says how long a channel is kept."""

    def show(seconds: float) -> None:
        monkeypatch.setattr("inbox.views.hooks.monotonic", lambda: seconds)

    show(0)
    return show


def test_a_webhook_costs_two_trips_to_the_database_and_one_more_of_the_same_moment_one(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: Callable[[float], None]
):
    def trips(body: bytes) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert post(world, body).status_code == 200
        return len(seen)

    monkeypatch.setattr("config.wake._send", lambda *_: None)
    post(world, b'{"id": 1}')  # of the first in ten seconds the channel's page is told as well
    moment(60)
    assert (trips(b'{"id": 2}'), trips(b'{"id": 3}')) == (2, 1)
    moment(120)
    assert trips(b'{"id": 4}') == 2
    assert len(deliveries(world)) == 4


def test_a_secret_that_was_just_replaced_is_believed_at_once_and_the_old_one_only_for_a_moment(
    world: World, moment: Callable[[float], None]
):
    assert post(world, b'{"id": 1}').status_code == 200
    with world.inside():
        world.shop.credentials = {**world.shop.credentials, "client_secret": "whisper"}
        world.shop.save(update_fields=["credentials"])
    assert post(world, b'{"id": 2}', secret="whisper").status_code == 200
    moment(60)
    assert post(world, b'{"id": 3}').status_code == 401
    assert len(deliveries(world)) == 2


def test_a_wrong_signature_is_401_and_leaves_a_count_but_no_body(world: World):
    assert post(world, b'{"id": 1}', secret="wrong").status_code == 401
    assert deliveries(world) == []
    with world.inside():
        channel = Channel.objects.get(pk=world.shop.pk)
    assert channel.rejected_count == 1
    assert channel.rejected_at


def test_the_same_delivery_a_hundred_times_is_answered_each_time_and_stored_once(world: World):
    answers = {post(world, b'{"id": 1}', webhook_id="same").status_code for _ in range(100)}
    assert answers == {200}
    assert len(deliveries(world)) == 1


def test_a_body_that_is_not_json_is_kept_with_its_reason(world: World):
    assert post(world, b"\xff\x00 not json", **{"X-Shopify-Topic": "orders/updated"}).status_code == 200
    [row] = deliveries(world)
    assert row.state == DeliveryState.FAILED
    assert row.reason


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_post_is_taken(world: World, method: str):
    assert getattr(Client(), method)(world.url(f"hooks/{world.shop.pk}")).status_code == 405


def test_the_channel_of_another_organization_does_not_exist_there(world: World):
    assert post(world, b"{}", slug=world.neighbour.slug).status_code == 404


def test_a_channel_without_webhooks_says_so(world: World):
    assert (
        Client().post(world.url(f"hooks/{world.mailbox.pk}"), b"x", content_type="text/plain").status_code
        == 404
    )


def test_a_platform_that_asks_whose_address_it_is_gets_its_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any
):
    settings.WEBHOOK_URL = "https://inbox.example"
    asked: list[RawRequest] = []

    def challenge(account: Account, request: RawRequest) -> Answer | None:
        asked.append(request)
        return Answer(b"proof") if "code" in request.query else None

    monkeypatch.setattr(connector("shopify"), "challenge", challenge)
    path = world.url(f"hooks/{world.shop.pk}")
    answer = Client().get(path, {"code": "7"})
    assert (answer.status_code, answer.content) == (200, b"proof")
    assert asked[0].url == f"https://inbox.example{path}"
    assert Client().get(path).status_code == 405
    assert deliveries(world) == []


def test_a_signature_that_cannot_be_judged_now_is_not_refused(world: World, monkeypatch: pytest.MonkeyPatch):
    def verify(account: Account, request: RawRequest) -> None:
        raise Unreachable("The platform's key cannot be read.")

    monkeypatch.setattr(connector("shopify"), "verify", verify)
    assert post(world, b"{}").status_code == 503
    with world.inside():
        assert Channel.objects.get(pk=world.shop.pk).rejected_count == 0
