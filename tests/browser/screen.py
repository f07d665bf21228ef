"""What people do and see on Waybill's pages, in their words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.shoppers import Shopper


def row_of(page: Page, words: str) -> Locator:
    """The row of the conversation whose newest words are these."""
    return page.locator(".rows .row").filter(has_text=words[-8:])


def open_conversation(page: Page, words: str) -> Locator:
    """Waits until it is in the list by itself, and opens it; the thread."""
    row = row_of(page, words)
    expect(row).to_be_visible()
    row.click()
    thread = page.locator("#thread")
    expect(page.locator("#talk").get_by_text(words[-8:])).to_be_visible()
    return thread


def draft_of(page: Page) -> Locator:
    """The draft on the screen, once it is there and ready."""
    draft = page.locator("section.draft")
    expect(draft.get_by_role("button", name=re.compile("Approve and send"))).to_be_visible()
    return draft


def waiting(page: Page, shopper: Shopper) -> Locator:
    """In the approvals: what waits about the shopper's order, once it is there, on the screen."""
    row = page.locator("#queue .row").filter(has_text=shopper.order)
    expect(row).to_be_visible()
    row.click()
    item = page.locator("#item")
    expect(item.locator(".deciding h2")).to_contain_text(shopper.order)
    return item


def approve(page: Page) -> None:
    """By the keys; money is asked about once more."""
    moves_money = page.locator("#item .money").count() > 0
    page.keyboard.press("y")
    if moves_money:
        expect(page.locator("#act .go")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Approved")


def decided_by_hand(page: Page, shopper: Shopper) -> None:
    """What its platform has no way for: the steps with a link to the seller's page, then the word that it was done."""
    page.goto(page.url.partition("?")[0] + "?by=hand")
    item = waiting(page, shopper)
    expect(item.locator(".steps-there")).to_contain_text(shopper.order)
    expect(item.get_by_role("link", name=re.compile("^Open at")).first).to_have_attribute(
        "href", re.compile(re.escape(shopper.order))
    )
    item.get_by_role("button", name="It was done").click()
    expect(page.locator("#toasts")).to_contain_text("Noted")


def widest(page: Page) -> int:
    """Pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
