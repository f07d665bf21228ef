"""A raw mail → what happened. Pure, and the same for the inbox and for a replay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable
from connectors.events import Authentication, MessageBounced, MessageReceived, Party
from connectors.mail.authentication import authentication
from connectors.mail.bounces import bounce_in
from connectors.mail.loops import behind_form, is_automatic, is_own
from connectors.mail.mailbox import AUTHSERV_ID, address_of
from connectors.mail.mime import Mail, read
from connectors.mail.quoted import split
from connectors.mail.threading import replies_to, thread_of

_AHEAD = timedelta(days=1)
_MAIL_BEGAN = datetime(1990, 1, 1, tzinfo=UTC)
_BEHIND = timedelta(days=30)  # mail servers give up long before


def parse(account: Account, delivery: RawDelivery) -> Sequence[MessageReceived | MessageBounced]:
    """() for our own mails and for "still trying" notices. Raises Unparsable."""
    if not delivery.body.strip():
        raise Unparsable("The mail server could not show this mail.")
    mailbox, mail = address_of(account), read(delivery.body)
    bounce = bounce_in(mail, mailbox)
    if bounce is not None and not bounce.final:
        return ()
    if bounce is not None and bounce.message_id:
        return (MessageBounced(bounce.message_id, bounce.reason, sent_at(mail, delivery)),)
    if is_own(mail, mailbox):
        return ()
    return (_message(account, mailbox, mail, delivery),)


def sent_at(mail: Mail, delivery: RawDelivery) -> datetime:
    """The sender's own date, unless it cannot be: a clock far ahead would pin the mail to the top for ever."""
    received = delivery.received_at or datetime.now(UTC)
    earliest = delivery.received_at - _BEHIND if delivery.received_at else _MAIL_BEGAN
    written = mail.sent_at
    return written if written is not None and earliest < written < received + _AHEAD else received


def _message(account: Account, mailbox: str, mail: Mail, delivery: RawDelivery) -> MessageReceived:
    sender = _sender(mail, mailbox)
    text, quoted = split(mail.text, sender.display)
    return MessageReceived(
        external_id=mail.message_id,
        sender=sender,
        text=text,
        sent_at=sent_at(mail, delivery),
        thread=thread_of(mail, mailbox, account.credentials.get("reply_key", "")),
        replies_to=replies_to(mail),
        subject=mail.subject,
        quoted=quoted,
        files=mail.files,
        automatic=is_automatic(mail),
        hidden=mail.hidden,
        authentication=_authentication(account, mail, sender),
    )


def _authentication(account: Account, mail: Mail, sender: Party) -> Authentication:
    """Of a form's mail nothing: it comes from the shop's own server, whoever filled it in."""
    address = sender.names["email"]
    if mail.sender is None or mail.sender.address != address:
        return Authentication()
    return authentication(mail, str(account.settings.get(AUTHSERV_ID) or ""), address)


def _sender(mail: Mail, mailbox: str) -> Party:
    """Who wrote, by From: an answer to a forged Reply-To would tell a stranger what belongs to another."""
    shopper = behind_form(mail, mailbox)
    if shopper:
        return Party({"email": shopper})
    if mail.sender is None:
        raise Unparsable("This mail names no sender.")
    return Party({"email": mail.sender.address}, mail.sender.display)
