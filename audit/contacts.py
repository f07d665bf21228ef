"""Phones and postal addresses in words: for models and logs, which need neither.

mask_contacts("call 212-555-0143")  →  "call [phone]"
"""

from __future__ import annotations

import re

import phonenumbers

from audit.mask import mask_text
from connectors.carriers import numbers

PHONE, ADDRESS = "[phone]", "[address]"

_LONGEST = 20_000  # characters that are searched
# Digits in a row are more often an order than a phone; people set phones apart, or say what they are.
_SET_APART = re.compile(r"[+(]|\d[ .-]\d")
_SAID = re.compile(
    r"\b(?:phone|call|tel|telephone|cell|mobile|whatsapp|text|sms|handy|teléfono)\b[^\d\n]{0,20}$", re.I
)
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|way|terrace|ter|circle|cir"
    r"|highway|hwy|parkway|pkwy|square|sq|trail|trl)"
)
_UNIT = r"(?:,?[ \n](?:apt|apartment|unit|suite|ste|floor|fl|#)\.?[ ]?[\w-]{1,6})"
_PLACE = r"(?:,?[ \n][A-Z][A-Za-z.' -]{1,30},?[ \n](?:[A-Z]{2}[ ,]{1,2})?\d{5}(?:-\d{4})?)"
_ADDRESSES = (
    re.compile(
        rf"\b\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]\.?[ ])?(?:[\w.'-]{{1,20}}[ ]){{1,4}}{_STREET}\b\.?{_UNIT}?{_PLACE}?",
        re.IGNORECASE,
    ),
    re.compile(rf"\bP\.?[ ]?O\.?[ ]?Box[ ]\d{{1,8}}\b{_PLACE}?", re.IGNORECASE),
    # "Lindenallee 12, 50668 Köln"
    re.compile(
        r"\b[A-ZÄÖÜ][\w.-]{2,30}(?:straße|strasse|str\.|allee|weg|platz|gasse|ring)[ ]\d{1,4}[a-z]?"
        r"(?:,?[ \n]\d{5}[ ][A-ZÄÖÜ][\w-]{1,30})?"
    ),
)


def mask_contacts(text: str) -> str:
    """Card numbers and secrets go as well (audit.mask)."""
    if not any(each.isdigit() for each in text):
        return mask_text(text)
    text = mask_text(_without_phones(text))
    for pattern in _ADDRESSES:
        text = pattern.sub(ADDRESS, text)
    return text


def _without_phones(text: str, country: str = "US") -> str:
    parcels = {_digits(found.number) for found in numbers.candidates(text[:_LONGEST])}
    kept, at = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text[:_LONGEST], country):
        is_phone = _SET_APART.search(match.raw_string) or _SAID.search(text[: match.start])
        if is_phone and not any(_digits(match.raw_string) in parcel for parcel in parcels):
            kept += [text[at : match.start], PHONE]
            at = match.end
    return "".join([*kept, text[at:]])


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
