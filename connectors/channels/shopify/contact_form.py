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
_MESSAGE = re.compile(r"(body|comments?|message|your message|question|details)$", re.I)
_NAME = re.compile(r"(full |your |first )?name$", re.I)
_ORDER = re.compile(r"order( ?(number|no\.?|#|id|name))?$", re.I)
_EMAIL = re.compile(r"e-?mail( address)?$", re.I)
_READ = re.compile(
    "|".join(
        [each.pattern for each in (_MESSAGE, _NAME, _ORDER, _EMAIL)] + ["country code$", "phone( number)?$"]
    ),
    re.I,
)


def is_from(mail: Mail) -> bool:
    return mail.sender is not None and mail.sender.address.lower() == SENDER


def as_said(mail: Mail, received: MessageReceived) -> MessageReceived:
    """The same message with the shopper as its sender and without the form around the words.

    A mail of Shopify's that names no shopper is no form, and stays as it is.
    """
    fields = list(_fields(mail.text))
    shopper = next(iter(mail.names("Reply-To")), None)
    address = shopper.address if shopper else _value(fields, _EMAIL)
    if "@" not in address:
        return received
    others = [f"{label}: {value}" for label, value in fields if value and not _READ.match(label)]
    words = _value(fields, _MESSAGE) or ("" if fields else mail.text.strip())
    return replace(
        received,
        sender=Party({"email": address.lower()}, shopper.display if shopper else _value(fields, _NAME)),
        text="\n\n".join(part for part in (words, "\n".join(others)) if part),
        subject="",  # Shopify's own: "New customer message on ..."
        quoted="",
        automatic=False,  # a machine carried it, a shopper wrote it
        order_number=_value(fields, _ORDER).split(" ")[0],
    )


def _value(fields: list[tuple[str, str]], label: re.Pattern[str]) -> str:
    return next((value for name, value in fields if label.match(name)), "")


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
