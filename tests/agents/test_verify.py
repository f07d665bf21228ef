"""What a draft may say, and what it may not: each kind of claim, true and bent."""

from __future__ import annotations

import time
from datetime import date

import pytest

from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from tests.agents import known
from tests.agents.known import ZONE, Shop, scan


def held(shop: Shop, *texts: str, cite: list[int] | None = None) -> list[Claim]:
    """Verified with everything cited, as an edited draft is, or with `cite`."""
    facts = shop.facts()
    numbers = tuple(cite if cite is not None else [item.number for item in facts.evidence])
    return verify([Sentence(text, numbers) for text in texts], facts.evidence, now=facts.now, zone=str(ZONE))


def doubts(shop: Shop, *texts: str, cite: list[int] | None = None) -> list[str]:
    return [claim.reason for claim in held(shop, *texts, cite=cite) if not claim.is_supported]


@pytest.fixture
def shop() -> Shop:
    """One order on its way and late, with two refunds' worth of rules."""
    shop = Shop()
    order = shop.order()
    shop.parcel(
        order,
        first=date(2025, 11, 21),
        scans=[
            ("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), ""),
            ("in_transit", "Arrived at Facility", "Reno, NV", scan(18, 9, 30, -8), ""),
        ],
    )
    shop.passage(known.RETURNS)
    shop.passage(known.LABELS)
    shop.passage(known.REFUNDS)
    shop.passage(known.CANCELLING)
    return shop


@pytest.mark.parametrize(
    "text",
    [
        "UPS estimates Monday, November 24.",
        "UPS expects to deliver it on Nov 24.",
        "UPS expects it on 11/24.",
        "UPS expects it on the 24th.",
        "It should be with you in four days, on Monday.",
        "UPS first estimated Friday, Nov. 21, 2025.",
        "It left us on Monday, November 17.",
        "You ordered it on November 15, 2025, five days ago.",
        "The latest scan was yesterday at 4:12 PM in Columbus, OH.",
        "It was last scanned in Columbus, Ohio around 4 PM.",
        "It passed Reno, NV on Tuesday at 9:30 a.m.",
        "The order total is $147.62.",
        "The total was 147.62 USD.",
        "Your order #1042 is on its way with UPS.",
        "Order 1042 has shipped.",
        "It is in transit and running late.",
        "It has not been delivered yet.",
        "It is not out for delivery yet.",
        "Your order has been paid.",
        "The tracking number is 1Z 7N4W 1903 0000 0012.",
        "You can follow it at https://www.ups.com/track?tracknum=1Z7N4W190300000012.",
        "We sent 1 Field Jacket in Moss / M.",
        "You can return unworn items within 30 days of delivery, in their original packaging.",
        "Items marked Final Sale cannot be returned.",
        "A teammate checks the order and sends a prepaid return label by e-mail.",
        "Thank you for your patience!",
        "I'm sorry for the trouble. Please don't hesitate to write again.",
        "Is there anything else I can help with?",
    ],
)
def test_what_the_records_say_may_be_said(shop: Shop, text: str):
    assert doubts(shop, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "UPS estimates Tuesday, November 25.",
        "UPS estimates Tuesday, November 24.",
        "UPS expects it on November 15.",  # a date on record, of something else
        "UPS expects it on 11/25.",
        "It should be with you tomorrow.",
        "It should be with you in two days.",
        "It should be with you next week.",
        "It should arrive on Friday.",  # that was the first estimate
        "You ordered it on November 17.",
        "The latest scan was on Tuesday, November 18.",  # an older one
        "The latest scan was in Reno, NV.",
        "It was last scanned at 4:13 PM.",
        "The latest scan was at 9:30 AM.",
        "The order total is $147.26.",
        "The order total is €147.62.",
        "The order total is 147 dollars.",
        "Your order #1043 is on its way.",
        "Your order #1042 is on its way with FedEx.",
        "Your order #1042 is on its way with U.S.P.S.",
        "Your order #1042 was delivered.",
        "Your order #1042 is out for delivery.",
        "Your order #1042 is not on its way.",
        "Your order #1042 has not shipped yet.",
        "Your order was cancelled.",
        "Your order has been refunded.",
        "Your refund is on its way.",
        "Your replacement is on its way.",
        "It was damaged.",
        "It is lost.",
        "It is on time.",
        "The tracking number is 1Z7N4W190300000013.",
        "You can follow it at https://www.ups.com/track?tracknum=1Z7N4W190300000099.",
        "Write to help@northpine.example or call 415-555-2671.",
        "It is in Chicago now.",
        "We sent 2 Field Jackets.",
        "It comes in three parcels.",
        "You can return unworn items within 60 days of delivery.",
        "You can return worn items within 30 days of delivery, no matter their state.",
        "Items marked Final Sale can be returned.",
        "You can return anything at any time.",
        "We will refund you.",
        "We will refund the original payment method within 5 business days.",  # leaves the condition out
        "We'll send you a replacement at no extra cost.",
        "I have issued a refund of $147.62.",
        "I've gone ahead and cancelled your order.",
        "Your refund has been approved.",
        "You will receive it on Monday, November 24.",
        "It will arrive on Monday.",
        "We promise it gets there by Monday.",
        "As an apology you get 20% off your next order.",
        "Please keep the item, this one is on us.",
        "A new label has been sent to you.",
        "We have received your return.",
        "UPS does not expect to deliver it on Monday, November 24.",
    ],
)
def test_what_no_record_says_may_not_be_said(shop: Shop, text: str):
    assert doubts(shop, text) != []


def test_a_doubt_says_what_the_record_says_instead(shop: Shop):
    (reason,) = doubts(shop, "UPS estimates Tuesday, November 25.")
    assert reason == "No cited record says so; UPS estimate is Monday, November 24."
    (reason,) = doubts(shop, "It is on its way with FedEx.")
    assert reason == "The parcel travels with UPS."
    (reason,) = doubts(shop, "Your order was delivered.")
    assert reason.startswith("No record says “delivered”; UPS status is in transit.") or "delivered" in reason


def test_a_claim_points_at_its_words_and_its_record(shop: Shop):
    text = "Your order #1042 is on its way, and UPS expects it on Monday, November 24."
    claims = {claim.text: claim for claim in held(shop, text)}
    assert set(claims) == {"#1042", "on its way", "UPS", "Monday, November 24"}
    parcel = shop.orders[0].parcels[0]
    assert claims["Monday, November 24"].evidence == parcel["estimated_on"].number
    assert claims["on its way"].evidence == parcel["status"].number
    assert all(text[claim.start : claim.end] == claim.text for claim in claims.values())


def test_a_true_fact_that_is_not_cited_does_not_count(shop: Shop):
    number = shop.orders[0]["number"].number
    assert doubts(shop, "UPS estimates Monday, November 24.", cite=[]) != []
    assert doubts(shop, "UPS estimates Monday, November 24.", cite=[number]) != []


def test_a_fact_about_another_order_of_the_same_customer_is_no_support(shop: Shop):
    other = shop.order("#1050", placed=date(2025, 11, 10))
    shop.parcel(other, "delivered", number="1Z7N4W190300000029", delivered=scan(18, 10, 1))
    assert doubts(shop, "Your order #1050 was delivered on Tuesday, November 18 at 10:01 AM.") == []
    assert doubts(shop, "Your order #1042 was delivered on Tuesday, November 18.") != []
    assert doubts(shop, "Your order #1042 is on its way.", "It was delivered on Tuesday, November 18.") != []
    assert doubts(shop, "Parcel 1Z7N4W190300000012 was delivered.") != []
    assert doubts(shop, "UPS expects to deliver order #1050 on Monday, November 24.") != []


def test_one_parcel_delivered_is_not_the_order_delivered():
    shop = Shop()
    order = shop.order()
    shop.parcel(order)
    shop.parcel(order, "delivered", number="1Z7N4W190300000029", delivered=scan(18, 10, 1))
    assert doubts(shop, "Your order #1042 was delivered.") != []
    assert doubts(shop, "One parcel of order #1042 was delivered on Tuesday, November 18.") == []
    assert doubts(shop, "Parcel 1Z7N4W190300000029 was delivered on Tuesday, November 18.") == []
    assert doubts(shop, "Parcel 1Z7N4W190300000012 was delivered on Tuesday, November 18.") != []
    assert doubts(shop, "Your order #1042 comes in two parcels.") == []
    assert doubts(shop, "Both parcels of order #1042 were delivered.") != []


def test_an_old_scan_is_not_the_state_of_today():
    shop = Shop()
    shop.parcel(
        shop.order(),
        "returned",
        scans=[
            ("returned", "Returning to the sender", "Columbus, OH", scan(19, 16, 12), ""),
            ("out_for_delivery", "Out For Delivery Today", "Columbus, OH", scan(18, 8, 0), ""),
        ],
    )
    assert doubts(shop, "It is out for delivery.") != []
    assert doubts(shop, "It is on its way back to us.") == []
    assert doubts(shop, "It is on its way to you.") != []


def test_stock_is_that_of_the_variant_named():
    shop = Shop()
    shop.product(
        "Field Jacket",
        "A waxed cotton jacket.",
        {"Weather": "Water repellent, not seam sealed"},
        [("Moss / M", "128.00 USD", 3), ("Bark / XL", "139.00 USD", 0)],
    )
    assert doubts(shop, "The Field Jacket in Moss / M is in stock and costs $128.") == []
    assert doubts(shop, "The Field Jacket in Bark / XL is in stock.") != []
    assert doubts(shop, "The Field Jacket in Bark / XL costs $128.") != []
    assert doubts(shop, "The Field Jacket in Moss / M is sold out.") != []
    assert doubts(shop, "The Field Jacket is water repellent, not seam sealed.") == []
    assert doubts(shop, "The Field Jacket is waterproof.") != []
    assert doubts(shop, "The Field Jacket is made of leather.") != []


def test_refunds_are_exact():
    shop = Shop()
    order = shop.order()
    shop.refund(order)
    assert doubts(shop, "We refunded $40.00 for order #1042 on Tuesday, November 18.") == []
    assert doubts(shop, "We refunded $147.62 for order #1042.") != []
    assert doubts(shop, "We refunded $40.00 for order #1042 on Monday, November 17.") != []


def test_a_day_may_follow_from_a_rule_and_a_delivery():
    shop = Shop()
    shop.parcel(shop.order(), "delivered", delivered=scan(3, 16, 12))
    shop.passage(known.RETURNS)
    assert doubts(shop, "It was delivered on November 3, so you have until Wednesday, December 3.") == []
    assert doubts(shop, "It was delivered on November 3, so you have until Thursday, December 4.") != []


def test_a_look_up_that_failed_may_be_told_with_its_time():
    shop = Shop()
    shop.parcel(shop.order(), silent=True)
    assert doubts(shop, "I could not reach UPS just now, so this is as of Thursday at 3:02 PM.") == []
    assert doubts(shop, "I could not reach UPS just now, so this is as of Thursday at 2:02 PM.") != []
    calm = Shop()
    calm.parcel(calm.order())
    assert doubts(calm, "I could not reach UPS just now.") != []


def test_a_rule_is_no_fact_about_an_order(shop: Shop):
    passages = [item.number for item in shop.passages]
    assert doubts(shop, "Your order has not shipped yet.", cite=passages) != []
    assert doubts(shop, "Your order is cancelled and refunded in full.", cite=passages) != []


@pytest.mark.parametrize(
    "text",
    [
        "Le reembolsaremos el importe total de su pedido mañana.",
        "Wir erstatten Ihnen den vollen Betrag noch in dieser Woche.",
        "Votre colis sera livré demain matin, c'est promis.",
        "今日中に全額を返金いたします。ご安心ください。",
    ],
)
def test_what_is_said_in_another_language_is_not_taken_on_trust(shop: Shop, text: str):
    assert doubts(shop, text) != []


@pytest.mark.parametrize(
    "text",
    [
        "May I ask which order you mean?",
        "One moment please, I am looking into it.",
        "Thank you so much for writing, and have a lovely weekend!",
        "In the meantime, feel free to reply to this message.",
        "If it hasn't arrived by then, just let us know and we'll look into it.",
        "We will let you know as soon as there is news.",
        "I understand how frustrating this is, especially with your trip coming up.",
        "Great news: your package is on its way and is expected to arrive on Monday, November 24.",
        "UPS now estimates delivery on Monday, November 24 instead of Friday, November 21.",
        "It is three days later than first estimated.",
        "Unfortunately, items marked Final Sale can't be returned.",
    ],
)
def test_a_good_writer_raises_no_false_alarm(shop: Shop, text: str):
    assert doubts(shop, text) == []


def test_a_long_draft_is_verified_in_milliseconds(shop: Shop):
    text = (
        "Your order #1042 is on its way with UPS (tracking number 1Z7N4W190300000012). At the last scan, on Wednesday, "
        "November 19 at 4:12 PM local time, it was in Columbus, OH. UPS expects to deliver it on Monday, November 24."
    )
    texts = ["Hi Maya,", text, "You can return unworn items in their original packaging.", "Best"] * 2
    held(shop, *texts)
    began = time.perf_counter()
    for _ in range(10):
        held(shop, *texts)
    assert (time.perf_counter() - began) / 10 < 0.05  # 5 ms when nothing else runs
