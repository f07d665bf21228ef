"""From a version to passages that can be found."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.utils import timezone
from markdown_it.tree import SyntaxTreeNode

from config.model import model_config
from config.tenancy import scope
from connectors import llm
from knowledge.embedding import embed
from knowledge.models import ArticleVersion, Passage
from knowledge.render import reader, shown

LONGEST = 900  # characters; a passage is something one can cite, not a page


@dataclass(frozen=True)
class Piece:
    heading: str
    text: str


def split(markdown: str) -> list[Piece]:
    """Paragraphs and lists under their nearest heading, short neighbours joined. What no reader sees is in none."""
    pieces: list[Piece] = []
    heading = ""
    for node in SyntaxTreeNode(reader().parse(shown(markdown))).children:
        text = _plain(node)
        if node.type == "heading":
            heading = text[:200]
        elif text:
            last = pieces[-1] if pieces else None
            if last and last.heading == heading and len(last.text) + len(text) < LONGEST:
                pieces[-1] = Piece(heading, f"{last.text}\n{text}")
            else:
                pieces.append(Piece(heading, text))
    return pieces


def _plain(node: SyntaxTreeNode) -> str:
    """The words of a node; every list item and table row on a line of its own."""
    if node.type == "inline":
        return "".join(_inline_part(child) for child in node.children)
    if not node.children:
        return node.content.strip()
    joint = " " if node.type == "tr" else "\n"
    return joint.join(filter(None, (_plain(child) for child in node.children)))


def _inline_part(node: SyntaxTreeNode) -> str:
    if node.type in {"text", "code_inline"}:
        return node.content
    return "" if node.type == "image" else _inline(node)  # never shown, so its description is no text


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    return "".join(_inline_part(child) for child in node.children)


def index(organization_id: UUID, version_id: UUID) -> int:
    """Make the passages of a version and retire those of the older ones; how many there are.

    Embedding may be a call to the outside, so it happens between two scopes.
    """
    with scope(organization_id):
        version = (
            ArticleVersion.objects.select_related("article").filter(pk=version_id, indexed_at=None).first()
        )
    if version is None:
        return 0
    pieces = split(version.body)
    vectors = embed(
        [f"{version.article.title}. {piece.heading}\n{piece.text}" for piece in pieces], "passage"
    )
    with scope(organization_id):
        is_newest = not ArticleVersion.objects.filter(
            article=version.article, number__gt=version.number
        ).exists()
        if is_newest:
            Passage.objects.filter(version__article=version.article).update(is_live=False)
        _store(version, pieces, vectors, is_live=is_newest)
        ArticleVersion.objects.filter(pk=version_id).update(indexed_at=timezone.now())
    return len(pieces)


def _store(
    version: ArticleVersion, pieces: list[Piece], vectors: list[list[float]], *, is_live: bool
) -> None:
    embedder = llm.embedding_model(model_config())
    Passage.objects.filter(version=version).delete()
    Passage.objects.bulk_create(
        Passage(
            version=version,
            ordinal=ordinal,
            heading=piece.heading,
            text=piece.text,
            embedding=vector,
            embedder=embedder,
            is_live=is_live,
            words=SearchVector(
                Value(f"{version.article.title} {piece.heading}"), weight="A", config="english"
            )
            + SearchVector(Value(piece.text), weight="B", config="english"),
        )
        for ordinal, (piece, vector) in enumerate(zip(pieces, vectors, strict=True), 1)
    )
