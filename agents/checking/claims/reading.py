"""Cuts a sentence into clauses and finds their claims, the certain kinds first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from agents.checking.claims import (
    amounts,
    channels,
    days,
    foreign,
    names,
    promises,
    rules,
    states,
    times,
    unread,
    windows,
    wording,
)
from agents.checking.claims.ground import Found, without
from agents.checking.claims.plainly import Plain, plainly
from agents.facts.evidence import Evidence, Kind

_EXACT = (
    names.links,
    names.emails,
    channels.find,
    windows.find,
    days.find,
    times.find,
    amounts.money,
    names.identifiers,
    names.phones,
    names.places,
    names.carriers,
    amounts.numbers,
)
_END = re.compile(r"(?<=[.!?])[”\"')]*\s+(?=[A-Z“\"#(\x00])|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:St|Mr|Mrs|Ms|Dr|No|Ft|Mt|vs|approx|[A-Z])|\b[ap]\.m)\.$")


_FIGURES = {Kind.NUMBER, Kind.MONEY, Kind.MOMENT}


@dataclass(frozen=True)
class Clause:
    """One statement of a sentence, at `start` in it."""

    text: str
    start: int
    found: tuple[Found, ...]


def clauses(text: str, cited: list[Evidence]) -> Iterator[Clause]:
    # A sentence that stands on nothing but a passage states what the passage says.
    is_rule = bool(cited) and all(item.kind is Kind.POLICY for item in cited)
    quoted = _longest(list(wording.verbatim(text, cited)))
    masked = without(text, quoted)
    for start, end in _spans(masked):
        inside = [item for item in quoted if start <= item.start < end]
        moved = [Found(item.start - start, item.end - start, item.kind, item.check) for item in inside]
        plain = plainly(masked[start:end])
        found = [*moved, *(_back(each, plain) for each in _find(plain.text, is_rule, bool(moved)))]
        yield Clause(text[start:end], start, tuple(sorted(found, key=lambda item: (item.start, -item.end))))


def _back(found: Found, plain: Plain) -> Found:
    start, end = plain.origin(found.start, found.end)
    return replace(found, start=start, end=end)


@lru_cache(maxsize=2048)  # while a person types, all clauses but one stay the same
def _find(text: str, is_rule: bool, beside_quotes: bool) -> tuple[Found, ...]:
    found: list[Found] = []
    left = text
    for finder in _EXACT:
        new = _longest(list(finder(left)))
        found += new
        left = without(left, new)
    # A rule or a promise is compared with its numbers, but without the names and days around it.
    plain = without(text, [item for item in found if item.kind not in _FIGURES])
    said = [*promises.find(plain)]
    found += said
    found += states.find(without(left, said))
    found += wording.handed(left)
    stated = [] if said else list(rules.find(plain, is_rule))
    found += [*stated, *foreign.find(left)]
    if found or beside_quotes:
        found += wording.denials(left, found)
    if not said and not stated:
        found += unread.find(without(left, found), text)
    return tuple(found)


def _longest(found: list[Found]) -> list[Found]:
    """Where two overlap, the longer one."""
    kept: list[Found] = []
    for item in sorted(found, key=lambda each: each.start - each.end):
        if all(item.end <= other.start or other.end <= item.start for other in kept):
            kept.append(item)
    return kept


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATED.search(text[start : match.start()]):
            continue
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)
