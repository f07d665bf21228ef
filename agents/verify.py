"""Every statement in a draft must stand on a record of the same type and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from agents.evidence import Evidence, Sentence


@dataclass(frozen=True)
class Claim:
    """One statement found in a sentence: characters `start` to `end` of sentence number `sentence` (from 0)."""

    sentence: int
    start: int
    end: int
    kind: str  # an agents.evidence.Kind, or "promise"
    text: str
    is_supported: bool
    evidence: int | None = None  # the number of what supports it
    reason: str = ""  # why it is not supported, in words

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(
    sentences: Sequence[Sentence], evidence: Sequence[Evidence], *, now: datetime, zone: str
) -> list[Claim]:
    """All claims, in reading order. A draft may go out only if every one of them is supported."""
    raise NotImplementedError
