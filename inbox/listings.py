"""Notices and disputes as lists, shared by pages and API. Pages are keysets, as in `queries`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from connectors.events import DisputeState, NoticeKind
from inbox import watching
from inbox.models import Channel, Dispute, Notice
from inbox.queries import MOST_COUNTED, PAGE, Cursor

NEVER = "never"  # in a cursor: behind all that have a deadline


@dataclass(frozen=True)
class NoticeFilters:
    kind: str = ""
    channel: UUID | None = None
    unseen: bool = False
    cursor: Cursor | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> NoticeFilters:
        """From a query string; what makes no sense is ignored."""
        kind = query.get("kind", "")
        return cls(
            kind=kind if kind in set(NoticeKind) else "",
            channel=_uuid(query.get("channel", "")),
            unseen=query.get("unseen") == "1",
            cursor=Cursor.read(query.get("after", "")),
        )

    def query(self, **changes: Any) -> str:
        values = {"kind": self.kind, "channel": self.channel or "", "unseen": "1" if self.unseen else ""}
        return _query({**values, **changes})

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Notice._meta.get_field("kind").flatchoices]

    @property
    def kind_label(self) -> str:
        return dict(self.kinds).get(self.kind, "")


@dataclass(frozen=True)
class Notices:
    rows: list[Notice]
    after: Cursor | None


def notices(filters: NoticeFilters) -> Notices:
    """Newest first, with order and channel. Two queries."""
    rows = _told(filters)
    if filters.cursor:
        rows = rows.filter(filters.cursor.before("at"))
    found = list(
        rows.select_related("order")
        .defer("names")
        .prefetch_related(_channels())
        .order_by("-at", "-id")[: PAGE + 1]
    )
    page = found[:PAGE]
    return Notices(page, Cursor(page[-1].at, page[-1].pk) if len(found) > PAGE else None)


def see_all(filters: NoticeFilters) -> int:
    """Mark what the filters show as seen; how many that were."""
    return _told(filters).filter(seen=False).update(seen=True)


def _told(filters: NoticeFilters) -> QuerySet[Notice]:
    rows = Notice.objects.filter(message=None)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    return rows.filter(seen=False) if filters.unseen else rows


ENDED = (DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED)


@dataclass(frozen=True)
class DisputeFilters:
    """`state`: "action_needed", "waiting" or "ended"."""

    STATES = (("action_needed", "To answer"), ("waiting", "Waiting for others"), ("ended", "Ended"))

    state: str = DisputeState.ACTION_NEEDED
    channel: UUID | None = None
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> DisputeFilters:
        state = query.get("state", "")
        return cls(
            state=state if state in dict(cls.STATES) else DisputeState.ACTION_NEEDED,
            channel=_uuid(query.get("channel", "")),
            after=query.get("after", ""),
        )

    def query(self, **changes: Any) -> str:
        values = {"state": self.state, "channel": self.channel or ""}
        return _query({**values, **changes}, usual=DisputeState.ACTION_NEEDED)


@dataclass(frozen=True)
class Disputes:
    rows: list[Dispute]
    after: str  # "" at the end


def disputes(filters: DisputeFilters) -> Disputes:
    """What must be answered first comes first, those without a deadline last; what ended: the newest first. Two
    queries."""
    rows = Dispute.objects.select_related("order", "customer").prefetch_related(_channels())
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    ended = filters.state == "ended"
    rows = _ended(rows, filters.after) if ended else _by_deadline(rows, filters)
    found = list(rows[: PAGE + 1])
    if len(found) <= PAGE:
        return Disputes(found, "")
    last = found[PAGE - 1]
    at = last.updated_at if ended else last.due_at
    return Disputes(found[:PAGE], f"{at.isoformat() if at else NEVER},{last.pk}")


def _ended(rows: QuerySet[Dispute], after: str) -> QuerySet[Dispute]:
    rows = rows.filter(state__in=ENDED).order_by("-updated_at", "-id")
    cursor = Cursor.read(after)
    return rows.filter(cursor.before("updated_at")) if cursor else rows


def _by_deadline(rows: QuerySet[Dispute], filters: DisputeFilters) -> QuerySet[Dispute]:
    rows = rows.filter(state=filters.state).order_by(F("due_at").asc(nulls_last=True), "id")
    at, _, pk = filters.after.partition(",")
    last = _uuid(pk)
    if last is None:
        return rows
    if at == NEVER:
        return rows.filter(due_at=None, id__gt=last)
    due = _moment(at)
    return rows.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=last) | Q(due_at=None)) if due else rows


def waiting() -> dict[str, Any]:
    """How much stands beside the queue: disputes to answer, notices nobody has seen, what wants an answer under a
    running live. Each query stops counting at MOST_COUNTED."""
    return {
        "lives": watching.waiting(MOST_COUNTED) if watching.is_offered() else None,
        "disputes": Dispute.objects.filter(state=DisputeState.ACTION_NEEDED)[:MOST_COUNTED].count(),
        "notices": Notice.objects.filter(seen=False, message=None)[:MOST_COUNTED].count(),
    }


def _channels() -> Prefetch:
    return Prefetch("channel", Channel.objects.defer("credentials", "cursor", "settings"))


def _query(values: Mapping[str, Any], usual: str = "") -> str:
    kept = {name: value for name, value in values.items() if value not in {"", usual}}
    return f"?{urlencode(kept)}" if kept else "?"


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
