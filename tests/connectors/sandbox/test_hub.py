import time
from collections.abc import Callable
from types import ModuleType

import pytest

from connectors.sandbox.hub import GARBAGE, Hub
from connectors.sandbox.moving import press
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import Order, Shop, World
from tests.connectors.sandbox.conftest import Listener, signed


def wait_for(happened: Callable[[], object], within: float = 5.0) -> None:
    until = time.monotonic() + within
    while not happened():
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.005)


@pytest.fixture
def orders(northpine: Shop) -> list[Order]:
    return list(northpine.orders.values())


def test_moving_a_parcel_pushes_a_signed_webhook(
    world: World, northpine: Shop, hub: Hub, listener: Listener
) -> None:
    parcel = next(p for p in world.parcels.values() if p.shop == northpine.domain)
    press(world, parcel.number, "delay")
    assert hub.settle()
    ((headers, body),) = listener.got
    assert body.decode() == northpine.orders[parcel.order_id].number
    assert headers["x-pretend-hmac-sha256"] == signed(northpine, body)


def test_a_refused_webhook_is_tried_again_with_the_same_id(
    world: World, orders: list[Order], hub: Hub, listener: Listener
) -> None:
    listener.answers = [500, 503]
    world.touch(orders[0])
    wait_for(lambda: len(listener.got) == 3)
    assert {headers["x-id"] for headers, _ in listener.got} == {orders[0].number}
    wait_for(lambda: hub.log[0].answer == "200")


def test_it_gives_up_after_a_few_tries(
    world: World, orders: list[Order], hub: Hub, listener: Listener
) -> None:
    listener.answers = [500] * 10
    world.touch(orders[0])
    wait_for(lambda: hub.log and hub.log[0].tries == 3)
    assert hub.settle()
    assert len(listener.got) == 3


def test_an_app_that_is_away_does_not_stop_the_world(world: World, orders: list[Order], hub: Hub) -> None:
    hub.deliver("pretend", "http://127.0.0.1:9/", {}, b"")
    world.touch(orders[0])
    wait_for(lambda: {push.answer for push in hub.log} == {"ConnectError", "200"})


def test_a_module_that_fails_does_not_silence_the_others(
    world: World, trouble: Trouble, orders: list[Order], pretend: ModuleType, listener: Listener
) -> None:
    broken = ModuleType("broken")
    broken.push = lambda *told: 1 / 0  # type: ignore[attr-defined]
    hub = Hub(world, trouble, {"broken": broken, "pretend": pretend})
    hub.start()
    world.touch(orders[0])
    wait_for(lambda: len(listener.got) == 1)
    hub.stop()
    assert world.listeners == []


def test_duplicate_sends_the_next_webhook_twice(
    world: World, trouble: Trouble, orders: list[Order], hub: Hub, listener: Listener
) -> None:
    trouble.ask("pretend", Kind.DUPLICATE)
    world.touch(orders[0])
    world.touch(orders[1])
    wait_for(lambda: len(listener.got) == 3)
    assert listener.bodies.count(orders[0].number.encode()) == 2


def test_reorder_holds_a_webhook_until_another_has_gone(
    world: World, trouble: Trouble, orders: list[Order], hub: Hub, listener: Listener
) -> None:
    trouble.ask("pretend", Kind.REORDER)
    world.touch(orders[0])
    assert hub.settle()
    assert listener.got == []
    world.touch(orders[1])
    wait_for(lambda: len(listener.got) == 2)
    assert listener.bodies == [orders[1].number.encode(), orders[0].number.encode()]


def test_unsigned_spoils_the_signature_and_nothing_else(
    world: World, trouble: Trouble, orders: list[Order], northpine: Shop, hub: Hub, listener: Listener
) -> None:
    trouble.ask("pretend", Kind.UNSIGNED)
    world.touch(orders[0])
    wait_for(lambda: len(listener.got) == 1)
    headers, body = listener.got[0]
    assert body == orders[0].number.encode()
    assert headers["x-pretend-hmac-sha256"] != signed(northpine, body)
    assert headers["x-id"] == orders[0].number


def test_garbage_is_pushed_with_a_signature_that_is_right(
    world: World, trouble: Trouble, orders: list[Order], northpine: Shop, hub: Hub, listener: Listener
) -> None:
    trouble.ask("pretend", Kind.GARBAGE)
    world.touch(orders[0])
    wait_for(lambda: len(listener.got) == 1)
    headers, body = listener.got[0]
    assert body == GARBAGE
    assert headers["x-pretend-hmac-sha256"] == signed(northpine, GARBAGE)


def test_trouble_of_one_platform_leaves_the_others_alone(
    world: World, trouble: Trouble, orders: list[Order], hub: Hub, listener: Listener
) -> None:
    trouble.ask("elsewhere", Kind.DUPLICATE)
    world.touch(orders[0])
    assert hub.settle()
    wait_for(lambda: len(listener.got) == 1)
    assert trouble.wishes["elsewhere"]
