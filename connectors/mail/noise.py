"""Mail that no shopper wrote: newsletters, digests, receipts and alerts of systems, and automatic replies to nothing.

What hides a shopper's question is far worse than a newsletter in the queue, so whatever answers us, or names a person
to answer in another house than the sender's, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.contract import Account, RawDelivery
from connectors.events import Event, MessageReceived, NoticeKind, NoticeReceived
from connectors.mail.bounces import bounce_in
from connectors.mail.loops import behind_form, is_nobody
from connectors.mail.mailbox import address_of
from connectors.mail.mime import Mail, read
from connectors.mail.threading import is_sent_message_id, replies_to

_LONGEST_TEXT = 20_000  # characters that are kept
_BULK = {"bulk", "junk"}
_BY_ITSELF = {"auto-generated", "auto-replied"}  # RFC 3834
_KINDS = (
    (NoticeKind.DISPUTE, r"chargebacks?|dispute[sd]?|claim (opened|filed)|inquiry"),
    (NoticeKind.CANCELLATION, r"cancel(led|ed|lation)?"),
    (NoticeKind.RETURN, r"returns?|return request"),
    (NoticeKind.REFUND, r"refund(s|ed)?"),
    (NoticeKind.PAYOUT, r"payouts?|deposit|statement|invoice|billing|bill"),
    (NoticeKind.SHIP_NOW, r"ship (it )?(now|by|today)|to be shipped|ready to ship|unfulfilled"),
    (
        NoticeKind.ORDER_PLACED,
        r"(new|placed|received|confirmed) order|order .{0,40}(placed|received|confirmed)|sold",
    ),
    (NoticeKind.REVIEW, r"reviews?|feedback|rating"),
    (NoticeKind.PERFORMANCE, r"performance|account health|seller rating|standards"),
    (NoticeKind.POLICY, r"polic(y|ies)|terms|agreement|compliance|security alert|sign-?in"),
    (NoticeKind.DIGEST, r"digest|newsletter|weekly|monthly|daily|summary|report"),
)
_KIND = [(kind, re.compile(rf"\b({words})\b", re.I)) for kind, words in _KINDS]
_ORDER = re.compile(r"\border\s*(?:number|no\.?|id)?\s*:?\s*(#?[A-Z]{0,4}-?\d[\d-]{2,24})\b", re.I)


def sorted_out(account: Account, delivery: RawDelivery, events: Sequence[Event]) -> list[Event]:
    """What `parse` made of a mail; noise becomes a notice. What came to a signed reply address never is."""
    said = [event for event in events if isinstance(event, MessageReceived) and not event.thread]
    if not said or not is_noise(mail := read(delivery.body), address_of(account)):
        return list(events)
    return [
        as_notice(mail, event) if isinstance(event, MessageReceived) and event in said else event
        for event in events
    ]


def is_noise(mail: Mail, mailbox: str) -> bool:
    """Whether a system wrote it to many or of its own accord."""
    if _answers_us(mail, mailbox) or _speaks_for_another(mail, mailbox) or bounce_in(mail, mailbox):
        return False  # a bounce whose message nobody knows is for a person to look at
    return (
        _of_a_list(mail, mailbox)
        or mail.header("Precedence").strip().lower() in _BULK
        or mail.header("Auto-Submitted").split(";")[0].strip().lower() in _BY_ITSELF
        or any(mail.header(name) for name in ("X-Autoreply", "X-Autorespond", "X-Vacation"))
        or (mail.sender is not None and is_nobody(mail.sender.address))
    )


def as_notice(mail: Mail, said: MessageReceived) -> NoticeReceived:
    number = _ORDER.search(mail.subject)
    return NoticeReceived(
        external_id=said.external_id,
        kind=kind_of(mail),
        sender=said.sender,
        text=mail.text[:_LONGEST_TEXT],
        at=said.sent_at,
        subject=said.subject or mail.subject,
        order_number=said.order_number or (number[1] if number else ""),
    )


def kind_of(mail: Mail) -> NoticeKind:
    """By the subject alone: bodies of newsletters name everything."""
    found = next((kind for kind, words in _KIND if words.search(mail.subject)), None)
    return found or (NoticeKind.DIGEST if mail.header("List-Unsubscribe") else NoticeKind.OTHER)


def _answers_us(mail: Mail, mailbox: str) -> bool:
    return any(is_sent_message_id(mailbox, each) for each in replies_to(mail))


def _speaks_for_another(mail: Mail, mailbox: str) -> bool:
    """A form, on our site or anywhere: it writes by itself, for the person its answer goes to."""
    if behind_form(mail, mailbox):
        return True
    house = _house(mail.sender.address) if mail.sender else ""
    return any(
        _house(name.address) != house and not is_nobody(name.address) for name in mail.names("Reply-To")
    )


def _of_a_list(mail: Mail, mailbox: str) -> bool:
    """Our own list does not count: a support address that is a group sends every mail on as one of its list's."""
    names = [mail.header(each) for each in ("List-Id", "List-Post", "List-Unsubscribe") if mail.header(each)]
    own = _house(mailbox)
    return bool(names) and not any(own in name.lower() for name in names)


def _house(address: str) -> str:
    """mail.shop.example and shop.example are one house."""
    return ".".join(address.rpartition("@")[2].lower().rsplit(".", 2)[-2:])
