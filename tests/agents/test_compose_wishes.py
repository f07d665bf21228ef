"""Wishes that were once handed over, answered from records and passages; and what stays a person's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest

from agents.checking.verify import verify
from agents.facts.evidence import Kind, Sentence
from agents.facts.known import DisputeFacts, OrderFacts, Told
from agents.models.draft import joined
from agents.understanding.intents import Intent
from agents.understanding.intents import IntentKind as I
from agents.understanding.message import Understanding
from agents.understanding.mood import MoodKind
from agents.writing.voice import TURNS, Voice
from connectors import registry
from connectors.contract import Capability, Form, Limits
from tests.agents import known
from tests.agents.known import ZONE, Shop, scan, seen
from tests.agents.letters import COLUMBUS, answered, body

EXCHANGES = "We exchange unworn items for another size within 30 days of delivery."
STUDENTS = "Students get 10% off with a valid student e-mail address."


def late(shop: Shop) -> OrderFacts:
    order = shop.order()
    shop.parcel(order, first=date(2025, 11, 20), scans=[COLUMBUS])
    return order


def test_a_late_parcel_gets_an_apology_the_scan_the_new_day_and_what_happens_then():
    shop = Shop()
    late(shop)
    said = body(answered(shop, seen()))
    assert said.startswith("I'm sorry about the delay. Your order #1042 is on its way with UPS")
    assert "it was in Columbus, OH" in said
    assert "now expects to deliver it on Monday, November 24." in said
    assert "If it takes longer than that, reply here, and a teammate will look into it with UPS." in said


def test_an_upset_customer_is_told_sorry_once():
    shop = Shop()
    late(shop)
    said = body(answered(shop, seen(mood=MoodKind.ANGRY)))
    assert said.lower().count("sorry") == 1


def test_what_we_told_before_is_quoted_when_it_no_longer_holds():
    shop = Shop()
    late(shop)
    words = "UPS expects to deliver it on Thursday, November 20."
    said = shop.write("message:1", "text", Kind.TEXT, words, "We wrote", "Our earlier answer")
    said = replace(said, frozen={"text": f"Your order #1042 is on its way. {words}"})
    shop.ledger.items[-1] = said
    on = datetime(2025, 11, 17, 10, tzinfo=ZONE).isoformat()
    at = shop.write("message:1", "told_at", Kind.MOMENT, on, "We wrote on", "Our earlier answer")
    shop.told.append(Told(said, at, uuid4()))
    assert (
        "Our answer of Monday, November 17 was: “UPS expects to deliver it on Thursday, November 20”. "
        "This has changed since."
    ) in body(answered(shop, seen()))


@pytest.mark.parametrize("kind", [I.CHANGE_ADDRESS, I.CHANGE_ORDER])
def test_a_change_before_it_ships_is_prepared_for_a_person_and_not_promised(kind: I):
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    answer = answered(shop, seen(kind), "Please use the new one")
    assert "Your order #1042 has not shipped yet." in body(answer)
    assert "A teammate will look at it now" in body(answer)
    assert any("#1042" in each for each in answer.proposals)


def test_a_new_address_is_asked_for_only_where_it_is_missing():
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    assert "full new address" in body(answered(shop, seen(I.CHANGE_ADDRESS), "I moved, change my address"))
    assert "full new address" not in body(
        answered(shop, seen(I.CHANGE_ADDRESS), "Please send it to 12 Elm Street, Albany 12207")
    )


def test_whoever_does_not_say_what_should_change_is_asked():
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    asked = "What should be different"
    assert asked in body(answered(shop, seen(I.CHANGE_ORDER), "I need to change my order #1042."))
    assert asked not in body(answered(shop, seen(I.CHANGE_ORDER), "Please make it a medium instead."))


def test_whoever_does_not_say_what_is_wrong_is_asked():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(18, 16, 12))
    wants = seen(I.DELIVERY_EXCEPTION)
    asked = "is something missing, damaged, or not what you ordered?"
    assert asked in body(answered(shop, wants, "There's a problem with my order #1042."))
    assert asked not in body(answered(shop, wants, "There's a problem, it is not here."))


def test_which_of_two_products_is_asked_and_not_guessed():
    shop = Shop()
    shop.product("Ridge Jacket", "A jacket.", {}, [("Moss / M", "148.00 USD", 0)])
    shop.product("Trail Jacket", "A jacket.", {}, [("Moss / M", "118.00 USD", 5)])
    said = body(answered(shop, seen(I.PRODUCT_QUESTION), "Is the jacket in M available?"))
    assert "Which one do you mean: the Ridge Jacket or the Trail Jacket?" in said
    assert "sold out" not in said


def test_a_death_is_answered_by_a_person():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(18, 16, 12))
    answer = answered(shop, seen(I.RETURN_REQUEST, grief=True), "My husband passed away.")
    assert answer.needs_person
    assert answer.reason.startswith("The customer writes of a death.")


def test_what_has_left_is_too_late_to_change():
    shop = Shop()
    late(shop)
    assert "So it is too late to change it." in body(answered(shop, seen(I.CHANGE_ADDRESS), "new address"))


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        ("paid", "Your order #1042 is paid: $147.62 in total."),
        ("pending", "The payment for your order #1042 is pending"),
    ],
)
def test_whether_an_order_is_paid_is_told_from_its_record(paid: str, words: str):
    shop = Shop()
    shop.order(paid=paid, fulfilled="unfulfilled")
    assert words in body(answered(shop, seen(I.PAYMENT), "Did my payment go through?"))
    assert answered(shop, seen(I.PAYMENT), "I was charged twice!").needs_person


def test_money_back_is_a_persons_word_unless_it_is_on_record():
    shop = Shop()
    order = shop.order()
    shop.parcel(order, "delivered", delivered=scan(3, 16, 12))
    assert answered(shop, seen(I.REFUND_REQUEST)).needs_person
    shop.refund(order)
    assert "A refund of $40.00" in body(answered(shop, seen(I.REFUND_REQUEST)))


def test_an_exchange_follows_its_passage_and_the_window_of_this_order():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(3, 16, 12))
    assert answered(shop, seen(I.EXCHANGE)).needs_person
    shop.passage(EXCHANGES, "Exchanges")
    said = body(answered(shop, seen(I.EXCHANGE), "Can I swap it?"))
    assert EXCHANGES in said
    assert "so you have until Wednesday, December 3." in said
    assert said.endswith("Which size or color would you like instead?")


def test_a_discount_is_only_what_a_passage_grants():
    shop = Shop()
    assert answered(shop, seen(I.DISCOUNT), "Any student discount?").needs_person
    shop.passage(STUDENTS, "Students", "Discounts")
    assert STUDENTS in body(answered(shop, seen(I.DISCOUNT), "Any student discount?"))


@pytest.mark.parametrize(
    "asked", ["how long is standard shipping?", "what are your shipping times", "how fast is shipping"]
)
def test_how_long_shipping_takes_is_told_by_what_names_a_time_however_short_the_question(asked: str):
    shop = Shop()
    shop.passage(
        "Damage in the mail is reported within 14 days of delivery.", "Damage", "Shipping and deliveries"
    )
    assert answered(shop, seen(I.SHIPPING_INFO), asked).needs_person
    shop.passage("Delivery takes 3 to 7 business days.", "Times", "Shipping and deliveries")
    said = body(answered(shop, seen(I.SHIPPING_INFO), asked))
    assert "Delivery takes 3 to 7 business days." in said
    assert "14 days" not in said


def test_what_nobody_can_answer_beside_what_can_be_answered_is_left_to_a_person_by_name():
    shop = Shop()
    late(shop)
    answer = answered(shop, seen(I.WHERE_IS_MY_ORDER, I.DISCOUNT), "Where is it, and any discount?")
    assert "on its way with UPS" in body(answer)
    assert "A teammate will get back to you here about the rest of your message." in body(answer)
    assert "still for you: the customer asks for a discount" in answer.reason


def test_an_order_with_an_open_claim_is_a_persons():
    shop = Shop()
    order = late(shop)
    label = shop.write("dispute:1", "dispute.label", Kind.TEXT, "A-to-z claim", "Claim", "The shop", "#1042")
    shop.disputes.append(DisputeFacts(uuid4(), order.number, {"label": label}, is_open=True))
    answer = answered(shop, seen())
    assert answer.needs_person
    assert "A-to-z claim is open on #1042" in answer.reason


def test_a_complaint_about_a_late_order_gets_where_it_is_and_any_other_a_person():
    shop = Shop()
    late(shop)
    assert "running late" in body(answered(shop, seen(I.COMPLAINT, mood=MoodKind.ANGRY), "Terrible service"))
    calm = Shop()
    calm.parcel(calm.order(), "delivered", delivered=scan(3, 16, 12))
    assert answered(calm, seen(I.COMPLAINT), "Terrible service").needs_person


def test_a_complaint_is_answered_by_its_late_order_though_something_else_is_asked_too():
    shop = Shop()
    late(shop)
    answer = answered(shop, seen(I.COMPLAINT, I.PRODUCT_QUESTION, mood=MoodKind.ANGRY), "Is it lost?")
    assert "running late" in body(answer)


@pytest.mark.parametrize("tone", ["friendly", "formal"])
def test_no_turn_of_phrase_states_anything(tone: str):
    for turn in TURNS:
        for key in range(6):
            said = Sentence(Voice(tone, str(key)).say(turn, name="Maya"))
            claims = verify([said], [], now=known.NOW, zone=str(ZONE))
            wrong = [each.text for each in claims if not each.is_supported]
            assert wrong == ([] if turn != "sorry_delay" else ["delay"])


class TestVoice:
    @pytest.fixture
    def shop(self) -> Shop:
        shop = Shop()
        late(shop)
        return shop

    def test_the_brands_own_phrases_are_used(self, shop: Shop):
        own = {"greeting": ["Hey {name}!"], "closing": ["See you on the trail,"]}
        text = joined(answered(shop, seen(), phrases=own).sentences)
        assert text.startswith("Hey Maya!")
        assert text.endswith("See you on the trail,\nThe Northpine team")

    def test_a_courtesy_with_a_forbidden_word_is_said_in_another_way_or_not_at_all(self, shop: Shop):
        for key in range(8):
            text = joined(answered(shop, seen(), forbidden_words=["anything", "unclear"], key=key).sentences)
            assert "anything" not in text
            assert "unclear" not in text

    def test_it_says_that_it_is_automatic_where_the_organization_wants_it(self, shop: Shop):
        assert "automatic" not in joined(answered(shop, seen()).sentences)
        assert "This is an automatic answer." in joined(answered(shop, seen(), says_automatic=True).sentences)

    def test_customers_can_be_greeted_by_their_full_name(self, shop: Shop):
        answer = answered(shop, seen(), tone="formal", name="Maya Okafor", greets_by="full")
        assert joined(answer.sentences).startswith("Dear Maya Okafor,")


class TestForms:
    def test_a_chat_gets_a_few_sentences_without_letter_and_signature(self):
        shop = Shop()
        late(shop)
        text = joined(answered(shop, seen(), limits=Limits(form=Form.CHAT)).sentences)
        assert len(text) <= 440
        assert "is on its way with UPS" in text
        assert "Northpine" not in text

    def test_a_chat_keeps_its_question(self):
        shop = Shop()
        shop.order(fulfilled="unfulfilled", items=[(f"Field Jacket {n}" * 4, "M", 1) for n in range(1)])
        text = joined(
            answered(shop, seen(I.CHANGE_ADDRESS), "new address", limits=Limits(form=Form.CHAT)).sentences
        )
        assert "Could you send me the full new address" in text

    def test_in_public_nothing_about_the_shopper_or_the_order_is_said(self):
        shop = Shop()
        late(shop)
        text = joined(answered(shop, seen(), limits=Limits(form=Form.PUBLIC)).sentences)
        for private in ("1042", "1Z7N4W", "Columbus", "November", "UPS"):
            assert private not in text
        assert "private message" in text

    @pytest.mark.parametrize("kind", [each.kind for each in registry.with_capability(Capability.MESSAGES)])
    def test_every_channels_rules_are_kept(self, kind: str):
        limits = registry.connector(kind).limits
        for und in (seen(), seen(I.RETURN_REQUEST), seen(I.DISCOUNT), seen(I.DELIVERY_EXCEPTION)):
            shop = Shop()
            late(shop)
            for text in (known.RETURNS, known.LATE, STUDENTS, "Our whole range is at www.northpine.example."):
                shop.passage(text, "A rule", "Rules")
            answered(shop, und, "student discount where return", limits=limits)
        answered(Shop(), seen(), limits=limits)


def test_the_thing_a_message_names_tells_which_order_is_meant():
    from agents.facts.focus import focus

    shop = Shop()
    jacket = shop.order(fulfilled="unfulfilled")
    boots = shop.order("#1050", fulfilled="unfulfilled", items=[("Trail Boots", "10", 1)])
    wants = Understanding(intents=(Intent(I.WHERE_IS_MY_ORDER, 0.9),))
    orders = [boots, jacket]
    assert focus(orders, (), wants, "Where are my boots?").order is boots
    assert focus(orders, (), wants, "Where is it?").order is None
    assert focus(orders, ("1042",), wants, "boots").order is jacket


@pytest.mark.parametrize(
    ("text", "before", "number"),
    [
        ("And when will it be here?", ["Your order #1050 is on its way."], "#1050"),
        ("Any news?", ["We look into it.", "Where is order 1042?"], "#1042"),
        ("Where is it?", ["Which one do you mean: #1042 or #1050?", "Where is #1042?"], None),
        ("And the other one?", ["Your order #1050 is on its way."], None),
        ("Where is it?", ["Call 10501 for help."], None),
    ],
)
def test_the_order_that_was_spoken_of_last_goes_on_being_meant(
    text: str, before: list[str], number: str | None
):
    from agents.facts.focus import focus

    shop = Shop()
    for each in ("#1042", "#1050"):
        shop.order(each, fulfilled="unfulfilled")
    meant = focus(shop.orders, (), seen(I.WHERE_IS_MY_ORDER), text).as_spoken_of(text, before).order
    assert (meant.number if meant else None) == number


def test_a_return_is_about_what_has_arrived():
    from agents.facts.focus import focus

    shop = Shop()
    arrived = shop.order()
    shop.parcel(arrived, "delivered", delivered=scan(3, 16, 12))
    shop.order("#1050", fulfilled="unfulfilled")
    wants = Understanding(intents=(Intent(I.RETURN_REQUEST, 0.9),))
    assert focus(shop.orders, (), wants, "I want to send it back").order is arrived
