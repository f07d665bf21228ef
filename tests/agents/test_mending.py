"""A sentence nothing supports is left out of the machine's draft where the answer is whole without it; else it blocks."""

from __future__ import annotations

import pytest

from agents.checking.mending import Mended, mend
from agents.checking.verify import verify
from agents.facts.evidence import Sentence
from agents.facts.known import Facts
from agents.writing.compose import compose
from tests.agents.known import ZONE, Shop, letter, scan, seen


@pytest.fixture
def facts() -> Facts:
    shop = Shop()
    shop.parcel(
        shop.order(), scans=[("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), "")]
    )
    return shop.facts()


@pytest.fixture
def true(facts: Facts) -> list[Sentence]:
    message, conversation = letter()
    return compose(message, conversation, seen(), facts).sentences


def mended(sentences: list[Sentence], facts: Facts) -> Mended | None:
    return mend(sentences, verify(sentences, facts.evidence, now=facts.now, zone=str(ZONE)))


def among(true: list[Sentence], text: str, place: int) -> list[Sentence]:
    return [*true[:place], Sentence(text, true[1].evidence), *true[place:]]


def test_a_true_draft_stays_as_it_is(true: list[Sentence], facts: Facts):
    assert mended(true, facts) is None


@pytest.mark.parametrize(
    "text",
    [
        "It was held up by a strike.",
        "The driver had to take another road.",
        "UPS expects to deliver it on Tuesday, November 25.",
        "It is travelling with FedEx.",
        "I'm sorry about the mix-up.",
    ],
)
def test_a_detail_or_courtesy_goes_and_is_told(text: str, true: list[Sentence], facts: Facts):
    found = mended(among(true, text, 2), facts)
    assert found is not None
    assert [sentence.text for sentence in found.sentences] == [sentence.text for sentence in true]
    assert [each["text"] for each in found.left_out] == [text]
    assert all(each["reason"] for each in found.left_out)


@pytest.mark.parametrize(
    "text",
    [
        "We will refund you in full.",
        "As an apology, you get 20% off your next order.",
        "I have opened a claim with UPS.",
        "The refund is $20.00.",
    ],
)
def test_what_offers_money_or_a_deed_blocks(text: str, true: list[Sentence], facts: Facts):
    assert mended(among(true, text, 2), facts) is None


def test_what_the_answer_is_about_does_not_go(true: list[Sentence], facts: Facts):
    bent = [true[0], Sentence(true[1].text.replace("on its way", "delivered"), true[1].evidence), *true[2:]]
    assert mended(bent, facts) is None


def test_a_greeting_with_a_lie_in_it_blocks(true: list[Sentence], facts: Facts):
    assert mended([Sentence("Hi Maya, your parcel was stolen.\n"), *true[1:]], facts) is None


def test_a_sentence_that_the_next_one_leans_on_does_not_go(true: list[Sentence], facts: Facts):
    leaning = among(among(true, "So please bear with us.", 2), "It was held up by a strike.", 2)
    assert mended(leaning, facts) is None


def test_a_draft_that_invents_much_is_not_mended(true: list[Sentence], facts: Facts):
    for text in ("It was held up by a strike.", "A truck broke down.", "It was stolen."):
        true = among(true, text, 2)
    assert mended(true, facts) is None


def test_paragraphs_end_where_they_ended(true: list[Sentence], facts: Facts):
    place = next(n for n, each in enumerate(true) if n > 1 and each.text.endswith("\n"))
    bent = [
        *true[:place],
        Sentence(true[place].text.rstrip(), true[place].evidence),
        Sentence("It was held up by a strike.\n", true[1].evidence),
        *true[place + 1 :],
    ]
    found = mended(bent, facts)
    assert found is not None
    assert [sentence.text for sentence in found.sentences] == [sentence.text for sentence in true]
