"""SendMessage → a proper mail. Pure; nothing a shopper or seller writes can become a header."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from connectors.commands import SendMessage
from connectors.errors import Refused
from connectors.events import File
from connectors.mail.html import from_text
from connectors.mail.threading import reply_address, sent_message_id

_REPLY = re.compile(r"^\s*(re|aw|sv|vs|antw|rif|odp|res|r)\s*(\[\d+\])?\s*:", re.I)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MOST_REFERENCES = 20
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def compose(mailbox: str, message: SendMessage, key: str, reply_key: str = "") -> EmailMessage:
    """Raises Refused if the shopper's address is none."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(one_line(message.sender_name), addr_spec=mailbox)
    mail["To"] = _recipient(message)
    mail["Subject"] = _subject(message)
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{sent_message_id(mailbox, key)}>"
    _thread(mail, message.replies_to)
    back = reply_address(mailbox, message.reply_token, reply_key) if message.reply_token and reply_key else ""
    if back:
        mail["Reply-To"] = Address(one_line(message.sender_name), addr_spec=back)
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(from_text(message.text), subtype="html", cte="quoted-printable")
    for file in message.files:
        _attach(mail, file)
    return mail


def one_line(value: str) -> str:
    """A header's value may hold no line break, whoever wrote it."""
    return " ".join(_CONTROL.sub(" ", value).split())


def _recipient(message: SendMessage) -> Address:
    address = message.to.names.get("email", "").strip()
    local, _, domain = address.rpartition("@")
    try:
        if one_line(address) != address:
            raise ValueError(address)
        ascii_domain = domain.encode("idna").decode("ascii")
        return Address(one_line(message.to.display), addr_spec=f"{local}@{ascii_domain}")
    except Exception:  # the standard parser raises many kinds of error
        raise Refused(f"{address!r} is not a mail address.") from None


def _subject(message: SendMessage) -> str:
    subject = one_line(message.subject) or "Your message"
    return f"Re: {subject}" if message.replies_to and not _REPLY.match(subject) else subject


def _thread(mail: EmailMessage, replies_to: tuple[str, ...]) -> None:
    ids = [f"<{clean}>" for i in replies_to if (clean := re.sub(r"[\s<>\x00-\x1f]", "", i))]
    if ids:
        mail["In-Reply-To"] = ids[0]
        oldest_first = ids[::-1]
        kept = oldest_first[:1] + oldest_first[1:][-_MOST_REFERENCES:]
        mail["References"] = " ".join(kept)


def _attach(mail: EmailMessage, file: File) -> None:
    kind = file.content_type.lower() if _TYPE.fullmatch(file.content_type.lower()) else ""
    main, _, sub = kind.partition("/")
    if main in ("", "message", "multipart"):  # composite types cannot carry plain bytes
        main, sub = "application", "octet-stream"
    name = one_line(file.name).replace("/", "_").replace("\\", "_") or "file"
    mail.add_attachment(file.content, maintype=main, subtype=sub, filename=name)
