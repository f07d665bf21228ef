"""Everything by keyboard: walking, closing, undoing, answering, noting, finding."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.screen import open_conversation, row_of
from tests.browser.shoppers import until


def test_j_and_k_walk_the_list_and_o_opens(alice: Page) -> None:
    rows = alice.locator(".rows .row")
    alice.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    alice.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    alice.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    who = rows.nth(0).get_attribute("data-conversation")
    alice.keyboard.press("o")
    expect(alice.locator("#thread")).to_have_attribute("data-conversation", who or "")
    alice.keyboard.press("u")
    expect(alice.locator("#thread")).to_have_count(0)


def test_e_is_done_and_z_takes_it_back(alice: Page, demo: Demo) -> None:
    words = demo.shopper().writes("Thanks, {order} arrived and it is lovely.")
    open_conversation(alice, words)
    alice.keyboard.press("e")
    expect(
        alice.get_by_role("button", name="Undo")
    ).to_be_visible()  # for a few seconds only, so before all else
    alice.keyboard.press("z")
    expect(alice.get_by_text("Open again")).to_be_visible()
    expect(row_of(alice, words)).to_be_visible()


def test_keys_pressed_faster_than_a_conversation_comes_are_meant_for_it(alice: Page, demo: Demo) -> None:
    below, above = demo.shopper().writes("I write first."), demo.shopper().writes("I write second.")
    expect(row_of(alice, below)).to_be_visible()
    open_conversation(alice, above)
    alice.keyboard.press("j")
    following = alice.locator(".rows .row[aria-current]").get_attribute("id")
    alice.keyboard.press("e")
    expect(alice.locator(f"#{following}")).to_have_count(0)
    expect(row_of(alice, above)).to_be_visible()


def test_undo_is_offered_even_where_the_next_conversation_was_opened_meanwhile(
    alice: Page, demo: Demo
) -> None:
    words = demo.shopper().writes("Thank you, all is well with {order}.")
    open_conversation(alice, words)
    alice.keyboard.press("e")
    alice.keyboard.press("j")
    expect(alice.get_by_role("button", name="Undo")).to_be_visible()


def test_a_click_is_not_lost_to_a_list_that_changes_under_it(alice: Page, demo: Demo) -> None:
    first = demo.shopper().writes("Is {order} gift wrapped?")
    row = row_of(alice, first)
    expect(row).to_be_visible()
    row.hover()
    alice.mouse.down()
    with alice.expect_response(lambda said: said.ok and "meanwhile" in said.text()):
        second = demo.shopper().writes("And meanwhile, is {order}?")
    alice.mouse.up()
    expect(alice.locator("#talk").get_by_text(first[-8:])).to_be_visible()
    expect(row_of(alice, second)).to_be_visible()


def test_a_reply_goes_out_and_a_note_stays_inside(alice: Page, demo: Demo) -> None:
    shopper = demo.shopper()
    thread = open_conversation(alice, shopper.writes("Hello, does {order} come with a warranty card?"))
    alice.keyboard.press("n")
    alice.keyboard.type("She is a friend of the house.")
    alice.keyboard.press("Control+Enter")
    expect(thread.get_by_label(re.compile("^Note by Alice"))).to_contain_text("friend of the house")
    alice.keyboard.press("r")
    alice.keyboard.type("It does, inside the lid.")
    alice.keyboard.press("Control+Enter")
    expect(thread.get_by_label(re.compile("^Sent by Alice"))).to_contain_text("inside the lid")
    (answer,) = until(shopper.received)
    assert "inside the lid" in answer
    assert "friend of the house" not in answer


def test_words_being_typed_survive_a_live_refresh(alice: Page, demo: Demo) -> None:
    shopper = demo.shopper()
    open_conversation(alice, shopper.writes("Hello there."))
    alice.keyboard.press("r")
    alice.keyboard.type("I am looking into")
    more = shopper.writes("One more thing about {order}.")
    expect(alice.locator("#talk").get_by_text(more[-8:])).to_be_visible()
    alice.keyboard.type(" it.")
    expect(alice.get_by_label(f"Reply to {shopper.name}")).to_have_value("I am looking into it.")


def test_a_assigns_and_b_snoozes(alice: Page, demo: Demo) -> None:
    words = demo.shopper().writes("Good morning.")
    open_conversation(alice, words)
    alice.keyboard.press("a")
    expect(alice.locator("#assign .choice").first).to_be_focused()
    alice.keyboard.press("Enter")  # me
    expect(alice.locator("#assign summary")).to_contain_text("Alice")
    alice.keyboard.press("b")
    expect(alice.locator("#snooze .choice").first).to_be_focused()
    alice.keyboard.press("Enter")
    expect(row_of(alice, words)).to_have_count(0)
    alice.goto("/o/northpine/?state=snoozed")
    expect(row_of(alice, words)).to_be_visible()


def test_the_palette_finds_an_action_and_the_key_sheet_lists_the_keys(alice: Page) -> None:
    alice.keyboard.press("Control+k")
    alice.keyboard.type("settings mem")
    expect(alice.get_by_role("option")).to_have_count(1)
    alice.keyboard.press("Enter")
    expect(alice).to_have_url(re.compile("settings/members$"))
    alice.keyboard.press("?")
    sheet = alice.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Find an action")
    alice.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
