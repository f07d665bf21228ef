"""The world's changes as the real connectors get them: pushed by their own sandboxes, read by their own verbs."""

from collections.abc import Iterator

import pytest

from connectors.contract import Account, RawDelivery, RawRequest
from connectors.errors import InvalidSignature, Unparsable
from connectors.events import Changed
from connectors.registry import connector
from connectors.sandbox import discover
from connectors.sandbox.hub import Hub
from connectors.sandbox.moving import press
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Shop, Subscription, World
from tests.connectors.sandbox.conftest import Listener
from tests.connectors.sandbox.test_hub import wait_for


@pytest.fixture
def pushing(world: World, trouble: Trouble, northpine: Shop, listener: Listener) -> Iterator[Hub]:
    northpine.subscriptions.append(Subscription(1, "ORDERS_UPDATED", listener.url))
    hub = Hub(world, trouble, discover.modules())
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def account(northpine: Shop) -> Account:
    return Account("1", "shopify", northpine.domain, {"client_secret": northpine.client_secret})


def received(world: World, northpine: Shop, listener: Listener, account: Account) -> RawDelivery:
    press(world, next(n for n, parcel in world.parcels.items() if parcel.shop == northpine.domain), "delay")
    wait_for(lambda: listener.got)
    headers, body = listener.got[0]
    return connector("shopify").verify(account, RawRequest("POST", "/hook", headers, body))


def test_a_moved_parcel_reaches_the_connector_as_a_changed_order(
    world: World, northpine: Shop, listener: Listener, account: Account, pushing: Hub
) -> None:
    events = connector("shopify").parse(account, received(world, northpine, listener, account))
    assert [type(event) for event in events] == [Changed]


def test_an_unsigned_webhook_is_refused_by_the_connector(
    world: World, trouble: Trouble, northpine: Shop, listener: Listener, account: Account, pushing: Hub
) -> None:
    trouble.ask("shopify", Kind.UNSIGNED)
    with pytest.raises(InvalidSignature):
        received(world, northpine, listener, account)


def test_a_garbage_webhook_is_trusted_and_then_found_to_be_broken(
    world: World, trouble: Trouble, northpine: Shop, listener: Listener, account: Account, pushing: Hub
) -> None:
    trouble.ask("shopify", Kind.GARBAGE)
    delivery = received(world, northpine, listener, account)
    with pytest.raises(Unparsable):
        connector("shopify").parse(account, delivery)
