"""The store's mailbox: shoppers' mails, Shopify's contact form, and what Shopify itself tells the seller."""

from __future__ import annotations

from collections.abc import Sequence

from connectors import mail
from connectors.channels.shopify import contact_form
from connectors.contract import Account, RawDelivery
from connectors.events import Event, MessageReceived

_SHOPIFY = ("shopify.com", "shopifyemail.com")


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    """A form names the shopper who sent it. What else comes from Shopify is a notice."""
    written = mail.parse(account, delivery)
    raw = mail.read(delivery.body)
    if not _of_shopify(raw.sender.address if raw.sender else ""):
        return mail.sorted_out(account, delivery, written)
    return [_told(raw, each) if isinstance(each, MessageReceived) else each for each in written]


def _told(raw: mail.Mail, received: MessageReceived) -> Event:
    said = contact_form.as_said(raw, received) if contact_form.is_from(raw) else received
    is_form = not _of_shopify(said.sender.names.get("email", ""))
    return said if is_form or received.thread else mail.as_notice(raw, received)


def _of_shopify(address: str) -> bool:
    domain = address.rpartition("@")[2].lower()
    return domain in _SHOPIFY or domain.endswith(tuple(f".{each}" for each in _SHOPIFY))
