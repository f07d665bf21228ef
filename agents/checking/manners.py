"""What an answer must not say, however true: words the brand does not use, and that a person wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.checking.verify import WORDING, Claim
from agents.facts.evidence import Sentence
from agents.writing.voice import forbidden_in
from inbox.models import Organization

_A_PERSON = re.compile(
    r"\b(?:i am|i[’']m|this is|as|you are (?:talking|chatting|speaking) (?:to|with))\s+(?:indeed\s+|really\s+|actually\s+)?"
    r"(?:an?\s+)?(?:real\s+|actual\s+|live\s+|fellow\s+)*(?:human(?: being)?|person|man|woman)\b"
    r"|\bi[’']?\s?a?m not an? (?:\w+ )?(?:bot|robot|machine|ai|program)\b",
    re.IGNORECASE,
)


def breaches(
    sentences: Sequence[Sentence], organization: Organization, *, by_machine: bool = True
) -> list[Claim]:
    """In reading order; each of them blocks. What a person wrote (not `by_machine`) may say that it is a person."""
    found = []
    for index, sentence in enumerate(sentences):
        spans = [
            (span, f"{organization.name} does not use these words.")
            for span in forbidden_in(sentence.text, organization.forbidden_words)
        ]
        if by_machine:
            spans += [
                (match.span(), "An answer of the machine never says that it is a person.")
                for match in _A_PERSON.finditer(sentence.text)
            ]
        found += [
            Claim(index, start, end, WORDING, sentence.text[start:end], False, reason=reason)
            for (start, end), reason in sorted(spans)
        ]
    return found
