"""Money in any notation, and plain numbers with what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from agents.checking.claims import standing
from agents.checking.claims.ground import Found, Ground, Verdict
from agents.checking.claims.plainly import plainly
from agents.facts.evidence import Evidence, Kind

_SIGNS = {
    "$": "USD",
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "a$": "AUD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
}
_NAMES = {"dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "cent": "USD"}
_CODES = "USD|EUR|GBP|CAD|AUD|JPY|CHF|MXN"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_MONEY = re.compile(
    rf"(?P<sign>(?:US|CA|C|A)?\$|[€£¥]|\b(?:{_CODES}))\s?(?P<after>{_NUMBER})(?P<kilo>k\b)?(?:\s?(?P<code>{_CODES})\b)?(?!\d)"
    rf"|(?<![\d.,])(?P<before>{_NUMBER})\s?(?:(?P<unit>[€£$]|(?:{_CODES})\b)|(?P<name>(?:dollar|buck|euro|pound|yen|cent)s?\b(?!\s+of weight)))",
    re.IGNORECASE,
)
_REFUND = re.compile(r"\brefund|\bmoney back|\bcredit|\breimburs", re.IGNORECASE)
_PRICE = re.compile(r"\bcosts?\b|\bpriced?\b", re.IGNORECASE)
_TOTAL = re.compile(r"\btotal|\bin all\b|\baltogether|\bpaid\b|\bcharged\b", re.IGNORECASE)


def money(text: str) -> Iterator[Found]:
    for match in _MONEY.finditer(text):
        yield Found(match.start(), match.end(), Kind.MONEY, partial(_check_money, *_read(match), _role(text)))


def _read(match: re.Match[str]) -> tuple[Decimal, str]:
    written = match["after"] or match["before"]
    number = Decimal(re.sub(r",(?=\d{3})", "", written).replace(",", "."))
    if match["kilo"]:
        number *= 1000
    unit = (match["code"] or match["sign"] or match["unit"] or match["name"]).lower()
    if unit in {"cent", "cents"}:
        number /= 100
    return number, _SIGNS.get(unit) or _NAMES.get(unit.rstrip("s")) or unit.upper()


def _role(text: str) -> str:
    """Which fields the amount may be of: the beginning of their names."""
    if _REFUND.search(text):
        return "refund"
    if _TOTAL.search(text):
        return "total"
    return "price" if _PRICE.search(text) else ""


def _check_money(number: Decimal, currency: str, role: str, ground: Ground) -> Verdict:
    items = [
        item
        for item in ground.of(Kind.MONEY)
        if item.field.startswith(role) or (role in {"total", "price"} and "price" in item.field)
    ]
    for item in _of_named(items, ground):
        value, _, unit = item.value.partition(" ")
        if Decimal(value) == number and unit == currency:
            return item
    for item in ground.of(Kind.POLICY):
        if any(_read(match) == (number, currency) for match in _MONEY.finditer(plainly(item.value).text)):
            return item
    shown = _of_named(items, ground) or ground.of(Kind.MONEY)
    return (
        f"No cited record says so; {shown[0].label} is {shown[0].value}."
        if shown
        else "No amount is cited for this."
    )


def _of_named(items: list[Evidence], ground: Ground) -> list[Evidence]:
    """Prices of the product and variant the clause names; all, where it names none."""

    def named(field: str) -> list[Evidence]:
        return [item for item in ground.field(field) if standing.names(ground.text, item.value)]

    products, variants = named("title"), {f"Price, {item.value}" for item in named("variant.title")}
    goods = {f"Price of {item.value}" for item in named("line.title")}
    records = {item.record for item in products}
    return [
        item
        for item in items
        if (item.field != "variant.price" or not variants or item.label in variants)
        and (item.field != "variant.price" or not records or item.record in records)
        and (item.field != "line.price" or not (goods or records) or item.label in goods)
    ]


_COUNTED = (
    r"(?:business |working |calendar )?days?|weeks?|months?|years?|hours?|minutes?|packages?|parcels?|boxes|shipments?|items?|pieces?|"
    r"orders?|pairs?|units?|times?|attempts?|percent|scans?|returns?|refunds?|left"
)
_NUMBERS = re.compile(
    rf"(?<![\w\x00])(?P<token>[A-Za-z]{{1,4}}-?\d{{1,5}}[A-Za-z]?)(?![\w\x00])"
    rf"|(?<![\w.])(?P<low>\d[\d,]*(?:\.\d+)?)(?:\s?(?:-|–|to|or)\s?(?P<high>\d[\d,]*(?:\.\d+)?))?\s?-?(?P<unit>%|°\s?[CF]?|{_COUNTED}|[a-z]{{1,8}}\b)?",
    re.IGNORECASE,
)
_STEP = {"first", "second"}


def numbers(text: str) -> Iterator[Found]:
    """What is left once dates, money and names are taken out."""
    for match in _NUMBERS.finditer(text):
        if token := match["token"]:
            yield Found(match.start(), match.end(), Kind.TEXT, partial(_check_token, token))
            continue
        low, high = match["low"], match["high"]
        values = tuple(_number(each) for each in (low, high) if each)
        unit = _unit(match["unit"] or "")
        yield Found(
            match.start(),
            match.end(),
            Kind.NUMBER,
            partial(_check_number, values, unit, match.group().strip()),
        )


def _number(figures: str) -> Decimal:
    return Decimal(figures.replace(",", "").rstrip("."))


def _unit(words: str) -> str:
    plain = re.sub(r"\s+", " ", words.lower()).rstrip("s")
    return {
        "package": "parcel",
        "boxe": "parcel",
        "shipment": "parcel",
        "working day": "business day",
        "percent": "%",
    }.get(plain, plain)


def _check_token(token: str, ground: Ground) -> Verdict:
    for item in ground.of(Kind.POLICY, Kind.TEXT, Kind.IDENTIFIER):
        if re.search(rf"(?<!\w){re.escape(token)}(?!\w)", item.value, re.IGNORECASE):
            return item
    return f"No cited record mentions {token}."


def _check_number(values: tuple[Decimal, ...], unit: str, words: str, ground: Ground) -> Verdict:
    for item in ground.of(Kind.POLICY, Kind.TEXT):
        if any(_same(values, unit, each, other) for each, other in _in(item.value)):
            return item
    if len(values) == 1 and (from_count := _count(values[0], unit, ground)):
        return from_count
    for item in ground.field("line.variant", "variant.title"):  # "in 9.5", a size
        if words.split()[0] in re.split(r"\s*/\s*", item.value):
            return item
    return f"No cited record says {words}."


def _in(text: str) -> Iterator[tuple[tuple[Decimal, ...], str]]:
    """All numbers of a text: ((3, 5), "business day")."""
    for match in _NUMBERS.finditer(plainly(text).text):
        low, high = match["low"], match["high"]
        if low:
            yield (
                tuple(_number(each) for each in (low, high) if each),
                _unit(match["unit"] or ""),
            )


def _same(said: tuple[Decimal, ...], unit: str, told: tuple[Decimal, ...], other: str) -> bool:
    """A period by its end alone is the same; by its beginning alone it would be shorter."""
    return unit == other and (said == told or said == told[-1:])


def _count(value: Decimal, unit: str, ground: Ground) -> Evidence | None:
    """Numbers that are a field's, or that follow from counting what is cited."""
    if unit == "parcel":
        return _as_many(
            value,
            [item for item in ground.cited if item.record.startswith("shipment:") and item.field == "status"],
        )
    if unit == "order":
        return _as_many(
            value,
            [item for item in ground.cited if item.field == "number" and item.record.startswith("order:")],
        )
    if unit == "day":
        return _days_between(value, ground)
    fields = {"left": ("variant.stock",), "unit": ("variant.stock", "line.quantity")}.get(
        unit, ("line.quantity",)
    )
    for item in ground.of(Kind.NUMBER):
        if item.field in fields and Decimal(item.value) == value:
            return item
    return None


def _as_many(value: Decimal, items: list[Evidence]) -> Evidence | None:
    return items[0] if items and len({item.record for item in items}) == value else None


def _days_between(value: Decimal, ground: Ground) -> Evidence | None:
    """Days since the cited day, or between first estimate and estimate."""
    for item in ground.of(Kind.DATE, Kind.MOMENT):
        if abs((item.day - ground.today).days) == value:
            return item
    first, later = ground.field("first_estimated_on"), ground.field("estimated_on", "delivered_at")
    return later[0] if first and later and (later[0].day - first[0].day).days == value else None
