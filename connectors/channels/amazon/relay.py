"""Buyers' words come by mail, each from an alias of its own: `<token>@marketplace.amazon.<country>`.

The words stand between two marker lines, after a block about the order and before a legal footer. Amazon publishes
none of this; the shapes are those that public programs which read such mails rely on, in several languages, and a
mail that has none of them is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors import mail
from connectors.channels.amazon import notices
from connectors.channels.amazon.orders import BUYER_OF, alias_of
from connectors.contract import Account, RawDelivery
from connectors.events import Event, MessageBounced, MessageReceived, Party
from connectors.mail import Mail
from connectors.mail.bounces import bounce_in
from connectors.mail.headers import Name
from connectors.mail.mailbox import address_of
from connectors.mail.parse import sent_at
from connectors.mail.quoted import split
from connectors.mail.threading import is_of_mailbox, is_sent_message_id, replies_to

ORDER_ID = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_ASIN = re.compile(r"\b(B0[0-9A-Z]{8})\b|\bASIN\b\W{0,3}([0-9]{9}[0-9X])\b")
_ALIAS = re.compile(r"(?P<local>[^@\s]+)@marketplace\.amazon\.[a-z.]{2,6}")
_NOBODY = re.compile(r"^(do-?not-?reply|no-?reply|auto-|notifications?|seller-|payments?-)", re.I)
_TOKEN = re.compile(r"\[commMgrTok:[^\]\s]{4,200}\]")
_BEGIN = re.compile(
    r"""^[\W_]*(begin\ message|message|anfang\ der\ nachricht|nachricht|d[ée]but\ du\ message
    |inicio\ del\ mensaje|mensaje|inizio\ (del\ )?messaggio|messaggio)[\W_]*$""",
    re.I | re.X,
)
_END = re.compile(
    r"""^[\W_]*(end\ message|ende\ der\ nachricht|fin\ du\ message|fin(al)?\ del\ mensaje
    |fine\ (del\ )?messaggio)[\W_]*$""",
    re.I | re.X,
)
_FOOTER = re.compile(
    r"""^\W*(\[commMgrTok: | for\ your\ information: | important:\ amazon | was\ this\ e-?mail\ helpful
    | solve\ case | report\ questionable\ activity | mark\ as\ no\ response\ needed | copyright\ .{0,20}amazon
    | to\ help\ (arbitrate|protect)\b | zu\ ihrer\ information: | pour\ votre\ information )""",
    re.I | re.X,
)


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """What any mail of the seller's mailbox means: a buyer's words, the seller's own, a bounce, a notice."""
    mailbox, read = address_of(account), mail.read(delivery.body)
    if bounce := _bounce(read, mailbox, delivery):
        return (bounce,)
    if is_sent_message_id(mailbox, read.message_id):
        return ()
    if read.sender and is_alias(read.sender.address):
        return (_said(read.sender, read, delivery),)
    if read.sender and is_of_mailbox(read.sender.address, mailbox) and (to := _buyer_among(read)):
        return (_ours(read, to, mailbox, delivery),)
    if read.sender and notices.is_of_platform(read.sender.address):
        return notices.parse(account, read.sender, read, sent_at(read, delivery))
    return mail.parse(account, delivery)


def is_alias(address: str) -> bool:
    found = _ALIAS.fullmatch(address.lower())
    return bool(found) and not _NOBODY.match(found["local"] if found else "")


def token_in(read: Mail) -> str:
    """Amazon's mark of a thread, which an answer repeats; "" if there is none."""
    found = _TOKEN.search(read.text) or _TOKEN.search(read.subject)
    return found[0] if found else ""


def thread_of(alias: str, subject: str, text: str) -> tuple[str, str]:
    """(thread, order number). Without an order or a product there is no thread of Amazon's.

    The subject is Amazon's own; a number in the text may be of another matter the buyer mentions.
    """
    for where in (subject, text):
        order, product = ORDER_ID.search(where), _ASIN.search(where)
        if order:
            return f"{alias}:{order[0]}", order[0]
        if product:
            mentioned = ORDER_ID.search(text)
            return f"{alias}:{product[1] or product[2]}", mentioned[0] if mentioned else ""
    return "", ""


def words_in(text: str) -> str:
    """What the buyer wrote: between the markers, or all but the footer."""
    lines = text.splitlines()
    begin = next((at for at, line in enumerate(lines) if _BEGIN.match(line)), None)
    start = 0 if begin is None else begin + 1
    ends = (at for at in range(start, len(lines)) if _END.match(lines[at]) or _FOOTER.match(lines[at]))
    end = next(ends, len(lines))
    return "\n".join(lines[start:end]).strip() or text.strip()


def _said(sender: Name, read: Mail, delivery: RawDelivery) -> MessageReceived:
    alias, name = alias_of(sender.address), _name(sender.display)
    thread, order = thread_of(alias, read.subject, read.text)
    words = words_in(read.text)
    text, quoted = split(words, name)
    return MessageReceived(
        external_id=read.message_id,
        sender=Party(_names(alias, thread, order), name),
        text=text,
        sent_at=sent_at(read, delivery),
        thread=thread,
        replies_to=replies_to(read),
        subject=_TOKEN.sub("", read.subject).strip(),
        quoted=quoted,
        files=read.files,
        automatic=_is_automatic(read),
        order_number=order,
        hidden=read.hidden,
    )


def _names(alias: str, thread: str, order: str) -> dict[str, str]:
    """The order is a name too, so that an order without an alias finds its buyer; a number in mere words is none."""
    return {"email": alias} | ({BUYER_OF: order} if order and thread.endswith(order) else {})


def _ours(read: Mail, alias: str, mailbox: str, delivery: RawDelivery) -> MessageReceived:
    """The seller answered in Seller Central; Amazon put a copy into the mailbox."""
    thread, order = thread_of(alias, read.subject, read.text)
    text, quoted = split(words_in(read.text))
    seller = read.sender.display if read.sender else ""
    return MessageReceived(
        external_id=read.message_id,
        sender=Party({"email": mailbox}, seller),
        text=text,
        sent_at=sent_at(read, delivery),
        thread=thread,
        replies_to=replies_to(read),
        subject=_TOKEN.sub("", read.subject).strip(),
        quoted=quoted,
        files=read.files,
        ours=True,
        recipient=Party(_names(alias, thread, order)),
        order_number=order,
    )


def _bounce(read: Mail, mailbox: str, delivery: RawDelivery) -> MessageBounced | None:
    """By a mail server, or by Amazon itself: it names no standard and quotes our id somewhere."""
    bounce = bounce_in(read, mailbox)
    if bounce is not None:
        ours = bounce.final and bounce.message_id
        return MessageBounced(bounce.message_id, bounce.reason, sent_at(read, delivery)) if ours else None
    if read.sender is None or not notices.is_rejection(read):
        return None
    named = [each for each in replies_to(read) if is_sent_message_id(mailbox, each)]
    return MessageBounced(named[0], notices.reason_in(read), sent_at(read, delivery)) if named else None


def _is_automatic(read: Mail) -> bool:
    """By the standard's header alone: Amazon's relay itself leaves all other traces of a machine."""
    return read.header("Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no")


def _buyer_among(read: Mail) -> str:
    found = (name.address for name in read.names("To", "Cc") if is_alias(name.address))
    return next(map(alias_of, found), "")


def _name(display: str) -> str:
    """ "Maya Okafor - Amazon Marketplace" is Maya Okafor."""
    return re.sub(r"\s*[-–(]\s*(via\s+)?Amazon\b.*$", "", display, flags=re.I).strip()
