"""Who answers, which order is meant, how the letter is put together; and no false alarm in any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from agents.facts.known import OrderFacts
from agents.models.draft import joined
from agents.understanding.entities import Entities
from agents.understanding.intents import IntentKind as I
from agents.understanding.language import Language
from agents.understanding.message import Understanding
from agents.understanding.mood import Level, MoodKind, Urgency
from agents.understanding.threats import Threat
from connectors.contract import Limits, Wording, WordingRule
from tests.agents import known
from tests.agents.known import Shop, scan, seen
from tests.agents.letters import COLUMBUS, answered, body


def test_several_open_orders_get_one_question_that_names_them():
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    shop.order(
        "#1050",
        fulfilled="unfulfilled",
        items=(("Ridge Rain Shell", "Slate / M", 1), ("Quarry Beanie", "Pine", 1)),
    )
    assert body(answered(shop, seen())) == (
        "I see more than one order of yours, and want to get this right. Which one do you mean: the Field Jacket from "
        "Saturday, November 15 (order #1042) or the Ridge Rain Shell and more from Saturday, November 15 (order #1050)?"
    )


def test_two_orders_named_are_both_answered():
    shop = Shop()
    shop.parcel(shop.order())
    shop.parcel(shop.order("#1050"), "out_for_delivery", number="1Z7N4W190300000029")
    und = replace(seen(), entities=Entities(order_numbers=("1042", "1050")))
    said = body(answered(shop, und))
    assert "order #1042 is on its way" in said
    assert "order #1050 is out for delivery" in said


def test_a_number_we_do_not_know_reveals_nothing():
    shop = Shop()
    shop.order()
    said = body(answered(shop, seen(), unknown=("9999",)))
    assert "I can't find an order with that number under this address." in said
    assert "1042" not in said
    assert "Jacket" not in said


def test_without_orders_it_asks_for_the_number():
    assert "Which order number is on your confirmation" in body(answered(Shop(), seen()))


def test_two_wishes_are_answered_in_one_letter():
    shop = Shop()
    shop.parcel(shop.order(), scans=[COLUMBUS])
    shop.passage(known.RETURNS, "How long you have")
    said = body(answered(shop, seen(I.WHERE_IS_MY_ORDER, I.RETURN_REQUEST)))
    assert "on its way with UPS" in said
    assert "Your order #1042 has not been delivered yet, so all of that time is still ahead." in said


@pytest.mark.parametrize(
    ("und", "words"),
    [
        (seen(I.OTHER), "writes about something the machine does not answer"),
        (seen(I.HUMAN, wants_human=True), "wants to talk to a person"),
        (
            seen(manipulation=True, manipulation_reason="tells the machine what to do"),
            "This message tells the machine what to do.",
        ),
        (
            seen(urgency=Urgency(Level.HIGH, "speaks of lawyers", (Threat.LEGAL,))),
            "speaks of lawyers",
        ),
    ],
)
def test_what_a_person_must_answer_goes_to_one_with_what_is_known(und: Understanding, words: str):
    shop = Shop()
    shop.parcel(shop.order())
    answer = answered(shop, und)
    assert answer.needs_person
    assert words in answer.reason
    assert "Order #1042: placed Saturday, November 15, 147.62 USD, paid, UPS in transit." in answer.reason


def test_a_formal_shop_writes_formally_and_a_stranger_is_greeted_too():
    shop = Shop()
    shop.parcel(shop.order())
    text = joined(answered(shop, seen(), tone="formal").sentences)
    assert text.startswith("Dear Maya,")
    assert text.endswith(("Kind regards,\nThe Northpine team", "Sincerely,\nThe Northpine team"))
    assert joined(answered(shop, seen(), tone="formal", name="").sentences).startswith("Hello,")


def test_the_same_message_always_gets_the_same_words_and_others_get_others():
    shop = Shop()
    shop.parcel(shop.order())
    texts = [joined(answered(shop, seen(), key=key).sentences) for key in range(12)]
    assert texts[3] == joined(answered(shop, seen(), key=3).sentences)
    assert len(set(texts)) > 4


def test_links_and_length_keep_to_the_channel():
    shop = Shop()
    shop.parcel(shop.order(), scans=[COLUMBUS])
    assert "http" not in joined(
        answered(
            shop, seen(), limits=Limits(wording=(WordingRule(Wording.LINK, "No links.", "ours"),))
        ).sentences
    )
    short = joined(answered(shop, seen(), limits=Limits(longest_text=160)).sentences)
    assert len(short) <= 160
    assert "Your order #1042 is on its way" in short
    assert answered(shop, seen(), limits=Limits(longest_text=40)).needs_person


def test_another_language_is_said_in_the_reason():
    shop = Shop()
    shop.parcel(shop.order())
    answer = answered(shop, seen(language=Language("es", 0.9)))
    assert "The customer writes Spanish; this answer is in English" in answer.reason


STATUSES = (
    "pre_transit", "in_transit", "exception", "out_for_delivery", "available_for_pickup", "delivered", "failure", "returned",
)  # fmt: skip
MATRIX_MOODS = (MoodKind.NEUTRAL, MoodKind.WORRIED, MoodKind.ANGRY)
MATRIX_INTENTS = (
    I.WHERE_IS_MY_ORDER,
    I.DELIVERY_EXCEPTION,
    I.RETURN_REQUEST,
    I.CANCEL,
    I.REFUND_STATUS,
    I.UNSURE,
)


def _stocked(status: str, several: bool, reason: str) -> Shop:
    shop = Shop()
    order = shop.order(items=(("Field Jacket", "Moss / M", 1), ("Alpine Wool Socks, 2 pairs", "L", 2)))
    arrived = scan(18, 9, 41, -6) if status == "delivered" else None
    place = (status, "Processing at Facility", "St. Louis, MO", scan(20, 9, 41, -6), reason)
    shop.parcel(
        order,
        status,
        scans=[place, COLUMBUS],
        first=date(2025, 11, 20),
        delivered=arrived,
        left_at="Front porch" if arrived else "",
    )
    if several:
        shop.parcel(order, "in_transit", carrier="USPS", number="9400111899223100000012", scans=[COLUMBUS])
    for text in (
        known.RETURNS,
        known.LABELS,
        known.REFUNDS,
        known.CANCELLING,
        known.SHIPPED,
        known.LATE,
        known.NOT_THERE,
        known.DAMAGED,
    ):
        shop.passage(text, "A rule", "Rules")
    return shop


@pytest.mark.parametrize("status", STATUSES)
def test_no_composed_draft_raises_a_false_alarm(status: str):
    reasons = ("weather", "attempted", "damaged", "address") if status == "exception" else ("",)
    for several, reason in product((False, True), reasons):
        shop = _stocked(status, several, reason)
        for key, (intent, mood) in enumerate(product(MATRIX_INTENTS, MATRIX_MOODS)):
            answered(shop, seen(intent, mood=mood), "where", tone=("friendly", "formal")[key % 2], key=key)


def test_every_sentence_with_a_fact_cites_it():
    shop = _stocked("in_transit", several=False, reason="")
    answer = answered(shop, seen())
    order: OrderFacts = shop.orders[0]
    first = next(each for each in answer.sentences if "#1042" in each.text)
    assert order["number"].number in first.evidence
    assert order.parcels[0]["status"].number in first.evidence
    assert all(
        not each.evidence for each in answer.sentences if each.text.startswith(("Hi", "Best", "Let me"))
    )
