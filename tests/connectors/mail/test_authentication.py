"""What the receiving server says of who wrote: only its own header counts, and only where its name is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.events import Authentication, SenderCheck
from tests.connectors.mail.room import ACCOUNT, message, raw

OURS = "mx.juniper.example"
CHECKED = replace(ACCOUNT, settings={**ACCOUNT.settings, "authserv_id": OURS})


def check(header: str, **headers: str) -> Authentication:
    return message(raw(Authentication_Results=header, **headers), CHECKED).authentication


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("dmarc=pass header.from=shopper.example; spf=pass smtp.mailfrom=b@lists.example", SenderCheck.PASSED),
        ("dmarc=fail (p=reject) header.from=shopper.example; spf=pass smtp.mailfrom=shopper.example", SenderCheck.FAILED),
        ("dmarc=pass header.from=other.example", SenderCheck.UNSURE),
        ("dkim=pass header.d=shopper.example header.b=abc", SenderCheck.PASSED),
        ("dkim=pass header.i=@shopper.example; spf=fail smtp.mailfrom=lists.example", SenderCheck.PASSED),
        ("dkim=fail header.d=a.example; dkim=pass header.d=shopper.example", SenderCheck.PASSED),
        ("dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=b@mailer.example", SenderCheck.UNSURE),
        ("dkim=pass header.d=evil-shopper.example", SenderCheck.UNSURE),
        ("dkim=pass header.d=example", SenderCheck.UNSURE),
        ("spf=fail smtp.mailfrom=shopper.example; dkim=none", SenderCheck.FAILED),
        ("spf=softfail smtp.mailfrom=shopper.example; dkim=none; dmarc=none", SenderCheck.UNSURE),
        ("none", SenderCheck.UNSURE),
    ],
)  # fmt: skip
def test_the_verdict_is_that_of_the_senders_own_domain(said: str, verdict: SenderCheck) -> None:
    assert check(f"{OURS}; {said}").check is verdict


def test_what_each_method_said_is_kept_in_words() -> None:
    said = check(f"{OURS} 1; spf=fail smtp.mailfrom=shopper.example;\r\n dkim=none; dmarc=fail (p=none)")
    assert said.said == "dmarc fail, dkim none, spf fail"


def test_a_header_of_another_server_counts_for_nothing() -> None:
    assert check("mx.evil.example; dmarc=pass header.from=shopper.example") == Authentication()


def test_a_forged_header_below_that_of_another_server_counts_for_nothing() -> None:
    forged = (
        f"mx.else.example; spf=none\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=shopper.example"
    )
    assert check(forged) == Authentication()


def test_only_the_topmost_of_ours_counts() -> None:
    two = f"{OURS}; dmarc=fail\r\nAuthentication-Results: {OURS}; dmarc=pass header.from=shopper.example"
    assert check(two).check is SenderCheck.FAILED


@pytest.mark.parametrize("broken", [f"{OURS}; dmarc=((pass", ";", f"{OURS}", "spf=pass", "=?utf-8?b?!!?="])
def test_a_header_that_cannot_be_read_says_nothing(broken: str) -> None:
    assert check(broken).check in (SenderCheck.NOT_CHECKED, SenderCheck.UNSURE)


def test_without_the_servers_name_nothing_is_checked() -> None:
    mail = raw(Authentication_Results=f"{OURS}; dmarc=fail header.from=shopper.example")
    assert message(mail).authentication == Authentication()


def test_a_mail_without_the_header_is_not_checked() -> None:
    assert message(raw(), CHECKED).authentication == Authentication()
