"""Where everybody reads the answer, nothing of the shopper or their orders may stand in it, however true."""

from __future__ import annotations

import re

from agents.facts.evidence import Evidence, Sentence
from agents.understanding.entities import entities

REASON = "Everybody reads this channel: nothing about a customer or an order belongs here."
_OWN = ("order:", "shipment:", "scan:", "return:", "refund:", "dispute:", "identity_check:", "message:")


def is_private(item: Evidence | None) -> bool:
    """What only the customer may read: fields of their own records."""
    return item is not None and (bool(item.about) or item.record.startswith(_OWN))


def private_words(sentence: Sentence) -> list[tuple[int, int]]:
    """Numbers of orders and parcels, addresses, phones and e-mail addresses in it, as places."""
    found = entities(sentence.text)
    words = (*found.order_numbers, *found.tracking_numbers, *found.emails, *found.phones)
    places = [
        match.span() for word in words for match in re.finditer(re.escape(word), sentence.text, re.IGNORECASE)
    ]
    # A phone is found in the form machines write it; its place is the digits as they stand.
    if found.phones and not places:
        places = [match.span() for match in re.finditer(r"\+?\d[\d ().-]{7,}\d", sentence.text)]
    return places
