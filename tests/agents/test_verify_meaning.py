"""By meaning: periods, rules with their conditions, words that no record has, and what belongs together."""

from __future__ import annotations

from datetime import date

import pytest

from agents.checking.claims.plainly import plainly
from tests.agents import known
from tests.agents.known import Shop, scan
from tests.agents.test_verify import doubts


@pytest.fixture
def shop() -> Shop:
    shop = Shop()  # today is Thursday, November 20
    shop.parcel(
        shop.order(),
        scans=[
            ("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), ""),
            ("in_transit", "Arrived at Facility", "Reno, NV", scan(18, 9, 30, -8), ""),
        ],
    )
    shop.passage(known.RETURNS)
    shop.passage(known.REFUNDS)
    return shop


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("a month", "30 days"),
        ("two weeks", "14 days"),
        ("forty-eight hours", "2 days"),
        ("thirty-nine dollars", "$39"),
        ("a hundred and forty-seven dollars and sixty-two cents", "$147.62"),
        ("half past two", "2:30"),
        ("quarter to one in the afternoon", "12:45 pm"),
        ("March fifteenth", "March 15"),
        ("a couple of days", "2 days"),
        ("one of your orders", "one of your orders"),
    ],
)
def test_what_people_say_is_written_plainly(said: str, plain: str):
    assert plainly(said).text == plain


def test_a_claim_points_at_the_words_as_they_were_written():
    plain = plainly("It costs thirty-nine dollars and came two weeks ago.")
    start = plain.text.index("14 days ago")
    assert plain.origin(start, start + len("14 days")) == (38, 47)


@pytest.mark.parametrize(
    "text",
    [
        "It should arrive between November 23 and 25.",
        "It should be with you within five days.",
        "UPS expects it by Tuesday.",
        "UPS expects it no later than November 24.",
        "You can return unworn items in their original packaging within a month of delivery.",
        "The latest scan was at 16:12.",
    ],
)
def test_a_day_may_lie_in_a_period(shop: Shop, text: str):
    assert doubts(shop, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It should arrive between November 25 and 27.",
        "It should be with you within three days.",
        "UPS expects it by Saturday.",
        "UPS expects it before November 24.",
        "You can return unworn items within a month of delivery.",  # loses the packaging
        "You can return items in their original packaging within 30 days of delivery.",  # loses "unworn"
        "We refund the original payment method within 5 business days after the parcel is back in our warehouse.",
        "You refund the original payment method within 5 business days after the parcel is back in our warehouse "
        "and inspected.",
        "Your parcel was in Reno, NV on Wednesday at 4:12 PM.",  # that was Columbus
        "It was held up by a strike.",
        "The carrier noted: “Leasing Office”.",
        "There was a mix-up in our warehouse.",
        "I have put a hold on the parcel.",
        "Thanks for waiting, the truck broke down.",
    ],
)
def test_what_does_not_follow_is_doubted(shop: Shop, text: str):
    assert doubts(shop, text) != []


def test_a_price_is_that_of_the_product_named():
    shop = Shop()
    shop.product("Field Jacket", "A jacket.", {}, [("Moss / M", "128.00 USD", 3)])
    shop.product("Quarry Beanie", "A beanie.", {}, [("Pine", "28.00 USD", 3)])
    assert doubts(shop, "The Quarry Beanie costs $28.00.") == []
    assert doubts(shop, "The Field Jacket costs $28.00.") != []


def test_a_day_of_delivery_is_no_other_scan_of_the_same_parcel():
    shop = Shop()
    shop.parcel(
        shop.order(placed=date(2025, 11, 10)),
        "delivered",
        delivered=scan(18, 16, 53),
        scans=[
            ("delivered", "Delivered", "Columbus, OH", scan(18, 16, 53), ""),
            ("in_transit", "Arrived at Facility", "Columbus, OH", scan(17, 9, 30), ""),
        ],
    )
    assert doubts(shop, "UPS delivered it on Tuesday, November 18 at 4:53 PM.") == []
    assert doubts(shop, "UPS delivered it on Monday, November 17 at 4:53 PM.") != []
