"""The names and numbers in a message."""

from __future__ import annotations

from datetime import date

import pytest

from agents.understanding.entities import Enclosed, entities

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("it came last Friday", "2026-11-20", None),
        ("I bought it on Friday", "2026-11-20", None),
        ("I need it by Friday", "2026-11-27", None),
        ("next Monday works", "2026-11-30", None),
        ("I ordered it two weeks ago", "2026-11-09", None),
        ("a month ago", "2026-10-23", None),
        ("it arrived on the 3rd", "2026-11-03", None),
        ("in time for the party on the 3rd", "2026-12-03", None),
        ("the jacket from May 3", "2026-05-03", None),
        ("we leave on 2nd of December", "2026-12-02", None),
        ("yesterday evening", "2026-11-22", None),
        ("the day after tomorrow", "2026-11-25", None),
        ("last week", "2026-11-16", "2026-11-22"),
        ("this weekend", "2026-11-28", "2026-11-29"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("Feb 30", "None", None),
    ],
)
def test_days_are_resolved_in_the_shoppers_own_calendar(words: str, first: str, last: str | None) -> None:
    [day] = entities(words, today=MONDAY).days
    assert (str(day.day), day.last and str(day.last)) == (first, last)


def test_numbers_are_read_as_the_country_writes_them() -> None:
    assert entities("on 3/11/2026", "US").days[0].day == date(2026, 3, 11)
    assert entities("on 3/11/2026", "GB").days[0].day == date(2026, 11, 3)
    assert entities("on 25/11/2026", "US").days[0].day == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("#1042", "1042"),
        ("114-1234567-1234567", "114-1234567-1234567"),
        ("D01-1234567-1234567", "D01-1234567-1234567"),
        ("14-11234-56789", "14-11234-56789"),
        ("2000123-45678901", "2000123-45678901"),
        ("200012345678901", "200012345678901"),
        ("577012345678901234", "577012345678901234"),
    ],
)
def test_each_channels_order_numbers_are_known_by_their_shape(words: str, number: str) -> None:
    assert entities(f"about {words} please").order_numbers == (number,)


def test_goods_are_known_by_their_numbers() -> None:
    assert entities("I mean SKU FJ-MOS-M, not item no. 40021").skus == ("FJ-MOS-M", "40021")
    assert entities("Order number is WB-10233").skus == ()


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("1.299,50 € zu viel", "1299.50 EUR"),
        ("C$20", "20 CAD"),
        ("CHF 12", "12 CHF"),
        ("30 quid", "30 GBP"),
        ("US$1,299", "1299 USD"),
        ("R$ 45,90", "45.90 BRL"),
    ],
)
def test_amounts_keep_their_currency(words: str, amount: str) -> None:
    assert [str(each) for each in entities(words).amounts] == [amount]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (
            "ship it to 48 Birch Lane, Apt 4B, Dover, DE 19901 please",
            ("48 Birch Lane, Apt 4B", "Dover", "DE", "19901"),
        ),
        ("I live in Albany, NY 12207", ("", "Albany", "NY", "12207")),
        ("our new place is 112 Hill Rd", ("112 Hill Rd", "", "", "")),
        ("10 Downing Street, London SW1A 2AA", ("10 Downing Street", "London", "", "SW1A 2AA")),
        ("an Musterstr. 12, 10115 Berlin", ("Musterstr. 12", "Berlin", "", "10115")),
        ("12 Rue Street, 69002 Lyon", ("12 Rue Street", "Lyon", "", "69002")),
    ],
)
def test_postal_addresses_are_taken_apart(words: str, parts: tuple[str, ...]) -> None:
    [place] = entities(words).places
    assert (place.street, place.city, place.region, place.code) == parts


@pytest.mark.parametrize("words", ["I paid 20 way too late", "it took 3 days to come", "via email 12 times"])
def test_ordinary_words_are_no_address(words: str) -> None:
    assert entities(words).places == ()


def test_files_are_listed_with_their_kind() -> None:
    files = [
        Enclosed("broken.jpg", "image/jpeg", 90_000),
        Enclosed("invoice.pdf", "application/octet-stream", 4_000),
        Enclosed("notes.txt", "text/plain", 200),
    ]
    assert [file.kind for file in entities("see photos", files=files).files] == ["photo", "PDF", "file"]
