"""Whether a rule or a product's property follows from a cited text: nothing added, nothing turned, no condition lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from agents.checking.claims.ground import BLANK, Found, Ground, Verdict
from agents.checking.claims.plainly import plainly
from agents.checking.claims.wording import POLARITY, sentences, stem, stems
from agents.facts.evidence import Evidence, Kind

_RULE = re.compile(
    r"\b(?:can(?! see| confirm| tell| find| understand)|cannot|can[’']t|may|could|able to|eligible|allowed|accept\w*|qualif\w+|entitled|must|free to)\b(?=.*\b(?:return|refund|exchang|cancel|replac|warrant|label|ship)\w*)"
    r"|\b(?:return|refund|exchang|cancel|replac|warrant|ship|label)\w*\b(?=.*\b(?:can|cannot|can[’']t|may|possible|eligible|allowed|accept\w*|free|policy)\b)"
    r"|\b(?:water-?proof|water-?resist\w+|water repellent|wash\w*|tumble|dishwasher|microwave|dimm\w+|compatible|true to size|fits?|size (?:up|down)|made (?:of|from)|"
    r"material|cotton|wool|leather|vegan|organic|hypoallergenic|warrant\w+|batter\w+|includes?|included|comes with|watts?|bulbs?|breathable|insulated|recycled)\b",
    re.IGNORECASE,
)
_CASUAL = re.compile(r"^\W*(?:if you|please|just|let (?:me|us)|would you|could you|can you)\b", re.IGNORECASE)

# Words that change no rule.
_EASY = frozenset(
    stem(word)
    for word in [
        "simply",
        "just",
        "happy",
        "happily",
        "gladly",
        "note",
        "also",
        "still",
        "item",
        "product",
        "parcel",
        "package",
        "order",
        "customer",
        "day",
        "get",
        "back",
        "article",
        "piece",
        "policy",
        "rule",
        "shop",
        "store",
        "page",
        "information",
        "usually",
        "per",
        "our",
        "your",
        "always",
    ]
) - {stem("always")}
# Different words for one thing, as rules use them.
_SAME = {stem(word): stem(meant) for word, meant in (
    ("purchase", "buy"), ("bought", "buy"), ("packaging", "package"), ("email", "mail"), ("mailed", "mail"), ("shipped", "ship"),
    ("dispatched", "ship"), ("dispatch", "ship"), ("transport", "transit"), ("picture", "photo"), ("photograph", "photo"),
    ("cancellation", "cancel"), ("inspection", "inspect"), ("unused", "unused"), ("buyer", "customer"), ("money", "refund"),
    ("neighbour", "neighbor"), ("postage", "postage"), ("delivered", "deliver"), ("delivery", "deliver"), ("arrival", "arrive"),
)}  # fmt: skip

# What narrows a rule: the words after each of these, up to the next.
_NARROWING = re.compile(
    r"\b(?:in|within|with|without|after|before|unless|if|only|except|until|up to|over|under|while|once|where|when|from|for|provided|and)\b"
    r"((?:(?!\b(?:in|within|with|without|after|before|unless|if|only|except|until|up to|over|under|while|once|where|when|from|for|provided|and)\b)[^.,;:])*)",
    re.IGNORECASE,
)
_KINDS_OF_THINGS = re.compile(
    r"\bun(?:worn|used|opened|washed|damaged)\b|\b(?:new|sealed|faulty|defective|custom|sale|final|some|most|certain)\b",
    re.IGNORECASE,
)
# Who acts: the first of these that stands as a subject.
_ACTOR = re.compile(
    r"\b(?:(?P<seller>we|a teammate|our team|I)|(?P<shopper>you|the customer|customers|the buyer|buyers)|(?P<carrier>the carrier))\b(?=\s+\w)",
    re.IGNORECASE,
)


def find(text: str, always: bool) -> Iterator[Found]:
    """A sentence that states a rule of the shop or a property of a product."""
    if (always or _RULE.search(text)) and not text.rstrip().endswith("?") and not _CASUAL.match(text):
        start = len(text) - len(text.lstrip(" \n" + BLANK))
        end = len(text.rstrip(" \n.!" + BLANK))
        if start < end and stems(text.replace(BLANK, " ")):
            yield Found(start, end, Kind.POLICY, partial(stated, text))


def stated(clause: str, ground: Ground) -> Verdict:
    """Does a cited passage or product text say so? The first that does, else the nearest one's objection."""
    items = [
        item
        for item in ground.of(Kind.POLICY, Kind.TEXT)
        if item.kind is Kind.POLICY or "attribute" in item.field
    ]
    if not items:
        return "No policy or product text is cited for this."
    said = _meant(clause.replace(BLANK, " "))
    best: tuple[float, str] = (-1.0, "")
    for item in items:
        missing = said - _meant(plainly(f"{item.label}. {item.value}").text) - _EASY
        if not missing:
            told = item.value.casefold() in ground.text.casefold()  # word for word, beside this clause
            problem = (
                "" if told else next(filter(None, (_bent(part, item) for part in clause.split(";"))), "")
            )
            if not problem:
                return item
            best = max(best, (2.0, problem))
        else:
            shown = ", ".join(_as_written(clause, missing)[:4])
            near = 1 - len(missing) / len(said)
            best = max(best, (near, f"{item.label} does not say “{shown}”."))
    return best[1]


def _meant(text: str) -> frozenset[str]:
    return frozenset(_SAME.get(each, each) for each in stems(text))


def _as_written(clause: str, missing: frozenset[str]) -> list[str]:
    words = re.findall(r"[A-Za-z]+|\d+(?:[.,]\d+)*", clause)
    return list(dict.fromkeys(w for w in words if _meant(w) & missing)) or sorted(missing)


def _bent(clause: str, item: Evidence) -> str:
    """How the clause turns or loosens the sentence it comes from; "" if it does not."""
    plain = clause.replace(BLANK, " ")
    said = _meant(plain)
    source = max(_statements(plainly(item.value).text), key=lambda each: len(_meant(each) & said), default="")
    if len(POLARITY.findall(plain)) != len(POLARITY.findall(source)):
        return f"{item.label} says otherwise: “{source}”"
    if _actor(plain) and _actor(source) and _actor(plain) != _actor(source):
        return f"{item.label} says who does this: “{source}”"
    if item.record.startswith("passage:") and 2 * len(_meant(source) & said) < len(_meant(source)):
        return f"{item.label} says more than this: “{source}”"
    if any(_is_lost(needed, said) for needed in _conditions(source)):
        return f"{item.label} adds a condition: “{source}”"
    return ""


def _is_lost(needed: frozenset[str], said: frozenset[str]) -> bool:
    figures = {each for each in needed if each[0].isdigit()}
    return not figures <= said or 2 * len(needed & said) < len(needed)


@lru_cache(maxsize=512)
def _statements(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for each in sentences(text) for part in each.split(";") if part.strip())


@lru_cache(maxsize=512)
def _conditions(source: str) -> tuple[frozenset[str], ...]:
    narrowing = [_meant(words) - _EASY for words in _NARROWING.findall(source)]
    things = [_meant(found.group()) for found in _KINDS_OF_THINGS.finditer(source)]
    return tuple(each for each in (*narrowing, *things) if each)


def _actor(text: str) -> str:
    found = _ACTOR.search(text)
    return found.lastgroup or "" if found else ""
