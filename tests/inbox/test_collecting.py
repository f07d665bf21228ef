"""Files that come after their message: collected at the platform once, kept, shown, and tried again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import registry
from connectors.contract import Account, BaseConnector, One, Page, RawDelivery, Wanted
from connectors.errors import ConnectorError, Refused, Unreachable
from connectors.events import File
from inbox import polling, reading
from inbox.models import Attachment, Message, ReadState, Refetch
from tests.files import pdf
from tests.world import World

LABEL = pdf(["Order #1042", "Ship to Maya"])


class Platform(BaseConnector):
    kind = label = "email"
    mark = "@"

    def __init__(self) -> None:
        self.asked: list[Wanted] = []
        self.trouble: ConnectorError | None = None
        self.content = LABEL

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        self.asked.append(wanted)
        if self.trouble:
            raise self.trouble
        return Page([RawDelivery("file", "media-1", self.content)])


@pytest.fixture
def platform() -> Iterator[Platform]:
    found = Platform()
    with registry.standing_in({"email": found}):  # type: ignore[dict-item]
        yield found


@pytest.fixture
def arrived(world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Message:
    """Its words are here, its file is not, and nobody has been woken."""
    monkeypatch.setattr("inbox.signals.messages_received.send", lambda **_: None)
    monkeypatch.setattr("inbox.models.refetch.wake", lambda *_, **__: None)
    monkeypatch.setattr("inbox.models.attachment.wake", lambda *_, **__: None)
    return world.writes(files=(File("label.pdf", "application/pdf", source="media-1"),))


def file_of(message: Message) -> Attachment:
    return Attachment.objects.select_related("message__conversation").get(message=message)


def page(world: World, message: Message) -> str:
    return world.client_of(world.bob).get(world.url(f"c/{message.conversation_id}/thread")).content.decode()


def again(world: World) -> None:
    with world.inside():
        Refetch.objects.update(due_at="2020-01-01T00:00Z")
    polling.sweep(world.organization.pk)


def test_the_thread_shows_its_name_while_it_is_on_its_way(world: World, arrived: Message):
    shown = page(world, arrived)
    assert "label.pdf" in shown
    assert "Fetching it" in shown
    with world.inside():
        row = file_of(arrived)
    assert world.client_of(world.bob).get(world.url(f"attachments/{row.pk}")).status_code == 404


def test_a_worker_collects_it_once_and_its_text_is_read(world: World, arrived: Message, platform: Platform):
    polling.sweep(world.organization.pk)
    polling.sweep(world.organization.pk)
    assert platform.asked == [One("file", "media-1")]
    reading.read_files(world.organization.pk, arrived.pk)
    with world.inside():
        row = file_of(arrived)
        assert row.file.read() == LABEL
    assert (row.source, row.size, row.read_state) == ("", len(LABEL), ReadState.READ)
    assert "Ship to Maya" in page(world, arrived)


def test_a_draft_that_waits_for_the_text_collects_it_itself(world: World, arrived: Message):
    assert reading.read_files(world.organization.pk, arrived.pk) == 1
    with world.inside():
        assert file_of(arrived).read_state == ReadState.READ


def test_a_platform_that_cannot_be_reached_is_asked_again(world: World, arrived: Message, platform: Platform):
    platform.trouble = Unreachable("Nobody answers.")
    polling.sweep(world.organization.pk)
    assert "Not fetched yet: Nobody answers." in page(world, arrived)
    platform.trouble = None
    again(world)
    with world.inside():
        assert file_of(arrived).source == ""


def test_what_the_platform_no_longer_has_keeps_the_reason_and_a_button(
    world: World, arrived: Message, platform: Platform
):
    platform.trouble = Refused("It is older than seven days.")
    polling.sweep(world.organization.pk)
    shown = page(world, arrived)
    assert "Not fetched: It is older than seven days." in shown
    assert "Fetch again" in shown
    platform.trouble = None
    with world.inside():
        row = file_of(arrived)
    assert world.client_of(world.bob).post(world.url(f"attachments/{row.pk}/text")).status_code == 200
    again(world)
    with world.inside():
        assert file_of(arrived).file.read() == LABEL
