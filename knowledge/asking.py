"""Asks the test questions, as a customer's would be."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from config.tenancy import scope
from connectors.errors import ConnectorError
from knowledge import search
from knowledge.embedding import embed
from knowledge.models import TestQuestion

FOUND_AMONG = 5  # passages: as many as an answer looks at


def run(organization_id: UUID) -> None:
    """Every question, once. Meaning is asked for between two scopes, in one batch."""
    with scope(organization_id):
        rows = list(TestQuestion.objects.all())
    problem = ""
    vectors: Sequence[list[float] | None] = [None] * len(rows)
    try:
        vectors = embed([row.question for row in rows], "query")
    except ConnectorError as error:
        problem = error.message[:300]
    with scope(organization_id):
        for row, vector in zip(rows, vectors, strict=True):
            found = [] if problem else search.search(row.question, vector, limit=FOUND_AMONG)
            articles = [each.passage.version.article_id for each in found]
            row.rank = articles.index(row.article_id) + 1 if row.article_id in articles else None
            row.ran_at, row.problem = timezone.now(), problem
        TestQuestion.objects.bulk_update(rows, ["rank", "ran_at", "problem"])
