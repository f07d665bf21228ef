"""Reading and sending over real IMAP and SMTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Past
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    OutcomeUnknown,
    Refused,
    Unparsable,
    Unreachable,
)
from connectors.events import Party
from connectors.mail import check, fetch_new, fetch_past, find_sent, imap, parse, send
from connectors.mail.threading import sent_message_id
from connectors.sandbox.trouble import Kind
from tests.connectors.mail.room import MAILBOX, MAYA, Room, answer, raw


def receive(room: Room, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        room.world.deliver_mail(MAILBOX, raw(f"Mail {number}", Message_ID=f"<{number}@phone.example>"))


def test_it_reads_in_small_batches_and_each_mail_once(room: Room) -> None:
    receive(room, 60)
    cursor, seen, sizes = None, [], []
    while True:
        page = fetch_new(room.account, cursor)
        seen += [delivery.key for delivery in page.deliveries]
        sizes.append(len(page.deliveries))
        cursor = page.cursor
        if not page.more:
            break
    assert sizes == [25, 25, 10]
    assert seen == [f"{n}@phone.example" for n in range(60)]
    assert fetch_new(room.account, cursor).deliveries == []
    receive(room, 1, start=60)
    assert [d.key for d in fetch_new(room.account, cursor).deliveries] == ["60@phone.example"]


def test_the_past_is_read_in_batches_of_its_own(room: Room) -> None:
    receive(room, 60)
    for mail, days in zip(room.world.mails, range(60), strict=True):
        mail.at -= timedelta(days=59 - days)
    now = room.world.clock.now()
    past = Past(now - timedelta(days=40), now - timedelta(days=5))
    seen: list[str] = []
    shares: list[float | None] = []
    while True:
        page = fetch_past(room.account, past)
        seen += [delivery.key for delivery in page.deliveries]
        shares.append(page.share)
        past = replace(past, cursor=page.cursor)
        if not page.more:
            break
    assert seen == [f"{n}@phone.example" for n in range(19, 55)]
    assert shares == [25 / 36, 1.0]
    assert fetch_past(room.account, past).deliveries == []


def test_a_period_without_mail_is_read_at_once(room: Room) -> None:
    receive(room, 1)
    long_ago = room.world.clock.now() - timedelta(days=400)
    page = fetch_past(room.account, Past(long_ago, long_ago + timedelta(days=30)))
    assert (page.deliveries, page.more, page.share) == ([], False, 1.0)


def test_a_delivery_is_the_mail_as_it_came(room: Room) -> None:
    data = raw("Where is my lamp?") + bytes(range(128, 256)) + b"\r\n)\r\n* 1 FETCH (\r\n"
    mail = room.world.deliver_mail(MAILBOX, data)
    [delivery] = fetch_new(room.account, None).deliveries
    assert (delivery.topic, delivery.body) == ("mail", data)
    assert delivery.received_at == mail.at.replace(microsecond=0)


def test_one_bad_mail_holds_up_no_other(room: Room) -> None:
    receive(room, 1)
    room.world.deliver_mail(MAILBOX, b"\x00\xff garbage")
    receive(room, 1, start=1)
    good, bad, last = fetch_new(room.account, None).deliveries
    assert (good.key, last.key) == ("0@phone.example", "1@phone.example")
    with pytest.raises(Unparsable):
        parse(room.account, bad)


def test_a_mail_the_server_cannot_show_is_kept_as_broken(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(room, 2)
    monkeypatch.setattr(imap, "LARGEST", 1)
    monkeypatch.setattr("connectors.mail.sandbox.imap._PARTIAL", __import__("re").compile("nothing"))
    page = fetch_new(room.account, None)
    assert [delivery.body for delivery in page.deliveries] == [b"", b""]
    assert not page.more


def test_of_a_huge_mail_the_beginning_is_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.world.deliver_mail(MAILBOX, raw("x" * 5000))
    monkeypatch.setattr(imap, "LARGEST", 1000)
    [delivery] = fetch_new(room.account, None).deliveries
    assert len(delivery.body) == 1000
    assert delivery.key == "one@phone.example"


def test_a_new_connection_leaves_old_mail_alone(room: Room) -> None:
    receive(room, 1)
    room.world.mails[0].at -= timedelta(days=100)
    receive(room, 1, start=1)
    assert [d.key for d in fetch_new(room.account, None).deliveries] == ["1@phone.example"]


def test_a_mailbox_numbered_anew_is_read_anew(room: Room) -> None:
    receive(room, 2)
    cursor = fetch_new(room.account, None).cursor
    room.world.mails.clear()
    room.world.last_id = 0
    receive(room, 1)
    room.world.mails[0].at += timedelta(hours=1)
    assert [d.key for d in fetch_new(room.account, cursor).deliveries] == ["0@phone.example"]


def test_it_sends_one_mail_and_says_under_which_id(room: Room) -> None:
    receipt = send(
        room.account, answer(subject="Lamp", replies_to=("a@phone.example",), reply_token="0f3a"), "key"
    )
    [mail] = room.mayas_mails()
    assert receipt.external_id == mail.message_id == sent_message_id(MAILBOX, "key")
    assert mail.header("In-Reply-To") == "<a@phone.example>"
    assert mail.text == "On its way."


def test_a_send_that_was_taken_in_silence_is_found(room: Room) -> None:
    room.trouble.ask("smtp", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        send(room.account, answer(), "key")
    [found] = find_sent(room.account, "key").deliveries
    assert found.key == sent_message_id(MAILBOX, "key")
    assert find_sent(room.account, "another key").deliveries == []
    assert len(room.mayas_mails()) == 1


def test_where_no_copies_are_kept_absence_proves_nothing(room: Room) -> None:
    with pytest.raises(Refused, match="no copies"):
        find_sent(room.with_(sent_copies="no"), "key")


@pytest.mark.parametrize(("kind", "error"), [(Kind.BROKEN, Unreachable), (Kind.TOO_MANY, Unreachable)])
def test_not_now_is_safe_to_repeat(room: Room, kind: Kind, error: type[ConnectorError]) -> None:
    room.trouble.ask("smtp", kind)
    with pytest.raises(error):
        send(room.account, answer(), "key")
    assert room.mayas_mails() == []
    send(room.account, answer(), "key")
    assert len(room.mayas_mails()) == 1


def test_an_address_the_server_refuses_is_refused(room: Room) -> None:
    with pytest.raises(Refused, match="no such domain"):
        send(room.account, answer(to=Party({"email": "maya@nowhere.invalid"})), "key")


def test_a_wrong_password_must_be_mended_by_a_person(room: Room) -> None:
    wrong = room.with_password("wrong")
    with pytest.raises(AuthorizationLost):
        send(wrong, answer(), "key")
    with pytest.raises(AuthorizationLost):
        fetch_new(wrong, None)


def test_a_busy_mailbox_is_only_busy(room: Room) -> None:
    room.trouble.ask("imap", Kind.BROKEN)
    with pytest.raises(Unreachable):
        fetch_new(room.account, None)


def test_nobody_there_is_unreachable(room: Room) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with pytest.raises(Unreachable):
        send(room.with_(smtp_port=port), answer(), "key")
    with pytest.raises(Unreachable):
        fetch_new(room.with_(imap_port=port), None)


def test_settings_that_make_no_sense_are_explained(room: Room) -> None:
    for settings in ({"tls": "magic"}, {"imap_host": ""}, {"smtp_port": "many"}, {"mail_address": "support"}):
        assert not check(room.with_(**settings)).ok


def test_the_connection_can_be_tested(room: Room) -> None:
    assert check(room.account).ok
    health = check(room.with_password("wrong"))
    assert (health.ok, health.message) == (False, f"127.0.0.1 does not accept the password of {MAILBOX}.")
    assert room.world.mails == []


@contextmanager
def server_that(speaks: Callable[[socket.socket], None]) -> Iterator[str]:
    """A port where each connection is handled by `speaks` and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                speaks(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield str(listener.getsockname()[1])
        thread.join(5)


def until_data(connection: socket.socket, answers: dict[bytes, bytes]) -> None:
    """A sparse SMTP server that hangs up when it has no answer."""
    connection.sendall(b"220 hello\r\n")
    lines = connection.makefile("rb")
    for line in lines:
        said = answers.get(line.split()[0].upper())
        if said is None:
            return
        connection.sendall(said)


POLITE = {
    b"EHLO": b"250-hello\r\n250 AUTH PLAIN\r\n",
    b"AUTH": b"235 ok\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
}


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({}, Unreachable),
        ({b"EHLO": POLITE[b"EHLO"]}, Unreachable),
        (POLITE | {b"AUTH": b"535 wrong\r\n"}, AuthorizationLost),
        (POLITE | {b"AUTH": b"454 not now\r\n"}, Unreachable),
        (POLITE | {b"MAIL": b"530 log in\r\n"}, AuthorizationLost),
        (POLITE | {b"RCPT": b"450 busy\r\n"}, Unreachable),
        (POLITE | {b"RCPT": b"550 nobody\r\n"}, Refused),
        (POLITE | {b"DATA": b"554 no\r\n"}, Refused),
        (POLITE | {b"DATA": b"354 go on\r\n", b"MESSAGE-ID:": b""}, OutcomeUnknown),
    ],
)
def test_each_way_to_fail_has_its_name(
    room: Room, answers: dict[bytes, bytes], error: type[ConnectorError]
) -> None:
    with (
        server_that(lambda connection: until_data(connection, answers)) as port,
        pytest.raises(error) as raised,
    ):
        send(room.with_(smtp_port=port), answer(), "key")
    assert type(raised.value) is error


def test_maya_can_be_written_to_at_any_address(room: Room) -> None:
    send(room.account, answer(to=Party({"email": MAYA.upper()})), "key")
    assert len(room.mayas_mails()) == 1
