"""One fact of a true sentence changed: what a verifier must notice, one kind a function.

Each takes the sentence, what is around it and chance, and gives the false sentence, or None where the kind does not
apply. What it gives must be false of this customer's records, not merely different: another wording is no lie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from babel.dates import format_date

from agents.facts.evidence import Evidence, Kind
from agents.facts.known import Facts


@dataclass(frozen=True)
class Around:
    """What a change may take from: this customer's facts, and another's."""

    facts: Facts
    cited: tuple[Evidence, ...]  # by the sentence
    stranger: Facts

    def values(self, *kinds: Kind, field: str = "") -> list[str]:
        """Of the customer's own records."""
        return _values(self.facts.evidence, kinds, field)

    def strange(self, *kinds: Kind, field: str = "") -> list[str]:
        """Of a stranger's records, and not among the customer's."""
        own = set(self.values(*kinds, field=field))
        return [value for value in _values(self.stranger.evidence, kinds, field) if value not in own]


def _values(items: Sequence[Evidence], kinds: Sequence[Kind], field: str) -> list[str]:
    return list(dict.fromkeys(i.value for i in items if i.kind in kinds and (not field or i.field == field)))


Change = Callable[[str, Around, Random], str | None]

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}), )?(?P<month>{_MONTHS}) (?P<day>\d{{1,2}})\b")


def _put(text: str, match: re.Match[str], words: str) -> str:
    return text[: match.start()] + words + text[match.end() :]


def _one(pattern: re.Pattern[str] | str, text: str, rng: Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text))
    return rng.choice(found) if found else None


def day(text: str, around: Around, rng: Random) -> str | None:
    """A day earlier or later, its weekday with it."""
    if not (match := _one(_DAY, text, rng)):
        return None
    month = _MONTHS.split("|").index(match["month"]) + 1
    real = date(around.facts.now.year, month, int(match["day"])) + timedelta(days=rng.choice((-1, 1)))
    return _put(text, match, format_date(real, "EEEE, MMMM d" if match["weekday"] else "MMMM d", locale="en"))


def weekday(text: str, around: Around, rng: Random) -> str | None:
    match = _one("|".join(_WEEKDAYS), text, rng)
    return (
        _put(text, match, rng.choice([each for each in _WEEKDAYS if each != match.group()]))
        if match
        else None
    )


def month(text: str, around: Around, rng: Random) -> str | None:
    match = _one(rf"\b(?:{_MONTHS})(?= \d)", text, rng)
    months = _MONTHS.split("|")
    return _put(text, match, months[(months.index(match.group()) + 1) % 12]) if match else None


def cent(text: str, around: Around, rng: Random) -> str | None:
    if not (match := _one(r"(?<=\$)(\d[\d,]*)\.(\d\d)\b", text, rng)):
        return None
    amount = Decimal(match.group().replace(",", "")) + rng.choice((Decimal("0.01"), Decimal("-0.01")))
    return _put(text, match, f"{amount:,.2f}")


def amount(text: str, around: Around, rng: Random) -> str | None:
    """Another amount of the same customer: the total instead of the refund."""
    if not (match := _one(r"\$(\d[\d,]*\.\d\d)\b", text, rng)):
        return None
    said = Decimal(match[1].replace(",", ""))
    others = [v.partition(" ")[0] for v in around.values(Kind.MONEY) + around.strange(Kind.MONEY)]
    different = [each for each in others if Decimal(each) != said]
    return _put(text, match, f"${rng.choice(different)}") if different else None


def currency(text: str, around: Around, rng: Random) -> str | None:
    match = _one(r"\$(?=\d)", text, rng)
    return _put(text, match, rng.choice(("€", "£", "CA$", "A$"))) if match else None


def clock(text: str, around: Around, rng: Random) -> str | None:
    if not (match := _one(r"\b(\d{1,2}):(\d\d) ([AP])M\b", text, rng)):
        return None
    if rng.random() < 0.3:
        return _put(text, match, f"{match[1]}:{match[2]} {'P' if match[3] == 'A' else 'A'}M")
    return _put(text, match, f"{match[1]}:{(int(match[2]) + rng.choice((10, 25))) % 60:02d} {match[3]}M")


def _swap(field: str, *kinds: Kind, own: bool = True) -> Change:
    """A value of the record for one of another record."""

    def change(text: str, around: Around, rng: Random) -> str | None:
        here = [i.value for i in around.cited if i.field == field and i.value in text]
        if not here:
            return None
        said = rng.choice(here)
        pool = (around.values(*kinds, field=field) if own else []) + around.strange(*kinds, field=field)
        others = [each for each in pool if each not in text and said not in each]
        return text.replace(said, rng.choice(others), 1) if others else None

    return change


_numbers = _swap("number", Kind.IDENTIFIER, own=False)


def order_number(text: str, around: Around, rng: Random) -> str | None:
    own = {order.number for order in around.facts.orders}
    match = _one(r"#\d{4}\b(?!-)", text, rng)
    return _put(text, match, f"#{_unlike(int(match.group()[1:]), own, rng)}") if match else None


def _unlike(number: int, own: set[str], rng: Random) -> int:
    return rng.choice([n for n in (number + 1, number - 1, number + 10, number + 90) if f"#{n}" not in own])


def tracking_number(text: str, around: Around, rng: Random) -> str | None:
    """Another parcel's."""
    mine = [i for i in around.cited if i.record.startswith("shipment:") and i.field == "number"]
    here = [i.value for i in mine if i.value in text]
    others = [v for v in around.strange(Kind.IDENTIFIER, field="number") if not v.startswith("#")]
    return text.replace(here[0], rng.choice(others), 1) if here and others else None


def digit(text: str, around: Around, rng: Random) -> str | None:
    """One digit of a long number, as a model mistypes it."""
    match = _one(r"\b(?=[A-Z0-9]*\d)[A-Z0-9]{10,}\b", text, rng)
    if not match:
        return None
    place = rng.choice([n for n, each in enumerate(match.group()) if each.isdigit()])
    other = str((int(match.group()[place]) + rng.randint(1, 9)) % 10)
    return _put(text, match, match.group()[:place] + other + match.group()[place + 1 :])


_STATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bis on its way back to us\b", ("is on its way to you", "was delivered", "is out for delivery")),
    (r"\bis on its way\b(?! back)", ("was delivered", "is out for delivery", "is ready for pickup")),
    (r"\bis in transit\b", ("has been delivered", "is out for delivery", "was lost")),
    (r"\bis out for delivery\b", ("has been delivered", "is on its way back to us", "is ready for pickup")),
    (r"\b(?:was|has been) delivered\b", ("is out for delivery", "is in transit", "was lost in transit")),
    (r"\bhas not shipped yet\b", ("has shipped", "was delivered", "is on its way")),
    (r"\bhas (?:already )?shipped\b", ("has not shipped yet", "was cancelled")),
    (r"\bwas cancelled\b", ("has shipped", "was delivered", "is on its way")),
    (r"\bis delayed\b", ("is on time", "is out for delivery", "was delivered")),
    (r"\bis in stock\b", ("is sold out",)),
    (r"\bis sold out\b", ("is in stock",)),
    (r"\bis approved\b", ("is completed", "was declined", "was refunded")),
    (r"\bhas not been refunded yet\b", ("has been refunded",)),
    (r"\bready for pickup\b", ("out for delivery", "on its way back to us")),
    (r"\bhas not received the parcel yet\b", ("has picked up the parcel", "has delivered the parcel")),
)


def status(text: str, around: Around, rng: Random) -> str | None:
    found = [(match, words) for pattern, words in _STATES if (match := re.search(pattern, text))]
    if not found:
        return None
    match, words = rng.choice(found)
    return _put(text, match, rng.choice(words))


def place(text: str, around: Around, rng: Random) -> str | None:
    """A stranger's town."""
    here = [i.value for i in around.cited if i.kind is Kind.PLACE and i.value in text]
    others = [each for each in around.strange(Kind.PLACE) if each not in text]
    return text.replace(rng.choice(here), rng.choice(others), 1) if here and others else None


def older_scan(text: str, around: Around, rng: Random) -> str | None:
    """Where the parcel was before: true once, not any more."""
    if not re.search(r"\b(?:last|latest) scan|last scanned|currently|right now", text):
        return None
    here = [i for i in around.cited if i.kind is Kind.PLACE and i.value in text]
    if not here:
        return None
    before = {i.value for i in around.facts.evidence if i.kind is Kind.PLACE and i.part_of == here[0].part_of}
    others = sorted(before - {here[0].value})
    return text.replace(here[0].value, rng.choice(others), 1) if others else None


def carrier(text: str, around: Around, rng: Random) -> str | None:
    here = [i.value for i in around.cited if i.field == "carrier" and re.search(rf"\b{i.value}\b", text)]
    others = [name for name in ("UPS", "USPS", "FedEx", "OnTrac") if name not in text]
    if not here:
        return None
    return re.sub(rf"\b{here[0]}\b(?! eC)", rng.choice(others), text, count=1)


_COUNTS = r"\b(\d+|two|three|four)(?= (?:parcels?|packages?|items?|pieces?|units?|x\b))|\b\d+(?= ×|x )"


def quantity(text: str, around: Around, rng: Random) -> str | None:
    match = _one(_COUNTS, text, rng)
    return (
        _put(text, match, rng.choice([n for n in ("1", "2", "3", "5") if n != match[0]])) if match else None
    )


title = _swap("line.title", Kind.TEXT, own=False)


def product(text: str, around: Around, rng: Random) -> str | None:
    """A question on one product, answered with another's text."""
    here = [i for i in around.cited if i.field.startswith("attribute.") and i.value in text]
    name = here[0].field if here else ""
    others = [v for v in around.strange(Kind.TEXT, field=name) if v != here[0].value] if here else []
    return text.replace(here[0].value, rng.choice(others), 1) if others else None


_WINDOW = re.compile(r"\b(\d+)(?=(?: to \d+)? (?:business |calendar )?(?:days?|hours?|weeks?|months?)\b)")
_OTHER_WINDOWS = {"30": ("60", "14", "45"), "45": ("30", "90"), "14": ("30", "7"), "5": ("15", "3"), "48": ("24", "72")}  # fmt: skip


def window(text: str, around: Around, rng: Random) -> str | None:
    """30 ↔ 60 days."""
    match = _one(_WINDOW, text, rng)
    return (
        _put(text, match, rng.choice(_OTHER_WINDOWS.get(match[1], (str(int(match[1]) * 2), "21"))))
        if match
        else None
    )


def unit(text: str, around: Around, rng: Random) -> str | None:
    """Business days ↔ days, days ↔ weeks."""
    match = _one(r"(?<=\d )(?:business days?|days|hours)\b", text, rng)
    if not match:
        return None
    others = {"business days": ("days", "hours", "weeks"), "business day": ("week",)}
    return _put(text, match, rng.choice(others.get(match.group(), ("weeks", "months"))))


_NEGATED = (
    (r"\bcannot be\b", "can be"),
    (r"\bcan be\b", "cannot be"),
    (r"\bare not\b", "are"),
    (r"\bis not\b", "is"),
    (r"\bdo not\b", "do"),
    (r"\bhas not (?:yet )?(\w+)( yet)?\b", r"has \1"),
    (r"\bmust not\b", "must"),
    (r"\b(You|we|We) can (?=\w+ )", r"\1 cannot "),
    (r"\bexpects to\b", "does not expect to"),
    (r"\b(is|was|were|are) (?!not\b|no\b)(?=\w)", r"\1 not "),
    (r"\bwithout a\b", "with a"),
    (r"\bNever\b", "Always"),
    (r"\bonly\b", "not only"),
)


def negation(text: str, around: Around, rng: Random) -> str | None:
    found = [(pattern, words) for pattern, words in _NEGATED if re.search(pattern, text)]
    if not found or not around.cited or text.rstrip().endswith("?"):
        return None
    pattern, words = rng.choice(found)
    changed = re.sub(pattern, words, text, count=1)
    return changed if changed != text else None


_PAYS = (
    (r"\bThe customer pays\b", "We pay"),
    (r"\bWe pay\b", "The customer pays"),
    (r"\bship free\b", "cost extra to ship"),
    (r"\bis free\b", "is charged"),
    (r"\ba prepaid return label\b", "a return label for you to pay"),
    (r"\bthe original payment method\b", "a gift card"),
    (r"\bOriginal shipping fees are not refunded\b", "Original shipping fees are refunded too"),
    (r"\bA teammate\b", "The carrier"),
)


def payer(text: str, around: Around, rng: Random) -> str | None:
    found = [(pattern, words) for pattern, words in _PAYS if re.search(pattern, text)]
    pattern, words = rng.choice(found) if found else ("", "")
    return re.sub(pattern, words, text, count=1) if found else None


_CONDITIONS = (
    r" in their original packaging",
    r"\bunworn ",
    r" within \d+ (?:business )?(?:days|hours)(?: of (?:delivery|purchase))?",
    r" after (?:the parcel is back in our warehouse and inspected|inspection|delivery|we receive the return)",
    r" in new condition",
    r" unless the item is faulty",
    r" while it has not shipped yet",
    r" that has not shipped yet",
    r" if we have one in stock",
    r" where we have one",
    r" and inspected",
    r" in transit",
    r" with a photo",
    r"Items marked Final Sale cannot be returned\.",
)


def condition(text: str, around: Around, rng: Random) -> str | None:
    """Left out: the rule now grants more than it does."""
    if not any(i.kind is Kind.POLICY for i in around.cited):
        return None
    found = [each for each in _CONDITIONS[:-1] if re.search(each, text)]
    changed = re.sub(rng.choice(found), "", text, count=1) if found else ""
    return f"{changed[:1].upper()}{changed[1:]}" if changed else None


def noted(text: str, around: Around, rng: Random) -> str | None:
    """Where it was left, who signed."""
    here = [i.value for i in around.cited if i.field in {"left_at", "signed_by"} and i.value in text]
    others = ("Back Door", "Garage", "Leasing Office", "J. Miller", "Neighbor")
    return text.replace(here[0], rng.choice([o for o in others if o not in here]), 1) if here else None


def reason(text: str, around: Around, rng: Random) -> str | None:
    pairs = (
        (r"\bthe weather\b", ("customs", "a strike", "an accident")),
        (r"\bwas damaged\b", ("was lost", "was stolen", "was refused")),
        (r"\ba problem with the address\b", ("bad weather", "a customs hold", "damage")),
        (r"\btried to deliver\b", ("lost", "damaged", "delivered")),
    )
    found = [(pattern, words) for pattern, words in pairs if re.search(pattern, text)]
    if not found:
        return None
    pattern, words = rng.choice(found)
    return re.sub(pattern, rng.choice(words), text, count=1)


def link(text: str, around: Around, rng: Random) -> str | None:
    """The same page of another host, or of another parcel."""
    match = re.search(r"https?://\S+", text)
    if not match:
        return None
    if rng.random() < 0.5:
        return _put(text, match, re.sub(r"//[^/]+/", "//track-parcel.example/", match.group()))
    return _put(text, match, match.group()[:-1] + str((int(match.group()[-1]) + 1) % 10)) if match.group()[-1].isdigit() else None  # fmt: skip


CHANGES: dict[str, Change] = {
    "date by a day": day,
    "weekday": weekday,
    "month": month,
    "amount by a cent": cent,
    "another amount of theirs": amount,
    "currency": currency,
    "time of day": clock,
    "order number": order_number,
    "other parcel's tracking number": tracking_number,
    "one digit of a long number": digit,
    "status": status,
    "other customer's city": place,
    "an older scan as the latest": older_scan,
    "carrier": carrier,
    "quantity": quantity,
    "product title": title,
    "other product's property": product,
    "30 ↔ 60 days": window,
    "unit of a period": unit,
    "negation": negation,
    "who pays or acts": payer,
    "condition left out": condition,
    "where it was left, who signed": noted,
    "reason of the trouble": reason,
    "tracking link": link,
}
