"""Paraphrases: the same fact as people say it ("tomorrow", "a month", "half past two") passes, its neighbour is caught."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from agents.checking.verify import verify
from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import Facts, OrderFacts, ParcelFacts
from agents.quality import saying
from agents.quality.mutation import true_drafts
from agents.quality.page import Section, share, table
from agents.quality.pretend import Letter
from agents.writing.answers.case import say

PER_KIND = 150


@dataclass(frozen=True)
class Said:
    kind: str
    sentence: Sentence
    is_true: bool


@dataclass
class Score:
    tried: Counter[tuple[str, bool]] = field(default_factory=Counter)
    right: Counter[tuple[str, bool]] = field(default_factory=Counter)
    wrong: list[tuple[str, bool, str, str]] = field(default_factory=list)  # kind, is true, words, reason


def score(per_kind: int = PER_KIND, seed: int = 3) -> Score:
    result, rng, seen = Score(), Random(seed), set[str]()
    letters = list({id(draft.letter): draft.letter for draft in true_drafts()}.values())
    rng.shuffle(letters)
    for letter in letters:
        for said in _paraphrases(letter.facts, rng):
            key = (said.kind, said.is_true)
            if result.tried[key] >= per_kind or said.sentence.text in seen:
                continue
            seen.add(said.sentence.text)
            result.tried[key] += 1
            reason = _doubt(letter, said.sentence)
            if bool(reason) != said.is_true:
                result.right[key] += 1
            else:
                result.wrong.append((*key, said.sentence.text, reason))
    return result


def _doubt(letter: Letter, sentence: Sentence) -> str:
    claims = verify([sentence], letter.facts.evidence, now=letter.now, zone=letter.zone)
    return next((f"“{claim.text}”: {claim.reason}" for claim in claims if not claim.is_supported), "")


def _paraphrases(facts: Facts, rng: Random) -> Iterator[Said]:
    order = facts.focus
    if order is None:
        return
    today = facts.now.astimezone(facts.zone).date()
    yield from _bought(order, today)
    yield from _paid(order)
    for parcel in order.parcels:
        yield from _estimate(parcel, today)
        yield from _arrival(parcel, today)
        yield from _clock(parcel)
    yield from _parcels(order)
    yield from _rules(facts)


def _days(kind: str, words: str, on: date, today: date, *grounds: Evidence | None) -> Iterator[Said]:
    for text in saying.days(on, today):
        yield Said(kind, say(words.format(text), *grounds), True)
    for wrong in (on + timedelta(days=1), on - timedelta(days=1)):
        if (wrong > today) == (on > today):
            for text in saying.days(wrong, today):
                yield Said(kind, say(words.format(text), *grounds), False)


def _bought(order: OrderFacts, today: date) -> Iterator[Said]:
    placed = order["placed_on"]
    yield from _days("day of the order", "You placed the order {}.", placed.day, today, placed)


def _estimate(parcel: ParcelFacts, today: date) -> Iterator[Said]:
    item, carrier = parcel.get("estimated_on"), parcel["carrier"]
    if item is None or item.day < today or parcel.status in {"returned", "failure"}:
        return
    yield from _days("day it is expected", f"{carrier.value} expects to deliver it {{}}.", item.day, today, item, carrier)  # fmt: skip
    for text, holds in saying.windows(item.day, today):
        yield Said("period it is expected in", say(f"It should arrive {text}.", item), holds)


def _arrival(parcel: ParcelFacts, today: date) -> Iterator[Said]:
    if item := parcel.get("delivered_at"):
        yield from _days("day of delivery", "It was delivered {}.", item.day, today, item, parcel["status"])


def _clock(parcel: ParcelFacts) -> Iterator[Said]:
    """At the scan's own minute; the round ones, which have names, are tried in tests."""
    for scan in parcel.scans[:1]:
        yield from _times(scan["at"].moment, scan["at"])


def _times(at: datetime, item: Evidence) -> Iterator[Said]:
    for text in saying.times(at.time()):
        yield Said("time of day", say(f"The last scan was at {text}.", item), True)
    other = (at + timedelta(minutes=35)).time()
    for text in saying.times(time(other.hour, other.minute)):
        yield Said("time of day", say(f"The last scan was at {text}.", item), False)


def _paid(order: OrderFacts) -> Iterator[Said]:
    total = order["total"]
    value = Decimal(total.value.partition(" ")[0])
    for amount, is_true in ((value, True), (value + 1, False), (value + Decimal("0.01"), False)):
        for text in saying.amounts(amount):
            yield Said("amount", say(f"The order total was {text}.", total), is_true)
    price = order.lines[0]["price"]
    value = Decimal(price.value.partition(" ")[0])
    for amount, is_true in ((value, True), (value + 10, False)):
        for text in saying.amounts(amount):
            yield Said("amount", say(f"It costs {text}.", price), is_true)


def _parcels(order: OrderFacts) -> Iterator[Said]:
    number = order["number"]
    grounds = [number, *(parcel["status"] for parcel in order.parcels)]
    here = len(order.parcels)
    if here == 2:
        for text in ("two parcels", "a couple of parcels", "2 packages"):
            yield Said("count", say(f"Your order {number.value} comes in {text}.", *grounds), True)
    for text in ("three parcels", "a dozen parcels", "four packages"):
        if here:
            yield Said("count", say(f"Your order {number.value} comes in {text}.", *grounds), False)
    quantity, title = order.lines[0]["quantity"], order.lines[0]["title"]
    for count in range(1, 5):
        text = f"You ordered {saying.count(count)} of the {title.value}."
        yield Said("count", say(text, quantity, title), quantity.value == str(count))


_PERIODS = {
    "30 days": (("thirty days", "a month", "one month"), ("sixty days", "two months", "three weeks", "a year")),
    "45 days": (("forty-five days",), ("four weeks", "two months", "fifty-four days")),
    "14 days": (("two weeks", "fourteen days", "a fortnight"), ("three weeks", "a month", "forty days")),
    "48 hours": (("two days", "forty-eight hours"), ("two weeks", "three days", "eighty-four hours")),
    "20 days": (("twenty days",), ("two weeks", "a month")),
    "one month": (("a month", "30 days", "thirty days"), ("two months", "60 days", "two weeks")),
    "7 business days": (("seven business days",), ("seventeen business days", "two business days")),
    "5 business days": (("five business days",), ("five hours", "fifteen business days")),
    "2 hours": (("two hours",), ("two days", "a day")),
    "$6.50": (("six dollars and fifty cents", "6.50 dollars"), ("five dollars", "sixteen dollars and fifty cents")),
    "$5": (("five dollars",), ("fifteen dollars", "five euros")),
}  # fmt: skip


def _rules(facts: Facts) -> Iterator[Said]:
    for passage in facts.passages:
        for sentence in re.split(r"(?<=\.)\s+", passage.value):
            for period, (same, others) in _PERIODS.items():
                if (
                    re.search(rf"(?<![\w–-]){re.escape(period)}(?!\w)", sentence)
                    and "to " + period not in sentence
                ):
                    for text in same:
                        yield Said(
                            "period or amount of a rule", say(sentence.replace(period, text), passage), True
                        )
                    for text in others:
                        yield Said(
                            "period or amount of a rule", say(sentence.replace(period, text), passage), False
                        )


def measure() -> Section:
    result = score()
    kinds = sorted({kind for kind, _ in result.tried})
    rows = [
        (kind, *(cell for is_true in (True, False) for cell in _cells(result, kind, is_true)))
        for kind in kinds
    ]
    whole = [sum(counts[kind, is_true] for kind in kinds) for is_true in (True, False) for counts in (result.right, result.tried)]  # fmt: skip
    rows.append(("**all**", whole[1], share(whole[0], whole[1]), whole[3], share(whole[2], whole[3])))
    wrong = [f"- {'true' if is_true else 'false'}: {text} {f'({reason})' if reason else ''}".rstrip() for _, is_true, text, reason in result.wrong]  # fmt: skip
    examples = "\n\nTaken wrongly:\n\n" + "\n".join(sorted(wrong)[:30]) if wrong else ""
    body = (
        "Facts of the same records in other words: “tomorrow”, “a month”, “thirty-nine dollars”, “half past two”, "
        f"“between May 3 and 5”. True ones must pass, their neighbours must be caught.\n\n"
        f"{table(('said otherwise', 'true', 'passed', 'false', 'caught'), rows)}{examples}"
    )
    figures = {"passed": whole[0] / whole[1], "caught": whole[2] / whole[3]}
    return Section("Paraphrases", body, figures)


def _cells(result: Score, kind: str, is_true: bool) -> tuple[int, str]:
    tried = result.tried[kind, is_true]
    return tried, share(result.right[kind, is_true], tried)
