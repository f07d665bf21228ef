"""Knowledge search over a small library of ours: is the right article among the first five, and is nothing found for
what no article answers?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from agents.quality.page import Section, share, table
from audit.record import CLOCK
from config.tenancy import scope
from knowledge import index, search
from knowledge.embedding import embed
from knowledge.models import Article, ArticleVersion

LIBRARY = Path(__file__).parent / "library"
OFF_TOPIC = "off topic"
_TITLE = "Knowledge search"


@dataclass(frozen=True)
class Question:
    ask: str
    article: str  # its title; "" of what no article answers
    shape: str  # "question", "keywords" or OFF_TOPIC


@dataclass(frozen=True)
class Outcome:
    question: Question
    titles: tuple[str, ...]  # of the articles found, best first
    best: search.Found | None

    @property
    def is_right(self) -> bool:
        return self.question.article in self.titles if self.question.article else not self.titles

    @property
    def is_first(self) -> bool:
        return self.titles[:1] == (self.question.article,)


def questions() -> list[Question]:
    return [Question(**json.loads(line)) for line in (LIBRARY / "questions.jsonl").read_text().splitlines()]


def fill(organization_id: UUID) -> None:
    """The library becomes this organization's knowledge."""
    with scope(organization_id):
        for title, topic, body in _articles():
            Article.write(title, body, topic, CLOCK)
        waiting = list(ArticleVersion.objects.filter(indexed_at=None).values_list("pk", flat=True))
    for version in waiting:
        index.index(organization_id, version)


def _articles() -> Iterator[tuple[str, str, str]]:
    for page in ("\n" + (LIBRARY / "articles.md").read_text()).split("\n# ")[1:]:
        head, _, body = page.partition("\n")
        title, _, topic = head.partition(" | ")
        yield title, topic, body


def ask(organization_id: UUID) -> list[Outcome]:
    asked = questions()
    vectors = embed([each.ask for each in asked], "query")
    outcomes = []
    with scope(organization_id):
        for question, vector in zip(asked, vectors, strict=True):
            found = search.search(question.ask, vector, limit=5)
            titles = dict.fromkeys(each.passage.version.article.title for each in found)
            outcomes.append(Outcome(question, tuple(titles), found[0] if found else None))
    return outcomes


def measure(organization_id: UUID) -> Section:
    """In an organization without any knowledge, which keeps the library."""
    fill(organization_id)
    outcomes = ask(organization_id)
    figures: dict[str, float] = {}
    rows = []
    for shape in ("question", "keywords", OFF_TOPIC):
        of_it = [each for each in outcomes if each.question.shape == shape]
        right, first = sum(each.is_right for each in of_it), sum(each.is_first for each in of_it)
        figures[shape] = right / len(of_it)
        is_off = shape == OFF_TOPIC
        rows.append(
            (shape, len(of_it), "–" if is_off else share(first, len(of_it)), share(right, len(of_it)))
        )
    missed = "\n".join(f"- {each.question.ask}" for each in outcomes if not each.is_right)
    return Section(
        _TITLE,
        f"{len(list(_articles()))} articles and {len(outcomes)} questions of ours "
        "(`agents/quality/library/`); off topic is right when nothing is found.\n\n"
        f"{table(('asked as', 'asked', 'first', 'right among five'), rows)}\n\nWrong:\n\n{missed}",
        figures,
    )
