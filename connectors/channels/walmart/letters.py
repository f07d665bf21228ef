"""Mail in the seller's customer-care mailbox: shoppers by their relay address, Walmart itself, and everybody else.

What Walmart's own mails look like is not published. Their kind is read from the words of the subject; a wrong
sorting is put right by a person, since a notice keeps all a message would.
"""

from __future__ import annotations

import re
from dataclasses import replace

from connectors.events import MessageReceived, NoticeKind, NoticeReceived

RELAY = "relay.walmart.com"
_ORDER = re.compile(r"(?<!\w)\d{13,15}(?!\w)")
_LINK = re.compile(r"https://(?:[\w-]+\.)*walmart\.com/[^\s<>\"')]*")
_MACHINE = re.compile(r"mailer-daemon|postmaster|(do-?not|no)-?reply")
# The first that fits names the kind.
_KINDS = (
    (r"polic|terms|agreement|compliance|prohibited|regulat", NoticeKind.POLICY),
    (r"disput|chargeback|claim\b|appeal", NoticeKind.DISPUTE),
    (r"\bcancel", NoticeKind.CANCELLATION),
    (r"\brefund", NoticeKind.REFUND),
    (r"\breturn", NoticeKind.RETURN),
    (
        r"ship by|ship now|ready to ship|due to ship|ship(ment)? (is )?(late|overdue)|acknowledge",
        NoticeKind.SHIP_NOW,
    ),
    (
        r"new order|order (received|placed|confirm)|you('ve| have) (a|an|got)?.{0,12}order",
        NoticeKind.ORDER_PLACED,
    ),
    (r"review|feedback|rating", NoticeKind.REVIEW),
    (r"payment|payout|settlement|statement|remit", NoticeKind.PAYOUT),
    (r"performance|standard|scorecard|response rate|on-time|suspen|at risk", NoticeKind.PERFORMANCE),
    (r"digest|summary|weekly|daily|newsletter|webinar|what's new|update", NoticeKind.DIGEST),
)


def sorted_out(written: MessageReceived) -> MessageReceived | NoticeReceived:
    """The same mail as what it is: a shopper's words, a notice, or, from anybody else, an ordinary mail."""
    sender = written.sender.names.get("email", "")
    local, _, host = sender.rpartition("@")
    number = _order_number(written)
    if host == RELAY and not _MACHINE.match(local):
        return replace(
            written,
            # Walmart's relay drops our reply address, so the shopper's own stands for the thread.
            thread=written.thread or (f"{sender}/{number}" if number else sender),
            order_number=number,
        )
    if f".{host}".endswith((".walmart.com", ".wal-mart.com")):
        link = _LINK.search(written.text)
        return NoticeReceived(
            external_id=written.external_id,
            kind=_kind(written),
            sender=written.sender,
            text=written.text or written.quoted,
            at=written.sent_at,
            subject=written.subject,
            order_number=number,
            url=link[0] if link else "",
        )
    return written


def _kind(written: MessageReceived) -> NoticeKind:
    subject = written.subject.lower()
    return next((kind for words, kind in _KINDS if re.search(words, subject)), NoticeKind.OTHER)


def _order_number(written: MessageReceived) -> str:
    found = _ORDER.search(written.subject) or _ORDER.search(written.text)
    return found[0] if found else ""
