"""“A colleague will take over” is true only of an answer that hands the conversation over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.checking.claims.wording import sentences as split
from agents.checking.verify import Claim
from agents.facts.evidence import Sentence

HANDOFF = "handoff"
REASON = "Said only by doing it: with this answer nobody is handed the conversation."
_WHO = (
    r"(?:(?:an?|one of (?:our|my)|another|my|our|the right|a member of (?:our|the)) (?:\w+ ){0,2}?"
    r"(?:teammates?|colleagues?|agents?|specialists?|supervisors?|managers?|person|human|representatives?|experts?|team)"
    r"|the (?:\w+ )?team|someone (?:else|from \w+(?: \w+)?)|somebody (?:else|from \w+(?: \w+)?))"
)
_SAYS = re.compile(
    rf"\b{_WHO}(?:[’']ll|\s+will|\s+is going to|\s+is|\s+has been)\b(?:\s+\w+){{0,3}}?\s+"
    r"(?:look|check|get|reply|take|contact|help|answer|writ|follow|be in touch|handl|review|assist|reach|call|informed|asked|told)\w*"
    r"|\b(?:I|we)\b(?:[’'](?:ll|ve|m|re))?(?:\s+\w+){0,4}?\s+"
    r"(?:pass|hand|forward|escalat|transferr?|connect|refer|rout|ask|loop|bring|put|assign)\w*"
    rf"(?:\s+\w+){{0,6}}?\s+{_WHO}"
    rf"|\b(?:pass|hand|forward|escalat|transferr|connect|assign)ed\s+(?:on\s+|over\s+)?(?:to|with)\s+{_WHO}"
    rf"|\byou(?:[’']ll| will) (?:hear (?:back )?from|be contacted by) {_WHO}",
    re.IGNORECASE,
)
# Told for a case that has not come yet: “if you cannot find it, reply here, and a teammate will look into it”.
_CONDITION = re.compile(r"\b(?:if|once|when|unless|should you|in case)\b", re.IGNORECASE)


def is_said(text: str) -> bool:
    return any(True for _ in _found(text))


def breaches(sentences: Sequence[Sentence]) -> list[Claim]:
    """Each place that says so. For an answer that hands nothing over."""
    return [
        Claim(index, start, end, HANDOFF, sentence.text[start:end], False, reason=REASON)
        for index, sentence in enumerate(sentences)
        for start, end in _found(sentence.text)
    ]


def _found(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for sentence in split(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        match = _SAYS.search(sentence)
        if match and not _CONDITION.search(sentence[: match.start()]):
            yield start + match.start(), start + match.end()
