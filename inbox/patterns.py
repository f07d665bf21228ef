"""What two subjects of one kind have in common: "Ship now: order 114-55 by Nov 24" and "Ship now: order 90-2 by Dec 1".

A pattern is a subject in lower case with `*` for everything that changes from mail to mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ANSWERS = re.compile(r"^((re|fw|fwd|aw|wg|sv|tr|rif)\s*:\s*)+")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SHORT = "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
_VARIABLE = re.compile(
    rf"""
      "[^"]+" | “[^”]+” | «[^»]+»          # what is quoted: a product, a message
    | \S+@\S+ | https?://\S+
    | \S*\d\S*                              # numbers, amounts, dates, times, ids
    | \b({_MONTHS}|{_DAYS}|{_SHORT})\b\.?
    """,
    re.X,
)
_RUN = re.compile(r"\*(?:\W*\*)+")
_WORD = re.compile(r"[^\W\d_]{3,}")


def pattern_of(subject: str, known: Iterable[str] = ()) -> str:
    """`known` are words that belong to this one mail: the shopper's name, the product. Nothing is taken out where
    nothing would be left: such a pattern would fit everything."""
    plain = _plain(subject)
    pattern = plain.replace("*", " ")
    for word in sorted((" ".join(each.casefold().split()) for each in known), key=len, reverse=True):
        if len(word) > 2:
            pattern = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "*", pattern)
    pattern = " ".join(_RUN.sub("*", _VARIABLE.sub("*", pattern)).split())
    return (pattern if _WORD.search(pattern) else plain)[:300]


def fits(pattern: str, subject: str) -> bool:
    """Linear in the subject's length, whatever the pattern."""
    plain = _plain(subject)
    if plain == pattern:
        return True
    first, *others = pattern.split("*")
    if not others or not plain.startswith(first):
        return False
    at = len(first)
    *middle, last = others
    for part in middle:
        found = plain.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(plain) - at >= len(last) and plain.endswith(last)


def _plain(subject: str) -> str:
    return _ANSWERS.sub("", " ".join(subject[:300].casefold().split()))
