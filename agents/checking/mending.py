"""Leaves out of the machine's own draft what has no support, where the answer is whole without it.

A courtesy or a detail may go. What an answer is about may not, nor what offers money or a deed, nor more than a few
sentences: then the draft is blocked as it stands, and a person sees why. Words of a person are never left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.checking.claims.promises import PROMISE
from agents.checking.verify import Claim
from agents.facts.evidence import Kind, Sentence

_MOST = 2  # a draft that invents more is not to be mended
_GRAVE = {PROMISE, Kind.MONEY}  # what was offered, a person should see
# The sentence after it would lose what it speaks of.
_LEANS_BACK = re.compile(
    r"^\W*(?:so|therefore|thus|then|that|this|these|those|but|however|otherwise|until then|because|which|it also|also)\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mended:
    sentences: list[Sentence]
    left_out: list[dict[str, str]]  # [{text, reason}]


def mend(sentences: Sequence[Sentence], claims: Sequence[Claim]) -> Mended | None:
    """The draft without its unsupported sentences; None where one of them cannot go. To be verified again."""
    doubtful: dict[int, list[Claim]] = {}
    for claim in claims:
        if not claim.is_supported:
            doubtful.setdefault(claim.sentence, []).append(claim)
    if not doubtful or len(doubtful) > _MOST:
        return None
    if not all(_is_harmless(index, found, sentences, claims) for index, found in doubtful.items()):
        return None
    return Mended(
        _without(sentences, set(doubtful)),
        [{"text": sentences[index].text.strip(), "reason": why(found)} for index, found in doubtful.items()],
    )


def _is_harmless(
    index: int, doubts: Sequence[Claim], sentences: Sequence[Sentence], claims: Sequence[Claim]
) -> bool:
    if any(claim.kind in _GRAVE for claim in doubts):
        return False
    text = sentences[index].text
    if text.rstrip().endswith("?") or index == len(sentences) - 1 or _ADDRESSED.match(text):
        return False
    follower = sentences[index + 1].text
    if not text.endswith("\n") and _LEANS_BACK.match(follower):
        return False
    first = min((c.sentence for c in claims if c.is_supported and c.kind != Kind.TEXT), default=None)
    return first is not None and index != first and not _lost(index, claims)


def _lost(index: int, claims: Sequence[Claim]) -> set[int]:
    """Records that only this sentence tells of: without it the answer would be another one."""
    told = {claim.evidence for claim in claims if claim.sentence == index and claim.evidence}
    elsewhere = {claim.evidence for claim in claims if claim.sentence != index and claim.evidence}
    return told - elsewhere


def _without(sentences: Sequence[Sentence], gone: set[int]) -> list[Sentence]:
    """Paragraphs end where they ended."""
    kept: list[Sentence] = []
    for index, sentence in enumerate(sentences):
        if index not in gone:
            kept.append(sentence)
        elif sentence.text.endswith("\n") and kept and not kept[-1].text.endswith("\n"):
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text}\n")
    return kept


def why(doubts: Sequence[Claim]) -> str:
    return " ".join(dict.fromkeys(f"“{claim.text}”: {claim.reason}" for claim in doubts))[:300]
