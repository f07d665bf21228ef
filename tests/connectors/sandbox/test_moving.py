from datetime import timedelta

import pytest

from connectors.events import ParcelStatus as S
from connectors.sandbox import moving
from connectors.sandbox.world import Parcel, World


def parcel_in(world: World, status: S, carrier: str = "ups", reason: str = "") -> Parcel:
    return next(
        each
        for each in world.parcels.values()
        if (each.status, each.carrier, each.steps[-1].reason) == (status, carrier, reason)
    )


@pytest.mark.parametrize("carrier", ["ups", "usps", "fedex"])
def test_next_scans_lead_from_the_label_to_the_door(world: World, carrier: str) -> None:
    parcel = parcel_in(world, S.PRE_TRANSIT, carrier)
    while parcel.status is not S.DELIVERED:
        before = len(parcel.steps)
        moving.press(world, parcel.number, "next")
        assert len(parcel.steps) == before + 1
    assert len(parcel.steps) == 10
    last = parcel.steps[-1].place
    assert last is not None
    assert last.city == parcel.home.city


def test_after_the_door_there_is_no_next_scan(world: World) -> None:
    with pytest.raises(moving.Finished):
        moving.press(world, parcel_in(world, S.DELIVERED).number, "next")


def test_a_delay_happens_where_the_parcel_is_and_moves_the_estimate(world: World) -> None:
    parcel = parcel_in(world, S.IN_TRANSIT)
    before, place = parcel.estimated, parcel.steps[-1].place
    moving.press(world, parcel.number, "delay")
    step = parcel.steps[-1]
    assert (step.status, step.reason, step.place) == (S.EXCEPTION, "weather", place)
    assert parcel.estimate_changed
    assert parcel.estimated >= before + timedelta(days=2) - timedelta(hours=1)


def test_a_delayed_parcel_goes_on_from_where_it_stood(world: World) -> None:
    parcel = parcel_in(world, S.EXCEPTION, reason="weather")
    stood = parcel.steps[-1].place
    moving.press(world, parcel.number, "next")
    assert parcel.status is S.IN_TRANSIT
    assert parcel.steps[-1].place == stood


def test_after_a_failed_attempt_the_van_comes_again(world: World) -> None:
    parcel = parcel_in(world, S.EXCEPTION, reason="attempted")
    moving.press(world, parcel.number, "next")
    moving.press(world, parcel.number, "next")
    assert [step.status for step in parcel.steps[-2:]] == [S.OUT_FOR_DELIVERY, S.DELIVERED]


def test_a_van_on_its_way_means_today(world: World) -> None:
    parcel = parcel_in(world, S.EXCEPTION, reason="attempted")
    moving.press(world, parcel.number, "next")
    tonight = moving.evening(parcel.steps[-1].at, parcel.home)
    assert parcel.estimated == tonight or tonight <= parcel.steps[-1].at


def test_a_move_tells_of_the_parcel_and_of_its_order(world: World) -> None:
    told: list[str] = []
    parcel = parcel_in(world, S.IN_TRANSIT)
    order = world.shops[parcel.shop].orders[parcel.order_id]
    before = order.updated_at
    world.listeners.append(lambda what, thing: told.append(what))
    moving.press(world, parcel.number, "damaged")
    assert told == ["parcel", "order"]
    assert order.updated_at > before
