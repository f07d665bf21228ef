"""Charlie owns the neighbour's shop and sees nothing of Northpine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

CHARLIE = "charlie@lumenloom.example"
SOCKET = """slug => new Promise(tell => {
  const socket = new WebSocket(`ws://${location.host}/o/${slug}/live`);
  socket.onopen = () => tell("open");
  socket.onerror = socket.onclose = () => tell("refused");
})"""


@pytest.fixture
def charlie(enter: Enter) -> Page:
    return enter(CHARLIE, "/o/lumenloom/")


def test_northpine_is_not_there_for_a_stranger(alice: Page, charlie: Page) -> None:
    alice.locator(".rows .row").first.click()
    expect(alice.locator("#thread")).to_be_visible()
    conversation = alice.locator("#thread").get_attribute("data-conversation")
    theirs = f"/o/northpine/c/{conversation}"
    paths = ["settings/members", "trail/", "knowledge/", "drafts/", "api/conversations", "settings/channels"]
    paths = [
        "/o/northpine/",
        theirs,
        f"{theirs}/thread",
        f"{theirs}/panel",
        *(f"/o/northpine/{each}" for each in paths),
    ]
    answers = {path: charlie.request.get(path, max_redirects=0) for path in paths}
    assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(paths, 404)
    assert not any("Northpine" in answer.text() for answer in answers.values())
    mixed = charlie.request.get(f"/o/lumenloom/c/{conversation}")
    assert mixed.status == 404, "nor through the own organization's door"


def test_a_stranger_finds_nothing_of_northpine_in_the_own_inbox(charlie: Page) -> None:
    expect(charlie.locator(".rows .row").first).to_be_visible()
    charlie.get_by_role("searchbox", name="Find by customer").fill("Maya Okafor")
    expect(charlie.locator(".rows .row")).to_have_count(0)


def test_the_socket_of_another_organization_is_refused(enter: Enter) -> None:
    charlie = enter(CHARLIE, "/o/lumenloom/", watched=False)  # a refusal is an error to the console
    assert charlie.evaluate(SOCKET, "lumenloom") == "open"
    assert charlie.evaluate(SOCKET, "northpine") == "refused"
