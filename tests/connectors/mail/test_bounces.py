"""Mails that say that ours did not arrive."""

from __future__ import annotations

from connectors.events import MessageBounced, MessageReceived
from connectors.mail.threading import sent_message_id
from tests.connectors.mail.room import MAILBOX, events, raw

OURS = sent_message_id(MAILBOX, "key")
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"


def report(action: str = "failed", original: str = f"Message-ID: <{OURS}>") -> bytes:
    body = f"""--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@shopper.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user
--b
Content-Type: message/rfc822

{original}
Subject: Re: Lamp

On its way.
--b--"""
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return raw(body, From=DAEMON, Subject="Undelivered Mail Returned to Sender", Content_Type=kind)


def bounce(data: bytes) -> MessageBounced:
    [only] = events(data)
    assert isinstance(only, MessageBounced)
    return only


def test_a_report_names_our_mail_and_the_reason() -> None:
    found = bounce(report())
    assert (found.external_id, found.reason) == (OURS, "550 5.1.1 No such user (gone@shopper.example)")
    assert found.at.isoformat() == "2026-03-03T09:15:00-05:00"


def test_a_server_that_still_tries_has_not_failed() -> None:
    assert events(report(action="delayed")) == []


def test_a_report_with_headers_only_is_understood() -> None:
    data = report().replace(b"message/rfc822", b"text/rfc822-headers")
    assert bounce(data).external_id == OURS


def test_plain_words_of_an_old_server_are_understood() -> None:
    words = f"I could not deliver your mail.\n\n550 5.1.1 unknown user\n\nMessage-ID: <{OURS}>\nSubject: Lamp"
    found = bounce(raw(words, From=DAEMON, Subject="failure notice"))
    assert (found.external_id, found.reason) == (OURS, "550 5.1.1 unknown user")


def test_failed_recipients_in_the_headers_are_understood() -> None:
    data = raw(
        "See above.",
        From=DAEMON,
        Subject="Mail delivery failed: returning message to sender",
        X_Failed_Recipients="gone@shopper.example",
        References=f"<{OURS}>",
    )
    found = bounce(data)
    assert (found.external_id, found.reason.endswith("(gone@shopper.example)")) == (OURS, True)


def test_a_bounce_of_who_knows_what_is_kept_but_never_answered() -> None:
    [only] = events(report(original="X-Nothing: here"))
    assert isinstance(only, MessageReceived)
    assert only.automatic


def test_a_shopper_who_speaks_of_failure_has_not_bounced() -> None:
    [only] = events(raw(Subject="Delivery failed", In_Reply_To=f"<{OURS}>"))
    assert isinstance(only, MessageReceived)
