"""Cuts a message into the pieces that may each want something different."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^.!?\n;]*(?:[.!?;](?!\s|$)[^.!?\n;]*)*[.!?;]*(?:\n|$|\s)?")
# "..., and please cancel the other one": a new wish, where both sides can stand alone.
_JOINT = re.compile(
    r"\s*,?\s+(?:and|also|but|plus|besides|y también|und|mais|et)\s+"
    r"(?=(?:also |please |then )?(?:i|can|could|please|how|where|when|what|why|is|are|do|does|will|would|my|you|cancel|change|"
    r"send|refund|quiero|puedo|ich|kann|je|puis)\b)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:hi+|hello|hey|dear|good (?:morning|afternoon|evening|day)|hola|hallo|bonjour)\b[\w ]{0,24}[,!.:\-]\s*)+",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3  # a shorter half is no wish of its own


@dataclass(frozen=True, slots=True)
class Clause:
    text: str
    start: int  # in the message
    end: int


def clauses(text: str) -> list[Clause]:
    """In the order of the message, without greetings and empty pieces. Never longer than the text together."""
    found = []
    for sentence in _SENTENCE.finditer(text):
        start = sentence.start()
        for piece, offset in _pieces(sentence.group()):
            stripped = piece.strip()
            if any(letter.isalnum() for letter in stripped):
                at = start + offset + piece.index(stripped)
                found.append(Clause(stripped, at, at + len(stripped)))
    wishes = [clause for clause in found if not _GREETING.fullmatch(clause.text)]
    return wishes or found


def _pieces(sentence: str) -> list[tuple[str, int]]:
    lead = _GREETING.match(sentence)
    begin = lead.end() if lead and sentence[lead.end() :].strip() else 0
    pieces = []
    for joint in _JOINT.finditer(sentence, begin):
        left, right = sentence[begin : joint.start()], sentence[joint.end() :]
        if min(len(left.split()), len(right.split())) >= _FEWEST_WORDS:
            pieces.append((left, begin))
            begin = joint.end()
    return [*pieces, (sentence[begin:], begin)]
