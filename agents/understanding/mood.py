"""How the writer feels, whether that changed, and how much hurry there is. From the same clauses as the intents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from agents.understanding.threats import SAYS, Threat, threats


class MoodKind(StrEnum):
    NEUTRAL = "neutral"
    POLITE = "polite"
    HAPPY = "happy"
    WORRIED = "worried"
    FRUSTRATED = "frustrated"
    ANGRY = "angry"


class Change(StrEnum):
    BETTER = "better"
    STEADY = "steady"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Mood:
    kind: MoodKind
    confidence: float
    score: float = 0.0  # -1 (bitter) to 1 (delighted)
    frustration: float = 0.0  # these four from 0 to 1, each by itself
    anger: float = 0.0
    worry: float = 0.0
    politeness: float = 0.0
    change: Change = Change.STEADY  # since the customer's earlier messages


class Level(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Urgency:
    level: Level
    reason: str = ""  # in words for a member; empty when normal
    threats: tuple[Threat, ...] = ()  # surest first; any of them: a person at once


_NEGATIVE = (MoodKind.ANGRY, MoodKind.FRUSTRATED, MoodKind.WORRIED)
_WORTH = {
    MoodKind.HAPPY: 1.0,
    MoodKind.POLITE: 0.2,
    MoodKind.NEUTRAL: 0.0,
    MoodKind.WORRIED: -0.5,
    MoodKind.FRUSTRATED: -0.7,
    MoodKind.ANGRY: -1.0,
}
_FELT = 0.45  # a clause shows a feeling
_TURNED = 0.35  # of the score's range of 2: a change that a reader would notice
_PRESSING = 0.6  # hurry costs a person's attention, so it must be clear
_REASONS = {
    "deadline": (Level.HIGH, "names a day it is needed by"),
    "pressing": (Level.HIGH, "asks for help at once"),
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
    average = {kind: float(odds[:, index].mean()) for index, kind in enumerate(kinds)}
    worst = max(_NEGATIVE, key=lambda kind: peaks[kind])
    kind, confidence = worst, peaks[worst]
    if confidence < _FELT:
        kind = max(average, key=lambda each: average[each])
        confidence = average[kind]
    return Mood(
        kind,
        round(confidence, 3),
        score=round(score(odds, labels), 3),
        frustration=round(peaks[MoodKind.FRUSTRATED], 3),
        anger=round(peaks[MoodKind.ANGRY], 3),
        worry=round(peaks[MoodKind.WORRIED], 3),
        politeness=round(peaks[MoodKind.POLITE], 3),
    )


def score(odds: np.ndarray, labels: Sequence[str]) -> float:
    """-1 to 1: the clauses' mean, drawn towards the one that feels most."""
    each = odds @ np.array([_WORTH[MoodKind(label)] for label in labels])
    if not len(each):
        return 0.0
    return float((each.mean() + each[np.abs(each).argmax()]) / 2)


def change(now: float, before: Sequence[float]) -> Change:
    """Scores of this message and of the earlier ones, oldest first; the last two say where the customer came from."""
    if not before:
        return Change.STEADY
    turn = now - sum(before[-2:]) / len(before[-2:])
    if abs(turn) < _TURNED:
        return Change.STEADY
    return Change.BETTER if turn > 0 else Change.WORSE


def urgency(odds: np.ndarray, labels: Sequence[str]) -> Urgency:
    """A threat first, else the most pressing clause; "no rush" counts only where nothing presses."""
    found = threats(odds, labels) if len(odds) else ()
    if found:
        return Urgency(Level.HIGH, SAYS[found[0]], found)
    sure = _peaks(odds, labels)
    pressing = max(_REASONS, key=lambda label: (_REASONS[label][0] is Level.HIGH, sure[label]))
    if sure[pressing] >= _PRESSING:
        return Urgency(*_REASONS[pressing])
    return Urgency(*_REASONS["no_rush"]) if sure["no_rush"] >= _PRESSING else Urgency(Level.NORMAL)


def _peaks(odds: np.ndarray, labels: Sequence[str]) -> Mapping[str, float]:
    """How sure the clauses are of each answer that is their likeliest."""
    tops = odds.argmax(axis=1) if len(odds) else []
    peaks = dict.fromkeys(labels, 0.0)
    for row, top in zip(odds, tops, strict=True):
        peaks[labels[top]] = max(peaks[labels[top]], float(row[top]))
    return peaks


def _shouted(text: str) -> bool:
    """Capitals throughout, or many exclamation marks: the model reads small letters only."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return (len(letters) >= 20 and capitals > 0.8 * len(letters)) or text.count("!") >= 5
