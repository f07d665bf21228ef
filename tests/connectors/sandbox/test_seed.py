from datetime import timedelta

import pytest

from connectors.events import ParcelStatus
from connectors.sandbox import numbers
from connectors.sandbox.seed import seed
from connectors.sandbox.situations import headline, situations
from connectors.sandbox.world import Shop, Shopper, World
from tests.connectors.sandbox.conftest import NOON


def test_the_same_moment_gives_the_same_world() -> None:
    assert seed(NOON) == seed(NOON)


def test_every_tracking_number_has_a_right_check_digit() -> None:
    parcels = seed(NOON).parcels
    assert len(parcels) > 100
    assert all(numbers.is_valid(number) for number in parcels)
    assert {parcel.number.startswith("1Z") for parcel in parcels.values() if parcel.carrier == "ups"} == {
        True
    }


@pytest.mark.parametrize("number", ["1Z7N4W190300123456", "1Z7N4W190300123445", "9405590371286400123457"])
def test_a_wrong_check_digit_is_noticed(number: str) -> None:
    assert not numbers.is_valid(number)


def test_numbers_known_to_be_good_are_accepted() -> None:
    assert numbers.is_valid("1Z999AA10123456784")
    assert numbers.is_valid("9400111206206406260787")


def test_each_seller_has_goods_shoppers_and_orders_of_the_last_sixty_days() -> None:
    world = seed(NOON)
    assert len(world.shops) == 2
    for shop in world.shops.values():
        assert (len(shop.products), len(shop.shoppers), len(shop.orders)) == (12, 50, 90)
        assert sorted(order.number for order in shop.orders.values()) == [f"#{n}" for n in range(1001, 1091)]
        assert any(variant.stock == 0 for product in shop.products.values() for variant in product.variants)
        assert all(
            NOON - timedelta(days=62) < o.placed_at <= o.updated_at <= NOON for o in shop.orders.values()
        )
        assert {order.shopper_id for order in shop.orders.values()} <= set(shop.shoppers)


def test_parcels_are_in_every_state_and_no_scan_lies_ahead_or_out_of_order() -> None:
    parcels = seed(NOON).parcels.values()
    seen = {(parcel.status, parcel.steps[-1].reason) for parcel in parcels}
    missing = {ParcelStatus.FAILURE, ParcelStatus.AVAILABLE_FOR_PICKUP}
    assert {status for status, _ in seen} == set(ParcelStatus) - missing
    assert {reason for _, reason in seen} == {"", "weather", "attempted", "damaged", "address"}
    for parcel in parcels:
        times = [step.at for step in parcel.steps]
        assert times == sorted(times)
        assert times[-1] <= NOON


def test_every_line_of_an_order_is_in_one_parcel_or_still_to_ship() -> None:
    world = seed(NOON)
    for shop in world.shops.values():
        for order in shop.orders.values():
            packed = [line for number in order.parcels for line in world.parcels[number].line_ids]
            assert len(packed) == len(set(packed))
            assert set(packed) <= {line.id for line in order.lines}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Maya Okafor", "UPS parcel delayed by weather in Columbus, OH"),
        ("Priya Raman", "3 open orders: "),
        ("Theo Lindqvist", "Delivered by UPS "),
        ("Grace Whitaker", "Paid, not shipped yet"),
        ("Luis Herrera", "Return approved, goods on their way back"),
        ("Hannah Brandt", "(one of 2 parcels)"),
        ("Owen Castellano", "No USPS scan for 6 days"),
    ],
)
def test_the_cast_is_in_the_places_the_story_needs(
    world: World, northpine: Shop, name: str, said: str
) -> None:
    shopper = next(each for each in northpine.shoppers.values() if each.name == name)
    assert said in headline(situations(world, northpine, shopper))


def test_maya_waits_for_one_parcel_with_a_new_estimate(world: World, northpine: Shop, maya: Shopper) -> None:
    waiting = [each for each in situations(world, northpine, maya) if each.is_open]
    assert len(waiting) == 1
    (number,) = waiting[0].order.parcels
    parcel = world.parcels[number]
    assert parcel.carrier == "ups"
    assert parcel.estimate_changed
    assert parcel.estimated > world.clock.now()
