"""Sending one mail, and knowing exactly how far it came."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from connectors import reach
from connectors.commands import SendMessage
from connectors.contract import Account, Outcome, Receipt
from connectors.errors import AuthorizationLost, ConnectorError, OutcomeUnknown, Refused, Unreachable
from connectors.mail.compose import compose
from connectors.mail.mailbox import Mailbox

_TIMEOUT = 30  # seconds, for each answer
_LOGIN_FIRST = 530


def send(account: Account, message: SendMessage, key: str) -> Receipt:
    """The same key gives the same Message-ID, so a repeat is recognisable wherever it arrives."""
    mailbox = Mailbox.of(account)
    mail = compose(mailbox.address, message, key, mailbox.reply_key)
    with _connected(mailbox) as server:
        _envelope(server, mailbox.address, _only_recipient(mail))
        _hand_over(server, _as_bytes(server, mail))
    return Receipt(Outcome.SENT, mail["Message-ID"].strip("<>"), datetime.now(UTC))


def log_in(account: Account) -> None:
    """Raises what send would raise before it says anything."""
    with _connected(Mailbox.of(account)):
        pass


def _only_recipient(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def _as_bytes(server: smtplib.SMTP, mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=SMTPUTF8 if not _only_recipient(mail).isascii() else SMTP)


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    options: tuple[str, ...] = ()
    if not recipient.isascii():
        if not server.has_extn("smtputf8"):
            raise Refused(f"The mail server cannot write to {recipient}.")
        options = ("SMTPUTF8", "BODY=8BITMIME")
    _expect(server.mail(sender, options))
    _expect(server.rcpt(recipient))


def _hand_over(server: smtplib.SMTP, raw: bytes) -> None:
    """From the first byte on, silence no longer means that nothing was taken."""
    try:
        answer = server.data(raw)
    except smtplib.SMTPDataError as error:  # refused before the first byte
        answer = (error.smtp_code, _bytes(error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(f"The mail server fell silent while taking the mail: {error}") from error
    _expect(answer)


def _expect(answer: tuple[int, bytes]) -> None:
    """Raises what an SMTP answer means; 2xx means yes."""
    code, words = answer
    if 200 <= code < 300:
        return
    said = f"{code} {words.decode('utf-8', 'replace')}"
    if code == _LOGIN_FIRST:
        raise AuthorizationLost(f"The mail server wants a login: {said}")
    if code >= 500:
        raise Refused(f"The mail server refused: {said}")
    raise Unreachable(f"The mail server said not now: {said}")


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    """Raises Unreachable for whatever goes wrong before the mail is handed over."""
    try:
        server = _open(mailbox)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"The SMTP server {mailbox.smtp_host} does not answer: {error}") from error
    try:
        _log_in(server, mailbox)
        yield server
    except ConnectorError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"The SMTP server {mailbox.smtp_host} broke off: {error}") from error
    finally:
        _leave(server)


def _open(mailbox: Mailbox) -> smtplib.SMTP:
    host, port = mailbox.smtp_host, mailbox.smtp_port
    reach.addresses(host, port)
    if mailbox.smtp_tls == "ssl":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    if mailbox.smtp_tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    return server


def _log_in(server: smtplib.SMTP, mailbox: Mailbox) -> None:
    try:
        server.login(mailbox.address, mailbox.password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise Unreachable(f"{mailbox.smtp_host} cannot check the password now.") from error
        raise AuthorizationLost(
            f"{mailbox.smtp_host} does not accept the password of {mailbox.address}."
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"{mailbox.smtp_host} offers no login; is encryption set right?") from error


def _leave(server: smtplib.SMTP) -> None:
    """The mail is settled by now; how the goodbye goes changes nothing."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
