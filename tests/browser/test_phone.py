from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.screen import draft_of, open_conversation, widest


def fits(page: Page) -> bool:
    return widest(page) == 0


def test_a_phone_leads_from_the_list_to_the_thread_to_the_panel_to_the_draft(
    enter: Enter, demo: Demo
) -> None:
    phone = enter("alice@northpine.example", "/o/northpine/", width=390)
    shopper = demo.shopper("transit", "out")
    open_conversation(phone, shopper.writes())
    expect(phone.locator(".rows")).to_be_hidden()
    assert fits(phone)
    phone.get_by_role("button", name="Customer and order panel").click()
    expect(phone.get_by_role("region", name=f"Parcel {shopper.parcel}")).to_be_visible()
    assert fits(phone)
    phone.get_by_role("button", name="Close", exact=True).click()
    expect(phone.get_by_role("region", name=f"Parcel {shopper.parcel}")).to_be_hidden()
    approve = draft_of(phone).get_by_role("button", name="Approve and send")
    approve.scroll_into_view_if_needed()
    assert fits(phone)
    approve.click()
    expect(phone.locator("#talk article.msg.out")).to_contain_text(shopper.parcel)
    phone.get_by_role("link", name="Back to the list").click()
    expect(phone.locator(".rows")).to_be_visible()


def test_a_narrow_window_is_walked_by_keyboard_too(enter: Enter, demo: Demo) -> None:
    narrow = enter("alice@northpine.example", "/o/northpine/", width=390)
    expect(narrow.locator(".rows .row").first).to_be_visible()
    narrow.keyboard.press("j")
    narrow.keyboard.press("o")
    expect(narrow.locator("#thread")).to_be_visible()
    narrow.keyboard.press("u")
    expect(narrow.locator(".rows")).to_be_visible()
