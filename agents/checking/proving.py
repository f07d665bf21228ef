"""Holds an answer against the records: as it is, without what may go, or another answer in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from agents.checking.mending import mend, why
from agents.checking.verify import Claim
from agents.facts.evidence import Sentence
from agents.writing.compose import Composed

Hold = Callable[[Sequence[Sentence]], list[Claim]]


@dataclass(frozen=True)
class Proven:
    answer: Composed
    claims: list[Claim]
    left_out: list[dict[str, str]] = field(default_factory=list)  # [{text, reason}]
    is_instead: bool = False  # the other answer took the first one's place

    @property
    def doubts(self) -> list[Claim]:
        return [claim for claim in self.claims if not claim.is_supported]


def prove(answer: Composed, hold: Hold, instead: Composed | None = None) -> Proven:
    """What has no support is left out where the answer is whole without it. Where it is not, `instead` takes its place
    if that one can be proven; else the answer stays, and will block."""
    first = _mended(answer, hold)
    if not first.doubts or instead is None or instead.needs_person:
        return first
    second = _mended(instead, hold)
    return first if second.doubts else replace(second, left_out=[*_refused(first)], is_instead=True)


def _mended(answer: Composed, hold: Hold) -> Proven:
    claims = hold(answer.sentences)
    if mended := mend(answer.sentences, claims):
        again = hold(mended.sentences)
        if all(claim.is_supported for claim in again):
            return Proven(replace(answer, sentences=mended.sentences), again, mended.left_out)
    return Proven(answer, claims)


def _refused(proven: Proven) -> Iterator[dict[str, str]]:
    for index in sorted({claim.sentence for claim in proven.doubts}):
        doubts = [claim for claim in proven.doubts if claim.sentence == index]
        yield {"text": proven.answer.sentences[index].text.strip(), "reason": why(doubts)}
