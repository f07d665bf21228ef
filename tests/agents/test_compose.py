"""Whole answers for whole situations, as a shopper reads them; every one of them verifies."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from agents.models.draft import joined
from agents.understanding.intents import IntentKind as I
from agents.understanding.mood import MoodKind
from tests.agents import known
from tests.agents.known import ZONE, Shop, scan, seen
from tests.agents.letters import COLUMBUS, answered, body


def test_a_parcel_on_its_way_is_told_from_its_newest_scan():
    shop = Shop()
    shop.parcel(shop.order(), scans=[COLUMBUS])
    assert joined(answered(shop, seen(I.WHERE_IS_MY_ORDER)).sentences) == (
        "Hi Maya,\n\n"
        "Your order #1042 is on its way with UPS (tracking number 1Z7N4W190300000012). At the last scan, on Wednesday, "
        "November 19 at 4:12 PM local time, it was in Columbus, OH (“Departed from Facility”). UPS expects to deliver it "
        "on Monday, November 24.\n\n"
        "You can follow it here: https://www.ups.com/track?tracknum=1Z7N4W190300000012\n\n"
        "Let me know if anything is unclear.\n\n"
        "Best,\nThe Northpine team"
    )


def test_an_order_that_has_not_shipped_says_so():
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    assert "We received your order #1042 on Saturday, November 15, and it has not shipped yet." in body(
        answered(shop, seen())
    )


def test_a_label_alone_is_not_called_shipped():
    shop = Shop()
    shop.parcel(shop.order(), "pre_transit", shipped=None)
    assert "has its UPS label" in body(answered(shop, seen()))
    assert "UPS has not received the parcel yet." in body(answered(shop, seen()))


def test_a_late_parcel_names_the_first_estimate_and_the_rule_for_it():
    shop = Shop()
    shop.parcel(shop.order(), first=date(2025, 11, 21), scans=[COLUMBUS])
    shop.passage(known.LATE, "Late parcels", "Shipping")
    said = body(answered(shop, seen(mood=MoodKind.WORRIED)))
    assert "is on its way with UPS (tracking number 1Z7N4W190300000012), but it is running late." in said
    assert (
        "UPS first estimated Friday, November 21 and now expects to deliver it on Monday, November 24."
        in said
    )
    assert "decides with you between a replacement and a refund." in said
    assert said.startswith("I understand")


def test_a_parcel_nobody_scanned_for_days_gets_what_the_shop_does_then():
    shop = Shop()
    old = ("in_transit", "Arrived at Facility", "Reno, NV", scan(12, 9, 30, -8), "")
    shop.parcel(shop.order(), scans=[old], estimated=date(2025, 11, 17))
    shop.passage(known.LATE, "Late parcels", "Shipping")
    said = body(answered(shop, seen(I.DELIVERY_EXCEPTION, mood=MoodKind.FRUSTRATED)))
    assert "At the last scan, on Wednesday, November 12, it was in Reno, NV (“Arrived at Facility”)" in said
    assert "and there has been none since." in said
    assert "UPS had expected to deliver it on Monday, November 17 and has named no new day." in said
    assert "A teammate opens a trace with the carrier" in said
    assert "write to us" not in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("out_for_delivery", "Your order #1042 is out for delivery with UPS"),
        ("available_for_pickup", "Your order #1042 is ready for pickup at a UPS location"),
        ("returned", "Your order #1042 is on its way back to us with UPS"),
        ("failure", "UPS could not deliver your order #1042"),
    ],
)
def test_every_state_of_a_parcel_has_its_sentence(status: str, words: str):
    shop = Shop()
    shop.parcel(shop.order(), status, scans=[COLUMBUS])
    assert words in body(answered(shop, seen()))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("weather", "UPS gives the weather as the reason."),
        ("customs", "UPS says that it is held up in customs."),
        ("damaged", "UPS reports that the parcel was damaged."),
        ("address", "Could you send me the full address, with apartment or unit number?"),
        (
            "attempted",
            "UPS tried to deliver your order #1042 (tracking number 1Z7N4W190300000012), without success.",
        ),
    ],
)
def test_a_delivery_gone_wrong_names_the_cause_and_the_next_step(reason: str, words: str):
    shop = Shop()
    trouble = ("exception", "Something happened. More to come.", "Gary, IN", scan(19, 8, 5, -6), reason)
    shop.parcel(shop.order(), "exception", scans=[trouble])
    assert words in body(answered(shop, seen(I.DELIVERY_EXCEPTION)))


def test_a_delivered_parcel_that_is_not_there_gets_the_proof_and_promises_no_money():
    shop = Shop()
    shop.parcel(
        shop.order(), "delivered", delivered=scan(18, 16, 12), left_at="Front porch", signed_by="M LOPEZ"
    )
    shop.passage(known.NOT_THERE, "Delivered, but not there", "Shipping")
    said = body(answered(shop, seen(I.DELIVERY_EXCEPTION, mood=MoodKind.ANGRY), "It is not here!"))
    assert "on Tuesday, November 18 at 4:12 PM." in said
    assert "According to UPS, it was signed for by M LOPEZ and was left here: “Front porch”." in said
    assert "a teammate opens a claim with the carrier." in said
    assert "refund" not in said


def test_a_damaged_item_follows_the_rule_for_damage():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(18, 16, 12))
    shop.passage(known.DAMAGED, "Damaged in transit", "Shipping")
    said = body(answered(shop, seen(I.DELIVERY_EXCEPTION), "It arrived broken."))
    assert "keep the packaging and send us a photo of the box and the item." in said


def test_a_carrier_that_does_not_answer_is_named_with_the_time_of_what_we_know():
    shop = Shop()
    shop.parcel(shop.order(), scans=[COLUMBUS], silent=True)
    assert "I could not reach UPS just now, so this is as of Thursday, November 20 at 3:02 PM." in body(
        answered(shop, seen())
    )


def test_each_of_several_parcels_is_told_by_its_number():
    shop = Shop()
    order = shop.order()
    shop.parcel(order, scans=[COLUMBUS])
    shop.parcel(
        order, "delivered", carrier="USPS", number="9400111899223100000012", delivered=scan(18, 10, 1)
    )
    said = body(answered(shop, seen()))
    assert "Your order #1042 comes in 2 parcels." in said
    assert "The parcel with tracking number 1Z7N4W190300000012 is on its way with UPS." in said
    assert (
        "USPS delivered the parcel with tracking number 9400111899223100000012 on Tuesday, November 18 at 10:01 AM."
        in said
    )


def test_a_return_says_the_rule_and_the_last_day_for_this_order():
    shop = Shop()
    shop.parcel(shop.order(placed=date(2025, 10, 30)), "delivered", delivered=scan(3, 16, 12))
    shop.passage(known.RETURNS, "How long you have")
    shop.passage(known.LABELS, "How a return works")
    answer = answered(shop, seen(I.RETURN_REQUEST))
    assert body(answer).startswith(
        "You can return unworn items in their original packaging within 30 days of delivery. Items marked Final Sale "
        "cannot be returned.\n\n"
        "Your order #1042 was delivered on Monday, November 3, so you have until Wednesday, December 3.\n\n"
        "Write to us with your order number and the item. A teammate checks the order and sends a prepaid return label"
    )
    assert "Returns, version 3" in answer.reason


def test_a_return_outside_the_window_holds_the_line():
    shop = Shop()
    shop.parcel(
        shop.order(placed=date(2025, 9, 30)), "delivered", delivered=datetime(2025, 10, 5, 11, tzinfo=ZONE)
    )
    shop.passage(known.RETURNS, "How long you have")
    shop.passage(known.LABELS, "How a return works")
    said = body(answered(shop, seen(I.RETURN_REQUEST)))
    assert "so the return window closed on Tuesday, November 4." in said
    assert "label" not in said


def test_a_return_without_a_rule_goes_to_a_person():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(3, 16, 12))
    answer = answered(shop, seen(I.RETURN_REQUEST))
    assert answer.needs_person
    assert "no article says how returns work" in answer.reason


def test_no_label_is_promised_where_no_passage_says_so():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(3, 16, 12))
    shop.passage(known.RETURNS, "How long you have")
    assert "label" not in body(answered(shop, seen(I.RETURN_REQUEST)))


def test_cancelling_what_has_not_shipped_promises_nothing_but_a_person():
    shop = Shop()
    shop.order(fulfilled="unfulfilled")
    assert (
        body(answered(shop, seen(I.CANCEL)))
        .replace("\n\n", " ")
        .startswith(
            "Your order #1042 has not shipped yet. A teammate will look at it now and reply to you here."
        )
    )
    shop.passage(known.CANCELLING, "Before it ships", "Cancelling")
    assert "A teammate confirms the cancellation" in body(answered(shop, seen(I.CANCEL)))


def test_what_has_shipped_is_too_late_to_cancel():
    shop = Shop()
    shop.parcel(shop.order(), scans=[COLUMBUS])
    shop.passage(known.SHIPPED, "After it has shipped", "Cancelling")
    said = body(answered(shop, seen(I.CANCEL)))
    assert "So it is too late to cancel. A parcel that is on its way cannot be stopped." in said


def test_what_is_cancelled_already_says_when_and_what_was_refunded():
    shop = Shop()
    order = shop.order(cancelled=date(2025, 11, 18), paid="refunded", fulfilled="unfulfilled")
    shop.refund(order, "147.62 USD")
    assert body(answered(shop, seen(I.CANCEL))).startswith(
        "Your order #1042 was cancelled on Tuesday, November 18. A refund of $147.62 for your order #1042 was made on "
        "Tuesday, November 18."
    )


def test_a_refund_is_only_told_from_its_record():
    shop = Shop()
    order = shop.order()
    shop.parcel(order, "delivered", delivered=scan(3, 16, 12))
    assert answered(shop, seen(I.REFUND_STATUS)).needs_person
    shop.back(order)
    shop.passage(known.REFUNDS, "When the refund arrives")
    said = body(answered(shop, seen(I.REFUND_STATUS)))
    assert (
        "Your return #1042-R1 for order #1042 is approved. Your order #1042 has not been refunded yet."
        in said
    )
    shop.refund(order)
    assert "A refund of $40.00 for your order #1042 was made on Tuesday, November 18." in body(
        answered(shop, seen(I.REFUND_STATUS))
    )


def jacket() -> Shop:
    shop = Shop()
    shop.product(
        "Field Jacket",
        "A waxed cotton jacket for wet walks. One inside pocket is large enough for a folded map.",
        {"Care": "Sponge clean with cold water; do not machine wash", "Fit": "Regular, room for a sweater"},
        [("Moss / M", "128.00 USD", 3), ("Moss / L", "128.00 USD", 12), ("Bark / XL", "139.00 USD", 0)],
    )
    return shop


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "How do I wash it?",
            "On caring for the Field Jacket, our catalogue says: Sponge clean with cold water; do not machine wash.",
        ),
        ("How much is it in Bark XL?", "The Field Jacket in Bark / XL costs $139.00."),
        ("Do you have it in moss, size M?", "The Field Jacket is in stock right now in Moss / M."),
        ("Do you have it in stock?", "The Field Jacket is sold out right now in Bark / XL."),
        ("Is a pocket big enough for a map?", "One inside pocket is large enough for a folded map."),
    ],
)
def test_a_product_question_is_answered_from_the_catalogue(question: str, words: str):
    said = answered(jacket(), seen(I.PRODUCT_QUESTION), question)
    assert words in joined(said.sentences)


def test_a_product_question_nothing_answers_goes_to_a_person():
    assert answered(jacket(), seen(I.PRODUCT_QUESTION), "Does it glow in the dark?").needs_person
