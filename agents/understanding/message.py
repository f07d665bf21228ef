"""What one message says: language, wishes, hurry, mood, names and numbers, attempts at manipulation.

Works without a language model, in milliseconds; agents/understanding/model.py asks one for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from threading import Thread

import numpy as np

from agents.understanding import classifier, manipulation
from agents.understanding.clauses import Clause, clauses
from agents.understanding.entities import Enclosed, Entities, Paper, entities
from agents.understanding.grief import speaks_of_death
from agents.understanding.intents import Intent, IntentKind, choose, detail
from agents.understanding.language import DEFAULT, Language, language
from agents.understanding.lessons import Lessons, blend
from agents.understanding.mood import Level, Mood, MoodKind, Urgency, change, mood, score, urgency
from agents.understanding.threats import Threat

_READ_CHARACTERS = 120  # by meaning; a character costs about 0.4 ms, and the pass has little time
_READ_CLAUSES = 40  # at all
_LONGEST_CLAUSE = 140
_HISTORY = 2  # earlier messages that the mood is compared with
_HISTORY_CHARACTERS = 400
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
    grief: bool = False  # they write of a death
    source: str = "classifier"  # or "model", "classifier (model failed: ...)"
    second: tuple[Intent, ...] = ()  # the classifier's own, where a model read the message
    agreed: bool | None = None  # both see the same first wish; None: nobody was asked twice
    translation: str = ""  # by a model, of a message in another language; the original stays what counts

    @property
    def order_numbers(self) -> tuple[str, ...]:
        return self.entities.order_numbers

    @property
    def tracking_numbers(self) -> tuple[str, ...]:
        return self.entities.tracking_numbers

    @property
    def threats(self) -> tuple[Threat, ...]:
        """Any of them: a person at once."""
        return self.urgency.threats

    @property
    def kinds(self) -> tuple[IntentKind, ...]:
        return tuple(intent.kind for intent in self.intents)

    @property
    def confidence(self) -> float:
        return self.intents[0].confidence


@dataclass(frozen=True)
class Setting:
    """What is known around a message, and helps to read it."""

    history: Sequence[str] = ()  # the customer's earlier messages in this conversation, oldest first
    asked: bool = False  # we asked them something, and this is what they wrote next
    today: date | None = None  # the shopper's day of writing
    country: str = "US"  # ISO 3166
    files: Sequence[Enclosed] = ()
    papers: Sequence[Paper] = ()  # what stands in them
    lessons: Lessons | None = None  # what the organization's members corrected

    @property
    def says_nothing(self) -> set[IntentKind]:
        """What a message may be read as that is about what was said before: a bare number or address answers us."""
        return {IntentKind.UNSURE, IntentKind.OTHER} if self.asked else {IntentKind.UNSURE}


def understand(
    text: str, *, subject: str = "", history: Sequence[str] = (), setting: Setting | None = None
) -> Understanding:
    """`history` is short for a setting with nothing but that."""
    around = setting or Setting(history)
    said = _with_subject(text, subject)
    reading = _Reading.of(said, around.lessons)
    intents = reading.intents()
    if intents[0].kind in around.says_nothing and around.history:
        earlier = _Reading.of(around.history[-1], around.lessons).intents()
        intents = tuple(
            Intent(each.kind, round(each.confidence * _FOLLOW_UP, 3), each.words, detail=each.detail)
            for each in earlier
        )
    reason = manipulation.form(said) or manipulation.meaning(*reading.answers("manipulation"))
    return Understanding(
        language=language(said),
        intents=intents,
        urgency=urgency(*reading.answers("urgency")),
        mood=_mood(reading, said, around.history),
        entities=entities(said, around.country, today=around.today, files=around.files),
        manipulation=bool(reason),
        manipulation_reason=reason,
        wants_human=any(intent.kind is IntentKind.HUMAN for intent in intents),
        grief=speaks_of_death(said),
        source="classifier" if reading.by_meaning else "classifier (words only)",
    )


def _mood(reading: _Reading, said: str, history: Sequence[str]) -> Mood:
    """With its change since the earlier messages, all of them read by their words alone: quick, and comparable."""
    felt = mood(*reading.answers("mood"), said)
    if not history:
        return felt
    model = classifier.load()
    texts = [text[:_HISTORY_CHARACTERS] for text in (*history[-_HISTORY:], said)]
    *before, now = [
        score(row[None], model.heads["mood"].labels) for row in model.read(texts, None, ["mood"])["mood"]
    ]
    return replace(felt, change=change(now, before))


@dataclass(frozen=True)
class _Reading:
    """A message's clauses, the most telling first, with the classifier's answers; the last row is the whole."""

    clauses: tuple[Clause, ...]
    odds: dict[str, np.ndarray]
    by_meaning: bool

    @classmethod
    def of(cls, text: str, lessons: Lessons | None = None) -> _Reading:
        model = classifier.load()
        pieces = _pieces(text)
        if not pieces:
            return cls((), {}, by_meaning=True)
        vectors = model.vectors(_by_meaning(pieces))
        texts = [piece.text for piece in pieces]
        odds = model.read(texts, vectors)
        middle = None if vectors is None else vectors.mean(axis=0, keepdims=True)
        whole = model.read([" ".join(texts)], middle)
        labels = model.heads["intents"].labels
        odds["intents"] = blend(lessons, odds["intents"], vectors, labels, model)
        if len(texts) == 1:
            whole["intents"] = odds["intents"]
        return cls(
            pieces,
            {name: np.vstack([rows, whole[name]]) for name, rows in odds.items()},
            by_meaning=vectors is not None,
        )

    def intents(self) -> tuple[Intent, ...]:
        if not self.clauses:
            return (Intent(IntentKind.UNSURE, 0.0),)
        odds, labels = self.answers("intents")
        chosen = choose(self.clauses, odds, self.odds["intents"][-1], labels)
        details = classifier.load().heads["detail"].labels
        by_place = dict(
            zip(((each.start, each.end) for each in self.clauses), self.odds["detail"], strict=False)
        )
        whole = self.odds["detail"][-1]
        return tuple(
            replace(each, detail=detail(each.kind, by_place.get((each.start, each.end), whole), details))
            for each in chosen
        )

    def answers(self, question: str) -> tuple[np.ndarray, tuple[str, ...]]:
        """Probabilities (clauses x labels) and the labels."""
        labels = classifier.load().heads[question].labels
        return (self.odds[question][:-1] if self.clauses else np.zeros((0, len(labels)))), labels


def read_ahead(text: str, *, subject: str = "") -> None:
    """Begin what takes longest of `understand`, its vectors, while the caller reads rows: the engine holds no lock of
    Python's, and keeps what it has made."""
    if texts := _by_meaning(_pieces(_with_subject(text, subject))):
        Thread(target=classifier.load().vectors, args=[texts], name="read ahead", daemon=True).start()


@lru_cache(maxsize=4)  # what was read ahead is understood next
def _pieces(text: str) -> tuple[Clause, ...]:
    pieces = [replace(clause, text=clause.text[:_LONGEST_CLAUSE]) for clause in clauses(text)[:_READ_CLAUSES]]
    return tuple(_most_telling(pieces, classifier.load())) if pieces else ()


def _by_meaning(pieces: Sequence[Clause]) -> list[str]:
    """The first of them, as many as are read by meaning and not by their words alone."""
    return [piece.text for piece in pieces[: _affordable(pieces)]] if pieces else []


def _most_telling(pieces: list[Clause], model: classifier.Classifier) -> list[Clause]:
    """By their words: those that want something, or press, come first, since not all can be read by meaning."""
    by_words = model.read([piece.text for piece in pieces], None, ("intents", "urgency"))
    wish, hurry = by_words["intents"], by_words["urgency"]
    other = model.heads["intents"].labels.index(IntentKind.OTHER)
    normal = model.heads["urgency"].labels.index(Level.NORMAL)
    telling = np.maximum(
        np.delete(wish, other, axis=1).max(axis=1), np.delete(hurry, normal, axis=1).max(axis=1)
    )
    return [pieces[index] for index in np.argsort(-telling, kind="stable")]


def _affordable(pieces: Sequence[Clause]) -> int:
    """How many of the first pieces to read by meaning: at least one."""
    spent = np.cumsum([len(classifier.plain(piece.text)) for piece in pieces])
    return max(1, int((spent <= _READ_CHARACTERS).sum()))


def _with_subject(text: str, subject: str) -> str:
    """A reply's subject is what somebody said before; only a first one adds something."""
    if not subject.strip() or re.match(r"\s*(?:re|aw|fwd?|wg|sv|rv|tr)\s*:", subject, re.IGNORECASE):
        return text
    return f"{subject.strip()}\n{text}"
