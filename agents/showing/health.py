"""How the machine is: what it used day by day, how long it took, what failed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from agents.models import Run, RunState

DAYS = 14


@dataclass(frozen=True)
class Day:
    day: date
    passes: int = 0
    failed: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)  # US dollars


@dataclass(frozen=True)
class Used:
    days: list[Day]  # oldest first, without gaps, in the organization's zone

    @property
    def passes(self) -> int:
        return sum(day.passes for day in self.days)

    @property
    def failed(self) -> int:
        return sum(day.failed for day in self.days)

    @property
    def tokens(self) -> int:
        return sum(day.tokens for day in self.days)

    @property
    def cost(self) -> Decimal:
        return sum((day.cost for day in self.days), Decimal(0))


def used() -> Used:
    """Over the last DAYS days, today included. One query."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    rows = (
        Run.objects.filter(started_at__gte=begin)
        .annotate(day=TruncDate("started_at"))
        .values("day")
        .annotate(
            passes=Count("pk"),
            failed=Count("pk", filter=Q(state=RunState.FAILED)),
            tokens=Sum("tokens_in") + Sum("tokens_out"),
            cost=Sum("cost"),
        )
    )
    known = {row["day"]: Day(**row) for row in rows}
    return Used([known.get(day, Day(day)) for day in (first + timedelta(days=n) for n in range(DAYS))])


def last_failure() -> Run | None:
    """The newest pass that ended with an error of ours."""
    failed = Run.objects.filter(state=RunState.FAILED).select_related("conversation__customer")
    return failed.defer("evidence", "understanding").order_by("-started_at").first()
