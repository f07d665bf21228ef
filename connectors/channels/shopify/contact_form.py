"""The mail Shopify writes when a shopper sends a store's contact form → what the shopper said.

It comes from mailer@shopify.com; the shopper stands in Reply-To; the body lists the form's fields, each label
on a line of its own, the message last. Themes name the message and may add fields (an order number). Shopify
publishes no format (README.md), so unknown fields are kept as text rather than lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from connectors.events import MessageReceived, Party
from connectors.mail import Mail

SENDER = "mailer@shopify.com"
_LABEL = re.compile(r"^\s*(?P<label>[A-Z][\w #/()'-]{1,40}):\s*(?P<value>.*)$")
_MESSAGE = re.compile(r"^(body|comment|message|your message|question|details|comments)$", re.I)
_NAME = re.compile(r"^(full |your |first )?name$", re.I)
_ORDER = re.compile(r"^order( ?(number|no\.?|#|id|name))?$", re.I)
_KNOWN_ELSEWHERE = re.compile(r"^(country code|e-?mail( address)?|phone( number)?)$", re.I)


def is_from(mail: Mail) -> bool:
    return mail.sender is not None and mail.sender.address.lower() == SENDER and bool(mail.names("Reply-To"))


def as_said(mail: Mail, received: MessageReceived) -> MessageReceived:
    """The same message with the shopper as its sender and without the form around the words."""
    shopper = mail.names("Reply-To")[0]
    text, display, number = "", shopper.display, ""
    others: list[str] = []
    for label, value in _fields(mail.text):
        if _MESSAGE.match(label):
            text = value
        elif _ORDER.match(label):
            number = value.split(" ")[0]
        elif _NAME.match(label):
            display = display or value
        elif value and not _KNOWN_ELSEWHERE.match(label):
            others.append(f"{label}: {value}")
    return replace(
        received,
        sender=Party({"email": shopper.address.lower()}, display),
        text="\n\n".join(part for part in (text or _unframed(mail.text), "\n".join(others)) if part),
        subject="",  # Shopify's own: "New customer message on ..."
        quoted="",
        automatic=False,  # a machine carried it, a shopper wrote it
        order_number=number,
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Label and value of each field. Nothing after the message's label is a label: it is what was written."""
    label, value = "", [""]
    for line in text.splitlines():
        found = None if _MESSAGE.match(label) else _LABEL.match(line)
        if found is None:
            value.append(line)
            continue
        if label:
            yield label, "\n".join(value).strip()
        label, value = found["label"].strip(), [found["value"]]
    if label:
        yield label, "\n".join(value).strip()


def _unframed(text: str) -> str:
    """A form whose fields we do not recognise: all of it, as it came."""
    return text.strip()
