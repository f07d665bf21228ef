"""True drafts with one detail changed: the change is always caught."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agents.checking.verify import verify
from agents.facts.evidence import Sentence
from agents.facts.known import Facts
from agents.understanding.intents import IntentKind as I
from agents.writing.compose import compose
from tests.agents import known
from tests.agents.known import ZONE, Shop, letter, scan, seen


def _drafts() -> list[tuple[list[Sentence], Facts]]:
    """Composed answers of several situations, each with the facts it stands on."""
    made = []
    for status, intent in (
        ("in_transit", I.WHERE_IS_MY_ORDER),
        ("delivered", I.DELIVERY_EXCEPTION),
        ("delivered", I.RETURN_REQUEST),
        ("out_for_delivery", I.WHERE_IS_MY_ORDER),
        ("in_transit", I.CANCEL),
        ("returned", I.REFUND_STATUS),
    ):
        shop = Shop()
        order = shop.order()
        shop.parcel(
            order,
            status,
            first=date(2025, 11, 20),
            delivered=scan(18, 10, 1) if status == "delivered" else None,
            scans=[
                (status, "Departed from Facility", "Columbus, OH", scan(19, 16, 12), ""),
                ("in_transit", "Arrived at Facility", "Reno, NV", scan(18, 9, 30, -8), ""),
            ],
        )
        other = shop.order("#1050", placed=date(2025, 11, 9))
        shop.parcel(other, "delivered", number="1Z7N4W190300000029", delivered=scan(14, 12, 30))
        if intent is I.REFUND_STATUS:
            shop.refund(order)
        for text in (known.RETURNS, known.LABELS, known.REFUNDS, known.SHIPPED):
            shop.passage(text)
        facts = shop.facts(focus=order)
        message, conversation = letter()
        answer = compose(message, conversation, seen(intent), facts)
        assert not answer.needs_person, answer.reason
        made.append((answer.sentences, facts))
    return made


DRAFTS = _drafts()
FACTUAL = [
    (sentences, index, facts)
    for sentences, facts in DRAFTS
    for index, s in enumerate(sentences)
    if s.evidence
]
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"


def alarms(sentences: list[Sentence], index: int, text: str, facts: Facts) -> int:
    """Unsupported claims once sentence `index` says `text`."""
    bent = [*sentences[:index], Sentence(text, sentences[index].evidence), *sentences[index + 1 :]]
    return sum(not c.is_supported for c in verify(bent, facts.evidence, now=facts.now, zone=str(ZONE)))


def test_the_true_drafts_raise_no_alarm():
    for sentences, index, facts in FACTUAL:
        assert alarms(sentences, index, sentences[index].text, facts) == 0


@given(st.sampled_from(FACTUAL), st.data())
@settings(deadline=None, max_examples=150)
def test_another_digit_is_caught(draft: tuple[list[Sentence], int, Facts], data: st.DataObject):
    sentences, index, facts = draft
    text = sentences[index].text
    places = [match.start() for match in re.finditer(r"\d", text)]
    assume(places)
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[place]]))
    bent = text[:place] + digit + text[place + 1 :]
    assume("http" not in text or "tracknum" in text)
    assert alarms(sentences, index, bent, facts), bent


def _swap(pattern: str, options: str) -> Callable[[str, st.DataObject], str | None]:
    """Another of the options in one place where the pattern stands; None where it stands nowhere."""

    def swap(text: str, data: st.DataObject) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        match = data.draw(st.sampled_from(found))
        others = [each for each in options.split("|") if each.split()[0] != match.group().split()[0]]
        return text[: match.start()] + data.draw(st.sampled_from(others)) + text[match.end() :]

    return swap


SWAPS = {
    "weekday": _swap(rf"\b(?:{_DAYS})\b", _DAYS),
    "month": _swap(rf"\b(?:{_MONTHS})\b", _MONTHS),
    "carrier": _swap(r"\bUPS\b", "USPS|FedEx|DHL|OnTrac|Canada Post"),
    "place": _swap(r"Columbus, OH", "Columbus, GA|Reno, NV|Chicago, IL|Columbus, IN"),
    "status": _swap(
        r"on its way (?:back )?(?:to us )?with|out for delivery with|delivered(?= your order)",
        "lost by|damaged by|available for pickup with|waiting at|refused by",
    ),
    "half of the day": _swap(r"\b[AP]M\b", "AM|PM"),
    "currency": _swap(r"\$", "€|£|CA$"),
    "order": _swap(r"#1042\b", "#1050|#1024|#2042"),
}


@pytest.mark.parametrize("what", SWAPS)
def test_a_swapped_detail_is_caught(what: str):
    @given(st.sampled_from(FACTUAL), st.data())
    @settings(deadline=None, max_examples=120, database=None)
    def swapped(draft: tuple[list[Sentence], int, Facts], data: st.DataObject) -> None:
        sentences, index, facts = draft
        bent = SWAPS[what](sentences[index].text, data)
        assume(bent is not None)
        assert bent is not None
        assert alarms(sentences, index, bent, facts), bent

    swapped()


@given(st.sampled_from(FACTUAL), st.sampled_from(["not", "never", "no longer"]))
@example(FACTUAL[0], "not")
@settings(deadline=None)
def test_a_denial_is_caught(draft: tuple[list[Sentence], int, Facts], word: str):
    sentences, index, facts = draft
    text = sentences[index].text
    bent = re.sub(r"\b(is|was|has|expects|can|sends|delivered)\b", rf"\1 {word}", text, count=1)
    assume(bent != text and " not " not in text and "cannot" not in text)
    assert alarms(sentences, index, bent, facts), bent


INVENTED = (
    "We will refund you in full.",
    "You will get your money back by Friday.",
    "I've just approved a refund of $20.00.",
    "As a courtesy, we have credited 15 dollars to your card.",
    "We'll send a replacement right away, free of charge.",
    "Our team guarantees delivery by tomorrow.",
    "We're going to waive the return fee.",
    "Here is 10% off with code SORRY10.",
    "You can keep the item.",
    "Write to claims@refunds.example.com for your money.",
    "Track it at www.parcel-updates.example.com/1042.",
    "Please call +1 (415) 555-2671.",
    "A courier will bring it tonight at 7 PM.",
    "A claim has been opened with the carrier.",
    "Your new tracking number is 9400 1118 9922 3100 0000 99.",
    "The parcel is in Memphis, TN.",
    "It weighs 3 pounds.",
    "We accept returns at any time.",
    "Your replacement order #1077 has shipped.",
    "The driver left it with your neighbor on Wednesday.",
)


@given(st.sampled_from(FACTUAL), st.sampled_from(INVENTED), st.booleans())
@settings(deadline=None, max_examples=120)
def test_an_invented_sentence_is_caught_whatever_it_cites(
    draft: tuple[list[Sentence], int, Facts], invention: str, cites: bool
):
    sentences, index, facts = draft
    numbers = tuple(item.number for item in facts.evidence) if cites else sentences[index].evidence
    bent = [*sentences[: index + 1], Sentence(invention, numbers), *sentences[index + 1 :]]
    claims = verify(bent, facts.evidence, now=facts.now, zone=str(ZONE))
    assert any(not c.is_supported and c.sentence == index + 1 for c in claims), invention
