"""Mails that say that one of ours did not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from connectors.mail.mime import Mail, content, inner_parts, message_ids, parts_of_type
from connectors.mail.threading import is_sent_message_id, replies_to

_DAEMON = re.compile(r"^(mailer-?daemon|postmaster|mail-?daemon|bounces?)\b", re.I)
_FAILED = re.compile(
    r"""deliver(y|ed|able)?\b.*\b(fail|notification|incomplete|problem|status) | fail(ure|ed)\b.*\b(notice|deliver)
      | undeliver(ed|able) | returned\ (mail|to\ sender) | could\ not\ be\ delivered | not\ delivered
      | unzustellbar | nicht\ zugestellt | non\ remis | no\ se\ (ha\ )?(podido\ )?entreg | non\ recapitabile""",
    re.I | re.X,
)
_DELAYED = re.compile(r"\bdelay|\bwarning\b|still being retried|verz[oö]ger", re.I)
_STATUS_LINE = re.compile(r"\b[45]\d\d[ -].{5,200}|\b5\.\d{1,3}\.\d{1,3}\b.{0,200}")
_ANY_ID = re.compile(r"<?(w\.[0-9a-f]{40}@[a-z0-9.-]{3,200})>?", re.I)


@dataclass(frozen=True)
class Bounce:
    message_id: str  # of ours, without angle brackets; "" if the bounce does not say
    reason: str
    final: bool  # False: the server keeps trying


def bounce_in(mail: Mail, mailbox: str) -> Bounce | None:
    """None if the mail is no bounce."""
    statuses = parts_of_type(mail, "message/delivery-status")
    if statuses or _is_report(mail):
        fields = _status_fields(statuses)
        final = fields.get("action", "failed").lower() not in ("delayed", "delivered", "relayed", "expanded")
        return Bounce(_original_id(mail, mailbox), _reason(fields, mail), final)
    if _looks_like_one(mail):
        final = not _DELAYED.search(mail.subject)
        return Bounce(_original_id(mail, mailbox), _reason({}, mail), final)
    return None


def _is_report(mail: Mail) -> bool:
    kind = mail.header("Content-Type").lower()
    return kind.startswith("multipart/report") and "delivery-status" in kind


def _looks_like_one(mail: Mail) -> bool:
    """Old servers write plain words: from their daemon, or without any sender, about a failure."""
    if mail.header("X-Failed-Recipients"):
        return True
    no_sender = mail.sender is None or mail.header("Return-Path").strip() == "<>"
    by_daemon = mail.sender is not None and bool(_DAEMON.match(mail.sender.address))
    return (no_sender or by_daemon) and bool(_FAILED.search(mail.subject) or _DELAYED.search(mail.subject))


def _status_fields(statuses: list[Message]) -> dict[str, str]:
    """All fields of a delivery status (RFC 3464) in lower case; the first recipient's win."""
    fields: dict[str, str] = {}
    for status in statuses:
        for block in inner_parts(status):
            for name, value in block.raw_items():
                fields.setdefault(name.lower(), " ".join(str(value).split()))
    return fields


def _reason(fields: dict[str, str], mail: Mail) -> str:
    """What the other server said, in one line."""
    said = fields.get("diagnostic-code") or fields.get("status") or ""
    if not said:
        line = _STATUS_LINE.search(mail.text[:20_000])
        said = line.group() if line else mail.subject
    who = (
        fields.get("final-recipient")
        or fields.get("original-recipient")
        or mail.header("X-Failed-Recipients")
    )
    said, who = (re.sub(r"^(smtp|rfc822|x-[\w-]+)\s*;\s*", "", value, flags=re.I) for value in (said, who))
    return f"{' '.join(said.split())[:300]}" + (f" ({who[:200]})" if who else "")


def _original_id(mail: Mail, mailbox: str) -> str:
    """From the returned mail, the headers that name it, or else any id of ours in the words."""
    for part in parts_of_type(mail, "message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
        for value in _message_id_lines(part):
            return value
    named = [i for i in replies_to(mail) if is_sent_message_id(mailbox, i)]
    written = [i for i in _ANY_ID.findall(mail.text) if is_sent_message_id(mailbox, i)]
    return next(iter([*named, *written, *replies_to(mail)]), "")


def _message_id_lines(part: Message) -> list[str]:
    inner = inner_parts(part)
    if inner:
        values = [str(value) for name, value in inner[0].raw_items() if name.lower() == "message-id"]
    else:
        values = re.findall(r"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?(\S+)", content(part), re.I | re.M)
    return [found for value in values for found in message_ids(value)]
