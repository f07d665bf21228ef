"""What one message says: language, wishes, hurry, mood, names and numbers, attempts at manipulation.

Works without a language model, in milliseconds; agents/understand_model.py asks one for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from agents import classifier, manipulation
from agents.clauses import Clause, clauses
from agents.entities import Entities, entities
from agents.intents import Intent, IntentKind, choose
from agents.language import DEFAULT, Language, language
from agents.mood import Level, Mood, MoodKind, Urgency, mood, urgency

_READ_CHARACTERS = 160  # by meaning; a character costs about 0.4 ms, and the pass has little time
_READ_CLAUSES = 40  # at all
_LONGEST_CLAUSE = 140
_FOLLOW_UP = 0.6  # how much an earlier message counts for one that says too little by itself


@dataclass(frozen=True)
class Understanding:
    language: Language = field(default=Language(DEFAULT, 0.0))
    intents: tuple[Intent, ...] = (Intent(IntentKind.UNSURE, 0.0),)  # surest first, never empty
    urgency: Urgency = field(default=Urgency(Level.NORMAL))
    mood: Mood = field(default=Mood(MoodKind.NEUTRAL, 0.0))
    entities: Entities = field(default_factory=Entities)
    manipulation: bool = False
    manipulation_reason: str = ""  # in words for a member, after "This message ..."
    wants_human: bool = False
    source: str = "classifier"  # or "model", "classifier (model failed: ...)"

    @property
    def order_numbers(self) -> tuple[str, ...]:
        return self.entities.order_numbers

    @property
    def tracking_numbers(self) -> tuple[str, ...]:
        return self.entities.tracking_numbers

    @property
    def kinds(self) -> tuple[IntentKind, ...]:
        return tuple(intent.kind for intent in self.intents)

    @property
    def confidence(self) -> float:
        return self.intents[0].confidence


def understand(text: str, *, subject: str = "", history: Sequence[str] = ()) -> Understanding:
    """`history` are the customer's earlier messages in this conversation, oldest first."""
    said = _with_subject(text, subject)
    reading = _Reading.of(said)
    intents = reading.intents()
    if intents[0].kind is IntentKind.UNSURE and history:
        earlier = _Reading.of(history[-1]).intents()
        intents = tuple(
            Intent(each.kind, round(each.confidence * _FOLLOW_UP, 3), each.words) for each in earlier
        )
    reason = manipulation.form(said) or manipulation.meaning(*reading.answers("manipulation"))
    return Understanding(
        language=language(said),
        intents=intents,
        urgency=urgency(*reading.answers("urgency")),
        mood=mood(*reading.answers("mood"), said),
        entities=entities(said),
        manipulation=bool(reason),
        manipulation_reason=reason,
        wants_human=any(intent.kind is IntentKind.HUMAN for intent in intents),
        source="classifier" if reading.by_meaning else "classifier (words only)",
    )


@dataclass(frozen=True)
class _Reading:
    """A message's clauses, the most telling first, with the classifier's answers; the last row is the whole."""

    clauses: tuple[Clause, ...]
    odds: dict[str, np.ndarray]
    by_meaning: bool

    @classmethod
    def of(cls, text: str) -> _Reading:
        model = classifier.load()
        pieces = [
            replace(clause, text=clause.text[:_LONGEST_CLAUSE]) for clause in clauses(text)[:_READ_CLAUSES]
        ]
        if not pieces:
            return cls((), {}, by_meaning=True)
        by_words = model.read([piece.text for piece in pieces], None)["intents"]
        other = model.heads["intents"].labels.index(IntentKind.OTHER)
        telling = np.delete(by_words, other, axis=1).max(axis=1)
        pieces = [pieces[index] for index in np.argsort(-telling, kind="stable")]
        vectors = model.vectors([piece.text for piece in pieces[: _affordable(pieces)]])
        texts = [piece.text for piece in pieces]
        odds = model.read(texts, vectors)
        whole = model.read(
            [" ".join(texts)], None if vectors is None else vectors.mean(axis=0, keepdims=True)
        )
        return cls(
            tuple(pieces),
            {name: np.vstack([rows, whole[name]]) for name, rows in odds.items()},
            by_meaning=vectors is not None,
        )

    def intents(self) -> tuple[Intent, ...]:
        if not self.clauses:
            return (Intent(IntentKind.UNSURE, 0.0),)
        odds, labels = self.answers("intents")
        return choose(self.clauses, odds, self.odds["intents"][-1], labels)

    def answers(self, question: str) -> tuple[np.ndarray, tuple[str, ...]]:
        """Probabilities (clauses x labels) and the labels."""
        labels = classifier.load().heads[question].labels
        return (self.odds[question][:-1] if self.clauses else np.zeros((0, len(labels)))), labels


def _affordable(pieces: Sequence[Clause]) -> int:
    """How many of the first pieces to read by meaning: at least one."""
    spent = np.cumsum([len(classifier.plain(piece.text)) for piece in pieces])
    return max(1, int((spent <= _READ_CHARACTERS).sum()))


def _with_subject(text: str, subject: str) -> str:
    """A reply's subject is what somebody said before; only a first one adds something."""
    if not subject.strip() or re.match(r"\s*(?:re|aw|fwd?|wg|sv|rv|tr)\s*:", subject, re.IGNORECASE):
        return text
    return f"{subject.strip()}\n{text}"
