"""Sentences in another language: their statements cannot be read here, so they are not taken on trust."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from agents.checking.claims.ground import BLANK, Found, Ground, Verdict
from agents.facts.evidence import Kind
from agents.understanding.language import DEFAULT, language

_FEWEST_LETTERS = 12  # of fewer, no language can be told
_SURE = 0.9


def find(text: str) -> Iterator[Found]:
    words = text.replace(BLANK, " ")
    if sum(letter.isalpha() for letter in words) >= _FEWEST_LETTERS and _is_foreign(words):
        start = len(text) - len(text.lstrip())
        yield Found(start, len(text.rstrip()), Kind.TEXT, _unread)


@lru_cache(maxsize=512)
def _is_foreign(words: str) -> bool:
    found = language(words)
    return found.code != DEFAULT and found.confidence >= _SURE


def _unread(ground: Ground) -> Verdict:
    return "This is not in English, and only English is checked: please read it yourself."
