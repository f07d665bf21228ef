"""What a marketplace forbids is found at its place, and ordinary words are left alone."""

from __future__ import annotations

import pytest

from connectors.contract import Limits, Wording, WordingRule
from connectors.registry import connectors
from connectors.wording import breaches

EVERYTHING = Limits(
    longest_text=300, wording=tuple(WordingRule(each, f"No {each}.", "our own rules") for each in Wording)
)
ALLOWING = Limits(wording=(WordingRule(Wording.LINK, "No links.", "ours", hosts=("ups.com",)),))


def found(text: str, limits: Limits = EVERYTHING) -> list[tuple[str, Wording | None]]:
    return [(text[each.start : each.end], each.forbids) for each in breaches(text, limits)]


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        (
            "See https://northpine.example/returns for more.",
            "https://northpine.example/returns",
            Wording.LINK,
        ),
        ("Look at www.northpine.com please", "www.northpine.com", Wording.LINK),
        ("It is all on northpine.com, really.", "northpine.com", Wording.LINK),
        ("Write to maya@northpine.com today", "maya@northpine.com", Wording.EMAIL_ADDRESS),
        ("maya (at) northpine (dot) com", "maya (at) northpine (dot) com", Wording.EMAIL_ADDRESS),
        ("Call (415) 555-2671 until five.", "(415) 555-2671", Wording.PHONE_NUMBER),
        ("or +44 20 7946 0958, whichever", "+44 20 7946 0958", Wording.PHONE_NUMBER),
        ("Could you please leave us a positive review?", "leave us a positive review", Wording.REVIEW),
        ("We would love a 5-star rating", "5-star", Wording.REVIEW),
        ("Here is 10% off your next order", "10% off", Wording.PROMOTION),
        ("Please visit our online store", "visit our online store", Wording.PROMOTION),
        ("Happy to refund you by PayPal.", "PayPal", Wording.ELSEWHERE),
        ("What is your email?", "What is your email", Wording.ELSEWHERE),
        ("This is <b>important</b>", "<b>", Wording.HTML),
    ],
)
def test_it_names_the_place(text: str, place: str, kind: Wording) -> None:
    assert (place, kind) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hi Maya, your order 111-4824790-0042637 left Reno on November 19 and arrives by Monday.",
        "UPS 1Z999AA10123456784 was scanned in Columbus, OH at 9:12 AM. I am sorry for the wait.",
        "Your refund of $48.10 went out on 2026-11-19; your bank may take 3-5 business days.",
        "The jacket is 100% waxed cotton, size M. You can return it within 30 days.",
        "Order 200012345678901 has two parcels: 9400111899223100001234 and 420945019361289706055019.",
        "I have read your message and reviewed the order. No.7 is in stock, e.g. in blue.",
    ],
)
def test_an_honest_answer_breaks_no_rule(text: str) -> None:
    assert found(text) == []


def test_a_carriers_tracking_page_may_be_allowed() -> None:
    assert found("https://www.ups.com/track?num=1Z9", ALLOWING) == []
    assert found("https://www.ups.com.evil.example/track", ALLOWING) == [
        ("https://www.ups.com.evil.example/track", Wording.LINK)
    ]


def test_what_is_too_long_is_named_from_where_it_is_too_long() -> None:
    (breach,) = breaches("a " * 151, EVERYTHING)
    assert (breach.start, breach.end, breach.blocks) == (300, 302, True)


def test_every_rule_of_every_channel_says_why_and_where_that_is_written() -> None:
    rules = [rule for connector in connectors().values() for rule in connector.limits.wording]
    assert all(rule.because and rule.source for rule in rules)
