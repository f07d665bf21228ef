"""Goods that come back or go elsewhere, a dispute answered, and the switch that stops it all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.demo import Demo
from tests.browser.screen import approve, decided_by_hand, open_conversation, waiting
from tests.browser.shoppers import until

STORE, EBAY = "Northpine", "Northpine on eBay"  # e-mail about the store's orders, and eBay's messages
both = pytest.mark.parametrize("shop", [STORE, EBAY])
LABEL = {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.fixture
def sam(enter: Enter) -> Page:
    """The supervisor before the approvals."""
    return enter("sam@northpine.example", "/o/northpine/approvals/")


@both
def test_a_return_is_opened_with_the_sellers_label(sam: Page, demo: Demo, shop: str) -> None:
    shopper = demo.shopper("delivered", shop=shop, alone=True)
    shopper.writes("I would like to return order {order}, it does not fit. It was not worn.")
    item = waiting(sam, shopper)
    expect(item).to_contain_text("A return of")
    sam.keyboard.press("e")
    form = sam.locator("#act")
    form.get_by_label("Return label").set_input_files(LABEL)  # type: ignore[arg-type]
    form.get_by_role("button", name=re.compile("Change it")).click()
    expect(item).to_contain_text("with our label")
    approve(sam)
    if shop == EBAY:  # its returns are begun by shoppers only
        decided_by_hand(sam, shopper)
    else:
        assert until(lambda: [deed for deed in shopper.deeds() if "Label:" in deed])
    (told,) = until(shopper.received)
    assert re.search("return of .* is approved", told)


def test_an_exchange_sends_the_other_size(sam: Page, demo: Demo) -> None:
    shopper = demo.shopper("delivered", alone=True)
    other = shopper.item["others"][0].replace(" / ", " in ")
    shopper.writes(f"Can I exchange what I got with order {{order}} for {other}? It was not worn.")
    expect(waiting(sam, shopper)).to_contain_text(shopper.item["others"][0])
    approve(sam)
    assert any("is exchanged for 1 ×" in deed for deed in until(shopper.deeds))
    (told,) = until(shopper.received)
    assert "exchange" in told


def test_an_exchange_where_the_platform_knows_none_is_done_by_hand(
    sam: Page, enter: Enter, demo: Demo
) -> None:
    """eBay has no exchanges, and its orders name no other sizes: a person says what is to be done."""
    shopper = demo.shopper("out", "returning", "return requested", shop=EBAY)
    words = shopper.writes("Can I exchange what I got with order {order} for the next size up?")
    bob = enter("bob@northpine.example", "/o/northpine/")
    open_conversation(bob, words)
    bob.keyboard.press("s")
    dialog = bob.locator("#act")
    dialog.get_by_role("button", name=re.compile("^Manual step")).click()
    dialog.get_by_label("What is to be done").fill("Exchange for the next size up")
    dialog.get_by_label(re.compile("What the customer is told")).fill(
        "The next size up is on its way to you."
    )
    expect(dialog.locator("#preview")).to_contain_text("A person does it by hand")
    bob.keyboard.press("Control+Enter")
    item = waiting(sam, shopper)
    expect(item).to_contain_text("Exchange for the next size up")
    approve(sam)
    decided_by_hand(sam, shopper)
    assert until(shopper.received) == ["The next size up is on its way to you."]


@both
def test_an_order_that_has_not_left_goes_to_another_address(sam: Page, demo: Demo, shop: str) -> None:
    shopper = demo.shopper("unshipped", shop=shop)
    shopper.writes("Please change the shipping address of order {order} to 7 Oak Ave, Troy, NY 12180.")
    expect(waiting(sam, shopper)).to_contain_text("7 Oak Ave")
    approve(sam)
    if shop == EBAY:
        decided_by_hand(sam, shopper)
    else:
        (deed,) = until(shopper.deeds)
        assert "7 Oak Ave, Troy" in deed
    assert "7 Oak Ave" in until(shopper.received)[-1]


@both
def test_a_dispute_is_answered_with_evidence_before_its_deadline(
    sam: Page, enter: Enter, demo: Demo, shop: str
) -> None:
    shopper = demo.disputed(shop)
    bob = enter("bob@northpine.example", "/o/northpine/disputes")
    bob.get_by_role("link").filter(has_text=shopper.order).click()
    bob.wait_for_url("**/disputes/*")
    if shop == EBAY:  # about the store's, the demo's Bob has proposed something already
        bob.keyboard.press("s")
        dialog = bob.locator("#act")
        dialog.get_by_label("Answer", exact=True).select_option("contest")
        expect(dialog.locator("#preview")).to_contain_text("delivered parcel")
        bob.keyboard.press("Control+Enter")
    expect(bob.locator("#deeds .deed").first).to_contain_text("To approve")
    item = waiting(sam, shopper)
    expect(item.locator(".effect")).to_contain_text("delivered parcel")
    approve(sam)

    def answered() -> list[str]:
        proof = "tracking" if shop == EBAY else shopper.parcel  # a picture of its scans, or the words
        return [deed for deed in shopper.deeds() if "waiting" in deed and proof in deed]

    assert len(until(answered)) == 1


@pytest.fixture
def paused(enter: Enter) -> Iterator[Page]:
    """Sam stops everything; it goes on when the test is over."""
    page = enter("sam@northpine.example", "/o/northpine/settings/autonomy")
    page.get_by_label("Why", exact=True).fill("Prices are wrong")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator("#paused")).to_contain_text("Prices are wrong")
    yield page
    while page.locator("#paused").get_by_role("button", name="Resume").count():
        page.locator("#paused").get_by_role("button", name="Resume").first.click()
        expect(page.locator("#paused .banner")).to_have_count(0)


@both
def test_the_pause_switch_holds_what_is_approved_until_somebody_resumes(
    paused: Page, sam: Page, demo: Demo, shop: str
) -> None:
    shopper = demo.shopper("delivered", shop=shop, alone=True)
    expect(sam.locator("#paused")).to_contain_text("Prices are wrong")
    shopper.writes("Order {order} arrived scratched. Could you refund me $3.20 for it?")
    item = waiting(sam, shopper)
    talk = item.get_by_role("link", name=re.compile("Whole conversation")).get_attribute("href")
    approve(sam)
    sam.goto(talk or "")
    expect(sam.locator("#actions")).to_contain_text("paused by Sam")
    assert shopper.deeds() == []
    paused.locator("#paused").get_by_role("button", name="Resume").click()
    expect(paused.locator("#paused .banner")).to_have_count(0)
    (deed,) = until(shopper.deeds, 60)
    assert "3.20" in deed
    # eBay only accepts a refund at first
    expect(sam.locator("#actions")).to_contain_text("Done", timeout=90_000)
