"""Mail from Amazon itself: nine of ten mails in a seller's mailbox, and none of them a buyer's.

Each becomes a notice with its kind and order. Claims and chargebacks become disputes too, because no API shows them
and a deadline runs from the mail. Senders and subjects are not published; the words are tried in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dateutil import parser as dates

from connectors.channels.amazon import access
from connectors.channels.amazon.orders import page
from connectors.contract import Account, Money
from connectors.events import (
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Event,
    NoticeKind,
    NoticeReceived,
    Party,
)
from connectors.mail import Mail
from connectors.mail.headers import Name

_PLATFORM = re.compile(r"@([a-z0-9-]+\.)*amazon(ses|pay|business)?\.[a-z.]{2,6}$", re.I)
_ORDER_ID = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_REJECTED = re.compile(
    r"(could not|was not|wasn't|couldn't|cannot) be? ?(sent|delivered)|not delivered|undeliver|"
    r"message (was )?(blocked|rejected)",
    re.I,
)
# First match wins; the subject is asked before the sender.
_KINDS = (
    (NoticeKind.DISPUTE, r"a-?to-?z|guarantee claim|charge-?back"),
    (NoticeKind.CANCELLATION, r"cancel"),
    (NoticeKind.RETURN, r"\breturn|\brma\b|safe-?t\b"),
    (NoticeKind.REFUND, r"\brefund"),
    (NoticeKind.SHIP_NOW, r"ship now|ship by|confirm shipment|late shipment|past its ship"),
    (NoticeKind.ORDER_PLACED, r"\bsold\b|new order|order (placed|received|confirmation)|you have an order"),
    (NoticeKind.REVIEW, r"\breview|\bfeedback|\brating"),
    (NoticeKind.PAYOUT, r"\bpayment|disbursement|deposit|settlement|payout|transfer"),
    (NoticeKind.PERFORMANCE, r"performance|account health|defect rate|at risk|deactivat"),
    (NoticeKind.POLICY, r"polic|terms|agreement|compliance|fees?\b"),
    (NoticeKind.DIGEST, r"weekly|monthly|summary|digest|newsletter|news\b|report"),
)
_DEADLINE = re.compile(
    r"(?:by|before|until|no later than|deadline:?)\s+((?:[A-Z][a-z]+,?\s+)?[A-Z][a-z]+\.?\s+\d{1,2},?\s+\d{4}"
    r"(?:,?\s+(?:at\s+)?\d{1,2}:\d\d(?:\s?[AaPp][Mm])?)?(?:\s?(?:UTC|GMT))?|\d{4}-\d\d-\d\d)"
)
_AMOUNT = re.compile(r"(?:amount|for)\W{1,4}(?:USD\s?)?\$\s?(\d{1,6}(?:,\d{3})*\.\d\d)", re.I)
_REASON = re.compile(
    r"^\W*(?:reason|claim reason|reason for (?:the )?(?:claim|dispute))\s*:\s*(.{3,200})$", re.I | re.M
)
# Seller Central help: 27951 (A-to-z: three calendar days), G202145040 (chargebacks: seven).
_DAYS = {DisputeKind.CLAIM: 3, DisputeKind.CHARGEBACK: 7}
_PAGES = {DisputeKind.CLAIM: "/gp/guarantee-claims/home.html", DisputeKind.CHARGEBACK: "/chargeback/home"}
_LABELS = {DisputeKind.CLAIM: "A-to-z claim", DisputeKind.CHARGEBACK: "Chargeback"}


def is_of_platform(address: str) -> bool:
    return bool(_PLATFORM.search(address))


def is_rejection(read: Mail) -> bool:
    """Amazon sends an answer back: a blocked link or attachment, a buyer who wants no mail, a sender it does not know."""
    return (
        read.sender is not None
        and is_of_platform(read.sender.address)
        and bool(_REJECTED.search(read.subject))
    )


def reason_in(read: Mail) -> str:
    """The line that says why, or the subject."""
    why = (line.strip() for line in read.text.splitlines())
    telling = re.compile(r"because|reason|not (allowed|permitted|approved)|opted out|blocked", re.I)
    return next((line for line in why if telling.search(line)), read.subject)[:300]


def parse(account: Account, sender: Name, read: Mail, at: datetime) -> Sequence[Event]:
    kind, central = kind_of(read), access.seller_central(account)
    found = _ORDER_ID.search(read.subject) or _ORDER_ID.search(read.text)
    order = found[0] if found else ""
    notice = NoticeReceived(
        external_id=read.message_id,
        kind=kind,
        sender=Party({"email": sender.address}, sender.display),
        text=read.text,
        at=at,
        subject=read.subject,
        order_number=order,
        url=page(central, order) if order else "",
    )
    if kind is not NoticeKind.DISPUTE or not order:
        return (notice,)
    return (notice, _dispute(read, order, at, central))


def kind_of(read: Mail) -> NoticeKind:
    sender = read.sender.address.partition("@")[0] if read.sender else ""
    for words in (read.subject, sender.replace("-", " ")):
        for kind, pattern in _KINDS:
            if re.search(pattern, words, re.I):
                return kind
    return NoticeKind.OTHER


def _dispute(read: Mail, order: str, at: datetime, central: str) -> DisputeChanged:
    """Named by its order, so that all mails about one claim are one dispute."""
    words = f"{read.subject}\n{read.text}"
    is_bank = re.search(r"charge-?back", words, re.I) or "cb-seller" in (
        read.sender.address if read.sender else ""
    )
    kind = DisputeKind.CHARGEBACK if is_bank else DisputeKind.CLAIM
    state = _state(words)
    amount, reason = _AMOUNT.search(words), _REASON.search(read.text)
    return DisputeChanged(
        external_id=f"{kind.value}:{order}",
        kind=kind,
        state=state,
        opened_at=at,
        updated_at=at,
        label=_LABELS[kind],
        reason=reason[1].strip() if reason else "",
        amount=Money(Decimal(amount[1].replace(",", "")), "USD") if amount else None,
        order_id=order,
        order_number=order,
        due_at=due(words, at, kind) if state is DisputeState.ACTION_NEEDED else None,
        outcome=read.subject if state in (DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED) else "",
        url=f"{central}{_PAGES[kind]}",
    )


def due(words: str, at: datetime, kind: DisputeKind) -> datetime:
    """The mail's own date, its whole day; else what Amazon's help says."""
    if named := _DEADLINE.search(words):
        try:
            default = datetime(at.year, 1, 1, 23, 59, tzinfo=UTC)
            found = dates.parse(named[1], default=default, tzinfos={"UTC": UTC, "GMT": UTC})
        except (ValueError, OverflowError):
            found = None
        if found and at <= found < at + timedelta(days=60):
            return found
    return at + timedelta(days=_DAYS[kind])


def _state(words: str) -> DisputeState:
    """What happened to it, by the words that tell an end from a beginning."""
    for state, pattern in (
        (DisputeState.CLOSED, r"withdrawn|withdrew|closed by the (buyer|customer)"),
        (
            DisputeState.WON,
            r"claim (was |has been )?denied|resolved in your favou?r|you won|reversed in your",
        ),
        (
            DisputeState.LOST,
            r"claim (was |has been )?granted|we (have )?refunded|debited|resolved in the (buyer|customer)",
        ),
        (
            DisputeState.WAITING,
            r"under review|we are reviewing|received your (response|representation|appeal)",
        ),
    ):
        if re.search(pattern, words, re.I):
            return state
    return DisputeState.ACTION_NEEDED
