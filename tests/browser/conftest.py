"""A browser of this machine before the real demo. The whole folder is one unit of work: one worker, one demo."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.browser.demo import PASSWORD, Demo

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PICTURES = Path(__file__).resolve().parents[2] / "var" / "test" / "browser"  # of what failed
# htmx calls it an error when one look at a list makes way for a newer one.
SUPERSEDED = ("htmx:sendAbort", "htmx:afterRequest")

expect.set_options(timeout=40_000)  # milliseconds; machines that test are busy

Enter = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser beside a dozen busy processes on two cores is too late now and then: it has a second try, and the
    summary counts it as a rerun, to be looked into."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(getattr(item, "pages", [])):
            page.screenshot(path=PICTURES / f"{item.name}-{number}.png")
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Package scope: while Playwright's loop lives, Django refuses to ask its database in this thread."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        missing = f"No browser is installed here ({', '.join(BROWSERS)})."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(browser: Browser) -> Iterator[Demo]:
    demo = Demo()
    try:
        demo.start()
        demo.settle()
        yield demo
        assert demo.stop() == 0
        assert demo.left_behind() == []
    finally:
        demo.remove()


@pytest.fixture(scope="package")
def _signed_in() -> dict[tuple[str, str], StorageState]:
    """Cookies by person and demo address: everybody signs in once."""
    return {}


@pytest.fixture
def enter(
    request: pytest.FixtureRequest,
    browser: Browser,
    demo: Demo,
    _signed_in: dict[tuple[str, str], StorageState],
) -> Iterator[Enter]:
    """`enter("alice@northpine.example")`: a page of their own browser; None for somebody without an account.

    An error in the console of a page that is watched fails the test.
    """
    pages: list[Page] = []
    errors: list[str] = []
    request.node.pages = pages

    def open_one(
        who: str | None, path: str = "", *, width: int = 1440, dark: bool = False, watched: bool = True
    ) -> Page:
        key = (who or "", demo.url)
        context = browser.new_context(
            base_url=demo.url,
            viewport={"width": width, "height": 900 if width > 600 else 844},
            color_scheme="dark" if dark else "light",
            storage_state=_signed_in.get(key),
        )
        page = context.new_page()
        if watched:
            watch(page, errors)
        pages.append(page)
        page.goto(path)
        if who and key not in _signed_in:
            sign_in(page, who)
            _signed_in[key] = context.storage_state()
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert [error for error in errors if not any(word in error for word in SUPERSEDED)] == []


def watch(page: Page, errors: list[str]) -> None:
    page.on("console", lambda said: errors.extend([f"{page.url}: {said.text}"] * (said.type == "error")))
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("Email").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/o/**")


@pytest.fixture
def alice(enter: Enter) -> Page:
    """Alice's inbox, live."""
    page = enter("alice@northpine.example", "/o/northpine/")
    page.wait_for_function("document.querySelector('.rows .row')")
    return page
