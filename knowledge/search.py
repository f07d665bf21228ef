"""Words and vectors together: two ranked lists, joined by how sure we are that a passage is about the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value
from pgvector.django import MaxInnerProduct

from connectors import llm
from knowledge.background import background
from knowledge.embedding import model_config
from knowledge.models import Passage
from knowledge.models.synonyms import meant_by

DEPTH = 20  # how far down each list is read
_MOST_WORDS = 40
# How sure we are, from nearness and strangeness (knowledge/background.py) and the share of the question's telling words
# that the passage holds: a logistic regression over agents/quality/library.
_NEAR, _SHARED, _STRANGE, _BEGINS = 3.3, 3.3, -1.6, -3.05
FLOOR = 0.35  # the best passage must reach it, or there is no answer
_BESIDE = 0.1  # and the others this
_FLOOR_BY_WORDS = 0.5


@dataclass(frozen=True)
class Found:
    passage: Passage
    score: float  # 0..1, how sure we are that it is about the question
    similarity: float  # of meaning, -1..1; 0 where none was asked
    shared: float  # 0..1, of the question's telling words


@dataclass(frozen=True)
class Place:
    """Where the asker is; an article that names other places is not for them. "" is unknown."""

    channel_kind: str = ""
    brand: str = ""
    market: str = ""  # ISO 3166
    language: str = ""  # ISO 639-1


def search(
    query: str,
    vector: Sequence[float] | None,
    *,
    channel_kind: str = "",
    place: Place | None = None,
    limit: int = 5,
) -> list[Found]:
    """The best passages of live articles for this place; empty when nothing is near enough.

    `vector` is the query's embedding: it may come from outside, so the caller makes it before opening a scope. Without
    one, only the words count.
    """
    live = _live(place or Place(channel_kind=channel_kind))
    also = meant_by(query)
    by_words = list(_near(_with_words(live, query, also), query, also, vector)[:DEPTH])
    by_vector = list(_nearest(live, query, also, vector)[:DEPTH]) if vector is not None else []
    candidates = {passage.pk: passage for passage in (*by_vector, *by_words)}
    weights = _telling(list(candidates.values()))
    strange = background(model_config()).strangeness(vector) if vector is not None else None
    found = sorted(
        (_judged(passage, weights, strange) for passage in candidates.values()), key=lambda each: -each.score
    )
    if not found or found[0].score < (FLOOR if vector is not None else _FLOOR_BY_WORDS):
        return []
    return [each for each in found if each.score >= _BESIDE][:limit]


def _judged(passage: Any, weights: dict[str, float], strange: float | None) -> Found:
    similarity, shared = -passage.distance, _shared(passage, weights)
    if strange is None:
        return Found(passage, shared, 0.0, shared)
    near = background(model_config()).nearness(similarity, -passage.to_all)
    sure = _BEGINS + _NEAR * near + _SHARED * shared + _STRANGE * strange
    return Found(passage, 1 / (1 + math.exp(-sure)), similarity, shared)


def _telling(candidates: Sequence[Any]) -> dict[str, float]:
    """What each word of the question weighs: one that every passage holds tells nothing."""
    if not candidates:
        return {}
    held = [set(each.lexemes) for each in candidates]
    asked = candidates[0].asked
    return {word: math.log(1 + len(held) / (0.5 + sum(word in each for each in held))) for word in asked}


def _shared(passage: Any, weights: dict[str, float]) -> float:
    """A word whose synonym the passage holds is shared too."""
    if not weights:
        return 0.0
    held = set(passage.lexemes)
    whole = sum(weights.values())
    own = sum(weight for word, weight in weights.items() if word in held)
    by_synonym = 0.5 if held & set(passage.synonyms) else 0.0
    return min(1.0, own / whole + by_synonym)


def _near(
    passages: QuerySet[Passage], query: str, also: list[str], vector: Sequence[float] | None
) -> QuerySet[Any]:
    """With `distance` (minus the similarity), the same `to_all` other questions, and the lexemes of passage, question
    and synonyms."""
    distance: Any = Value(0.0)
    to_all: Any = Value(0.0)
    if vector is not None:
        distance = MaxInnerProduct("embedding", vector)
        to_all = MaxInnerProduct("embedding", background(model_config()).middle)
    return passages.annotate(
        distance=distance,
        to_all=to_all,
        lexemes=_lexemes(F("words")),
        asked=_lexemes(SearchVector(Value(query), config="english")),
        synonyms=_lexemes(SearchVector(Value(" ".join(also)), config="english")),
    )


def _nearest(
    live: QuerySet[Passage], query: str, also: list[str], vector: Sequence[float] | None
) -> QuerySet[Any]:
    """By meaning. The index knows no organizations: it goes on until enough of this one's are found."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
    same = live.filter(embedder__in=["", llm.embedding_model(model_config())])
    return _near(same, query, also, vector).order_by("distance")


def _lexemes(vector: Any) -> Func:
    return Func(vector, function="tsvector_to_array")


def _live(place: Place) -> QuerySet[Passage]:
    live = Passage.objects.filter(is_live=True, version__article__archived_at=None).select_related(
        "version__article"
    )
    for name, here in (("channel_kinds", place.channel_kind), ("markets", place.market)):
        if here:
            live = live.filter(
                Q(**{f"version__article__{name}": []}) | Q(**{f"version__article__{name}__contains": [here]})
            )
    for name, here in (("brand", place.brand), ("language", place.language)):
        if here:
            live = live.filter(Q(**{f"version__article__{name}__in": ["", here]}))
    return live.defer("embedding", "words")


def _with_words(live: QuerySet[Passage], query: str, also: list[str]) -> QuerySet[Passage]:
    """Any of the words counts, and any of their synonyms; more of them, and rarer ones, rank higher."""
    wanted = [*_words(query), *(" <-> ".join(_words(each, 2)) for each in also)]
    wanted = [each for each in wanted if each][:_MOST_WORDS]
    if not wanted:
        return live.none()
    any_of = SearchQuery(" | ".join(f"({each})" for each in wanted), search_type="raw", config="english")
    return live.annotate(rank=SearchRank(F("words"), any_of)).filter(words=any_of).order_by("-rank")


def _words(text: str, shortest: int = 3) -> list[str]:
    return [
        word for word in "".join(c if c.isalnum() else " " for c in text).split() if len(word) >= shortest
    ]
