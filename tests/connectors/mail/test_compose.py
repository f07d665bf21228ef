"""What we write is a proper mail, whatever anybody puts into it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from connectors.commands import SendMessage
from connectors.errors import Refused
from connectors.events import File, Party
from connectors.mail import read
from connectors.mail.compose import compose
from tests.connectors.mail.room import MAILBOX, MAYA, answer

EVIL = "Lamp\r\nBcc: everybody@elsewhere.example\r\n\r\n<script>"


def written(message: SendMessage, key: str = "key") -> EmailMessage:
    parsed = message_from_bytes(compose(MAILBOX, message, key, "a-key").as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_it_answers_in_the_thread() -> None:
    mail = written(answer(subject="Lamp", replies_to=("c@x", "b@x", "a@x"), reply_token="0f3a9c"))
    assert mail["Subject"] == "Re: Lamp"
    assert mail["In-Reply-To"] == "<c@x>"
    assert mail["References"] == "<a@x> <b@x> <c@x>"
    assert mail["From"] == f"Juniper <{MAILBOX}>"
    assert mail["To"] == f"Maya Torres <{MAYA}>"
    assert "+w.0f3a9c." in mail["Reply-To"]
    assert "Auto-Submitted" not in mail


@pytest.mark.parametrize("subject", ["Re: Lamp", "RE: Lamp", "AW: Lampe", "Re[2]: Lamp"])
def test_it_says_re_once(subject: str) -> None:
    assert written(answer(subject=subject, replies_to=("a@x",)))["Subject"] == subject


def test_a_first_mail_answers_nothing() -> None:
    mail = written(answer(subject="Your order"))
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == ("Your order", None, None)


def test_a_long_thread_keeps_its_first_and_latest_ids() -> None:
    ids = written(answer(replies_to=tuple(f"{n}@x" for n in range(99, -1, -1))))["References"].split()
    assert (ids[0], ids[1], ids[-1], len(ids)) == ("<0@x>", "<80@x>", "<99@x>", 21)


def test_the_same_key_gives_the_same_id() -> None:
    first, again, other = (written(answer(), key)["Message-ID"] for key in ("key", "key", "other"))
    assert first == again != other
    assert first.endswith("@juniper.example>")


def test_text_and_html_say_the_same() -> None:
    mail = written(answer("5 < 6 & <b>\n\nYours\nAnn ✓"))
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == "5 < 6 & <b>\n\nYours\nAnn ✓"
    assert "<p>5 &lt; 6 &amp; &lt;b&gt;</p>\n<p>Yours<br>\nAnn ✓</p>" in html.get_content().replace(
        "\r\n", "\n"
    )


def test_nothing_can_become_a_header() -> None:
    mail = written(
        SendMessage(
            Party({"email": MAYA}, EVIL),
            EVIL,
            subject=EVIL,
            replies_to=(EVIL, "a@x\r\nBcc: e@x"),
            sender_name=EVIL,
            files=(File(EVIL, "text/plain\r\nBcc: e@x", b"hello"),),
        )
    )
    assert "Bcc" not in mail
    assert mail["Subject"] == "Re: Lamp Bcc: everybody@elsewhere.example <script>"
    assert [part for part in mail.walk() if "Bcc" in part] == []


@pytest.mark.parametrize(
    "address",
    ["", "maya", "maya@", "a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example", "<a@x.example>"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        compose(MAILBOX, SendMessage(Party({"email": address}), "Hello"), "key")


def test_a_domain_in_any_script_is_written_in_ascii() -> None:
    mail = compose(MAILBOX, SendMessage(Party({"email": "maya@bücher.example"}), "Hello"), "key")
    assert mail["To"] == "maya@xn--bcher-kva.example"


def test_files_travel_as_they_are() -> None:
    files = (
        File("../../label.pdf", "application/pdf", b"%PDF"),
        File("größe.txt", "text/plain", "weiß".encode("latin-1")),
        File("old.eml", "message/rfc822", b"Subject: x\n\ny"),
    )
    got = read(compose(MAILBOX, answer(files=files), "key").as_bytes()).files
    assert [(f.name, f.content) for f in got] == [
        ([".._.._label.pdf"][-1], b"%PDF"),
        ("größe.txt", "weiß".encode("latin-1")),
        ("old.eml", b"Subject: x\n\ny"),
    ]
