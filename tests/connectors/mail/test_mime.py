"""Broken mails are read as far as they go."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from connectors.contract import RawDelivery
from connectors.errors import Unparsable
from connectors.mail import parse, read
from connectors.mail.html import as_text
from tests.connectors.mail.room import ACCOUNT, MAYA, events, message, raw

PARTS = """--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/html

<p>Where is my <b>lamp</b>?</p>
--c
Content-Type: text/plain

Where is my lamp?
--c--
--b
Content-Type: image/jpeg
Content-Disposition: inline
Content-ID: <photo>
Content-Transfer-Encoding: base64

aGVsbG8=
--b
Content-Type: text/plain; name="../notes.txt"
Content-Disposition: attachment; filename="../notes.txt"

notes
--b--"""
SNIPPETS = [
    "From: a@b.example\r\n", "From: (((((\r\n", "Subject: =?utf-8?b?!!?=\r\n", "Date: 99 Foo 9999\r\n", "\r\n", "--b\r\n", "--b--\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    "Content-Type: message/delivery-status\r\n", "Content-Type: message/rfc822\r\n", "Content-Type: text/html; charset=nonsense\r\n",
    "Content-Type: text/plain; charset*=x'\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Disposition: attachment; filename*0*=%\r\n",
    "Subject: =?utf-7?q?+2AA-?=\r\n", "From: =?utf-7?q?+2AA-?= <a@b.example>\r\n", "Content-Type: text/plain; charset=utf-7\r\n", "+2AA- \0", "Content-Disposition: attachment; filename*=utf-7''%2B2AA-\r\n",
    "Message-ID: <>\r\n", "References: <a <b> c>\r\n", "On 2026-01-01 <a@b.example> wrote:\r\n", "> quoted\r\n", "<div><blockquote>\r\n",
]  # fmt: skip


def test_it_prefers_plain_words_and_takes_pictures_and_files() -> None:
    got = message(raw(PARTS, Content_Type="multipart/mixed; boundary=b"))
    assert got.text == "Where is my lamp?"
    assert [(f.name, f.content_type, f.content) for f in got.files] == [
        ("file", "image/jpeg", b"hello"),
        ("notes.txt", "text/plain", b"notes"),
    ]


def test_html_becomes_text() -> None:
    html = "<style>p{}</style><h1>Hi</h1><p>1. My&nbsp;<b>lamp</b> is <a href='https://x.example/a'>here</a></p><ul><li>one</ul>"
    assert as_text(html).replace("\xa0", " ") == "Hi\n\n1. My lamp is [here](https://x.example/a)\n\n  * one"


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("utf-8", "größer"),
        ("iso-8859-1", "größer"),
        ("shift_jis", "どこですか"),
        ("x-unknown", "größer"),
        ("", "größer"),
    ],
)
def test_it_reads_charsets_known_or_not(charset: str, words: str) -> None:
    encoded = words.encode(charset if charset in ("iso-8859-1", "shift_jis") else "utf-8")
    head = raw("", Content_Type=f"text/plain; charset={charset}" if charset else "text/plain")
    assert message(head + encoded).text == words


def test_a_wrong_charset_is_no_reason_to_stop() -> None:
    assert message(raw("", Content_Type="text/plain; charset=utf-8") + b"gr\xf6\xdfer").text == "größer"


def test_headers_are_decoded_wherever_they_come_from() -> None:
    got = message(raw(From=f"=?utf-8?q?Ma=C3=AFa?= <{MAYA.upper()}>", Subject="=?utf-8?b?TMOkbXBjaGVu?="))
    assert (got.sender.display, got.sender.names["email"], got.subject) == ("Maïa", MAYA, "Lämpchen")
    assert message(raw(Subject="Lämpchen")).subject == "Lämpchen"


def test_the_date_stays_in_the_senders_zone() -> None:
    assert message(raw()).sent_at.utcoffset() == timedelta(hours=-5)


def test_without_a_date_it_was_sent_when_it_came() -> None:
    when = message(raw()).sent_at
    delivery = RawDelivery("mail", "key", raw(Date="yesterday"), received_at=when)
    assert [e.sent_at for e in parse(ACCOUNT, delivery)] == [when]  # type: ignore[union-attr]


@pytest.mark.parametrize("year", ["2099", "1970", "0001"])
def test_a_date_that_cannot_be_is_not_believed(year: str) -> None:
    when = datetime(2026, 3, 3, 14, 15, tzinfo=UTC)
    delivery = RawDelivery("mail", "key", raw(Date=f"3 Mar {year} 09:15:00 +1400"), received_at=when)
    assert [e.sent_at for e in parse(ACCOUNT, delivery)] == [when]  # type: ignore[union-attr]


@pytest.mark.parametrize("data", [b"", b"\r\n", b"hello", raw(From="")])
def test_a_mail_from_nobody_cannot_be_parsed(data: bytes) -> None:
    with pytest.raises(Unparsable):
        events(data)


def test_parts_without_end_are_shown_as_they_are() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1050))
    assert read(b"From: a@b.example\n" + nested + b"\nhello").sender is not None


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>a" * 5_000,
        "<div>" * 12_000,
        "<style " * 10_000,
        "<" * 20_000,
        "<!--" * 10_000,
        "<ul><li>a" * 5_000,
    ],
)
def test_no_html_takes_long(html: str) -> None:
    start = time.perf_counter()
    as_text(html)
    assert time.perf_counter() - start < 2


def survives(data: bytes) -> None:
    """Whatever comes out can be stored: no half characters, no NUL, no endless names."""
    try:
        said = events(data)
    except Unparsable:
        return
    words = repr([asdict(event) for event in said])
    assert "\\ud8" not in words
    assert "\\x00" not in re.sub(r"'content': b.*?[,}]", "", words)
    for event in said:
        assert len(event.external_id) <= 255


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.sampled_from(SNIPPETS) | some.text(max_size=30), max_size=30))
def test_any_mixture_is_parsed_or_called_unparsable(pieces: list[str]) -> None:
    survives("".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=500))
def test_any_bytes_are_parsed_or_called_unparsable(data: bytes) -> None:
    survives(data)
    survives(raw(From=MAYA) + data)
