"""The whole road of e-mail: a shopper writes, we read, we answer, the shopper answers back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from connectors.channels.email import connector as module
from connectors.contract import Account, One, RawDelivery, Since
from connectors.errors import OutcomeUnknown, Unsupported
from connectors.events import MessageBounced, MessageReceived, Party
from connectors.registry import connector
from connectors.sandbox.posting import Channel, write
from connectors.sandbox.trouble import Kind
from connectors.sandbox.world import Mail
from tests.connectors.mail.room import MAYA, Room, answer, open_room
from tests.connectors.test_samples import brief

EMAIL = connector("email")
SAMPLES = Path(module.__file__).parent / "samples"
TOKEN = "5f0c0e3c9a7d4b0f8d1e2a3b4c5d6e7f"


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened


def ask(room: Room, text: str, answers: Mail | None = None) -> None:
    write(room.world, room.shop, room.maya, Channel.EMAIL, text, "Lamp", answers=answers)


def received(room: Room, cursor: str | None = None) -> tuple[list[Any], str | None]:
    page = EMAIL.fetch(room.account, Since(cursor))
    return [
        event for delivery in page.deliveries for event in EMAIL.parse(room.account, delivery)
    ], page.cursor


def test_a_conversation_goes_back_and_forth(room: Room) -> None:
    ask(room, "Where is my lamp?")
    [first], cursor = received(room)
    assert isinstance(first, MessageReceived)
    assert (first.sender.names, first.text, first.thread) == ({"email": MAYA}, "Where is my lamp?", "")

    reply = answer(
        "It arrives on Friday.", subject=first.subject, replies_to=(first.external_id,), reply_token=TOKEN
    )
    receipt = EMAIL.send(room.account, reply, "key")
    [mail] = room.mayas_mails()
    assert (mail.message_id, mail.subject) == (receipt.external_id, "Re: Lamp")
    assert mail.header("References") == f"<{first.external_id}>"

    ask(room, "Thank you!", answers=room.world.mails_of(MAYA)[0])
    [second], cursor = received(room, cursor)
    assert (second.text, second.thread) == ("Thank you!", TOKEN)
    assert second.replies_to == (receipt.external_id, first.external_id)
    assert "It arrives on Friday." in second.quoted
    assert received(room, cursor)[0] == []


def test_an_uncertain_send_is_settled_by_reading(room: Room) -> None:
    room.trouble.ask("smtp", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        EMAIL.send(room.account, answer(), "key")
    [found] = EMAIL.fetch(room.account, One("message", "key")).deliveries
    assert room.mayas_mails()[0].message_id == found.key
    assert len(room.mayas_mails()) == 1
    assert EMAIL.fetch(room.account, One("message", "other")).deliveries == []


def test_a_mail_that_comes_back_is_a_bounce_of_that_mail(room: Room) -> None:
    receipt = EMAIL.send(room.account, answer(to=Party({"email": "gone@shopper.example"})), "key")
    [bounced], _ = received(room)
    assert isinstance(bounced, MessageBounced)
    assert bounced.external_id == receipt.external_id
    assert "nobody of that name" in bounced.reason


def test_what_mail_does_not_know_is_unsupported(room: Room) -> None:
    with pytest.raises(Unsupported):
        EMAIL.fetch(room.account, One("order", "1"))
    assert EMAIL.parse(room.account, RawDelivery("orders/updated", "k", b"{}")) == ()


def test_the_connection_is_tested_in_words(room: Room) -> None:
    assert EMAIL.check(room.account).message == "support@juniper.example can be read and can send."


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.eml")), ids=lambda path: path.stem)
def test_each_sample_says_what_its_answer_file_says(sample: Path) -> None:
    account = Account("1", "email", "support@juniper.example", {"reply_key": "sample-key"})
    events = EMAIL.parse(account, RawDelivery("mail", sample.stem, sample.read_bytes()))
    said = [{"event": type(event).__name__, **asdict(event)} for event in events]
    expected = json.loads(sample.with_suffix(".json").read_text())
    assert brief(json.loads(json.dumps(said, default=str))) == brief(expected)
