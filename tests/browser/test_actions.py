"""A change at a platform: proposed beside the conversation, decided in the queue, by keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.screen import open_conversation, widest

FAST = 100  # milliseconds from the key to the next item's last paint


def propose(page: Page, words: str, amount: str) -> None:
    """A refund, through the menu that `s` opens."""
    open_conversation(page, words)
    page.keyboard.press("s")
    dialog = page.locator("#act")
    dialog.get_by_role("button", name=re.compile(r"^Refund\s*(money|by hand)?$")).click()
    dialog.get_by_label("Amount").fill(amount)
    expect(dialog.locator("#preview")).to_contain_text("This will need a supervisor")
    expect(dialog.locator("#preview")).to_contain_text(f"${amount}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#deeds .deed").first).to_contain_text("To approve")


def test_a_partial_refund_is_proposed_by_one_and_approved_by_another_from_the_queue(
    enter: Enter, demo: Demo
) -> None:
    shopper = demo.shopper("delivered")
    words = shopper.writes("The item of {order} has a scratch. Can I get something back?")
    bob = enter("bob@northpine.example", "/o/northpine/")
    propose(bob, words, "4.25")
    expect(bob.locator("#deeds .why-not")).to_contain_text("supervisor")

    sam = enter("sam@northpine.example", "/o/northpine/")
    sam.keyboard.press("g")
    sam.keyboard.press("a")
    sam.wait_for_url("**/approvals/")
    sam.locator("#queue .row").filter(has_text="$4.25").click()
    item = sam.locator("#item")
    expect(item).to_contain_text("has a scratch")
    expect(item.locator(".money")).to_have_text("$4.25")
    sam.keyboard.press("y")
    question = sam.locator("#act")
    expect(question).to_contain_text(f"Order{shopper.order}")
    sam.keyboard.press("Enter")
    expect(sam.locator("#toasts")).to_contain_text("Approved")
    expect(sam.locator("#queue .row").filter(has_text="$4.25")).to_have_count(0)
    done = bob.locator("#actions")
    expect(done).to_contain_text("Done")
    expect(bob.locator("#talk")).to_contain_text("We have refunded")


def test_moving_on_in_the_queue_is_quick_because_the_next_one_is_there(enter: Enter, demo: Demo) -> None:
    bob = enter("bob@northpine.example", "/o/northpine/")
    for amount in ("1.10", "1.20", "1.30"):
        shopper = demo.shopper("out", "stalled", "damaged", "address", "returned", "delivered")
        propose(bob, shopper.writes("A button of {order} is loose."), amount)
    sam = enter("sam@northpine.example", "/o/northpine/approvals/")
    expect(sam.locator("#item .effect")).to_be_visible()
    sam.wait_for_load_state("networkidle")
    for key in "jjkj":
        before = sam.locator("#item").get_attribute("data-item")
        sam.keyboard.press(key)
        expect(sam.locator("#item")).not_to_have_attribute("data-item", before or "")
        sam.wait_for_load_state("networkidle")
    took = sam.evaluate("performance.getEntriesByName('moved on').map((each) => each.duration)")
    assert len(took) == 4
    print(f"moving on took {sorted(round(each) for each in took)} ms")
    assert sorted(took)[len(took) // 2] < FAST, took


def test_the_queue_fits_a_phone(enter: Enter) -> None:
    page = enter("sam@northpine.example", "/o/northpine/approvals/", width=390)
    expect(page.locator("#item")).to_be_visible()
    assert widest(page) == 0
    page.goto("/o/northpine/drafts/")
    expect(page.locator("#item .two-parts, #item .empty")).to_be_visible()
    assert widest(page) == 0
