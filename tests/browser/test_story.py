"""A message comes in, a proven answer goes out: the whole road, once for each channel."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.screen import draft_of, open_conversation, row_of

MARKETS = ["Amazon", "eBay", "Walmart"]  # each an account of its own, with other shoppers


@pytest.mark.parametrize("channel", ["E-mail", "Contact form", *MARKETS])
def test_a_shopper_asks_and_gets_a_proven_answer_with_one_key(
    alice: Page, enter: Enter, demo: Demo, channel: str
) -> None:
    is_market = channel in MARKETS
    shopper = demo.shopper("transit", shop=f"Northpine on {channel}" if is_market else "Northpine")
    words = f"Hi, when will my order {shopper.order} get here? {uuid4().hex[:8]}"
    theirs = enter(None, shopper.page)
    alice.evaluate("window.sincePageLoad = true")

    if not is_market:
        theirs.get_by_text(channel, exact=True).click()
    theirs.get_by_label("Order", exact=True).select_option(shopper.order)
    if channel == "E-mail":
        theirs.get_by_label("Subject").fill("My order")
    theirs.get_by_label("Message").fill(words)
    theirs.get_by_role("button", name="Send", exact=True).click()
    expect(theirs.get_by_test_id("sent").filter(has_text=words[-8:])).to_be_visible()

    expect(row_of(alice, words)).to_be_visible()
    assert alice.evaluate("window.sincePageLoad"), "it appeared live, without loading the page again"
    open_conversation(alice, words)
    draft = draft_of(alice)
    expect(draft).to_contain_text("every statement checked")

    draft.locator("a.claim").filter(has_text=shopper.parcel).first.click()
    record = alice.get_by_role("dialog", name="The record behind a statement")
    expect(record.locator(".evidence-value")).to_have_text(shopper.parcel)
    with alice.expect_response(re.compile("/draft$")):  # the draft changed meanwhile
        alice.evaluate("document.getElementById('draft').dispatchEvent(new CustomEvent('refresh'))")
    expect(record.locator(".evidence-value")).to_be_visible()
    alice.keyboard.press("Escape")
    expect(record).to_be_hidden()

    alice.keyboard.press("y")
    expect(alice.locator("#talk").get_by_label(re.compile("Sent by"))).to_contain_text(shopper.parcel)
    answer = theirs.get_by_role("article").filter(has_text=shopper.parcel)
    expect(answer).to_have_count(1)
    expect(answer).to_contain_text("Northpine Support")
    expect(alice.locator("#talk .state").last).to_contain_text("Sent")
    assert len(shopper.received()) == 1, "one answer, once"

    alice.keyboard.press("v")
    story = alice.get_by_role("main")
    for deed in (
        "The customer wrote",
        "Waybill drafted an answer",
        "Alice approved the draft",
        "took the answer",
    ):
        expect(story).to_contain_text(deed)
    alice.goto("/o/northpine/trail/")
    alice.get_by_role("button", name="Verify now").click()
    expect(alice.get_by_text("chain intact")).to_be_visible()
