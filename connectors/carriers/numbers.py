"""Tracking numbers in what people write: which carrier's they may be, and whether the check digit agrees.

    candidates("it's 1Z 7N4 W19 03 0000 0012")  →  [TrackingNumber("1Z7N4W190300000012", ("ups",), True)]

Forms as collected in github.com/jkeen/tracking_number_data (MIT). A number several carriers could have issued
names them all. `checked=False` means that the form has no check digit: never tie such a number to an order
on its word alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from urllib.parse import quote

from babel import Locale

from connectors.carriers.check_digits import alternating, luhn, mod7, s10, weighted

Check = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class TrackingNumber:
    number: str  # without blanks; USPS numbers without the ZIP code in front
    carriers: tuple[str, ...]
    checked: bool


@dataclass(frozen=True)
class Form:
    """How one carrier's numbers look. The pattern has groups `number`, `serial` and `digit` where it matters.

    `weak` forms are so common among other numbers (phones, cards, invoices) that the text must name the
    carrier or hold nothing else.
    """

    carrier: str
    pattern: re.Pattern[str]
    check: Check | None = None
    weak: bool = False

    def read(self, compact: str) -> str:
        """The tracking number in `compact`, or ""."""
        found = self.pattern.fullmatch(compact)
        if not found:
            return ""
        parts = found.groupdict()
        if self.check and not self.check(parts["serial"], parts["digit"]):
            return ""
        return parts.get("number") or compact


_ZIP = r"(?:420\d{5}(?:\d{4})?)?"
_mod10 = partial(alternating, 3, 1)
_ups = partial(alternating, 1, 2)
_ground = partial(alternating, 1, 3)
_express = partial(weighted, (3, 1, 7) * 3 + (3, 1))
_express_13 = partial(weighted, (1, 7, 3) * 4 + (1,))


def _form(carrier: str, pattern: str, check: Check | None = None, weak: bool = False) -> Form:
    return Form(carrier, re.compile(pattern), check, weak)


FORMS = (
    _form("ups", r"1Z(?P<serial>[A-Z0-9]{15})(?P<digit>\d)", _ups),
    _form("ups", r"[AHJKTV](?P<serial>\d{9})(?P<digit>\d)", _ups),
    # Intelligent Mail package barcode: 94 online labels, 92 and 93 large mailers, 95 the counter.
    _form("usps", rf"{_ZIP}(?P<number>(?P<serial>9[2-5]\d{{19}})(?P<digit>\d))", _mod10),
    _form("usps", rf"{_ZIP}(?P<number>(?P<serial>9[2-5]\d{{23}})(?P<digit>\d))", _mod10),
    _form("usps", rf"{_ZIP}(?P<number>(?P<serial>94\d{{27}})(?P<digit>\d))", _mod10),
    _form("usps", rf"{_ZIP}(?P<number>(?P<serial>91\d{{19}})(?P<digit>\d))", _mod10),
    _form("usps", rf"{_ZIP}(?P<number>(?P<serial>[0-8]\d{{18}})(?P<digit>\d))", _mod10),
    # The same label with its leading 91 left off, which the check digit still counts.
    _form(
        "usps", r"(?P<serial>[0-8]\d{18})(?P<digit>\d)", lambda serial, digit: _mod10(f"91{serial}", digit)
    ),
    _form("fedex", r"(?P<serial>\d{11})(?P<digit>\d)", _express),
    _form("fedex", r"(?P<serial>\d{14})(?P<digit>\d)", _ground),
    _form("fedex", r"\d\d(?P<serial>\d{15})(?P<digit>\d)", _mod10, weak=True),
    # Ground Economy, brought to the door by USPS: 9261… with and without its leading 92, which the digit counts.
    _form("fedex", r"(?P<serial>9261\d{17})(?P<digit>\d)", _mod10),
    _form("fedex", r"(?P<serial>61\d{17})(?P<digit>\d)", lambda serial, digit: _mod10(f"92{serial}", digit)),
    _form("fedex", r"DT\d{12}"),  # the tag on the door after an attempt in vain
    _form("fedex", r"96\d{5}(?P<serial>\d{14})(?P<digit>\d)", _ground),
    _form("fedex", r"96\d{18}(?P<serial>\d{13})(?P<digit>\d)", _express_13),
    _form("fedex", r"(?!420)[0-8]\d{19}(?P<serial>\d{13})(?P<digit>\d)", _express_13),
    _form("fedex", r"3\d{15}(?P<serial>\d{11})(?P<digit>\d)\d{4}", _express),
    _form("dhl", r"(?P<serial>\d{9,10})(?P<digit>\d)", mod7, weak=True),
    _form("dhl", r"J[A-Z]{2,3}\d{9,10}"),
    _form("dhl", r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=(?:[A-Z]*\d){8})[0-9A-Z]{10,39}"),
    _form("dhl", r"\d{14}", weak=True),
    _form("dhl", r"(?P<serial>00340\d{14})(?P<digit>\d)", _mod10),  # DHL Paket
    _form("ontrac", r"C(?P<serial>\d{13})(?P<digit>\d)", lambda serial, digit: _ups(f"4{serial}", digit)),
    _form("ontrac", r"D(?P<serial>\d{13})(?P<digit>\d)", lambda serial, digit: _ups(f"5{serial}", digit)),
    _form("canadapost", r"(?P<serial>\d{15})(?P<digit>\d)", _mod10, weak=True),
    _form("purolator", r"(?P<serial>[0-5]\d{10})(?P<digit>\d)", luhn, weak=True),
    _form("purolator", r"[A-Z]{3}\d{9}", weak=True),
    _form("amazon", r"TB[ACM]\d{12}"),
    _form("amazon", r"[AFC]\d{10}", weak=True),
    _form("lasership", r"L[AIEHNX][1-3]\d{7}|1LS7[12]\d{10}|1LS7[12]\d{2}01[1-4]\d{6}1|1LSCX[0-9A-Z]{10}"),
    _form("gofo", r"GFUS\d{14}"),
    _form("yunexpress", r"YT\d{16}"),
    _form("landmark", r"LTN\d{8}N1"),
    _form("speedee", r"SP\d{18}"),
    _form("canpar", r"[CDKLSUXZ]\d{21}"),
)
# International mail of any country's post.
_S10 = _form("post", r"[A-Z]{2}(?P<serial>\d{8})(?P<digit>\d)(?P<country>[A-Z]{2})", s10)

_NAMES = {"canadapost": r"canada\s*post", "fedex": r"fed\s*ex"}
_ANY = re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", form.pattern.pattern) for form in (*FORMS, _S10)))
_WORD = re.compile(r"[A-Za-z0-9]+")
_GAP = re.compile(r"[ \t\u00a0]{1,3}|-")
_LONGEST, _SHORTEST = 44, 10
_MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class _Reading:
    """Neighbouring words read as one."""

    start: int
    end: int
    compact: str  # letters and digits only, capitals
    parts: tuple[int, ...]  # lengths of the words


def candidates(text: str) -> list[TrackingNumber]:
    """Every tracking number `text` may hold, in the order of their places. Longer readings win over shorter."""
    words = list(_WORD.finditer(text))
    alone = _alone([word.group() for word in words])
    readings = list(_readings(text, words))
    if alone and len(words) > _MOST_PARTS:
        readings.append(_Reading(0, len(text), alone, tuple(len(word.group()) for word in words)))
    named = _named(text)
    taken = bytearray(len(text))
    found: list[tuple[int, TrackingNumber]] = []
    for reading in sorted(readings, key=lambda r: (-len(r.compact), len(r.parts), r.start)):
        if any(taken[reading.start : reading.end]):
            continue
        if numbers := _recognised(reading, named, alone=reading.compact == alone):
            taken[reading.start : reading.end] = b"\x01" * (reading.end - reading.start)
            found += [(reading.start, number) for number in numbers]
    return list(dict.fromkeys(number for _, number in sorted(found, key=lambda pair: pair[0])))


def _alone(words: list[str]) -> str:
    """The text as one number if it holds nothing else: no word that is only a word."""
    if any(word.isalpha() and (len(word) > 4 or not word.isupper()) for word in words):
        return ""
    compact = "".join(words).upper()
    return compact if len(compact) <= _LONGEST else ""


def _readings(text: str, words: list[re.Match[str]]) -> Iterator[_Reading]:
    for at, first in enumerate(words):
        compact, end = "", first.start()
        parts: list[int] = []
        for word in words[at : at + _MOST_PARTS]:
            if parts and not _GAP.fullmatch(text, end, word.start()):
                break
            compact, end = compact + word.group().upper(), word.end()
            parts.append(len(word.group()))
            if len(compact) > _LONGEST:
                break
            if len(compact) >= _SHORTEST and not compact.isalpha() and _ANY.fullmatch(compact):
                yield _Reading(first.start(), end, compact, tuple(parts))


def _plausible(reading: _Reading) -> bool:
    """Whether separate words may be one number: a phone number and a date must not make a FedEx parcel.

    Long numbers are safe; short ones must stand in even groups, as carriers print them: 1234 5678 9012.
    """
    first, *others = reading.parts
    if not others or not reading.compact.isdigit() or len(reading.compact) >= 20:
        return True
    return first >= 3 and all(size == first for size in others[:-1]) and others[-1] <= first


def _recognised(reading: _Reading, named: set[str], *, alone: bool) -> list[TrackingNumber]:
    """One entry per spelling of the number. Words are only put together where a check digit confirms it."""
    if not alone and not _plausible(reading):
        return []
    compact, apart = reading.compact, len(reading.parts) > 1 and not alone
    carriers: dict[str, dict[str, None]] = defaultdict(dict)
    checked: set[str] = set()
    for form in FORMS:
        if (form.weak and not alone and form.carrier not in named) or (apart and not form.check):
            continue
        if number := form.read(compact):
            carriers[number][form.carrier] = None
            if form.check:
                checked.add(number)
    if country := _s10_country(compact):
        names = ("usps",) if country == "US" else (f"post-{country.lower()}", "usps")
        carriers[compact] = dict.fromkeys((*names, *carriers[compact]))
        checked.add(compact)
    return [TrackingNumber(number, tuple(names), number in checked) for number, names in carriers.items()]


def _s10_country(compact: str) -> str:
    """Of an S10 number: the country whose post issued it; that of delivery may track it too."""
    found = _S10.pattern.fullmatch(compact)
    country = found["country"] if found and _S10.read(compact) else ""
    return country if country in _countries() else ""


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())


def _named(text: str) -> set[str]:
    """Carriers of weak forms that the text speaks of."""
    weak = {form.carrier for form in FORMS if form.weak}
    return {c for c in weak if re.search(rf"\b{_NAMES.get(c, c)}", text, re.IGNORECASE)}


_LINKS = {
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "dhl": "https://www.dhl.com/us-en/home/tracking.html?tracking-id={}",
    "ontrac": "https://www.ontrac.com/tracking/?number={}",
}


def link(carrier: str, number: str) -> str:
    """The carrier's public page for a parcel; "" where we know none."""
    return _LINKS[carrier].format(quote(number, safe="")) if carrier in _LINKS else ""


# In this order: "FedEx Ground Economy (USPS)" is FedEx's to tell, "UPS Mail Innovations" that of UPS.
_KINDS = {
    "fedex": re.compile(r"\bfed ?ex|\bfederal express\b"),
    "dhl": re.compile(r"\bdhl"),
    "ups": re.compile(r"\bups(\b|mail|sure|ground)|\bunited parcel( service)?\b"),
    "usps": re.compile(r"\busps|\b(us|united states) (postal|post|mail)( service| office)?\b"),
}


def carrier_kind(name: str) -> str | None:
    """The connector for a carrier as shops write it: "U.S. Postal Service", "FEDEX_GROUND" → "usps", "fedex"."""
    plain = re.sub(r"\s+", " ", re.sub(r"[^a-z0-9 ]", " ", name.lower().replace(".", ""))).strip()
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(plain)), None)
