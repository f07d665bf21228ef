from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.screen import open_conversation


def test_a_parcel_moved_by_its_carrier_moves_in_the_open_conversation(
    alice: Page, enter: Enter, demo: Demo
) -> None:
    shopper = demo.shopper("transit")
    open_conversation(alice, shopper.writes())
    parcel = alice.get_by_role("region", name=f"Parcel {shopper.parcel}")
    expect(parcel.locator("h3")).to_contain_text("On its way")
    carrier = enter(None, f"{demo.sandbox}/parcels?q={shopper.parcel}")
    carrier.get_by_role("button", name="Failed delivery").click()
    expect(carrier.get_by_test_id("status")).to_have_text("Exception")
    expect(parcel.locator("h3")).not_to_contain_text("On its way")
    expect(parcel.locator("li.now")).to_contain_text(re.compile("attempt|deliver|available", re.IGNORECASE))
    carrier.get_by_role("button", name="Delivered").click()
    expect(parcel.locator("h3")).to_contain_text("Delivered")
