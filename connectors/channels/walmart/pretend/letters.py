"""Mail through Walmart: shoppers behind their relay address, and what Walmart itself writes to a seller."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.mail import mime
from connectors.sandbox.world import Mail, Order, Shop, Shopper, World

_NO_REPLY = "no-reply@marketplace.walmart.com"


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """As the relay hands a shopper's words on: its own sender, no quote, sometimes the order's number."""
    mail = _mail(shop, Address(shopper.name, addr_spec=shopper.email), world.clock.now())
    mail["Message-ID"] = make_msgid(domain="relay.walmart.com")
    if answers is None:
        mail["Subject"] = f"{subject or 'Question from a customer'}{f' - order {order}' if order else ''}"
    else:
        got = mime.read(answers.raw)
        mail["Subject"] = got.subject if got.subject.lower().startswith("re:") else f"Re: {got.subject}"
        mail["In-Reply-To"] = f"<{got.message_id}>"
    mail.set_content(text)
    return world.deliver_mail(shop.mailbox, mail.as_bytes(), written=text)


def notices(world: World, shop: Shop, now: datetime) -> None:
    """About nine mails of Walmart's for each a shopper writes."""
    for order in sorted(shop.orders.values(), key=lambda each: each.placed_at):
        for subject, words, at in _of_order(order):
            if at <= now:
                _notice(world, shop, f"{subject} {order.number}", words, at)
    for days, subject, words in _GENERAL:
        _notice(world, shop, subject, words, now - timedelta(days=days))


def _of_order(order: Order) -> list[tuple[str, str, datetime]]:
    written = [
        ("New order placed:", "You have a new order to acknowledge.", order.placed_at + timedelta(minutes=3))
    ]
    if not order.parcels and not order.cancelled_at and order.fulfilled_by == "seller":
        at = order.placed_at + timedelta(hours=20)
        written.append(
            ("Ready to ship: order", "Ship it before the expected ship date to keep your rate.", at)
        )
    if order.cancel_requested_at:
        written.append(
            ("Cancellation requested for order", "The customer asked to cancel.", order.cancel_requested_at)
        )
    if order.cancelled_at:
        written.append(("Order cancelled:", "Do not ship this order.", order.cancelled_at))
    written += [
        ("Return started for order", "A label was sent to the customer.", each.at) for each in order.returns
    ]
    written += [
        ("Refund issued for order", "The customer has been refunded.", each.at) for each in order.refunds
    ]
    return written


_GENERAL = (
    (1.2, "Your weekly performance scorecard", "See how you did against our standards."),
    (2.5, "Your settlement statement is available", "Your payment is on its way."),
    (4.1, "Marketplace digest: what sellers are reading", "Holiday readiness, packaging, and more."),
    (
        6.3,
        "Update to the Marketplace seller terms and policies",
        "Please read the new policy before January.",
    ),
    (8.4, "A customer left a review of your item", "Read it in Seller Center."),
    (11.0, "Your weekly performance scorecard", "See how you did against our standards."),
    (16.5, "Your settlement statement is available", "Your payment is on its way."),
    (19.2, "Webinar: getting ready for the season", "Join us on Thursday."),
)


def _notice(world: World, shop: Shop, subject: str, words: str, at: datetime) -> None:
    mail = _mail(shop, Address("Walmart Marketplace", addr_spec=_NO_REPLY), at)
    mail["Subject"] = subject
    mail["Message-ID"] = _same_id(shop.domain, subject, at)
    mail.set_content(
        f"Hello {shop.name},\n\n{words}\n\nhttps://seller.walmart.com/home\n\nWalmart Marketplace\n"
    )
    world.deliver_mail(shop.mailbox, mail.as_bytes()).at = at


def _mail(shop: Shop, sender: Address, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(shop.name, addr_spec=shop.mailbox)
    mail["Date"] = at
    return mail


def _same_id(*parts: object) -> str:
    """A world made twice for the same moment is the same to the byte."""
    digest = hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:24]
    return f"<{digest}@marketplace.walmart.com>"
