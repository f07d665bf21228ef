"""How a text message is cut, against the figures of the standard."""

from __future__ import annotations

import pytest

from connectors.segments import BASIC, EXTENSION, segments

CURLY, EMOJI = "“", "😀"


def test_the_alphabet_of_phones_has_its_128_places_and_its_extension() -> None:
    assert len(BASIC) == 127  # and the escape to the extension
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),  # of the basic alphabet
        ("€" * 80, 1),  # counts twice
        ("€" * 81, 2),
        ("€" * 152, 2),  # 76 to a segment: none is cut in half
        ("€" * 153, 3),
        (CURLY * 70, 1),
        (CURLY * 71, 2),
        (CURLY * 134, 2),
        (CURLY * 135, 3),
        (EMOJI * 35, 1),
        (EMOJI * 36, 2),
        (EMOJI * 66, 2),  # 33 to a segment: no half of one
        (EMOJI * 67, 3),
    ],
)
def test_it_is_counted_as_carriers_do(text: str, count: int) -> None:
    assert segments(text).count == count


def test_it_says_what_made_it_dear() -> None:
    found = segments(f"It’s on its way, {CURLY}as promised{CURLY} " + "a" * 60)
    assert (found.count, found.because) == (2, ("’", CURLY))
    assert not segments("It's on its way [today] for 5 €").is_unicode


def test_it_is_said_in_words() -> None:
    assert str(segments("a")) == "1 segment · 1 character"
    assert str(segments("a" * 1214)) == "8 segments · 1,214 characters"
