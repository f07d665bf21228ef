"""Which thread a mail belongs to: by the ids it names, or by the signed address it was sent to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from connectors.mail.mime import Mail, message_ids

_MOST_IDS = 50
_LONGEST_LOCAL_PART = 64
_SIGNATURE = 12  # letters of 5 bits; each guess costs a mail
_TOKEN = re.compile(r"[a-z0-9-]{1,36}")
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")


def replies_to(mail: Mail) -> tuple[str, ...]:
    """The message ids this mail answers, newest first."""
    direct = message_ids(mail.header("In-Reply-To"))
    earlier = message_ids(mail.header("References"))[::-1]
    return tuple(dict.fromkeys([*direct, *earlier]))[:_MOST_IDS]


def sent_message_id(mailbox: str, key: str) -> str:
    """The id of the mail sent under `key`: the same key always gives the same id."""
    digest = hashlib.sha256(f"{mailbox}\n{key}".encode()).hexdigest()[:40]
    return f"w.{digest}@{mailbox.rpartition('@')[2]}"


def is_sent_message_id(mailbox: str, message_id: str) -> bool:
    """Whether an id has the shape of `sent_message_id`."""
    return bool(re.fullmatch(r"w\.[0-9a-f]{40}@" + re.escape(mailbox.rpartition("@")[2]), message_id, re.I))


def reply_address(mailbox: str, token: str, key: str) -> str:
    """`support+w.<token>.<signature>@domain`; "" where that would be longer than addresses may be (RFC 5321).

    A token is 1 to 36 of a-z, 0-9 and "-"; ValueError otherwise. Lower case only, because some mail servers
    fold the case of addresses on the way.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"{token!r} cannot stand in a mail address.")
    local, _, domain = mailbox.lower().rpartition("@")
    signed = f"{local}+w.{token}.{_signature(mailbox, token, key)}"
    return f"{signed}@{domain}" if len(signed) <= _LONGEST_LOCAL_PART else ""


def thread_of(mail: Mail, mailbox: str, key: str) -> str:
    """The token of the reply address the mail was sent to, if we signed it; else ""."""
    local, _, domain = mailbox.lower().rpartition("@")
    shape = re.compile(
        rf"{re.escape(local)}\+w\.({_TOKEN.pattern})\.([a-z2-7]{{{_SIGNATURE}}})@{re.escape(domain)}"
    )
    for name in mail.names(*_RECIPIENTS):
        found = shape.fullmatch(name.address)
        if found and key and hmac.compare_digest(found[2], _signature(mailbox, found[1], key)):
            return found[1]
    return ""


def is_of_mailbox(address: str, mailbox: str) -> bool:
    """Whether mail to this address lands in this mailbox ("+" addresses included)."""
    local, _, domain = address.lower().rpartition("@")
    ours, _, our_domain = mailbox.lower().rpartition("@")
    return domain == our_domain and (local == ours or local.startswith(f"{ours}+"))


def _signature(mailbox: str, token: str, key: str) -> str:
    """In letters a case-folding server cannot harm."""
    digest = hmac.digest(key.encode(), f"{mailbox.lower()}\n{token}".encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:_SIGNATURE]
