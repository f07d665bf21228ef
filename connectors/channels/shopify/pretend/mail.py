"""The mail Shopify sends to the seller when a shopper uses the store's contact form."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.sandbox.world import Shop, Shopper


def contact_form(shop: Shop, shopper: Shopper, text: str, at: datetime, order_number: str = "") -> bytes:
    """The raw mail. `order_number` fills a field that only some themes have."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(f"{shop.name} (Shopify)", addr_spec="mailer@shopify.com")
    mail["Reply-To"] = Address(shopper.name, addr_spec=shopper.email)
    mail["To"] = Address(shop.name, addr_spec=shop.form_mailbox or shop.mailbox)
    mail["Subject"] = f"New customer message on {at:%B %d, %Y} at {at:%I:%M %p}"
    mail["Date"] = at
    mail["Message-ID"] = make_msgid(domain="shopify.com")
    fields = {"Country Code": shopper.home.country, "Name": shopper.name, "Email": shopper.email}
    if shopper.phone:
        fields["Phone"] = shopper.phone
    if order_number:
        fields["Order number"] = order_number
    fields["Body"] = text
    listed = "\n\n".join(f"{label}:\n{value}" for label, value in fields.items())
    mail.set_content(f"You received a new message from your online store's contact form.\n\n{listed}\n")
    return mail.as_bytes()
