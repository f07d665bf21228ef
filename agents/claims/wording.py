"""Whether a passage or a product's text states what a sentence says: the same words, the same conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from agents.claims.ground import BLANK, Found, Ground, Verdict
from agents.evidence import Evidence, Kind

_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"')]*\s+(?=[A-Z“\"#(\x00])|\n+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an the and or but so of to in on at for from with by as is are was were be been being it its this that these those "
        "there here i we you your our us my me he she they them their will would can could may might shall should must do does "
        "did has have had having just also please then than which who what when where how all any some about into out up down "
        "over very too more most such own same unfortunately however sorry yes hi hello thanks thank policy says say order orders item items catalogue",
    )
)
_POLARITY = re.compile(
    r"\b(?:not|never|no|none|cannot|nothing|without|neither|nor)\b|n[’']t\b", re.IGNORECASE
)
_IF = r"(?:if|once|after|unless|only|except|until|provided|when|within|before)"
_CONDITION = re.compile(rf"\b{_IF}\b((?:(?!\b{_IF}\b)[^.;])*)", re.IGNORECASE)


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
    return frozenset(stem(word) for word in words if word not in _STOP)


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


def verbatim(text: str, cited: list[Evidence]) -> Iterator[Found]:
    """Whole sentences of a cited passage, and texts of records word for word; carriers' words only in quotes."""
    for item in cited:
        if item.kind is Kind.POLICY:
            for sentence in sentences(item.value):
                yield from _occurrences(sentence, text, item, Kind.POLICY)
        elif item.kind is Kind.TEXT and item.field == "text":
            for opening, closing in ("“”", '""'):
                yield from _occurrences(f"{opening}{item.value.rstrip('.')}{closing}", text, item, Kind.TEXT)
        elif item.kind is Kind.TEXT and item.field != "carrier" and len(item.value) > 2:
            yield from _occurrences(item.value, text, item, Kind.TEXT)


def _occurrences(words: str, text: str, item: Evidence, kind: str) -> Iterator[Found]:
    for match in _exactly(words, kind == Kind.TEXT).finditer(text):
        yield Found(match.start(), match.end(), kind, partial(_holds, item))


@lru_cache(maxsize=1024)
def _exactly(words: str, any_case: bool) -> re.Pattern[str]:
    pattern = r"\s+".join(re.escape(part) for part in words.split())
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE if any_case else 0)


def _holds(item: Evidence, ground: Ground) -> Verdict:
    return item if item in ground.cited else "This is about another order."


_RULE = re.compile(
    r"\b(?:can|cannot|can[’']t|may|could|able to|eligible|allowed|accept\w*|qualif\w+|entitled|must|free to)\b(?=.*\b(?:return|refund|exchang|cancel|replac|warrant|label|ship)\w*)"
    r"|\b(?:return|refund|exchang|cancel|replac|warrant|ship|label)\w*\b(?=.*\b(?:can|cannot|can[’']t|may|possible|eligible|allowed|accept\w*|free|policy)\b)"
    r"|\b(?:water-?proof|water-?resist\w+|water repellent|wash\w*|tumble|dishwasher|microwave|dimm\w+|compatible|true to size|fits?|size (?:up|down)|made (?:of|from)|"
    r"material|cotton|wool|leather|down|vegan|organic|hypoallergenic|warrant\w+|batter\w+|includes?|included|comes with|watts?|bulbs?|breathable|insulated|recycled)\b",
    re.IGNORECASE,
)
_CASUAL = re.compile(r"^\W*(?:if you|please|just|let (?:me|us)|would you|could you|can you)\b", re.IGNORECASE)


def rules(text: str, always: bool) -> Iterator[Found]:
    """A sentence that states a rule of the shop or a property of a product."""
    if (always or _RULE.search(text)) and not text.rstrip().endswith("?") and not _CASUAL.match(text):
        start = len(text) - len(text.lstrip(" \n" + BLANK))
        end = len(text.rstrip(" \n.!" + BLANK))
        if start < end and stems(text.replace(BLANK, " ")):
            yield Found(start, end, Kind.POLICY, partial(stated, text))


def stated(clause: str, ground: Ground) -> Verdict:
    """Does a cited passage or product text say so, with nothing added and no condition left out?"""
    items = [
        item
        for item in ground.of(Kind.POLICY, Kind.TEXT)
        if item.kind is Kind.POLICY or "attribute" in item.field
    ]
    if not items:
        return "No policy or product text is cited for this."
    said = stems(clause.replace(BLANK, " "))
    best: tuple[float, str] = (0.0, "")
    for item in items:
        known = stems(f"{item.label} {item.value}")
        share = len(said & known) / len(said) if said else 0.0
        missing = sorted(said - known)
        if share >= 0.75:
            problem = _bent(clause, item)
            if not problem:
                return item
            best = max(best, (share, problem))
        else:
            best = max(best, (share, f"{item.label} does not say “{', '.join(missing[:4])}”."))
    return best[1] or "No cited passage says this."


def _bent(clause: str, item: Evidence) -> str:
    """How the clause turns or loosens the sentence it comes from; "" if it does not."""
    said = stems(clause.replace(BLANK, " "))
    source = max(sentences(item.value), key=lambda each: len(stems(each) & said), default="")
    if bool(_POLARITY.search(clause)) != bool(_POLARITY.search(source)):
        return f"{item.label} says otherwise: “{source}”"
    if item.record.startswith("passage:") and 2 * len(stems(source) & said) < len(stems(source)):
        return f"{item.label} says more than this: “{source}”"
    for condition in _CONDITION.findall(source):
        needed = stems(condition)
        if needed and len(needed & said) < len(needed) / 2:
            return f"{item.label} adds a condition: “{source}”"
    return ""


_HANDED = re.compile(
    r"(?:\bleft (?:it |them |your \w+ )?|\bsigned (?:for )?|\bhanded (?:it |them )?)"
    r"(?:at|with|on|in|by|to|near|behind|next to|inside)\s+(?:the |your |a |an )?(?P<where>[a-z]+(?: [a-z]+){0,3})",
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
    if not found:
        return
    taken = [(item.start, item.end) for item in found] + [match.span() for match in _HARMLESS.finditer(text)]
    for match in _POLARITY.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            yield Found(match.start(), match.end(), Kind.STATUS, _undeniable)


def _undeniable(ground: Ground) -> Verdict:
    return "No record says that this is not so."
