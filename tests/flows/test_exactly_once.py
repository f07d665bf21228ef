"""Money goes back once, whatever happens on the way: over HTTP to the pretend platforms, on two of them.

A worker is killed by an exception nobody catches; an answer is lost by a platform that does the deed and hangs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection
from django.utils import timezone
from starlette.routing import Mount

from agents.execute import execute, sweep
from agents.models import Action, Hold
from config.valkey import valkey
from connectors import http, registry
from connectors.channels.shopify import sandbox
from connectors.sandbox import world as pretend
from connectors.sandbox.trouble import Kind, Trouble
from inbox import polling
from inbox.models import Channel, Message, Order
from tests.connectors.channels import shops
from tests.connectors.channels.ebay_shop import connected
from tests.connectors.conftest import serving
from tests.world import World


class Killed(BaseException):
    """The worker is gone, between two instructions."""


@dataclass
class Seller:
    """A channel of ours, and the platform's side of it."""

    channel: Channel
    order: Order
    trouble: Trouble
    theirs: pretend.Order
    before: int
    pretend_world: pretend.World

    @property
    def kind(self) -> str:
        return self.channel.kind

    @property
    def effects(self) -> int:
        """Refunds the platform has made since."""
        return len(self.theirs.refunds) - self.before


@pytest.fixture(autouse=True)
def _quiet_and_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken: the tests say who works and when. Nobody waits long for an answer."""
    monkeypatch.setattr(Action, "wake", lambda self: None)
    monkeypatch.setattr(Message, "wake", lambda self: None)
    monkeypatch.setitem(http.request.__kwdefaults__ or {}, "timeout", httpx.Timeout(0.6))


@pytest.fixture(params=["shopify", "ebay"])
def seller(request: pytest.FixtureRequest, world: World) -> Iterator[Seller]:
    with ExitStack() as servers:
        yield _OPEN[request.param](world, servers)


def _shopify(world: World, servers: ExitStack) -> Seller:
    theirs, trouble = shops.small_world(), Trouble()
    base = servers.enter_context(serving([Mount("/shopify", routes=sandbox.routes(theirs, trouble))]))
    shop = theirs.shops[shops.DOMAIN]
    secrets = {
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "access_token": shop.access_token,
    }
    channel = world.shop
    channel.external_id, channel.credentials = shops.DOMAIN, secrets
    channel.settings = {"base_url": f"{base}/shopify/{shops.DOMAIN}"}
    with world.inside():
        channel.save()
    return _with_order(world, channel, "gid://shopify/Order/500", theirs, trouble, shop.orders[500])


def _ebay(world: World, servers: ExitStack) -> Seller:
    opened = connected(lambda routes: servers.enter_context(serving(routes)), world.organization.slug)
    theirs = opened.order(parcels=True, financial_status="paid", refunds=[])
    with world.inside():
        channel = Channel.objects.create(
            kind="ebay",
            name="eBay",
            external_id=opened.account.external_id,
            credentials=dict(opened.account.credentials),
            settings=dict(opened.account.settings),
        )
    return _with_order(world, channel, theirs.number, opened.world, opened.trouble, theirs)


def _with_order(
    world: World,
    channel: Channel,
    external_id: str,
    around: pretend.World,
    trouble: Trouble,
    theirs: pretend.Order,
) -> Seller:
    assert polling.look_for(world.organization.pk, channel, "order", external_id)
    with world.inside():
        order = Order.objects.get(channel=channel, external_id=external_id)
    return Seller(channel, order, trouble, theirs, len(theirs.refunds), around)


_OPEN: dict[str, Callable[[World, ExitStack], Seller]] = {"shopify": _shopify, "ebay": _ebay}


@pytest.fixture
def action(world: World, seller: Seller) -> Action:
    """A refund of 5, approved and due."""
    with world.inside():
        action = Action.propose(
            "refund", {"amount": "5.00", "reason": "damaged"}, world.bob, order=seller.order
        )
        action.approve(world.sam, action.fingerprint)
    return action


def later(world: World) -> None:
    """Every wait is over and every silent worker counts as dead."""
    long_ago = timezone.now() - timedelta(hours=1)
    with world.inside():
        Action.objects.filter(send_state__in=["queued", "uncertain"]).update(send_after=long_ago)
        Action.objects.filter(send_state="sending").update(claimed_at=long_ago)


def work(world: World, action: Action) -> Action:
    later(world)
    execute(world.organization.pk, action.pk)
    with world.inside():
        action.refresh_from_db()
    return action


def settle(world: World, seller: Seller, action: Action) -> Action:
    """As often as it takes the sweepers, with time between."""
    for _ in range(5):
        seller.pretend_world.advance(timedelta(minutes=1))
        work(world, action)
        sweep(world.organization.pk)
    with world.inside():
        action.refresh_from_db()
    return action


def performs(
    monkeypatch: pytest.MonkeyPatch, seller: Seller, then: Callable[[Callable[[], Any]], Any]
) -> None:
    """The first call to the platform goes as told; those after it as always."""
    kind = type(registry.connector(seller.kind))
    real, calls = kind.perform, iter([then])

    def perform(self: Any, *args: Any) -> Any:
        first = next(calls, None)
        return first(lambda: real(self, *args)) if first else real(self, *args)

    monkeypatch.setattr(kind, "perform", perform)


def test_once_when_all_goes_well_and_it_is_asked_again_and_again(
    world: World, seller: Seller, action: Action
) -> None:
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)
    with world.inside():
        order = Order.objects.get(pk=seller.order.pk)
        assert not Hold.objects.filter(order=order).exists()
    polling.look_for(world.organization.pk, seller.channel, "order", order.external_id)
    with world.inside():
        assert Decimal("5.00") in [each.amount for each in order.refunds.all()]


def test_once_when_the_worker_dies_before_the_call(
    world: World, seller: Seller, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(call: Callable[[], Any]) -> Any:
        raise Killed

    performs(monkeypatch, seller, die)
    with pytest.raises(Killed):
        work(world, action)
    assert seller.effects == 0
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_once_when_the_worker_dies_after_the_call(
    world: World, seller: Seller, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call_and_die(call: Callable[[], Any]) -> Any:
        call()
        raise Killed

    performs(monkeypatch, seller, call_and_die)
    with pytest.raises(Killed):
        work(world, action)
    assert seller.effects == 1
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_once_when_the_answer_is_lost_after_the_platform_did_it(
    world: World, seller: Seller, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(call: Callable[[], Any]) -> Any:
        seller.trouble.ask(seller.kind, Kind.SILENT)
        return call()

    performs(monkeypatch, seller, lose)
    work(world, action)
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_once_when_four_workers_take_it_at_the_same_time(
    world: World, seller: Seller, action: Action
) -> None:
    later(world)

    def worker(_: int) -> None:
        execute(world.organization.pk, action.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_never_when_the_order_changed_between_approval_and_the_call(
    world: World, seller: Seller, action: Action
) -> None:
    seller.theirs.refunds.append(pretend.Refund(9_001, Decimal("1.00"), timezone.now(), "By hand"))
    seller.theirs.updated_at = timezone.now()
    seller.before += 1
    work(world, action)
    assert (action.standing, seller.effects) == ("To approve", 0)
    assert [each["name"] for each in action.changes]
    with world.inside():
        action.approve(world.sam, action.fingerprint)
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_once_when_valkey_forgot_everything(world: World, seller: Seller, action: Action) -> None:
    valkey().flushdb()
    later(world)
    sweep(world.organization.pk)
    valkey().flushdb()
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def test_once_when_the_database_goes_away_after_the_call(
    world: World, seller: Seller, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is cut while the platform is being asked, so nothing of it could be written down."""

    def cut(call: Callable[[], Any]) -> Any:
        receipt = call()
        connection.close()
        monkeypatch.setattr(Action, "succeed", _unwritable)
        return receipt

    whole = Action.succeed
    performs(monkeypatch, seller, cut)
    with pytest.raises(ConnectionError):
        work(world, action)
    monkeypatch.setattr(Action, "succeed", whole)
    settle(world, seller, action)
    assert (action.standing, seller.effects) == ("Done", 1)


def _unwritable(*args: Any, **options: Any) -> bool:
    raise ConnectionError("The database is not there.")


def test_two_proposals_for_the_same_money_cannot_both_be_open(
    world: World, seller: Seller, action: Action
) -> None:
    from agents.actions.kind import NotPossible

    with world.inside(), pytest.raises(NotPossible, match="Another open action"):
        Action.propose("refund", {"amount": "1.00", "reason": "late"}, world.bob, order=seller.order)
    settle(world, seller, action)
    assert seller.effects == 1
