"""The chat on a shop's own pages, as shoppers have it: on a shop's page with a strict content policy, in real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import Enter, watch
from tests.browser.demo import Demo
from tests.browser.screen import open_conversation, widest
from tests.browser.shoppers import until

Visit = Callable[..., Page]
LOST = (
    "ERR_|WebSocket|Failed to load resource"  # what a browser's console says of a line that is cut on purpose
)


@pytest.fixture
def visit(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """`visit()`: a visitor of Northpine's shop. `beside`: in a second tab of the same browser. An error in the console fails
    the test, and so does what the content policy forbids; `cut`: but for lines that the test cuts itself."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    cuts: list[bool] = []
    request.node.pages = []

    def open_one(
        path: str = "",
        *,
        width: int = 1440,
        dark: bool = False,
        beside: Page | None = None,
        cut: bool = False,
        phone: bool = False,
    ) -> Page:
        cuts.append(cut)
        context = beside.context if beside else None
        if context is None:
            context = browser.new_context(
                base_url=demo.sandbox,
                viewport={"width": width, "height": 900 if width > 600 else 844},
                color_scheme="dark" if dark else "light",
                has_touch=phone,
                is_mobile=phone,
            )
            contexts.append(context)
        page = context.new_page()
        watch(page, errors)
        request.node.pages.append(page)
        page.goto(f"/store/northpine{path}?csp=strict")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [error for error in errors if not (any(cuts) and re.search(LOST, error))] == []


def opened(page: Page) -> Locator:
    page.get_by_role("button", name="Chat with Northpine").click()
    chat = page.get_by_role("dialog", name="Northpine")
    expect(chat).to_be_visible()
    return chat


def write(chat: Locator, text: str) -> str:
    """The words as written; they end in one of their own."""
    words = f"{text} {uuid4().hex[:8]}"
    chat.get_by_label("Write a message").fill(words)
    chat.get_by_role("button", name="Send").click()
    return words


def waits(chat: Locator, words: str) -> None:
    expect(chat.locator(".waits").filter(has_text=words[-8:])).to_contain_text("Sending…")


def is_kept(chat: Locator, words: str) -> None:
    """The server has it, and the conversation shows it once."""
    expect(chat.get_by_role("log").locator(".own").filter(has_text=words[-8:])).to_have_count(1)
    expect(chat.locator(".unsent > *")).to_have_count(0)


def once_in_the_inbox(alice: Page, words: str) -> None:
    open_conversation(alice, words)
    expect(alice.locator("#talk .msg").filter(has_text=words[-8:])).to_have_count(1)


def answer(alice: Page, text: str) -> str:
    words = f"{text} {uuid4().hex[:8]}"
    alice.keyboard.press("r")
    alice.get_by_label(re.compile("^Reply to")).fill(words)
    alice.keyboard.press("Control+Enter")
    return words


def test_the_shop_comes_first_and_the_chat_asks_one_question_until_it_is_opened(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("button", name="Chat with Northpine")).to_be_visible()  # it has asked
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/chat/" in request.url else None)
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.reload()
    expect(page.get_by_role("button", name="Chat with Northpine")).to_be_visible()
    page.wait_for_timeout(500)
    assert [re.sub(r".*/|\?.*", "", url) for url in asked] == ["widget.js", "settings"]
    loaded, wanted = page.evaluate(
        """() => [performance.getEntriesByType("navigation")[0].loadEventStart,
                  performance.getEntriesByType("resource").find((each) => each.name.includes("/settings")).startTime]"""
    )
    assert wanted >= loaded, "the page's own things come first"


def test_two_tabs_and_the_inbox_show_the_same_both_ways(visit: Visit, alice: Page) -> None:
    page = visit("/goods/10001")
    chat = opened(page)
    words = write(chat, "Does the Field Jacket fit over a thick sweater?")
    is_kept(chat, words)
    other = visit("/cart", beside=page)
    button = other.get_by_role("button", name="Chat with Northpine")
    expect(button).to_be_visible()
    once_in_the_inbox(alice, words)
    expect(alice.locator("#talk")).to_contain_text("Field Jacket · Northpine")

    page.keyboard.press("Escape")
    said = answer(alice, "It does <b>fit</b>, see https://northpine.example/sizes. Yours?")
    mine = page.get_by_role("button", name="Chat with Northpine")
    for each in (mine, button):
        expect(each).to_have_accessible_name("Chat with Northpine, 1 unread")
    assert page.title() == "Field Jacket · Northpine", "nothing flashes"
    chat = opened(page)
    for each in (mine, button):
        expect(each).to_have_accessible_name("Chat with Northpine")
    theirs = chat.get_by_role("log").locator(".team").filter(has_text=said[-8:])
    expect(theirs).to_contain_text("<b>fit</b>, see https://northpine.example/sizes. Yours?")
    expect(theirs.get_by_role("link")).to_have_attribute("href", "https://northpine.example/sizes")
    expect(theirs.locator("b")).to_have_text("Alice")
    second = opened(other)
    is_kept(second, words)
    expect(second.get_by_role("log")).to_contain_text(said[-8:])
    more = write(second, "Great, thank you.")
    is_kept(second, more)
    is_kept(chat, more)


@pytest.mark.parametrize("lost", ["say", "kept"], ids=["it never arrived", "it arrived unanswered"])
def test_a_reload_in_mid_message_loses_nothing_and_doubles_nothing(
    visit: Visit, alice: Page, lost: str
) -> None:
    page = visit()
    dropped: list[str] = []

    def line(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        cut = {"say"} if lost == "say" else {"kept", "messages"}

        def through(frame: str | bytes, onward: Callable[[str | bytes], None]) -> None:
            kind = json.loads(frame)["type"]
            if kind in cut and len(dropped) < len(cut):
                dropped.append(kind)
            else:
                onward(frame)

        socket.on_message(lambda frame: through(frame, server.send))
        server.on_message(lambda frame: through(frame, socket.send))

    page.route_web_socket(re.compile("/chat/"), line)
    page.reload()
    chat = opened(page)
    words = write(chat, "Do you ship to Canada?")
    waits(chat, words)
    while not dropped:
        page.wait_for_timeout(100)
    page.reload()
    chat = opened(page)
    is_kept(chat, words)
    once_in_the_inbox(alice, words)


def test_a_restart_of_the_server_in_mid_message_loses_nothing_and_doubles_nothing(
    visit: Visit, enter: Enter, demo: Demo
) -> None:
    page = visit(cut=True)
    chat, address = opened(page), demo.url
    before = write(chat, "Is the lantern bright enough to read by?")
    is_kept(chat, before)
    assert demo.stop() == 0
    words = write(chat, "And how long does its battery last?")
    waits(chat, words)
    expect(chat.get_by_text("No connection.")).to_be_visible()
    demo.start()
    assert demo.url == address
    is_kept(chat, words)
    expect(chat.get_by_text("No connection.")).to_be_hidden()
    alice = enter("alice@northpine.example", "/o/northpine/")
    once_in_the_inbox(alice, words)
    expect(alice.locator("#talk .msg").filter(has_text=before[-8:])).to_have_count(1)


def test_on_a_slow_line_that_lets_no_socket_through_words_and_files_arrive(
    visit: Visit, alice: Page, tmp_path: Path
) -> None:
    page = visit(cut=True)
    page.route_web_socket(re.compile("/chat/"), lambda socket: socket.close())
    page.reload()
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    chat = opened(page)
    words = write(chat, "My mug came with a dent.")
    is_kept(chat, words)

    photo = tmp_path / "dent.png"
    Image.effect_noise((400, 400), 90).save(photo)
    bad = tmp_path / "notes.txt"
    bad.write_text("not a photo")
    with page.expect_file_chooser() as chosen:
        chat.get_by_role("button", name="Add a file").click()
    chosen.value.set_files([photo, bad])
    expect(chat.get_by_role("status").filter(has_text="notes.txt")).to_contain_text("Photos and PDF")
    expect(chat.get_by_role("progressbar", name="Uploading dent.png")).to_be_visible()
    expect(chat.get_by_role("progressbar")).to_have_count(0)
    shown = write(chat, "Here it is.")
    is_kept(chat, shown)
    expect(chat.get_by_role("log").get_by_role("link", name="dent.png")).to_be_visible()
    once_in_the_inbox(alice, shown)
    said = answer(alice, "I am sorry, a new one is on its way.")
    expect(chat.get_by_role("log")).to_contain_text(said[-8:])


def test_an_article_may_answer_first_and_an_order_is_spoken_of_after_a_code_from_the_mail(
    visit: Visit, alice: Page, demo: Demo
) -> None:
    shopper = demo.shopper()
    before = len(shopper.received())
    page = visit(cut=True)  # a wrong code is an error to the console
    chat = opened(page)
    chat.get_by_label("Write a message").press_sequentially("How do I return a jacket?")
    article = chat.get_by_role("region", name="Articles that may help").get_by_role("group").first
    article.locator("summary").click()
    expect(article.get_by_role("paragraph")).to_contain_text("return")
    chat.get_by_label("Write a message").fill("")
    chat.get_by_role("button", name="Where is my order?").click()
    card = chat.get_by_role("form", name="Find my order")
    card.get_by_label("Order number").fill(shopper.order)
    card.get_by_label("E-mail address").fill(shopper.email)
    card.get_by_role("button", name="Send me the code").click()
    code = card.get_by_label("Code from the e-mail")
    expect(code).to_be_focused()
    [mail] = until(lambda: shopper.received()[before:], seconds=60)
    code.fill("000000")
    card.get_by_role("button", name="Confirm").click()
    expect(card).to_contain_text("This code is not right")
    found = re.search(r"\b\d{6}\b", mail)
    assert found
    code.fill(found[0])
    card.get_by_role("button", name="Confirm").click()
    expect(chat.get_by_role("status").filter(has_text=f"You are confirmed as {shopper.name}")).to_be_visible()
    expect(chat.get_by_role("button", name="Find my order")).to_have_count(0)
    page.reload()
    chat = opened(page)
    expect(chat.get_by_role("button", name="Find my order")).to_have_count(0)
    once_in_the_inbox(alice, write(chat, "When will it be here?"))


def test_whoever_is_signed_in_at_the_shop_is_known_and_forgotten_when_they_leave(
    visit: Visit, alice: Page
) -> None:
    page = visit()
    page.get_by_label("Sign in as").select_option("Wren Abernathy")
    page.get_by_role("button", name="Sign in").click()
    chat = opened(page)
    words = write(chat, "Can I still change my address?")
    is_kept(chat, words)
    expect(chat.get_by_role("button", name="Find my order")).to_have_count(0)
    once_in_the_inbox(alice, words)
    expect(alice.locator("#customer")).to_contain_text("Wren Abernathy")
    page.get_by_role("button", name="Sign out").click()
    chat = opened(page)
    expect(chat.get_by_role("button", name="Where is my order?")).to_be_visible()
    expect(chat.get_by_text(words[-8:])).to_have_count(0)


def test_a_phone_has_a_sheet_of_its_own_that_keeps_the_focus_and_gives_it_back(visit: Visit) -> None:
    page = visit(width=390, phone=True)
    chat = opened(page)
    assert widest(page) == 0
    chat.evaluate(
        "dialog => Promise.all(dialog.getAnimations().map((each) => each.finished))"
    )  # it slides in
    box = chat.bounding_box()
    assert box
    assert [round(box[each]) for each in ("x", "y", "width", "height")] == [0, 0, 390, 844]
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") in {"waybill-chat", "body"}
    small = chat.evaluate(
        """dialog => [...dialog.querySelectorAll("button, input:not([type=file]), textarea, summary")].filter((each) => each.checkVisibility())
             .map((each) => [each.getAttribute("aria-label") ?? each.textContent, each.getBoundingClientRect()])
             .filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name)"""
    )
    assert small == []
    words = write(chat, "Is the daypack carry-on size?")
    is_kept(chat, words)
    page.set_viewport_size({"width": 390, "height": 440})  # the keyboard comes up
    expect(chat.get_by_label("Write a message")).to_be_in_viewport(ratio=1)
    expect(chat.get_by_text(words[-8:])).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(chat).to_be_hidden()
    expect(page.get_by_role("button", name="Chat with Northpine")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_to_say(visit: Visit, width: int, dark: bool) -> None:
    page = visit("/goods/10001", width=width, dark=dark)
    wrong: dict[str, list[str]] = {}

    def check(state: str) -> None:
        page.wait_for_timeout(250)  # what fades in has little contrast yet
        found = Axe().run(page).response["violations"]
        if said := [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]:
            wrong[state] = said

    expect(page.get_by_role("button", name="Chat with Northpine")).to_be_visible()
    check("closed")
    chat = opened(page)
    check("opened")
    is_kept(chat, write(chat, "Does this go with brown shoes?"))
    chat.get_by_role("button", name="Find my order").click()
    card = chat.get_by_role("form", name="Find my order")
    expect(card.get_by_label("Order number")).to_be_focused()
    card.get_by_role("button", name="Send me the code").click()
    expect(card.get_by_label("Order number")).to_be_focused()
    check("who are you")
    assert wrong == {}
