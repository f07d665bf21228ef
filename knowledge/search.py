"""Words and vectors together: two ranked lists, joined by reciprocal rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet, Value
from pgvector.django import MaxInnerProduct

from knowledge.models import Passage

DEPTH = 20  # how far down each list is read
SMOOTH = 60  # the usual constant of reciprocal rank fusion
NEAR = 0.80  # e5 similarities below this mean "about something else" (unrelated English text measures 0.70 to 0.78)


@dataclass(frozen=True)
class Found:
    passage: Passage
    score: float  # joined rank; only its order means something
    similarity: float  # -1..1


def search(query: str, vector: list[float] | None, *, channel_kind: str = "", limit: int = 5) -> list[Found]:
    """The best passages of live articles for this channel; empty when nothing is near enough.

    `vector` is the query's embedding: it may come from outside, so the caller makes it before opening a scope. Without
    one, only the words count.
    """
    live = _live(channel_kind)
    by_words = list(_near(_with_words(live, query), vector)[:DEPTH])
    by_vector = list(_near(live, vector).order_by("distance")[:DEPTH]) if vector else []
    scores: dict[UUID, float] = {}
    passages = {}
    for ranked in (by_vector, by_words):
        for rank, passage in enumerate(ranked):
            scores[passage.pk] = scores.get(passage.pk, 0.0) + 1 / (SMOOTH + rank)
            passages[passage.pk] = passage
    found = [Found(passages[pk], score, -passages[pk].distance) for pk, score in scores.items()]
    near = [each for each in found if vector is None or each.similarity >= NEAR]
    return sorted(near, key=lambda each: -each.score)[:limit]


def _near(passages: QuerySet[Passage], vector: list[float] | None) -> QuerySet[Any]:
    """With `distance`: minus the similarity to the vector."""
    distance = MaxInnerProduct("embedding", vector) if vector else Value(-1.0)
    return passages.annotate(distance=distance)


def _live(channel_kind: str) -> QuerySet[Passage]:
    live = Passage.objects.filter(is_live=True, version__article__archived_at=None).select_related(
        "version__article"
    )
    if channel_kind:
        live = live.filter(
            Q(version__article__channel_kinds=[])
            | Q(version__article__channel_kinds__contains=[channel_kind])
        )
    return live.defer("embedding", "words")


def _with_words(live: QuerySet[Passage], query: str) -> QuerySet[Passage]:
    """Any of the words counts; more of them, and rarer ones, rank higher."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in query).split() if len(word) > 2][:40]
    if not words:
        return live.none()
    any_of = SearchQuery(" | ".join(words), search_type="raw", config="english")
    return live.annotate(rank=SearchRank(F("words"), any_of)).filter(words=any_of).order_by("-rank")
