"""Evidence: one field of one record, as it was when it was read. What an answer may say, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

Typed = date | datetime | Decimal | int | str


class Kind(StrEnum):
    """The type of a value. A claim is only supported by evidence of its own kind."""

    DATE = "date"  # ISO date, in the zone that matters for the reader
    MOMENT = "moment"  # ISO date and time with offset
    MONEY = "money"  # "147.62 USD"
    STATUS = "status"  # a normalised word: "in_transit", "paid", "unfulfilled"
    NUMBER = "number"  # "2"
    IDENTIFIER = "identifier"  # an order or tracking number
    PLACE = "place"  # "Columbus, OH"
    TEXT = "text"  # words of a platform or carrier: a title, a scan's text
    LINK = "link"  # a URL a shopper may be given
    POLICY = "policy"  # a passage of knowledge, its whole text
    FAILURE = "failure"  # what could not be read, and when


@dataclass(frozen=True)
class Evidence:
    number: int  # within its run, from 1; what a draft cites
    record: str  # "order:<uuid>", "shipment:<uuid>", "scan:<uuid>", "passage:<uuid>", …
    field: str  # "estimated_on"
    kind: Kind
    value: str  # canonical, see Kind
    label: str  # for people: "UPS estimate"
    source: str  # who says so: "UPS", "Shopify", "Returns, version 3"
    fetched_at: datetime  # aware
    url: str = ""  # opens the record on our screens
    about: str = ""  # the order number it belongs to: the right fact about the wrong order is no support
    part_of: str = ""  # the record this one is a part of: a scan's shipment
    frozen: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # the record as it was
    unit: str = ""  # the currency of MONEY, the zone of a DATE or MOMENT, what a NUMBER counts

    def as_json(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in _FIELDS}
        return {**own, "fetched_at": self.fetched_at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        known = {**data, "kind": Kind(data["kind"]), "fetched_at": datetime.fromisoformat(data["fetched_at"])}
        return cls(**known)

    @property
    def day(self) -> date:
        """The calendar day of a DATE or MOMENT, as the reader would say it."""
        return date.fromisoformat(self.value[:10])

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.value)

    @property
    def typed(self) -> Typed:
        """The value in its own type: an amount without its currency, which is the unit."""
        if self.kind is Kind.MONEY:
            return Decimal(self.value.partition(" ")[0])
        if self.kind is Kind.NUMBER:
            return int(self.value)
        if self.kind is Kind.DATE:
            return self.day
        return self.moment if self.kind is Kind.MOMENT else self.value


_FIELDS = tuple(field.name for field in dataclasses.fields(Evidence))


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft and the numbers of the evidence it stands on."""

    text: str
    evidence: tuple[int, ...] = ()


@dataclass
class Ledger:
    """Hands out numbers while evidence is gathered."""

    items: list[Evidence] = dataclasses.field(default_factory=list)

    def add(self, evidence: Evidence) -> Evidence:
        numbered = replace(evidence, number=len(self.items) + 1)
        self.items.append(numbered)
        return numbered
