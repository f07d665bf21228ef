"""Where a shopper's words are on their way to a member's screen, and when: which part of the wait is whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.bench.table import percentile, show


@dataclass
class Stages:
    """Seconds since 1970, by the name a shopper's words have as a delivery; `notices` by conversation."""

    left: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    notices: dict[str, list[float]] = field(default_factory=dict)
    fetches: list[float] = field(default_factory=list)  # milliseconds a list took

    def note(self, conversation: str, at: float) -> None:
        self.notices.setdefault(conversation, []).append(at)

    def table(self, channel: Any) -> None:
        """In the organization's scope."""
        rows = [
            [name, len(took), percentile(took, 50), percentile(took, 95)]
            for name, took in self._took(channel).items()
            if len(took) > 1
        ]
        show("On the way", ["", "times", "p50 ms", "p95 ms"], rows)

    def _took(self, channel: Any) -> dict[str, list[float]]:
        from inbox.models import Conversation, Delivery

        kept = Delivery.objects.filter(channel=channel, key__in=self.left)
        conversations = dict(Conversation.objects.filter(channel=channel).values_list("thread", "id"))
        took: dict[str, list[float]] = {
            name: [] for name in ("said → stored", "stored → applied", "applied → told", "told → seen")
        }
        for key, stored, applied in kept.values_list("key", "received_at", "applied_at"):
            conversation = str(conversations.get(key.partition(":")[0]))
            if applied is None or key not in self.seen:
                continue
            told = self._first(conversation, applied.timestamp())
            moments = [self.left[key], stored.timestamp(), applied.timestamp(), told, self.seen[key]]
            for name, (before, after) in zip(took, pairwise(moments), strict=True):
                took[name].append((after - before) * 1000)
        return took | {"a list fetched": self.fetches}

    def _first(self, conversation: str, since: float) -> float:
        return min((at for at in self.notices.get(conversation, ()) if at >= since - 0.005), default=since)


def shares(before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> None:
    """How much of one core each process took, from CPU seconds."""
    rows = [[name, (after[name] - before[name]) / seconds * 100] for name in after]
    show("Processor", ["", "% of a core"], rows)
