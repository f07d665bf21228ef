"""What a moderator sees of a live: its groups ranked, its newest comments, how fast they come, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from connectors import registry
from connectors.contract import Capability
from inbox.models import Channel, CommentGroup, GroupKind, GroupState, Product, Stream, StreamComment
from inbox.templatetags.plots import Point

LISTED = 60  # groups
TICKER = 40  # comments
OF_GROUP = 30
LIVES = 40


@dataclass(frozen=True)
class GroupFilters:
    """`show`: "open" (what wants an answer), "answered", "dismissed" or "talk" (what wants none)."""

    SHOWN = (("open", "Open"), ("answered", "Answered"), ("talk", "Talk"), ("dismissed", "Dismissed"))

    show: str = "open"
    kind: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> GroupFilters:
        show, kind = query.get("show", ""), query.get("kind", "")
        return cls(
            show if show in dict(cls.SHOWN) else "open", kind if kind in {"buying", "complaint"} else ""
        )

    def query(self, **changes: Any) -> str:
        values = {"show": self.show if self.show != "open" else "", "kind": self.kind, **changes}
        kept = {name: value for name, value in values.items() if value and value != "open"}
        return f"?{urlencode(kept)}" if kept else "?"

    def of(self, rows: QuerySet[CommentGroup]) -> QuerySet[CommentGroup]:
        wanted = _SHOWN[self.show]
        return rows.filter(wanted, kind=self.kind) if self.kind else rows.filter(wanted)


_ASKING = Q(kind__in=[*CommentGroup.ASKING, GroupKind.NEW])
_SHOWN = {
    "open": Q(state=GroupState.OPEN) & _ASKING,
    "answered": Q(state=GroupState.ANSWERED),
    "dismissed": Q(state=GroupState.DISMISSED),
    "talk": Q(state=GroupState.OPEN) & ~_ASKING,
}


@dataclass(frozen=True)
class Groups:
    rows: list[CommentGroup]
    counts: dict[str, int]  # by what GroupFilters shows
    filters: GroupFilters


def groups(stream: Stream, filters: GroupFilters) -> Groups:
    """What should be answered first comes first. Two queries."""
    every = CommentGroup.objects.filter(stream=stream)
    counts = every.aggregate(**{name: Count("pk", filter=wanted) for name, wanted in _SHOWN.items()})
    order = "-decided_at" if filters.show in {"answered", "dismissed"} else "-rank"
    rows = filters.of(every).select_related("answer", "decided_by__user").order_by(order, "-last_at", "id")
    return Groups(list(rows[:LISTED]), counts, filters)


@dataclass(frozen=True)
class Pulse:
    stream: Stream
    comments: list[StreamComment]  # newest first
    products: list[Product]
    pace: list[Point]
    now: int  # comments in the minute that has passed


def pulse(stream: Stream) -> Pulse:
    """Two queries."""
    rows = stream.comments.select_related("group").defer("names").order_by("-at", "-id")
    pace = _pace(stream)
    return Pulse(
        stream, list(rows[:TICKER]), shown(stream.products), pace, int(pace[-2].value if pace else 0)
    )


def shown(ids: list[str]) -> list[Product]:
    wanted = Q(external_id__in=ids)
    for each in ids:
        wanted |= Q(variants__contains=[{"sku": each}]) | Q(variants__contains=[{"external_id": each}])
    return list(Product.objects.filter(wanted).order_by("title")[:4]) if ids else []


def catalogue() -> list[Product]:
    """What may be shown, by name; as many as a list can hold."""
    return list(Product.objects.only("title", "external_id").order_by("title")[:300])


def _pace(stream: Stream, minutes: int = 20) -> list[Point]:
    """The last minutes that somebody may have written in, the oldest first."""
    until = int((timezone.now() if stream.is_running else stream.last_comment_at).timestamp()) // 60
    points = []
    for minute in range(until - minutes + 1, until + 1):
        count = stream.pace.get(str(minute), 0)
        at = timezone.localtime(datetime.fromtimestamp(minute * 60, UTC)).strftime("%H:%M")
        points.append(Point(at, count, f"{at}: {count} comment{'' if count == 1 else 's'}"))
    return points


@dataclass(frozen=True)
class Lives:
    running: list[Stream]
    earlier: list[Stream]


def lives() -> Lives:
    """Newest first, each with how many groups wait. Two queries."""
    waiting = Count("groups", filter=Q(groups__state=GroupState.OPEN, groups__kind__in=CommentGroup.ASKING))
    rows = list(
        Stream.objects.annotate(waiting=waiting)
        .prefetch_related(Prefetch("channel", Channel.objects.defer("credentials", "cursor", "settings")))
        .order_by("-last_comment_at", "-id")[:LIVES]
    )
    return Lives([row for row in rows if row.is_running], [row for row in rows if not row.is_running])


def is_offered() -> bool:
    """Whether a live was here before, or any channel may have one."""
    kinds = Channel.objects.values_list("kind", flat=True).distinct()
    return Stream.objects.exists() or any(
        Capability.LIVES in registry.connector(kind).capabilities for kind in kinds
    )


def waiting(most: int) -> int:
    """Groups under running lives that want an answer."""
    running = timezone.now() - Stream.QUIET
    open_ones = CommentGroup.objects.filter(state=GroupState.OPEN, kind__in=CommentGroup.ASKING)
    return open_ones.filter(stream__last_comment_at__gt=running)[:most].count()


def said_in(group: CommentGroup) -> list[StreamComment]:
    """Newest first."""
    return list(group.comments.select_related("hidden_by__user").order_by("-at", "-id")[:OF_GROUP])


def group_of(pk: UUID | str | None, stream: Stream) -> CommentGroup | None:
    try:
        wanted = UUID(str(pk))
    except ValueError:
        return None
    found: CommentGroup | None = CommentGroup.objects.filter(pk=wanted, stream=stream).first()
    return found
