"""What people turned down lately, and why: what the machine, or the rules, should do otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from agents import actions
from agents.models import Approval, Draft, DraftState

LATELY = timedelta(days=30)
MOST = 12


@dataclass(frozen=True)
class TurnedDown:
    what: str  # "Draft: Return request", "Refund"
    reason: str
    count: int


def turned_down() -> list[TurnedDown]:
    """The most frequent first. Two queries."""
    since = timezone.now() - LATELY
    counts: Counter[tuple[str, str]] = Counter()
    drafts = Draft.objects.filter(state=DraftState.REJECTED, decided_at__gte=since).order_by()
    for intents, reason, count in drafts.values_list("intents", "reject_reason").annotate(n=Count("id")):
        about = str(intents[0]).replace("_", " ") if intents else "a message"
        counts["Draft about " + about, reason] += count
    approvals = Approval.objects.filter(says_yes=False, at__gte=since).order_by()
    for kind, reason, count in approvals.values_list("action__kind", "reason").annotate(n=Count("id")):
        counts[actions.kind(kind).label, reason] += count
    return [TurnedDown(what, reason, count) for (what, reason), count in counts.most_common(MOST)]
