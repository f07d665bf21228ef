from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.carriers.numbers import TrackingNumber, candidates, carrier_kind, link
from connectors.sandbox import numbers

COLLECTION = Path(__file__).parents[4] / "shared" / "specs" / "carriers" / "tracking_numbers"
# Freight and European parcels: no seller of ours meets them, and their forms are anybody's.
NOT_TOLD_APART = {"dpd", "old_dominion"}


@settings(deadline=None)
@given(st.integers(0, 9_999_999))
def test_it_finds_a_ups_number_in_a_sentence_however_it_is_spaced(serial: int) -> None:
    number = numbers.ups(serial)
    for written in (number, number.lower(), f"{number[:2]} {number[2:5]} {number[5:10]} {number[10:]}"):
        assert candidates(f"Where is it?? {written}.\nThanks") == [TrackingNumber(number, ("ups",), True)]


@settings(deadline=None)
@given(st.integers(0, 9_999_999))
def test_it_finds_a_usps_number_with_and_without_the_zip_code_in_front(serial: int) -> None:
    number = numbers.usps(serial)
    groups = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    for written in (number, groups, f"42080211{number}", f"420802111234{number}"):
        assert candidates(f"My number: {written}") == [TrackingNumber(number, ("usps",), True)]


@settings(deadline=None)
@given(st.integers(0, 9_999_999))
def test_it_finds_a_fedex_number_and_names_who_else_it_may_be_of(serial: int) -> None:
    number = numbers.fedex(serial)
    for written in (number, f"{number[:4]} {number[4:8]} {number[8:]}"):
        (found,) = candidates(f"FedEx says {written}")
        assert (found.number, found.carriers[0], found.checked) == (number, "fedex", True)


@pytest.mark.parametrize(
    ("number", "carriers", "checked"),
    [
        ("794100047118", ("fedex",), True),  # Express
        ("041441760228964", ("fedex",), True),  # Ground
        ("9611020987654312345672", ("fedex",), True),
        ("9622001900000000000000776632517510", ("fedex",), True),
        ("DT106798246430", ("fedex",), False),  # a door tag
        ("JVGL0999999990", ("dhl",), False),  # an Express piece
        ("GM2951173225174494", ("dhl",), False),
        ("GM60511710000004711", ("dhl",), False),
    ],
)
def test_it_knows_the_forms_of_fedex_and_dhl(number: str, carriers: tuple[str, ...], checked: bool) -> None:
    assert candidates(f"it is {number}, thanks") == [TrackingNumber(number, carriers, checked)]


@settings(deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_a_ground_economy_parcel_is_named_after_both_who_bring_it(serial: int) -> None:
    body = f"926129{serial:015d}"
    digit = str(-sum(int(c) * (3, 1)[at % 2] for at, c in enumerate(body)) % 10)
    (found,) = candidates(f"tracking {body}{digit}")
    assert set(found.carriers) == {"fedex", "usps"}
    (short,) = candidates(f"tracking {body[2:]}{digit}")
    assert {"fedex"} <= set(short.carriers)


@settings(deadline=None)
@given(st.integers(0, 10**14 - 1))
def test_a_dhl_parcel_and_a_usps_one_of_twenty_digits_are_told_as_both(serial: int) -> None:
    body = f"00340{serial:014d}"
    digit = str(-sum(int(c) * (3, 1)[at % 2] for at, c in enumerate(body)) % 10)
    (found,) = candidates(f"tracking {body}{digit}")
    assert {"dhl", "usps"} <= set(found.carriers)


@pytest.mark.parametrize("number", [numbers.ups(4711), numbers.usps(4711)])
def test_one_wrong_digit_is_noticed(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert candidates(f"it says {wrong}") == []


def test_several_numbers_come_in_the_order_they_are_written() -> None:
    first, second = numbers.usps(1), numbers.ups(2)
    found = candidates(f"one is {first}, the other {second} and again {first}")
    assert [each.number for each in found] == [first, second]


def test_an_international_number_is_its_countrys_and_the_posts_that_delivers() -> None:
    assert candidates("RA000000005US") == [TrackingNumber("RA000000005US", ("usps",), True)]
    assert candidates("RA 000 000 005 GB")[0].carriers == ("post-gb", "usps")
    assert candidates("RA000000006US") == []
    assert candidates("RA000000005XX") == []


def test_all_carriers_are_named_when_several_fit() -> None:
    (found,) = candidates("Is 000000000000 from FedEx or Purolator?")
    assert found.carriers == ("fedex", "purolator")


def test_a_form_without_a_check_digit_is_marked() -> None:
    assert candidates("tba123456789012 please") == [TrackingNumber("TBA123456789012", ("amazon",), False)]


@pytest.mark.parametrize(
    "text",
    [
        "call me at 614-555-0123, order #10423",
        "(614) 555 0123 ext 10423",
        "ordered 2026-11-22 1042, paid with 4242 4242 4242 4242",
        "invoice 3318810025",
        "order 1001 1002 1003",
        "",
        "1Z",
    ],
)
def test_phones_dates_cards_and_order_numbers_are_no_tracking_numbers(text: str) -> None:
    assert candidates(text) == []


def test_a_weak_form_counts_when_the_carrier_is_named_or_nothing_else_is_said() -> None:
    air_waybill = f"100000000{100000000 % 7}"
    assert candidates(f"invoice {air_waybill}") == []
    assert candidates(f"DHL gave me {air_waybill}")[0].carriers == ("dhl",)
    assert candidates(air_waybill)[0].carriers == ("dhl",)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_upsets_it(text: str) -> None:
    for found in candidates(text):
        assert found.number.isalnum()
        assert found.carriers


def _collected(which: str) -> list[tuple[str, str]]:
    """(courier, number) of the public collection."""
    files = [json.loads(path.read_text()) for path in sorted(COLLECTION.glob("*.json"))]
    return [
        (file["courier_code"], number)
        for file in files
        for form in file.get("tracking_numbers", ())
        for number in form["test_numbers"][which]
        if file["courier_code"] not in NOT_TOLD_APART
    ]


needs_collection = pytest.mark.skipif(not COLLECTION.exists(), reason="the public collection is not at hand")


@needs_collection
def test_it_knows_every_valid_number_of_the_public_collection() -> None:
    missed = [
        (courier, number)
        for courier, number in _collected("valid")
        if courier.replace("_", "") not in _carriers(number) and not (courier == "s10" and _carriers(number))
    ]
    assert missed == []


@needs_collection
def test_it_refuses_every_invalid_number_of_the_public_collection() -> None:
    # A number that one form of a courier refuses may still be right in another form of it.
    other_form = {("purolator", "331426749957")}
    taken = [
        (courier, number)
        for courier, number in _collected("invalid")
        if courier in _carriers(number) and (courier, number) not in other_form
    ]
    assert taken == []


def _carriers(number: str) -> set[str]:
    return {carrier for found in candidates(number) for carrier in found.carriers}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UPS", "ups"),
        ("United Parcel Service", "ups"),
        ("UPS® Ground", "ups"),
        ("U.P.S.", "ups"),
        ("USPS", "usps"),
        ("usps ground advantage", "usps"),
        ("US Postal Service", "usps"),
        ("U.S. Postal Service", "usps"),
        ("United States Postal Service", "usps"),
        ("US Post", "usps"),
        ("UPS Mail Innovations", "ups"),
        ("UPSSurePost", "ups"),
        ("FedEx", "fedex"),
        ("FEDEX_GROUND", "fedex"),
        ("Fed Ex Home Delivery®", "fedex"),
        ("Federal Express", "fedex"),
        ("FedExSmartPost", "fedex"),
        ("FedEx Ground Economy (USPS)", "fedex"),
        ("DHL eCommerce", "dhl"),
        ("DHL_EXPRESS", "dhl"),
        ("DHLExpress", "dhl"),
        ("DhlEcs", "dhl"),
        ("OnTrac", None),
        ("Groups & Co", None),
        ("Upstart Couriers", None),
        ("", None),
    ],
)
def test_it_knows_a_carrier_by_the_names_shops_use(name: str, kind: str | None) -> None:
    assert carrier_kind(name) == kind


def test_a_link_leads_to_the_carriers_public_page() -> None:
    assert link("ups", "1Z 9").startswith("https://www.ups.com/track?tracknum=1Z%209")
    assert link("usps", "94") == "https://tools.usps.com/go/TrackConfirmAction?tLabels=94"
    assert link("pigeon", "1") == ""
