"""Postal addresses in what people write: a street line, and the town with its code near it. Good enough to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    words: str  # as written, white space folded
    street: str = ""
    city: str = ""
    region: str = ""  # "NY"
    code: str = ""  # ZIP or postcode


_KIND = (
    r"(?:st(?:reet)?|ave(?:nue)?|r(?:oa)?d|la?ne?|dr(?:ive)?|blvd|boulevard|ct|court|pl(?:ace)?|way|terrace|ter|"
    r"pkwy|parkway|sq(?:uare)?|hwy|highway|cir(?:cle)?|trail|close|crescent|mews|walk)\b\.?"
)
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY AB BC MB NB NL NS ON PE QC SK"
)
_UNIT = r"(?:,?\s+(?:apt|apartment|unit|suite|ste|floor|fl|#)\.?\s*[\w-]{1,6})?"
_STREET = re.compile(
    rf"(?<![\w#$.,])(?P<number>\d{{1,6}}[A-Za-z]?)\s+(?P<name>(?:[A-Z0-9][\w'.-]*\s+){{1,4}}?{_KIND}){_UNIT}"
    rf"|(?-i:\b(?P<foreign>[A-ZÄÖÜ][\wäöüß.-]*(?:str(?:aße|asse|\.)|weg|platz|allee|gasse)|"
    rf"(?:Calle|Rue|Via|Rua|Avenida|Plaza)(?:\s+[^\W\d][\w'.-]*){{1,4}})[ ,]+\d{{1,5}}\w?\b)"
    rf"|\bP\.?\s?O\.?\s?Box\s+\d+",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"^[\s,]*(?P<city>[A-Z][A-Za-z.'\- ]{{1,30}}?)?[\s,]+(?P<region>{_STATES.replace(' ', '|')})?[\s,]*"
    rf"(?P<code>\d{{5}}(?:-\d{{4}})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})\b"
)
_CODE_FIRST = re.compile(
    r"^[\s,]*(?P<code>\d{4,5})\s+(?P<city>[A-ZÄÖÜ][\wäöüßéèñ-]+(?:\s[A-ZÄÖÜ][\wäöüßéèñ-]+)?)"
)
_TOWN = re.compile(
    rf"\b(?P<city>[A-Z][A-Za-z.'-]+(?:\s[A-Z][A-Za-z.'-]+){{0,2}}),\s*(?P<region>{_STATES.replace(' ', '|')})\s+"
    rf"(?P<code>\d{{5}}(?:-\d{{4}})?)\b"
)


def places(text: str) -> Iterator[Place]:
    end = 0
    for street in _STREET.finditer(text):
        behind = text[street.end() : street.end() + 90]
        town = _CODE_FIRST.match(behind) or _BEHIND.match(behind)
        part = town.groupdict() if town else {}
        end = street.end() + (town.end() if town else 0)
        yield Place(
            _folded(text[street.start() : end]),
            _folded(street.group()),
            _folded(part.get("city") or ""),
            part.get("region") or "",
            part.get("code") or "",
        )
    if town := _TOWN.search(text, end):
        yield Place(_folded(town.group()), "", town["city"], town["region"], town["code"])


def _folded(text: str) -> str:
    return " ".join(text.split()).strip(" ,")
