"""Answers to claims."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.contract import Money
from connectors.events import DisputeAnswer, File


@dataclass(frozen=True)
class AnswerDispute:
    """`revision` as the dispute said it, so that nobody answers what has changed meanwhile."""

    dispute_id: str
    answer: DisputeAnswer
    note: str = ""
    files: tuple[File, ...] = ()
    evidence_kind: str = ""
    amount: Money | None = None
    tracking_number: str = ""
    carrier: str = ""
    revision: str = ""
