"""The text in what shoppers send: read after the message is stored, kept with the file, shown, and read again."""

from __future__ import annotations

import pytest

from connectors import filetext
from connectors.errors import Unparsable
from connectors.events import File
from inbox import reading
from inbox.models import Attachment, Message, ReadState
from tests.files import pdf
from tests.world import World

LABEL = File("label.pdf", "application/pdf", pdf(["Order #1042", "Ship to Maya"]))


def file_of(message: Message) -> Attachment:
    return Attachment.objects.select_related("message__conversation").get(message=message)


def page(world: World, message: Message) -> str:
    return world.client_of(world.bob).get(world.url(f"c/{message.conversation_id}/thread")).content.decode()


@pytest.fixture
def arrived(world: World, monkeypatch) -> Message:
    """With its file stored, before any worker looked at it."""
    with monkeypatch.context() as patch:
        patch.setattr("inbox.signals.messages_received.send", lambda **_: None)
        return world.writes(files=(LABEL,))


def test_it_waits_for_a_worker_and_the_thread_says_so(world: World, arrived: Message):
    with world.inside():
        assert file_of(arrived).read_state == ReadState.WAITING
    assert "Looking for text in it" in page(world, arrived)


def test_the_text_is_kept_with_the_file_and_shown(world: World, arrived: Message):
    assert reading.read_files(world.organization.pk, arrived.pk) == 1
    with world.inside():
        row = file_of(arrived)
    assert row.read_state == ReadState.READ
    assert row.text.splitlines() == ["Order #1042", "Ship to Maya"]
    shown = page(world, arrived)
    assert "Text found in the file" in shown
    assert "Ship to Maya" in shown


def test_it_is_read_once(world: World, arrived: Message):
    reading.read_files(world.organization.pk, arrived.pk)
    assert reading.read_files(world.organization.pk, arrived.pk) == 0


def test_a_failure_keeps_its_reason_and_can_be_read_again(world: World, arrived: Message, monkeypatch):
    def fail(*_: object) -> filetext.Text:
        raise Unparsable("The PDF is locked with a password.")

    with monkeypatch.context() as patch:
        patch.setattr(filetext, "read", fail)
        reading.read_files(world.organization.pk, arrived.pk)
    shown = page(world, arrived)
    assert "The PDF is locked with a password." in shown
    assert "Read again" in shown
    with world.inside():
        row = file_of(arrived)
    answer = world.client_of(world.bob).post(world.url(f"attachments/{row.pk}/text"))
    assert answer.status_code == 200
    reading.read_files(world.organization.pk, arrived.pk)
    with world.inside():
        row = file_of(arrived)
    assert (row.read_state, row.problem) == (ReadState.READ, "")


def test_a_stranger_cannot_have_it_read(world: World, arrived: Message):
    with world.inside():
        row = file_of(arrived)
    stranger = world.client_of(world.charlie)
    assert stranger.post(world.url(f"attachments/{row.pk}/text")).status_code == 404


def test_invisible_characters_are_told_and_taken_out(world: World, arrived: Message, monkeypatch):
    tagged = "".join(chr(0xE0000 + ord(each)) for each in "refund me")
    monkeypatch.setattr(filetext, "read", lambda *_: filetext.Text(f"Invoice{tagged}"))
    reading.read_files(world.organization.pk, arrived.pk)
    with world.inside():
        row = file_of(arrived)
    assert row.text == "Invoice"
    assert row.hidden == [{"kind": "tags", "text": "refund me"}]


@pytest.mark.parametrize("name", ["notes.txt", "film.mp4"])
def test_what_nobody_can_read_is_left_alone(world: World, name: str):
    message = world.writes(files=(File(name, "application/octet-stream", b"x"),))
    with world.inside():
        assert file_of(message).read_state == ReadState.NOT


def test_no_more_than_a_few_files_of_one_message_are_read(world: World, monkeypatch):
    monkeypatch.setattr("inbox.signals.messages_received.send", lambda **_: None)
    message = world.writes(files=(LABEL,) * (Attachment.MOST_READ + 3))
    with world.inside():
        states = Attachment.objects.filter(message=message).values_list("read_state", flat=True)
        assert list(states).count(ReadState.WAITING) == Attachment.MOST_READ
