"""Which records a clause speaks of: the right fact about the wrong order or parcel is no support."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agents.checking.claims.ground import Found, Ground, Verdict
from agents.checking.claims.names import plain
from agents.checking.claims.reading import Clause
from agents.facts.evidence import Evidence, Kind

_PART = re.compile(
    r"\b(?:parcel|package|shipment|part|first|second|third|fourth|other|another|one|rest)\b", re.IGNORECASE
)
_MORE = re.compile(r"\b(?:orders|other order|another order)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Scope:
    """Orders and parcels within reach; None: all."""

    orders: frozenset[str] | None = None
    parcels: frozenset[str] | None = None

    def has(self, item: Evidence) -> bool:
        if self.orders is not None and item.about and item.about not in self.orders:
            return False
        if self.parcels is None:
            return True
        parcel = parcel_of(item)
        return not parcel or parcel in self.parcels


def parcel_of(item: Evidence) -> str:
    return item.record if item.record.startswith("shipment:") else item.part_of


@dataclass
class Reach:
    evidence: Sequence[Evidence]
    now: datetime
    zone: ZoneInfo
    last: Scope | None = None  # what the text before spoke of

    def settle(self, clause: Clause, cited: Sequence[Evidence]) -> list[tuple[Found, Verdict]]:
        """The claims of a clause with their verdicts, under the one reading that supports most of them."""
        best: list[tuple[Found, Verdict]] = []
        if not clause.found:
            return best
        chosen: Scope | None = None
        numbers = {item.number for item in cited}
        for scope in self._candidates(clause, cited):
            ground = Ground(
                tuple(item for item in cited if scope.has(item)),
                tuple(item for item in self.evidence if scope.has(item) and item.number not in numbers),
                self.now,
                self.zone,
                clause.text,
            )
            verdicts = _of_one_scan([(found, found.check(ground)) for found in clause.found], ground)
            if chosen is None or _failed(verdicts) < _failed(best):
                best, chosen = verdicts, scope
            if not _failed(best):
                break
        if chosen is not None and chosen.orders is not None:
            self.last = chosen
        return best

    def _candidates(self, clause: Clause, cited: Sequence[Evidence]) -> Iterator[Scope]:
        orders, parcels = self._named(clause)
        if parcels:
            yield Scope(frozenset(self._order_of(parcel) for parcel in parcels) | orders, parcels)
        elif orders:
            yield from self._inside(orders, clause, whole=True)
        elif self.last is not None and not _MORE.search(clause.text):
            yield self.last
            if _PART.search(clause.text) and self.last.orders:
                yield from self._inside(self.last.orders, clause, whole=False)
        else:
            abouts = list(dict.fromkeys(item.about for item in cited if item.about))
            for order in abouts:
                yield from self._inside(frozenset({order}), clause, whole=False)
            if not abouts or _MORE.search(clause.text):
                yield Scope()

    def _inside(self, orders: frozenset[str], clause: Clause, *, whole: bool) -> Iterator[Scope]:
        """The orders with all their parcels; and, unless the clause speaks of the whole, each parcel alone."""
        yield Scope(orders)
        parcels = dict.fromkeys(
            parcel_of(item) for item in self.evidence if item.about in orders and parcel_of(item)
        )
        if len(parcels) > 1 and (not whole or _PART.search(clause.text)):
            for parcel in parcels:
                yield Scope(orders, frozenset({parcel}))

    def _named(self, clause: Clause) -> tuple[frozenset[str], frozenset[str]]:
        said = {
            plain(clause.text[item.start : item.end]) for item in clause.found if item.kind == Kind.IDENTIFIER
        }
        meant = [item for item in self.evidence if item.field == "number" and plain(item.value) in said]
        return (
            frozenset(item.about for item in meant if item.record.startswith("order:")),
            frozenset(item.record for item in meant if item.record.startswith("shipment:")),
        )

    def _order_of(self, parcel: str) -> str:
        return next(item.about for item in self.evidence if item.record == parcel)


_OF_A_SCAN = {Kind.PLACE, Kind.MOMENT, Kind.DATE}


def _of_one_scan(verdicts: list[tuple[Found, Verdict]], ground: Ground) -> list[tuple[Found, Verdict]]:
    """One place, one day and one time in a clause are those of one scan: each alone may be true of another."""
    told = [
        (found, item) for found, item in verdicts if isinstance(item, Evidence) and found.kind in _OF_A_SCAN
    ]
    kinds = [found.kind for found, _ in told]
    scans = list(dict.fromkeys(item.record for _, item in told if item.record.startswith("scan:")))
    if len(scans) < 2 or len(kinds) != len(set(kinds)):
        return verdicts
    best: list[tuple[Found, Verdict]] = []
    for scan in scans:
        alone = ground.without(each for each in scans_of(ground) if each != scan)
        tried = [(found, found.check(alone)) for found, _ in verdicts]
        if not best or _failed(tried) < _failed(best):
            best = tried
    return best


def scans_of(ground: Ground) -> set[str]:
    return {item.record for item in ground.cited if item.record.startswith("scan:")}


def _failed(verdicts: Sequence[tuple[Found, Verdict]]) -> int:
    return sum(isinstance(verdict, str) for _, verdict in verdicts)
