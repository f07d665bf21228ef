"""An answer that cannot be proven gives way to another one; where there is none it stays, and blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from agents.checking.proving import prove
from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from agents.facts.known import Facts
from agents.writing.compose import Composed, compose
from tests.agents.known import ZONE, Shop, letter, scan, seen

INVENTED = Composed([Sentence("We will refund you in full."), Sentence("It went by ship.")], "Written")


@pytest.fixture
def facts() -> Facts:
    shop = Shop()
    shop.parcel(
        shop.order(), scans=[("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), "")]
    )
    return shop.facts()


@pytest.fixture
def true(facts: Facts) -> Composed:
    message, conversation = letter()
    return compose(message, conversation, seen(), facts)


@pytest.fixture
def hold(facts: Facts) -> Callable[[Sequence[Sentence]], list[Claim]]:
    return lambda sentences: verify(sentences, facts.evidence, now=facts.now, zone=str(ZONE))


def test_what_can_be_proven_stays(true, hold):
    proven = prove(true, hold, Composed([Sentence("Hello.")]))
    assert proven.answer is true
    assert proven.claims
    assert (proven.doubts, proven.left_out, proven.is_instead) == ([], [], False)


def test_what_cannot_be_proven_gives_way_and_is_told_with_its_reasons(true, hold):
    proven = prove(INVENTED, hold, true)
    assert proven.is_instead
    assert proven.answer is true
    assert not proven.doubts
    assert [each["text"] for each in proven.left_out] == [each.text for each in INVENTED.sentences]
    assert all(each["reason"] for each in proven.left_out)


@pytest.mark.parametrize("instead", [None, INVENTED, Composed([], "For a person", needs_person=True)])
def test_where_nothing_can_be_proven_it_stays_and_blocks(instead, hold):
    proven = prove(INVENTED, hold, instead)
    assert proven.answer is INVENTED
    assert proven.doubts
    assert not proven.is_instead
