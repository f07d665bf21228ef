"""Reading from platforms: hints become rows until they are read, cursors move with the page, parcels are followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from connectors.contract import Health, One, Page, Past, RawDelivery, Since
from connectors.errors import AuthorizationLost, RateLimited, Refused, Unreachable
from connectors.events import Changed
from inbox import connecting, intake, polling, tasks
from inbox.models import Channel, ChannelState, Delivery, Refetch, Shipment
from tests.world import World, an_order


@dataclass
class Platform:
    """What the shop platform answers, in order; the last answer repeats."""

    answers: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def fetch(self, wanted: Any) -> Page:
        self.asked.append(wanted)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def platform(world: World, monkeypatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(
        type(world.shop.connector), "fetch", lambda _self, _account, wanted: made.fetch(wanted)
    )
    return made


def hint(world: World, external_id: str = "gid://9") -> None:
    with world.inside():
        intake.receive(world.shop, Changed("order", external_id))


def waiting(world: World) -> list[Refetch]:
    with world.inside():
        return list(Refetch.objects.all())


def test_a_hint_is_read_at_the_platform_and_gone(world: World, platform):
    platform.answers.append(Page([RawDelivery("fetched/order", "k1", b"{}")]))
    hint(world)
    assert platform.asked == [One("order", "gid://9")]
    assert waiting(world) == []
    with world.inside():
        assert Delivery.objects.filter(key="k1").exists()


def test_a_platform_that_is_busy_is_asked_again_when_it_says(world: World, platform):
    platform.answers += [RateLimited("slow down", retry_after=120), Page()]
    hint(world)
    [row] = waiting(world)
    assert row.problem == "slow down"
    assert row.due_at
    assert row.due_at > timezone.now() + timedelta(seconds=100)
    with world.inside():
        Refetch.objects.update(due_at=timezone.now())
    polling.sweep(world.organization.pk)
    assert waiting(world) == []


def test_what_can_never_be_read_stays_with_its_reason(world: World, platform):
    platform.answers.append(Refused("There is no such order."))
    hint(world)
    [row] = waiting(world)
    assert (row.due_at, row.problem) == (None, "There is no such order.")


def test_ten_hints_at_one_object_are_one_row(world: World, platform):
    platform.answers.append(Unreachable("down"))
    for _ in range(10):
        hint(world)
    assert len(waiting(world)) == 1


def test_the_cursor_moves_with_the_page_that_was_stored(world: World, platform):
    platform.answers += [
        Page([RawDelivery("other", "a", b"{}")], cursor="c1", more=True),
        Page((), cursor="c2"),
    ]
    assert polling.fetch_new(world.organization.pk, world.shop.pk) == 1
    assert platform.asked == [Since(None), Since("c1")]
    with world.inside():
        assert Channel.objects.get(pk=world.shop.pk).cursor == "c2"


def test_a_page_read_twice_is_stored_once(world: World, platform):
    platform.answers.append(Page([RawDelivery("other", "a", b"{}")], cursor="c1"))
    polling.fetch_new(world.organization.pk, world.shop.pk)
    assert polling.fetch_new(world.organization.pk, world.shop.pk) == 0


def test_one_bad_mail_does_not_stop_the_others(world: World, platform, monkeypatch):
    platform.answers.append(
        Page([RawDelivery("mail", "bad", b"x"), RawDelivery("mail", "good", b"y")], cursor="c")
    )
    parse = lambda _s, _a, raw: (_ for _ in ()).throw(ValueError("broken")) if raw.key == "bad" else []  # noqa: E731
    monkeypatch.setattr(type(world.shop.connector), "parse", parse)
    polling.fetch_new(world.organization.pk, world.shop.pk)
    with world.inside():
        assert dict(Delivery.objects.values_list("key", "state")) == {"bad": "failed", "good": "applied"}


def test_lost_authorisation_asks_for_a_reconnect_in_words(world: World, platform):
    platform.answers.append(AuthorizationLost("The app was removed from the shop."))
    polling.fetch_new(world.organization.pk, world.shop.pk)
    with world.inside():
        channel = Channel.objects.get(pk=world.shop.pk)
    assert (channel.state, channel.problem) == (ChannelState.LOST, "The app was removed from the shop.")


def test_a_hint_waits_for_the_reconnection(world: World, platform):
    platform.answers += [AuthorizationLost("Reconnect."), Page()]
    hint(world)
    assert len(waiting(world)) == 1
    polling.sweep(world.organization.pk)
    assert len(platform.asked) == 1
    with world.inside():
        world.shop.resume()
    polling.sweep(world.organization.pk)
    assert waiting(world) == []


def test_a_paused_channel_is_not_read(world: World, platform):
    with world.inside():
        world.shop.pause()
    assert polling.fetch_new(world.organization.pk, world.shop.pk) == 0
    assert platform.asked == []


@pytest.fixture
def carrier(world: World, monkeypatch):
    asked: list[str] = []

    def fetch(_self, _account, wanted):
        asked.append(wanted.external_id)
        return Page()

    with world.inside():
        world.ups.resume()
    monkeypatch.setattr(type(world.ups.connector), "fetch", fetch)
    return asked


def test_a_parcel_asked_about_lately_is_left_alone(world: World, carrier):
    shipment = world.buys().shipments.all()[0]
    for _ in range(3):
        polling.track(world.organization.pk, shipment.pk)
    assert carrier == [shipment.tracking_number]


def test_what_happens_while_a_carrier_answers_is_asked_for_once_more(world: World, monkeypatch):
    told: list[str] = []

    def fetch(*_: object) -> Page:
        told.append(timezone.now().isoformat())  # the carrier scans it, just after it looked
        return Page()

    shipment = world.buys().shipments.all()[0]
    with world.inside():
        world.ups.resume()
    monkeypatch.setattr(type(world.ups.connector), "fetch", fetch)
    ids = {"organization_id": world.organization.pk, "shipment_id": str(shipment.pk)}
    tasks.track(**ids, told_at=timezone.now().isoformat())
    for _ in range(2):
        tasks.track(**ids, told_at=told[0])
    assert len(told) == 2


def test_a_known_order_that_reads_as_before_has_its_carrier_asked(world: World, platform, carrier):
    """Two scans within a second: the order's dates know no smaller unit, the carrier does."""
    shipment = world.buys("#1042").shipments.all()[0]
    platform.answers.append(Page())
    carrier.clear()
    with world.inside():
        intake.receive(world.shop, Changed("order", shipment.order.external_id))
    assert carrier == [shipment.tracking_number]


def test_a_carrier_that_does_not_answer_is_noted_on_the_parcel(world: World, carrier, monkeypatch):
    def down(*_: object) -> None:
        raise Unreachable("UPS did not answer.")

    monkeypatch.setattr(type(world.ups.connector), "fetch", down)
    shipment = world.buys().shipments.all()[0]
    polling.track(world.organization.pk, shipment.pk)
    with world.inside():
        assert Shipment.objects.get(pk=shipment.pk).problem == "UPS did not answer."


def test_moving_parcels_are_followed_and_delivered_ones_are_not(world: World, carrier):
    moving = world.buys("#1").shipments.all()[0]
    done = world.buys("#2", tracking_number="1Z999AA10123456799").shipments.all()[0]
    long_ago = timezone.now() - timedelta(days=1)
    with world.inside():
        Shipment.objects.filter(pk=moving.pk).update(status="in_transit", checked_at=long_ago)
        Shipment.objects.filter(pk=done.pk).update(status="delivered", checked_at=long_ago)
    polling.follow(world.organization.pk)
    assert carrier == [moving.tracking_number]


def test_a_changed_order_asks_where_its_parcel_is(world: World, carrier):
    order = world.buys("#1", external_id="gid://1")
    carrier.clear()
    with world.inside():
        intake.receive(world.shop, an_order("#1", world.maya, external_id="gid://1"))
    assert carrier == [order.shipments.all()[0].tracking_number]


def test_connecting_says_what_is_wrong_as_the_seller_would(world: World, monkeypatch):
    monkeypatch.setattr(
        type(world.shop.connector), "check", lambda *_: Health(False, "The app lacks access.")
    )
    assert not connecting.connect(world.organization.pk, world.shop.pk).ok
    with world.inside():
        channel = Channel.objects.get(pk=world.shop.pk)
    assert (channel.state, channel.problem) == (ChannelState.LOST, "The app lacks access.")


def test_connecting_subscribes_reads_and_goes_live(world: World, platform, monkeypatch):
    urls: list[str] = []
    platform.answers.append(Page((), cursor="c"))
    monkeypatch.setattr(type(world.shop.connector), "check", lambda *_: Health(True, "fine"))
    monkeypatch.setattr(type(world.shop.connector), "subscribe", lambda _s, _a, url: urls.extend([url]))
    assert connecting.connect(world.organization.pk, world.shop.pk).ok
    assert urls[0].endswith(f"/o/{world.organization.slug}/hooks/{world.shop.pk}")
    assert Since(None) in platform.asked
    assert any(isinstance(asked, Past) for asked in platform.asked)


def test_webhooks_that_cannot_be_had_now_take_no_connection_away(world: World, platform, monkeypatch):
    def subscribe(_connector: object, _account: object, url: str) -> None:
        raise Refused("Your address did not answer.")

    platform.answers.append(Page((), cursor="c"))
    monkeypatch.setattr(type(world.shop.connector), "check", lambda *_: Health(True, "All is well."))
    monkeypatch.setattr(type(world.shop.connector), "subscribe", subscribe)
    health = connecting.connect(world.organization.pk, world.shop.pk)
    assert health.ok
    assert "did not answer" in health.message
    assert Since(None) in platform.asked


def test_webhooks_a_platform_dropped_are_asked_for_again(world: World, monkeypatch):
    asked: list[str] = []

    def subscribe(_connector: object, _account: object, url: str) -> list[str]:
        asked.append(url)
        if len(asked) > 1:
            raise AuthorizationLost("Reconnect.")
        return ["ORDERS_UPDATED"]

    monkeypatch.setattr(type(world.shop.connector), "subscribe", subscribe)
    connecting.ask_for_webhooks(world.organization.pk, world.shop.pk)
    assert asked[0].endswith(f"/hooks/{world.shop.pk}")
    with world.inside():
        assert AuditEvent.objects.get(kind="channel.subscribed").data == {"missing": ["ORDERS_UPDATED"]}
    connecting.ask_for_webhooks(world.organization.pk, world.shop.pk)
    connecting.ask_for_webhooks(world.organization.pk, world.shop.pk)  # lost: nobody asks
    assert len(asked) == 2


def test_credentials_are_not_readable_in_the_database(world: World, owner):
    [stored] = owner.execute(
        "SELECT credentials FROM inbox_channel WHERE id = %s", [world.shop.pk]
    ).fetchone()
    assert b"hush" not in bytes(stored)
