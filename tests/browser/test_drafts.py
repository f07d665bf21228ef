"""A draft is edited under watch, or rejected with a reason."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.screen import draft_of, open_conversation
from tests.browser.shoppers import until


def test_an_invented_date_is_flagged_while_it_is_typed_and_never_sent_by_mistake(
    alice: Page, demo: Demo
) -> None:
    shopper = demo.shopper("transit", "out")
    open_conversation(alice, shopper.writes())
    draft_of(alice)
    alice.keyboard.press("Shift+E")
    words = alice.get_by_label("The answer")
    doubts = alice.locator("#doubts")
    expect(doubts).to_contain_text("Every statement has a record behind it")
    written = words.input_value()
    words.fill(f"{written}\n\nIt arrives on March 3 for sure.")
    expect(doubts).to_contain_text("March 3")
    alice.keyboard.press("Control+Enter")
    expect(alice.get_by_label("I have checked these myself")).to_be_visible()
    assert shopper.received() == []
    words.fill(f"{written}\n\nThank you for your patience.")
    expect(doubts).to_contain_text("Every statement has a record behind it")
    alice.get_by_label("I have checked these myself").check()
    alice.keyboard.press("Control+Enter")
    (answer,) = until(shopper.received)
    assert "Thank you for your patience." in answer
    assert "March 3" not in answer


def test_a_draft_is_rejected_with_a_reason_and_nothing_is_sent(alice: Page, demo: Demo) -> None:
    shopper = demo.shopper("transit", "out")
    open_conversation(alice, shopper.writes())
    draft = draft_of(alice)
    alice.keyboard.press("Shift+N")
    alice.get_by_role("button", name="Not what was asked").click()
    expect(draft).to_have_count(0)
    alice.keyboard.press("v")
    expect(alice.get_by_role("main")).to_contain_text(re.compile("Not what was asked"))
    assert shopper.received() == []
