"""Every main page at both widths, light and dark: nothing to scroll sideways, no error, and no serious fault for axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.screen import widest

PAGES = {
    "inbox": "",
    "drafts": "drafts/",
    "knowledge": "knowledge/",
    "trail": "trail/",
    "profile": "settings/profile",
    "organization": "settings/organization",
    "members": "settings/members",
    "channels": "settings/channels",
    "deliveries": "settings/deliveries",
    "machine": "settings/machine",
    "try a message": "settings/machine/trials/new",
    "disputes": "disputes",
    "notices": "notices",
}
GRAVE = {"serious", "critical"}


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_scrolls_sideways_or_shuts_anybody_out(enter: Enter, width: int, dark: bool) -> None:
    alice = enter("alice@northpine.example", "/o/northpine/", width=width, dark=dark)
    wrong: dict[str, object] = {}
    for name, path in PAGES.items():
        alice.goto(f"/o/northpine/{path}")
        check(alice, name, wrong)
    alice.goto("/o/northpine/")
    alice.locator(".rows .row").first.click()
    expect(alice.locator("#customer, #thread").first).to_be_visible()
    alice.wait_for_load_state("networkidle")
    check(alice, "conversation", wrong)
    check(enter(None, "/accounts/login/", width=width, dark=dark), "login", wrong)
    assert wrong == {}


def check(page: Page, name: str, wrong: dict[str, object]) -> None:
    if too_wide := widest(page):
        wrong[f"{name}, too wide"] = too_wide
    if found := faults(page):
        wrong[name] = found
