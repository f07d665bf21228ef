"""A provider's SMTP server: takes mail of those who log in, delivers it, and keeps a copy in their Sent."""

from __future__ import annotations

import asyncio
import logging
from email.utils import format_datetime
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.mail.mime import read
from connectors.mail.threading import is_of_mailbox
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import World

logging.getLogger("mail.log").setLevel(logging.WARNING)  # below that it logs every line, passwords included


def smtp_session(world: World, trouble: Trouble, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        _Provider(world, trouble),
        hostname="mail.sandbox.example",
        auth_require_tls=False,
        authenticator=lambda *given: _log_in(world, given[-1]),
        data_size_limit=50 * 1024 * 1024,
        loop=loop,
    )


def _log_in(world: World, given: Any) -> AuthResult:
    if not isinstance(given, LoginPassword):
        return AuthResult(success=False, handled=False)
    login = given.login.decode(errors="replace").lower()
    shop = world.shop_of_mailbox(login)
    right = shop is not None and shop.mail_password.encode() == given.password
    return AuthResult(success=right, handled=False, auth_data=login if right else None)


class _Provider:
    """Named by aiosmtpd: handle_<command>."""

    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble = world, trouble

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Log in first"
        if not is_of_mailbox(address, str(session.auth_data)):
            return "553 5.7.1 That is not your address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower().endswith(".invalid"):
            return "550 5.1.2 There is no such domain"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        wish = self.trouble.take("smtp", Kind.BROKEN, Kind.TOO_MANY, Kind.SILENT)
        if wish is Kind.BROKEN:
            return "451 4.3.0 Something is broken here; nothing was taken"
        if wish is Kind.TOO_MANY:
            return "421 4.7.0 Too many mails; come back later"
        self._deliver(str(session.auth_data), envelope)
        if wish is Kind.SILENT:
            cast(asyncio.Transport, server.transport).abort()
        return "250 OK"

    def _deliver(self, sender: str, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self.world.deliver_mail(sender, raw, folder="Sent")
        for address in envelope.rcpt_tos:
            if address.lower().startswith("gone"):
                self.world.deliver_mail(sender, _bounce(self.world, sender, address, raw))
            else:
                self.world.deliver_mail(self._mailbox(address), raw)

    def _mailbox(self, address: str) -> str:
        """A shop's mailbox takes its "+" addresses too."""
        known = (mailbox for shop in self.world.shops.values() for mailbox in shop.mailboxes)
        return next((mailbox for mailbox in known if is_of_mailbox(address, mailbox)), address.lower())


def _bounce(world: World, sender: str, address: str, raw: bytes) -> bytes:
    """A delivery status notification (RFC 3464), as a receiving server would send it."""
    return f"""\
From: Mail Delivery System <mailer-daemon@mx.sandbox.example>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(world.clock.now())}
Message-ID: <bounce.{world.next_id()}@mx.sandbox.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your mail to {address} could not be delivered.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sandbox.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 There is nobody of that name here
--part
Content-Type: text/rfc822-headers

Message-ID: <{read(raw).message_id}>
To: {address}
--part--
""".replace("\n", "\r\n").encode()
