"""How the writer feels, and how much hurry there is. Both from the same clauses as the intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class MoodKind(StrEnum):
    NEUTRAL = "neutral"
    POLITE = "polite"
    HAPPY = "happy"
    WORRIED = "worried"
    FRUSTRATED = "frustrated"
    ANGRY = "angry"


@dataclass(frozen=True, slots=True)
class Mood:
    kind: MoodKind
    confidence: float


class Level(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Urgency:
    level: Level
    reason: str = ""  # in words for a member; empty when normal


_NEGATIVE = (MoodKind.ANGRY, MoodKind.FRUSTRATED, MoodKind.WORRIED)
_FELT = 0.45  # a clause shows a feeling
_PRESSING = 0.6  # hurry costs a person's attention, so it must be clear
_REASONS = {
    "deadline": (Level.HIGH, "names a day it is needed by"),
    "pressing": (Level.HIGH, "asks for help at once"),
    "safety": (Level.HIGH, "reports danger or injury"),
    "legal": (Level.HIGH, "speaks of lawyers, disputes or authorities"),
    "fraud": (Level.HIGH, "reports a purchase or charge they did not make"),
    "no_rush": (Level.LOW, "says there is no hurry"),
}


def mood(odds: np.ndarray, labels: Sequence[str], text: str) -> Mood:
    """`odds` are probabilities (clauses x labels). Ill feeling in one clause outweighs courtesy in the others."""
    if not len(odds):
        return Mood(MoodKind.NEUTRAL, 0.0)
    kinds = [MoodKind(label) for label in labels]
    peaks = {kind: float(odds[:, index].max()) for index, kind in enumerate(kinds)}
    if _shouted(text):
        peaks[MoodKind.ANGRY] = max(peaks[MoodKind.ANGRY], 0.6)
    worst = max(_NEGATIVE, key=lambda kind: peaks[kind])
    if peaks[worst] >= _FELT:
        return Mood(worst, round(peaks[worst], 3))
    average = dict(zip(kinds, odds.mean(axis=0), strict=True))
    kind = max(average, key=lambda kind: average[kind])
    return Mood(kind, round(float(average[kind]), 3))


def urgency(odds: np.ndarray, labels: Sequence[str]) -> Urgency:
    """The most pressing clause decides; "no rush" counts only where nothing presses."""
    found: dict[Level, tuple[float, str]] = {}
    for row in odds:
        top = int(row.argmax())
        level, reason = _REASONS.get(labels[top], (Level.NORMAL, ""))
        if row[top] >= _PRESSING and float(row[top]) > found.get(level, (0.0, ""))[0]:
            found[level] = (float(row[top]), reason)
    for level in (Level.HIGH, Level.LOW):
        if level in found and (level is Level.HIGH or Level.NORMAL not in found):
            return Urgency(level, found[level][1])
    return Urgency(Level.NORMAL)


def _shouted(text: str) -> bool:
    """Capitals throughout, or three exclamation marks: the model reads small letters only."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return (len(letters) >= 20 and capitals > 0.8 * len(letters)) or text.count("!") >= 5
