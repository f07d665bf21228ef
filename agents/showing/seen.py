"""What a pass understood, in words for a member: read from what it wrote down, also by older versions of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.understanding.entities import Enclosed
from agents.understanding.language import DEFAULT
from agents.understanding.mood import MoodKind
from agents.writing import phrases

_FEELS = {
    MoodKind.POLITE: ("Polite", ""),
    MoodKind.HAPPY: ("Happy", "good"),
    MoodKind.WORRIED: ("Worried", "warn"),
    MoodKind.FRUSTRATED: ("Frustrated", "warn"),
    MoodKind.ANGRY: ("Angry", "bad"),
}
_TURNS = {"better": "calmer than before", "worse": "worse than before"}
_NAMES = {
    "order_numbers": "Orders",
    "tracking_numbers": "Parcels",
    "skus": "SKUs",
    "amounts": "Amounts",
    "days": "Days",
    "emails": "E-mail",
    "phones": "Phones",
    "addresses": "Addresses",
    "files": "Files",
    "in_files": "In files",
}


@dataclass(frozen=True)
class Wish:
    """One intent. `words` are the customer's own, from which it was read."""

    kind: str
    confidence: float
    words: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Tag:
    text: str
    tone: str = ""  # good, warn, bad
    why: str = ""


@dataclass(frozen=True)
class Seen:
    wishes: list[Wish]
    tags: list[Tag]  # what must be known first comes first
    language: str  # "Spanish"; "" for English
    named: list[tuple[str, list[str]]]  # ("Orders", ["1042"])
    source: str  # who read it
    translation: str = ""  # in English, where a model made one; the original stays what it is

    @classmethod
    def of(cls, understanding: Mapping[str, Any]) -> Seen:
        code = understanding.get("language", {}).get("code", DEFAULT)
        language = phrases.language(code) if code != DEFAULT else ""
        tags = [*_threats(understanding), *_hurry(understanding), *_mood(understanding.get("mood", {}))]
        if language:
            tags.append(Tag(language, why=f"The customer writes {language}"))
        tags += [*_files(understanding.get("entities", {})), *_doubts(understanding)]
        return cls(
            wishes=[
                Wish(each["kind"], each["confidence"], each.get("words", ""), each.get("detail") or "")
                for each in understanding.get("intents", [])
            ],
            tags=tags,
            language=language,
            named=list(_named(understanding.get("entities", {}))),
            source=understanding.get("source", ""),
            translation=understanding.get("translation", ""),
        )


def _threats(understanding: Mapping[str, Any]) -> Iterator[Tag]:
    urgency = understanding.get("urgency", {})
    for place, name in enumerate(urgency.get("threats", [])):
        yield Tag(name.capitalize(), "bad", f"The customer {urgency['reason']}" if place == 0 else "")
    if understanding.get("manipulation"):
        yield Tag("Manipulation", "bad", f"This message {understanding.get('manipulation_reason', '')}")
    if understanding.get("grief"):
        yield Tag("Grief", "warn", "The customer writes of a death")


def _hurry(understanding: Mapping[str, Any]) -> Iterator[Tag]:
    urgency = understanding.get("urgency", {})
    if urgency.get("level") == "high" and not urgency.get("threats"):
        yield Tag("Urgent", "warn", f"The customer {urgency.get('reason', '')}")
    elif urgency.get("level") == "low":
        yield Tag("No hurry", why=f"The customer {urgency.get('reason', '')}")


def _mood(mood: Mapping[str, Any]) -> Iterator[Tag]:
    """Nothing where there is nothing to say."""
    turn = _TURNS.get(mood.get("change", ""), "")
    kind = mood.get("kind", MoodKind.NEUTRAL)
    if kind in _FEELS:
        text, tone = _FEELS[MoodKind(kind)]
        yield Tag(f"{text}, {turn}" if turn else text, tone, "How the customer sounds")
    elif turn:
        yield Tag(turn.capitalize(), why="How the customer sounds")


def _files(entities: Mapping[str, Any]) -> Iterator[Tag]:
    for kind, count in Counter(Enclosed(**file).kind for file in entities.get("files", [])).items():
        yield Tag(f"{count} {kind}{'s' if count > 1 else ''}", why="Came with the message")


def _doubts(understanding: Mapping[str, Any]) -> Iterator[Tag]:
    if understanding.get("second") and not understanding.get("agreed", True):
        second = understanding["second"][0]["kind"].replace("_", " ")
        yield Tag("Two readings", "warn", f"The classifier reads it as: {second}")


def _named(entities: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for field, values in entities.items():
        if values:
            yield _NAMES.get(field, field.replace("_", " ").capitalize()), [_word(each) for each in values]


def _word(value: Any) -> str:
    """A number or a name as it is; of an amount, a day or a file what a person calls it."""
    if not isinstance(value, Mapping):
        return str(value)
    if "amount" in value:
        return f"{value['amount']} {value.get('currency', '')}".strip()
    if "number" in value:
        return f"{value['kind']} {value['number']} ({value['file']})"
    said = value.get("words") or value.get("name") or value.get("text") or value.get("value") or ""
    day = value.get("day") or value.get("first") or value.get("kind")
    return (
        f"{said} ({day})"
        if said and day
        else str(said or ", ".join(str(each) for each in value.values() if each))
    )
