"""Reading a mailbox. It is only ever looked at: nothing is marked, moved or deleted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from imapclient.imapclient import SENT

from connectors import reach
from connectors.contract import Account, Page, Past, RawDelivery
from connectors.errors import AuthorizationLost, Refused, Unreachable
from connectors.mail.mailbox import Mailbox
from connectors.mail.mime import read
from connectors.mail.threading import sent_message_id

TOPIC = "mail"
BATCH = 25
FIRST_DAYS = 30  # a mailbox may hold years; a new connection starts with what may still want an answer
LARGEST = 40 * 1024 * 1024  # bytes; of a larger mail only the beginning is read
_TIMEOUT = SocketTimeout(connect=10, read=60)
_BUSY = ("UNAVAILABLE", "INUSE", "LIMIT", "TOO MANY")


def fetch_new(account: Account, cursor: str | None) -> Page:
    """The next mails of the inbox, oldest first, unparsed. The cursor is "<uidvalidity>:<last uid>".

    Without a cursor it starts FIRST_DAYS back; so it does when the server has numbered its mails anew, and
    then the same mails come once more under the same keys.
    """
    with _connected(Mailbox.of(account)) as client:
        selected = client.select_folder("INBOX", readonly=True)
        validity = int(selected[b"UIDVALIDITY"])
        known, _, last = (cursor or "0:0").partition(":")
        after = int(last) if known == str(validity) else None
        uids = _uids_after(client, after)
        batch = uids[:BATCH]
        deliveries = [d for uid in batch if (d := _delivery(client, uid, f"{validity}:{uid}"))]
    newest = batch[-1] if batch else after or 0
    return Page(deliveries, f"{validity}:{newest}", more=len(uids) > BATCH)


def fetch_past(account: Account, wanted: Past) -> Page:
    """A batch of the mails that arrived in a period, oldest first; whole days, so a few more at its ends.

    The cursor is fetch_new's, but of its own: each reads as if the other were not there.
    """
    with _connected(Mailbox.of(account)) as client:
        selected = client.select_folder("INBOX", readonly=True)
        validity = int(selected[b"UIDVALIDITY"])
        known, _, last = (wanted.cursor or "0:0").partition(":")
        after = int(last) if known == str(validity) else 0
        day_after = wanted.until.date() + timedelta(days=1)
        every = sorted(client.search(["SINCE", wanted.since.date(), "BEFORE", day_after]))
        uids = [uid for uid in every if uid > after]
        batch = uids[:BATCH]
        deliveries = [d for uid in batch if (d := _delivery(client, uid, f"{validity}:{uid}"))]
    left = len(uids) - len(batch)
    share = 1 - left / len(every) if every else 1.0
    return Page(deliveries, f"{validity}:{batch[-1] if batch else after}", more=left > 0, share=share)


def find_sent(account: Account, key: str) -> Page:
    """The mail sent under `key`, from the Sent folder; an empty page proves that it was never taken.

    Raises Refused where absence would prove nothing, because the provider keeps no copies of sent mail.
    """
    mailbox = Mailbox.of(account)
    message_id = sent_message_id(mailbox.address, key)
    if not mailbox.sent_copies:
        raise Refused("This mailbox keeps no copies of sent mail, so nobody can look whether it was sent.")
    with _connected(mailbox) as client:
        folder = client.find_special_folder(SENT)
        if folder is None:
            raise Refused("This mailbox has no Sent folder, so nobody can look whether the mail was sent.")
        client.select_folder(folder, readonly=True)
        uids = client.search(["HEADER", "Message-ID", f"<{message_id}>"])
        found = [d for uid in sorted(uids) if (d := _delivery(client, uid, message_id))]
    return Page(found[:1])


def find_received(account: Account, message_id: str) -> RawDelivery | None:
    """One mail of the inbox by its Message-ID, where it still lies there."""
    with _connected(Mailbox.of(account)) as client:
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["HEADER", "Message-ID", f"<{message_id}>"])
        found = (_delivery(client, uid, message_id) for uid in sorted(uids))
        return next((each for each in found if each), None)


def log_in(account: Account) -> None:
    """Raises what fetch_new would raise."""
    with _connected(Mailbox.of(account)) as client:
        client.select_folder("INBOX", readonly=True)


def _uids_after(client: IMAPClient, after: int | None) -> list[int]:
    if after is None:
        since = datetime.now(UTC) - timedelta(days=FIRST_DAYS)
        return sorted(client.search(["SINCE", since.date()]))
    # "n:*" always names the newest mail, even when its number is below n
    return sorted(uid for uid in client.search(["UID", f"{after + 1}:*"]) if uid > after)


def _delivery(client: IMAPClient, uid: int, fallback_key: str) -> RawDelivery | None:
    """None if it has vanished meanwhile. One the server cannot give becomes an empty, visibly broken one."""
    try:
        size = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if size is None:
            return None
        wanted = "BODY.PEEK[]" if size[b"RFC822.SIZE"] <= LARGEST else f"BODY.PEEK[]<0.{LARGEST}>"
        body = _body(client.fetch([uid], [wanted]).get(uid, {}))
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return RawDelivery(TOPIC, fallback_key, b"")
    key = read(body).message_id if body else fallback_key
    return RawDelivery(TOPIC, key, body, received_at=size[b"INTERNALDATE"])


def _body(answer: dict[bytes, Any]) -> bytes:
    return next((v for k, v in answer.items() if k.startswith(b"BODY[]") and isinstance(v, bytes)), b"")


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[IMAPClient]:
    try:
        reach.addresses(mailbox.imap_host, mailbox.imap_port)
        client = IMAPClient(mailbox.imap_host, mailbox.imap_port, ssl=mailbox.tls == "ssl", timeout=_TIMEOUT)
        client.normalise_times = False  # keep the zone
        with client:
            if mailbox.tls == "starttls":
                client.starttls(ssl.create_default_context())
            _log_in(client, mailbox)
            yield client
    except (OSError, IMAPClientError) as error:
        raise Unreachable(f"The IMAP server {mailbox.imap_host} does not answer: {error}") from error


def _log_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        client.login(mailbox.address, mailbox.password)
    except LoginError as error:
        if any(word in str(error).upper() for word in _BUSY):
            raise Unreachable(f"The mailbox {mailbox.address} is busy.") from error
        raise AuthorizationLost(
            f"{mailbox.imap_host} does not accept the password of {mailbox.address}."
        ) from error
