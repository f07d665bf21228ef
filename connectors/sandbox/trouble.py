"""Misbehaviour on demand. Each wish is used up by the next request (or webhook) it applies to."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    TOO_MANY = "429"  # answer 429 with Retry-After
    BROKEN = "500"  # answer 500 without doing anything
    SILENT = "timeout_after_accept"  # do it, then hang until the caller gives up
    REJECTED = "rejected_after_accept"  # accept what is done later, then do not do it
    DUPLICATE = "duplicate"  # send the next webhook twice
    REORDER = "reorder"  # hold the next webhook back until another one has gone
    UNSIGNED = "unsigned"  # send the next webhook with a wrong signature
    GARBAGE = "garbage"  # answer, or push, a body that is not JSON


@dataclass
class Trouble:
    """Wishes by platform kind ("shopify", "ups", "smtp", ...)."""

    wishes: dict[str, deque[Kind]] = field(default_factory=lambda: defaultdict(deque))

    def ask(self, platform: str, kind: Kind, times: int = 1) -> None:
        self.wishes[platform].extend([kind] * times)

    def take(self, platform: str, *kinds: Kind) -> Kind | None:
        """The next wish for this platform if it is one of `kinds`; it is used up."""
        waiting = self.wishes[platform]
        for kind in waiting:
            if kind in kinds:
                waiting.remove(kind)
                return kind
        return None
