"""A provider's SMTP server: takes mail of those who log in, delivers it, and keeps a copy in their Sent."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.mail.mime import read
from connectors.mail.threading import is_of_mailbox
from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import World


def smtp_session(world: World, trouble: Trouble, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        _Provider(world, trouble),
        hostname="mail.sandbox.example",
        auth_required=True,
        auth_require_tls=False,
        authenticator=lambda *given: _log_in(world, given[-1]),
        data_size_limit=50 * 1024 * 1024,
        loop=loop,
    )


def _log_in(world: World, given: Any) -> AuthResult:
    if not isinstance(given, LoginPassword):
        return AuthResult(success=False, handled=False)
    shop = world.shop_of_mailbox(given.login.decode(errors="replace"))
    right = shop is not None and shop.mail_password.encode() == given.password
    return AuthResult(success=right, handled=False, auth_data=shop.mailbox if shop and right else None)


class _Provider:
    """Named by aiosmtpd: handle_<command>."""

    def __init__(self, world: World, trouble: Trouble) -> None:
        self.world, self.trouble = world, trouble

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
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
        shops = self.world.shops.values()
        return next((s.mailbox for s in shops if is_of_mailbox(address, s.mailbox)), address.lower())


def _bounce(world: World, sender: str, address: str, raw: bytes) -> bytes:
    """A delivery status notification (RFC 3464), as a receiving server would send it."""
    status = (
        "Reporting-MTA: dns; mx.sandbox.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 There is nobody of that name here\r\n"
    )
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = "Mail Delivery System <mailer-daemon@mx.sandbox.example>"
    mail["To"] = sender
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Date"] = world.clock.now()
    mail["Message-ID"] = f"<bounce.{world.next_id()}@mx.sandbox.example>"
    mail["Auto-Submitted"] = "auto-replied"
    boundary = f"sandbox-{world.next_id()}"
    mail["Content-Type"] = f'multipart/report; report-type=delivery-status; boundary="{boundary}"'
    original = f"Message-ID: <{read(raw).message_id}>\r\nTo: {address}\r\n"
    parts = (
        ("text/plain", f"Your mail to {address} could not be delivered.\r\n"),
        ("message/delivery-status", status),
        ("text/rfc822-headers", original),
    )
    body = "".join(f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n{words}\r\n" for kind, words in parts)
    return mail.as_bytes() + f"{body}--{boundary}--\r\n".encode()
