"""Words: sentences and stems, texts told word for word, where a parcel was handed over, denials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from agents.checking.claims.ground import Found, Ground, Verdict
from agents.facts.evidence import Evidence, Kind

_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"')]*\s+(?=[A-Z“\"#(\x00])|\n+")
STOP = frozenset(
    re.findall(
        r"\w+",
        "a an the and or but so of to in on at for from with by as is are was were be been being it its this that these those "
        "there here i we you your our us my me he she they them their will would can could may might shall should must do does "
        "did has have had having just also please then than which who what when where how all any some about into out up down "
        "over very too more most such own same unfortunately however sorry yes hi hello thanks thank policy says say order orders item items catalogue",
    )
)
POLARITY = re.compile(r"\b(?:not|never|no|none|cannot|nothing|without|neither|nor)\b|n[’']t\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part and part.strip())


@lru_cache(maxsize=2048)
def stems(text: str) -> frozenset[str]:
    words = re.findall(
        r"[a-z]+|\d+(?:[.,]\d+)*",
        text.lower()
        .replace("’", "'")
        .replace("can't", "cannot")
        .replace("cannot", "can not")
        .replace("n't", " not"),
    )
    return frozenset(stem(word) for word in words if word not in STOP)


def stem(word: str) -> str:
    for ending, rest in (
        ("ies", "y"),
        ("sses", "ss"),
        ("ing", ""),
        ("ed", ""),
        ("es", ""),
        ("s", ""),
        ("e", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + rest
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


_QUOTED_ONLY = {"text", "left_at", "signed_by"}
_ELSEWHERE = {"carrier", "left_at", "signed_by", "channel"}  # short words, claims of their own


def verbatim(text: str, cited: list[Evidence]) -> Iterator[Found]:
    """Whole sentences of a cited passage, and texts of records word for word; carriers' words only in quotes."""
    for item in cited:
        if item.kind is Kind.POLICY:
            for sentence in sentences(item.value):
                yield from _occurrences(sentence, text, item, Kind.POLICY)
        elif item.kind is Kind.TEXT and item.field in _QUOTED_ONLY:
            for opening, closing in ("“”", '""'):
                yield from _occurrences(f"{opening}{item.value.rstrip('.')}{closing}", text, item, Kind.TEXT)
        elif item.kind is Kind.TEXT and item.field not in _ELSEWHERE and len(item.value) > 2:
            yield from _occurrences(item.value, text, item, Kind.TEXT)


def _occurrences(words: str, text: str, item: Evidence, kind: str) -> Iterator[Found]:
    for match in _exactly(words, kind == Kind.TEXT).finditer(text):
        yield Found(match.start(), match.end(), kind, partial(_holds, item))


@lru_cache(maxsize=1024)
def _exactly(words: str, any_case: bool) -> re.Pattern[str]:
    pattern = r"\s+".join(re.escape(part) for part in words.split())
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE if any_case else 0)


def _holds(item: Evidence, ground: Ground) -> Verdict:
    """By any record of these words: two orders may hold the same thing."""
    same = (each for each in ground.of(item.kind) if each.value == item.value)
    return next(same, "This is about another order.")


_HANDED = re.compile(
    r"(?:(?:\bleft (?:it |them |your \w+ )?|\bsigned (?:for )?|\bhanded (?:it |them )?)"
    r"(?:at|with|on|in|by|to|near|behind|next to|inside)\s+(?:the |your |a |an )?|\bleft here:\s*)[“\"]?"
    r"(?P<where>[a-z][\w.'’/-]*(?: (?!(?:and|but|on|at|with|for|who|because|due|after)\b)[a-z][\w.'’/-]*){0,3})",
    re.IGNORECASE,
)


def handed(text: str) -> Iterator[Found]:
    """Where a parcel was left, and who signed."""
    for match in _HANDED.finditer(text):
        yield Found(match.start("where"), match.end("where"), Kind.TEXT, partial(_noted, match["where"]))


def _noted(where: str, ground: Ground) -> Verdict:
    notes = ground.field("left_at", "signed_by")
    for note in notes:
        if stems(where) <= stems(note.value):
            return note
    return f"The carrier noted “{notes[0].value}”." if notes else "No cited record says where, or who."


_HARMLESS = re.compile(
    r"no (?:problem|worries|need|fun|trouble|matter|longer than)|(?:do not|don[’']t) (?:worry|hesitate|need|see|have to)|"
    r"not (?:sure|only)|(?:can[’']t|cannot|could not|couldn[’']t) (?:find|see|tell)|without (?:success|news|delay)|"
    r"(?:if|or|whether or) not|no reason",
    re.IGNORECASE,
)


def denials(text: str, found: list[Found]) -> Iterator[Found]:
    """A "not" that no other claim accounts for turns the facts beside it around."""
    taken = [(item.start, item.end) for item in found] + [match.span() for match in _HARMLESS.finditer(text)]
    for match in POLARITY.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            yield Found(match.start(), match.end(), Kind.STATUS, _undeniable)


def _undeniable(ground: Ground) -> Verdict:
    return "No record says that this is not so."
