"""Every statement in a draft must stand on a record of the same type and meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agents.checking.claims import privacy, reach, reading
from agents.checking.claims.ground import Found, Verdict
from agents.facts.evidence import Evidence, Sentence
from connectors.contract import Form, Limits
from connectors.wording import breaches

WORDING = "wording"  # no statement, but words the channel forbids


@dataclass(frozen=True)
class Claim:
    """One statement found in a sentence: characters `start` to `end` of sentence number `sentence` (from 0)."""

    sentence: int
    start: int
    end: int
    kind: str  # an agents.facts.evidence.Kind, "promise", or WORDING
    text: str
    is_supported: bool
    evidence: int | None = None  # the number of what supports it
    reason: str = ""  # why it is not supported, in words

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(
    sentences: Sequence[Sentence],
    evidence: Sequence[Evidence],
    *,
    now: datetime,
    zone: str,
    limits: Limits = Limits(),  # noqa: B008  frozen
) -> list[Claim]:
    """All claims, in reading order. A draft may go out only if every one of them is supported. What the channel
    forbids to write is never supported."""
    by_number = {item.number: item for item in evidence}
    scope = reach.Reach(evidence, now, ZoneInfo(zone))
    claims: list[Claim] = []
    for index, sentence in enumerate(sentences):
        cited = [by_number[number] for number in sentence.evidence if number in by_number]
        found = [
            _claim(index, sentence, clause.start + found.start, clause.start + found.end, found, verdict)
            for clause in reading.clauses(sentence.text, cited)
            for found, verdict in scope.settle(clause, cited)
        ]
        found += _forbidden(index, sentence, limits)
        if limits.form is Form.PUBLIC:
            found = _in_public(index, sentence, found, by_number)
        claims += [claim for claim in found if not _hides_a_doubt(claim, found)]
    return claims


def _in_public(
    index: int, sentence: Sentence, found: list[Claim], by_number: Mapping[int, Evidence]
) -> list[Claim]:
    """What is true of the customer is not for everybody."""
    told = [
        replace(claim, is_supported=False, reason=privacy.REASON)
        if privacy.is_private(by_number.get(claim.evidence or 0))
        else claim
        for claim in found
    ]
    doubted = {(claim.start, claim.end) for claim in told if not claim.is_supported}
    return told + [
        Claim(index, start, end, WORDING, sentence.text[start:end], False, reason=privacy.REASON)
        for start, end in privacy.private_words(sentence)
        if (start, end) not in doubted
    ]


def _forbidden(index: int, sentence: Sentence, limits: Limits) -> list[Claim]:
    return [
        Claim(
            index,
            each.start,
            each.end,
            WORDING,
            sentence.text[each.start : each.end],
            False,
            reason=each.because,
        )
        for each in breaches(sentence.text, limits)
        if each.blocks
    ]


def _claim(index: int, sentence: Sentence, start: int, end: int, found: Found, verdict: Verdict) -> Claim:
    support = verdict if isinstance(verdict, Evidence) else None
    return Claim(
        sentence=index,
        start=start,
        end=end,
        kind=str(found.kind),
        text=sentence.text[start:end],
        is_supported=support is not None,
        evidence=support.number if support else None,
        reason="" if isinstance(verdict, Evidence) else verdict,
    )


def _hides_a_doubt(claim: Claim, others: Sequence[Claim]) -> bool:
    """A supported statement around an unsupported detail would cover it on screen."""
    return claim.is_supported and any(
        not other.is_supported and claim.start <= other.start and other.end <= claim.end for other in others
    )
