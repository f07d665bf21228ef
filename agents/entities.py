"""The names and numbers in a message: orders, parcels, addresses, phones, amounts, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import phonenumbers
from dateutil import parser as dates

from connectors.carriers import numbers
from connectors.contract import Money

_LONGEST = 20_000  # characters that are searched


@dataclass(frozen=True, slots=True)
class Day:
    words: str  # as written: "next Friday", "May 3"
    day: date | None  # only where the words alone say which


@dataclass(frozen=True)
class Entities:
    order_numbers: tuple[str, ...] = ()  # without "#"; candidates, to be looked up
    tracking_numbers: tuple[str, ...] = ()  # without blanks; check digit right wherever the form has one
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # E.164
    amounts: tuple[Money, ...] = ()
    days: tuple[Day, ...] = ()


_ORDER_WORD = (
    r"(?:order|ord|purchase|confirmation|pedido|orden|compra|bestell(?:ung|nummer)|auftrag|commande|ordine)"
)
_ORDER_LABELLED = re.compile(
    rf"\b{_ORDER_WORD}\b[\s:.-]*(?:(?:number|numero|número|nummer|numéro|no|nr|num|id|is|n°|nº)[\s:.-]*)*"
    r"#?\s?(?P<number>[A-Z]{0,5}-?\d[A-Z0-9-]{2,24})\b(?!\s*(?:pieces|pcs|units|items)\b)(?![/.]\d)",
    re.IGNORECASE,
)
_ORDER_HASH = re.compile(r"(?<![\w/&])#\s?(?P<number>[A-Z]{0,5}-?\d[A-Z0-9-]{2,24})\b", re.IGNORECASE)
_ORDER_SHAPES = re.compile(
    r"(?<![\w-])(?P<number>\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}|\d{7}-\d{8}|\d{15}|57\d{16})(?![\w-])"
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b")
_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "cad": "CAD",
}
_WORDS = {"dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<sign>[$€£¥]|\b(?:usd|eur|gbp|cad))\s?(?P<after>{_NUMBER})(?!\d)"
    rf"|(?<![\d.,])(?P<before>{_NUMBER})\s?(?P<unit>[$€£¥]|(?:usd|eur|gbp|cad|dollar|buck|euro|pound)s?\b)",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\.?(?:,? \d{{4}})?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|"
    rf"(?:(?:next|last|this|on|by|until) )?{_WEEKDAY}|the day (?:after tomorrow|before yesterday)|"
    r"today|tonight|tomorrow|yesterday|(?:next|last|this) (?:week|month|weekend))\b",
    re.IGNORECASE,
)


def entities(text: str, country: str = "US") -> Entities:
    """`country` (ISO 3166) is where phone numbers without a prefix belong."""
    text = text[:_LONGEST]
    emails = tuple(dict.fromkeys(found.group().lower() for found in _EMAIL.finditer(text)))
    rest = _EMAIL.sub(" ", text)
    orders = _orders(rest)
    parcels = tuple(
        dict.fromkeys(
            found.number
            for found in numbers.candidates(rest)
            if _digits(found.number) not in map(_digits, orders)
        )
    )
    # A number in the shape of a parcel's with a right check digit is a parcel's, unless called an order.
    return Entities(
        order_numbers=orders,
        tracking_numbers=parcels,
        emails=emails,
        phones=tuple(dict.fromkeys(_phones(rest, {*map(_digits, orders), *map(_digits, parcels)}, country))),
        amounts=tuple(dict.fromkeys(_amounts(rest))),
        days=tuple(dict.fromkeys(_days(rest))),
    )


def _orders(text: str) -> tuple[str, ...]:
    found = [
        (match.start("number"), match["number"].strip("-").upper())
        for pattern in (_ORDER_LABELLED, _ORDER_HASH, _ORDER_SHAPES)
        for match in pattern.finditer(text)
        if not _ISO_DAY.fullmatch(match["number"])
    ]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def _phones(text: str, others: set[str], country: str) -> Iterator[str]:
    for match in phonenumbers.PhoneNumberMatcher(text, country):
        if _digits(match.raw_string) not in others:
            yield phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)


def _amounts(text: str) -> Iterator[Money]:
    for match in _AMOUNT.finditer(text):
        written = match["after"] or match["before"]
        unit = (match["sign"] or match["unit"]).lower()
        currency = _SIGNS.get(unit) or _SIGNS.get(unit.rstrip("s")) or _WORDS[unit.rstrip("s")]
        # "1,299" has thousands, "12,50" has cents.
        plain = re.sub(r",(?=\d{3}\b)", "", written).replace(",", ".")
        yield Money(Decimal(plain), currency)


def _days(text: str) -> Iterator[Day]:
    for match in _DAY.finditer(text):
        words = match.group()
        yield Day(words, _exact(words))


def _exact(words: str) -> date | None:
    """Only a day with its year, and only where month and day cannot be confused."""
    if not re.search(r"\d{4}", words):
        return None
    try:
        month_first = dates.parse(words, dayfirst=False).date()
        return month_first if month_first == dates.parse(words, dayfirst="/" in words).date() else None
    except (ValueError, OverflowError):
        return None


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
