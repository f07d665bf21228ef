"""Words and vectors together: two ranked lists, joined by how sure we are that a passage is about the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from pgvector import Vector

from config.model import model_config
from config.tenancy import current_organization_id
from connectors import llm
from knowledge.background import background
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
    here = place or Place(channel_kind=channel_kind)
    candidates = _candidates(here, query, meant_by(query), vector)
    weights = _telling(candidates)
    strange = background(model_config()).strangeness(vector) if vector is not None else None
    judged = sorted((_judged(each, weights, strange) for each in candidates), key=lambda each: -each.score)
    if not judged or judged[0].score < (FLOOR if vector is not None else _FLOOR_BY_WORDS):
        return []
    best = [each for each in judged if each.score >= _BESIDE][:limit]
    rows = Passage.objects.select_related("version__article").defer("embedding", "words")
    passages = rows.in_bulk([each.id for each in best])
    return [Found(passages[each.id], each.score, each.similarity, each.shared) for each in best]


def _judged(candidate: _Candidate, weights: dict[str, float], strange: float | None) -> _Judged:
    similarity, shared = -candidate.distance, _shared(candidate, weights)
    if strange is None:
        return _Judged(candidate.id, shared, 0.0, shared)
    near = background(model_config()).nearness(similarity, -candidate.to_all)
    sure = _BEGINS + _NEAR * near + _SHARED * shared + _STRANGE * strange
    return _Judged(candidate.id, 1 / (1 + math.exp(-sure)), similarity, shared)


def _telling(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """What each word of the question weighs: one that every passage holds tells nothing."""
    if not candidates:
        return {}
    held = [set(each.lexemes) for each in candidates]
    asked = candidates[0].asked
    return {word: math.log(1 + len(held) / (0.5 + sum(word in each for each in held))) for word in asked}


def _shared(candidate: _Candidate, weights: dict[str, float]) -> float:
    """A word whose synonym the passage holds is shared too."""
    if not weights:
        return 0.0
    held = set(candidate.lexemes)
    whole = sum(weights.values())
    own = sum(weight for word, weight in weights.items() if word in held)
    by_synonym = 0.5 if held & set(candidate.synonyms) else 0.0
    return min(1.0, own / whole + by_synonym)


# Both lists and their measures in one trip, without the words of any passage: putting it together from querysets takes
# longer than all that PostgreSQL does for it.
_BOTH_LISTS = """
WITH question AS MATERIALIZED (
    SELECT to_tsquery('english', %(any_of)s) AS any_of,
           tsvector_to_array(to_tsvector('english', %(query)s)) AS asked,
           tsvector_to_array(to_tsvector('english', %(also)s)) AS synonyms
), live AS NOT MATERIALIZED (
    SELECT passage.id, passage.words, passage.embedding, passage.embedder
      FROM knowledge_passage AS passage
      JOIN knowledge_articleversion AS version ON version.id = passage.version_id
      JOIN knowledge_article AS article ON article.id = version.article_id
     WHERE passage.organization_id = %(organization)s AND passage.is_live AND article.archived_at IS NULL
       AND (%(channel_kind)s = '' OR article.channel_kinds = '{}' OR %(channel_kind)s = ANY (article.channel_kinds))
       AND (%(market)s = '' OR article.markets = '{}' OR %(market)s = ANY (article.markets))
       AND (%(brand)s = '' OR article.brand IN ('', %(brand)s))
       AND (%(language)s = '' OR article.language IN ('', %(language)s))
), said AS (
    SELECT live.id FROM live, question WHERE live.words @@ question.any_of
     ORDER BY ts_rank(live.words, question.any_of) DESC LIMIT %(depth)s
), meant AS (
    SELECT id FROM live WHERE %(vector)s::vector IS NOT NULL AND embedder IN ('', %(embedder)s)
     ORDER BY embedding <#> %(vector)s::vector LIMIT %(depth)s
)
SELECT live.id, coalesce(live.embedding <#> %(vector)s::vector, 0), coalesce(live.embedding <#> %(middle)s::vector, 0),
       tsvector_to_array(live.words), question.asked, question.synonyms
  FROM live, question WHERE live.id IN (SELECT id FROM said UNION SELECT id FROM meant)
 ORDER BY 2, 1
"""


class _Candidate(NamedTuple):
    id: UUID
    distance: float  # minus the similarity of meaning; 0 where none was asked
    to_all: float  # the same to other people's questions
    lexemes: list[str]
    asked: list[str]
    synonyms: list[str]


class _Judged(NamedTuple):
    id: UUID
    score: float
    similarity: float
    shared: float


def _candidates(
    here: Place, query: str, also: Sequence[str], vector: Sequence[float] | None
) -> list[_Candidate]:
    """The nearest by words and by meaning. The index of vectors knows no organizations: it goes on until enough of
    this one's are found."""
    values = {
        "organization": current_organization_id(),
        "query": query,
        "any_of": _any_of(query, also),
        "also": " ".join(also),
        "vector": _written(vector),
        "middle": None if vector is None else _written(background(model_config()).middle),
        "embedder": llm.embedding_model(model_config()),
        "depth": DEPTH,
        **asdict(here),
    }
    with connection.cursor() as cursor:
        if vector is not None:
            cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        cursor.execute(_BOTH_LISTS, values)
        return [_Candidate(*row) for row in cursor.fetchall()]


def _written(vector: Sequence[float] | None) -> str | None:
    return None if vector is None else Vector(list(vector)).to_text()


def _any_of(query: str, also: Sequence[str]) -> str:
    """Any of the words counts, and any of their synonyms; more of them, and rarer ones, rank higher."""
    wanted = [*_words(query), *(" <-> ".join(_words(each, 2)) for each in also)]
    return " | ".join(f"({each})" for each in [each for each in wanted if each][:_MOST_WORDS])


def _words(text: str, shortest: int = 3) -> list[str]:
    return [
        word for word in "".join(c if c.isalnum() else " " for c in text).split() if len(word) >= shortest
    ]
