"""What people do and see on Waybill's pages, in their words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


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


def widest(page: Page) -> int:
    """Pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
