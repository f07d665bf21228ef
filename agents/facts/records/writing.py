"""Puts fields of one record into the ledger, with all that proves them later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from agents.facts.evidence import Evidence, Kind, Ledger
from inbox.models import Conversation


@dataclass(frozen=True)
class Writer:
    """`copy` is the whole record as it was read; the first piece of evidence about it keeps it, for all of them."""

    ledger: Ledger
    record: str
    source: str
    fetched_at: datetime
    url: str
    zone: str = ""  # of its dates
    about: str = ""
    part_of: str = ""
    copy: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, name: str, kind: Kind, value: object, label: str, *, unit: str = "") -> Evidence:
        return self.ledger.add(
            Evidence(
                number=0,
                record=self.record,
                field=name,
                kind=kind,
                value=str(value),
                label=label,
                source=self.source,
                fetched_at=self.fetched_at,
                url=self.url,
                about=self.about,
                part_of=self.part_of,
                frozen={} if self._has_begun else dict(self.copy),
                unit=unit or (self.zone if kind is Kind.DATE else ""),
            )
        )

    @property
    def _has_begun(self) -> bool:
        return bool(self.ledger.items) and self.ledger.items[-1].record == self.record

    def day(self, name: str, at: datetime | None, label: str) -> dict[str, Evidence]:
        """The calendar day in the writer's zone; nothing where there is no time."""
        if at is None:
            return {}
        return {
            name.rpartition(".")[2]: self(name, Kind.DATE, at.astimezone(ZoneInfo(self.zone)).date(), label)
        }

    def money(self, name: str, amount: object, currency: str, label: str) -> Evidence:
        return self(name, Kind.MONEY, f"{amount} {currency}", label, unit=currency)


def page(conversation: Conversation, anchor: str) -> str:
    address = reverse("inbox:conversation", args=[conversation.organization.slug, conversation.pk])
    return f"{address}#{anchor}"


def frozen(row: Any, *fields: str) -> dict[str, Any]:
    """These columns of a row, as JSON can keep them."""
    values = {name: getattr(row, name) for name in fields}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in values.items()
        if value not in (None, "")
    }
