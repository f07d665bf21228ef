"""An answer to a wish that is being granted: what it asks for, and that it is not done yet."""

from __future__ import annotations

import re

from agents.checking import passing_on
from agents.facts.evidence import Sentence
from agents.understanding.intents import IntentKind
from agents.writing.answers.case import Answer, Case, say

# What a rule asks of the shopper to have it begun, and the question for it: both are settled.
_BEGINS = re.compile(r"^(?:write to us|contact us|reply (?:with|to)|tell us|send us)\b", re.IGNORECASE)
_BY_HAND = re.compile(r": [^:]*then send this$")


def told(answer: Answer, case: Case, kind: IntentKind) -> Answer:
    """With what was prepared for this wish; the answer as it is where nothing was."""
    ready = case.facts.prepared.get(kind)
    if ready is None or (case.meant and ready.about != case.meant.number):
        return answer
    kept = [[each for each in part if not _is_settled(each)] for part in answer.paragraphs]
    paragraphs = [part for part in kept if part] + [[say(ready.value, ready)]]
    reason = _BY_HAND.sub("", answer.reason)
    return Answer(paragraphs, reason)


def _is_settled(sentence: Sentence) -> bool:
    text = sentence.text.strip()
    return passing_on.is_said(text) or text.endswith("?") or bool(_BEGINS.match(text))
