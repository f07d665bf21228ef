"""The names and numbers in a message: orders, parcels, goods, addresses, phones, amounts, days, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import phonenumbers

from agents.understanding.places import Place, places
from agents.understanding.when import Day, spoken
from connectors.carriers import numbers
from connectors.contract import Money

_LONGEST = 20_000  # characters that are searched


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with the message."""

    name: str
    content_type: str
    size: int  # bytes

    @property
    def kind(self) -> str:
        """ "photo", "PDF", "video", "sound" or "file"."""
        if self.content_type == "application/pdf" or self.name.lower().endswith(".pdf"):
            return "PDF"
        lead = self.content_type.partition("/")[0]
        return {"image": "photo", "video": "video", "audio": "sound"}.get(lead, "file")


@dataclass(frozen=True, slots=True)
class Paper:
    """The text that was found in a file."""

    name: str  # of the file
    text: str
    hidden: Sequence[Mapping[str, str]] = ()  # as an attachment keeps it


@dataclass(frozen=True, slots=True)
class Named:
    """A number that stands in a file: nobody wrote it in the message."""

    kind: str  # "order" or "parcel"
    number: str
    file: str


@dataclass(frozen=True)
class Entities:
    order_numbers: tuple[str, ...] = ()  # without "#"; candidates, to be looked up
    tracking_numbers: tuple[str, ...] = ()  # without blanks; check digit right wherever the form has one
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # E.164
    amounts: tuple[Money, ...] = ()
    days: tuple[Day, ...] = ()
    skus: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    files: tuple[Enclosed, ...] = ()
    in_files: tuple[Named, ...] = ()


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
    r"(?<![\w-])(?P<number>\d{3}-\d{7}-\d{7}|D\d\d-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}|\d{12}-\d{12,13}|\d{7}-\d{8}|2000\d{11}|57\d{16})(?![\w-])"
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b")
_SIGNS = {
    "$": "USD",
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "au$": "AUD",
    "a$": "AUD",
    "r$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
    "kr": "SEK",
}
_CODES = "usd|eur|gbp|cad|aud|nzd|mxn|brl|chf|sek|nok|dkk|pln|inr|jpy"
_WORDS = {
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "quid": "GBP",
    "rupee": "INR",
    "franken": "CHF",
}
_SIGN = r"(?:us|ca|c|au|a|r)?\$|[€£¥₹]"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<sign>(?<![a-z]){_SIGN}|\b(?:{_CODES}))\s?(?P<after>{_NUMBER})(?!\d)"
    rf"|(?<![\d.,])(?P<before>{_NUMBER})\s?(?P<unit>{_SIGN}|(?:{_CODES}|zł|kr|{'|'.join(_WORDS)})s?\b)",
    re.IGNORECASE,
)
_SKU_LABELLED = re.compile(
    r"\b(?:sku|asin|item|article|art|style|model|part|ref|product)\b\s*(?:number|code|no|nr|id)?\.?\s*[:#]?\s*"
    r"(?P<sku>(?=[\w-]*\d)[A-Z0-9][A-Z0-9-]{3,24})\b",
    re.IGNORECASE,
)
_SKU_SHAPES = re.compile(r"(?<![\w-])(?P<sku>B0[A-Z0-9]{8}|[A-Z]{2,6}(?:-[A-Z0-9]{1,6}){1,4})(?![\w-])")


def entities(
    text: str, country: str = "US", *, today: date | None = None, files: Sequence[Enclosed] = ()
) -> Entities:
    """`country` (ISO 3166) is where phone numbers without a prefix belong, `today` the shopper's day of writing."""
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
        days=tuple(dict.fromkeys(spoken(rest, today, country))),
        skus=_skus(rest, {*orders, *parcels}),
        places=tuple(dict.fromkeys(places(rest))),
        files=tuple(files),
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
        currency = _SIGNS.get(unit) or _WORDS.get(unit.rstrip("s")) or unit.rstrip("s").upper()
        # "1,299" and "1.299,50" have thousands, "12,50" has cents.
        plain = re.sub(r"[.,](?=\d{3}(?!\d))", "", written).replace(",", ".")
        yield Money(Decimal(plain), currency)


def _skus(text: str, others: set[str]) -> tuple[str, ...]:
    """Called so, or in the shape most shops give them: FJ-MOS-M."""
    found = [
        (match.start("sku"), match["sku"].upper())
        for pattern in (_SKU_LABELLED, _SKU_SHAPES)
        for match in pattern.finditer(text)
    ]
    return tuple(dict.fromkeys(sku for _, sku in sorted(found) if sku not in others))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
