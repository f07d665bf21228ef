"""Mail through Amazon: buyers behind their alias, what Amazon itself writes to a seller, and what its relay sends back."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.channels.amazon.pretend.shapes import asin
from connectors.events import DisputeKind
from connectors.mail import mime
from connectors.sandbox.world import Dispute, Mail, Order, Shop, Shopper, World

ALIASES = "@marketplace.amazon.com"
_NOBODY = "donotreply@marketplace.amazon.com"
_LINK = re.compile(r"https?://([^/\s\"<>]+)|\bwww\.(\S+)", re.I)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_ALLOWED = ("amazon.com", "ups.com", "usps.com", "fedex.com", "dhl.com")
_FOOTER = (
    "For Your Information: to keep buyers and sellers safe, Amazon keeps all messages of this thread.\n"
    "If no answer is needed, mark it so in Seller Central.\n"
)


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """A buyer writes now; answering a mail, in its thread."""
    about = shop.order_named(order) if order else _order_of(shop, answers) or _order_in(shop, shopper, text)
    return _said(world, shop, shopper, text, _subject(shop, shopper, subject, about, answers), about, answers)


def wrote(world: World, shop: Shop, order: Order, text: str, at: datetime) -> None:
    """A buyer wrote some time ago."""
    shopper = shop.shoppers[order.shopper_id]
    subject = _subject(shop, shopper, "", order, None)
    _said(world, shop, shopper, text, subject, order, None, at).at = at


def _said(
    world: World,
    shop: Shop,
    shopper: Shopper,
    text: str,
    subject: str,
    about: Order | None,
    answers: Mail | None,
    at: datetime | None = None,
) -> Mail:
    """As the relay hands a buyer's words on: alias with a new ending, order block, markers, footer, its own mark."""
    local, _, domain = shopper.email.partition("@")
    number = world.next_id()
    sender = Address(f"{shopper.name} - Amazon Marketplace", addr_spec=f"{local}+{number}@{domain}")
    mail = _mail(shop, sender, at or world.clock.now())
    token = hashlib.sha256(f"{shopper.email}{number}".encode()).hexdigest()[:20].upper()
    mail["Message-ID"] = f"<CAF{token}@email.amazonses.example>"
    mail["Feedback-ID"] = f"1.us-east-1.{number}:AmazonSES"
    mail["Subject"] = subject
    if answers is not None:
        mail["In-Reply-To"] = f"<{mime.read(answers.raw).message_id}>"
    mail.set_content(
        f"{_block(shop, about)}------------- Begin message -------------\n\n{text}\n\n"
        f"------------- End message -------------\n\n{_FOOTER}[commMgrTok:{token[:10]}]\n"
    )
    return world.deliver_mail(shop.mailbox, mail.as_bytes(), written=text)


def relay(world: World, shop: Shop, mail: Mail) -> None:
    """A seller's answer on its way: refused for what Amazon blocks, and then the buyer never sees it."""
    read = mime.read(mail.raw)
    why = _blocked(read, shop)
    if not why:
        return
    world.mails.remove(mail)
    back = _mail(shop, Address("Amazon.com", addr_spec=_NOBODY), world.clock.now())
    back["Subject"] = "Your message to a customer could not be delivered"
    back["Message-ID"] = make_msgid(domain="email.amazonses.example")
    back["In-Reply-To"] = f"<{read.message_id}>"
    back.set_content(f"Hello {shop.name},\n\nYour message was blocked because {why}.\n")
    world.deliver_mail(shop.mailbox, back.as_bytes())


def say(world: World, shop: Shop, order: Order, subject: str, text: str) -> None:
    """A message of a fixed kind, as the buyer gets it."""
    shopper = shop.shoppers[order.shopper_id]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(shop.name, addr_spec=shop.mailbox)
    mail["To"] = Address(shopper.name, addr_spec=shopper.email)
    mail["Date"] = world.clock.now()
    mail["Subject"] = f"{subject} (Order: {order.number})"
    mail["Message-ID"] = make_msgid(domain="marketplace.amazon.com")
    mail.set_content(text)
    world.deliver_mail(shopper.email, mail.as_bytes())


def notices(world: World, shop: Shop, now: datetime) -> None:
    """About nine mails of Amazon's for each a buyer writes."""
    for order in sorted(shop.orders.values(), key=lambda each: each.placed_at):
        for sender, subject, words, at in _of_order(order):
            if at <= now:
                _notice(world, shop, sender, subject, words, at)
    for dispute in shop.disputes.values():
        _notice(world, shop, *_of_dispute(shop, dispute), dispute.opened_at)
    for days, sender, subject, words in _GENERAL:
        _notice(world, shop, sender, subject, words, now - timedelta(days=days))


def _of_order(order: Order) -> list[tuple[str, str, str, datetime]]:
    number = order.number
    written = [
        (
            "auto-confirm@amazon.com",
            f"Sold: you have a new order ({number})",
            "An item of yours was sold on Amazon. Find the details in Seller Central.",
            order.placed_at + timedelta(minutes=4),
        )
    ]
    if order.fulfilled_by == "seller" and not order.parcels and not order.cancelled_at:
        at = order.placed_at + timedelta(hours=22)
        written.append(
            ("seller-notification@amazon.com", f"Ship now: order {number}", "Confirm shipment in time.", at)
        )
    if order.cancel_requested_at:
        words = "The buyer asked to cancel. Cancel the order, or ship it."
        written.append(
            (
                "seller-notification@amazon.com",
                f"Cancellation requested: {number}",
                words,
                order.cancel_requested_at,
            )
        )
    for back in order.returns:
        words = f"The buyer wants to return an item. Reason: {back.reason}."
        written.append((_NOBODY, f"Return authorized for order {number}", words, back.at))
    for refund in order.refunds:
        written.append(
            (
                "payments-messages@amazon.com",
                f"Refund initiated for order {number}",
                "A refund was made.",
                refund.at,
            )
        )
    return written


def _of_dispute(shop: Shop, dispute: Dispute) -> tuple[str, str, str]:
    order = shop.orders[dispute.order_id].number
    due = f"Please respond by {dispute.due_at:%B %d, %Y %H:%M} UTC." if dispute.due_at else ""
    words = f"Order ID: {order}\nClaim reason: {dispute.reason}\nClaim amount: ${dispute.amount}\n{due}"
    if dispute.kind == DisputeKind.CHARGEBACK:
        return "cb-seller-notification@amazon.com", f"Chargeback: details needed for order {order}", words
    return (
        "atoz-guarantee-no-reply@amazon.com",
        f"Action required: A-to-z Guarantee claim, order {order}",
        words,
    )


_GENERAL = (
    (
        1.1,
        "seller-performance@amazon.com",
        "Your account health this week",
        "Late shipments are above our target.",
    ),
    (
        2.6,
        "payments-messages@amazon.com",
        "Your disbursement is on its way",
        "A payment was sent to your bank.",
    ),
    (3.9, "seller-news@amazon.com", "Selling news: your weekly digest", "Peak season, packaging, and more."),
    (6.2, "seller-policy@amazon.com", "Changes to our return policy", "Please read them before January."),
    (9.0, "feedback@amazon.com", "You have a new rating", "A buyer left four stars."),
    (13.4, "seller-news@amazon.com", "Selling news: your weekly digest", "What sellers asked this week."),
    (
        16.7,
        "payments-messages@amazon.com",
        "Your disbursement is on its way",
        "A payment was sent to your bank.",
    ),
)


def _notice(world: World, shop: Shop, sender: str, subject: str, words: str, at: datetime) -> None:
    mail = _mail(shop, Address("Amazon Seller Central", addr_spec=sender), at)
    mail["Subject"] = subject
    digest = hashlib.sha256(f"{shop.domain}{subject}{at}".encode()).hexdigest()[:24]
    mail["Message-ID"] = f"<{digest}@email.amazonses.example>"  # a world made twice is the same to the byte
    mail.set_content(f"Hello {shop.name},\n\n{words}\n\nAmazon Seller Central\n")
    world.deliver_mail(shop.mailbox, mail.as_bytes()).at = at


def _subject(shop: Shop, shopper: Shopper, subject: str, order: Order | None, answers: Mail | None) -> str:
    head = subject or f"Inquiry from Amazon customer {shopper.name}"
    if order:
        return f"{'Re: ' if answers else ''}{head} (Order: {order.number})".replace(f" ({order.number})", "")
    if answers is not None:
        got = mime.read(answers.raw).subject
        return got if got.lower().startswith("re:") else f"Re: {got}"
    variant = next(iter(shop.products.values())).variants[0]
    return f"{head} (ASIN: {asin(variant.id)})"


def _block(shop: Shop, order: Order | None) -> str:
    if order is None:
        return ""
    line = order.lines[0]
    return (
        f"Order ID {order.number}:\n# Qty / ASIN / Product\n{line.quantity} / {asin(line.variant_id)} / "
        + (f"{shop.products[line.product_id].title}\n\n")
    )


def _order_in(shop: Shop, shopper: Shopper, text: str) -> Order | None:
    """Buyers write from the page of an order; which one it was, their words tell."""
    own = (each for each in shop.orders.values() if each.shopper_id == shopper.id)
    return next((each for each in own if each.number in text), None)


def _order_of(shop: Shop, answers: Mail | None) -> Order | None:
    subject = mime.read(answers.raw).subject if answers else ""
    return next((each for each in shop.orders.values() if each.number in subject), None)


def _blocked(read: mime.Mail, shop: Shop) -> str:
    """In our words; Amazon's are not published."""
    hosts = [(found[1] or found[2]).lower() for found in _LINK.finditer(read.text)]
    if any(not host.endswith(_ALLOWED) for host in hosts):
        return "it has a link that the order does not need"
    others = (found for found in _ADDRESS.findall(read.text) if not found.lower().endswith(ALIASES))
    return "it has an e-mail address" if any(others) else ""


def _mail(shop: Shop, sender: Address, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(shop.name, addr_spec=shop.mailbox)
    mail["Date"] = at
    return mail
