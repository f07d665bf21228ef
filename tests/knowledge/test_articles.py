from __future__ import annotations

import pytest

from audit.record import Actor
from config.tenancy import scope
from knowledge import search
from knowledge.embedding import embed
from knowledge.index import split
from knowledge.models import Article, ArticleVersion, Passage
from tests.world import World

ALICE = Actor("member", label="Alice")
RETURNS = """# Returns

## How long you have

You can return unworn items within 30 days of delivery.

## Worn items

Worn items cannot be returned, but a broken zipper is a **warranty** case.

- Write to us with a photo
- We look at it
"""


def find(world: World, words: str, channel_kind: str = "") -> list[str]:
    vector = embed([words], "query")[0]
    with world.inside():
        return [each.passage.text for each in search.search(words, vector, channel_kind=channel_kind)]


@pytest.fixture
def article(world: World) -> Article:
    with world.inside():
        article = Article.write("Returns", RETURNS, "returns", ALICE)
        Article.write(
            "Shipping", "Orders leave Reno the same day and take 3 to 6 business days.", "shipping", ALICE
        )
    return article


def test_it_splits_by_heading_and_keeps_lists_readable():
    pieces = split(RETURNS)
    assert [piece.heading for piece in pieces] == ["How long you have", "Worn items"]
    assert "warranty case" in pieces[1].text
    assert "Write to us with a photo\nWe look at it" in pieces[1].text


def test_it_finds_by_meaning_and_by_word(world: World, article: Article):
    assert "30 days" in find(world, "how long can I send something back?")[0]
    assert "3 to 6 business days" in find(world, "shipping business days")[0]


def test_what_nothing_answers_finds_nothing(world: World):
    assert find(world, "how long can I send something back?") == []


def test_a_new_version_replaces_the_old_one_in_search_and_the_old_one_stays_readable(
    world: World, article: Article
):
    with world.inside():
        article.publish(RETURNS.replace("30 days", "45 days"), ALICE)
    assert "45 days" in find(world, "how many days to return an item")[0]
    assert all("30 days" not in text for text in find(world, "return within 30 days"))
    page = world.client_of(world.bob).get(world.url(f"knowledge/{article.slug}/versions/1/"))
    assert b"30 days" in page.content
    assert b"older version" in page.content


def test_the_same_words_again_are_not_a_new_version(world: World, article: Article):
    with world.inside():
        article.publish(RETURNS, ALICE)
        assert ArticleVersion.objects.filter(article=article).count() == 1


def test_an_archived_article_is_not_found(world: World, article: Article):
    with world.inside():
        article.archive(ALICE)
    assert all("30 days" not in text for text in find(world, "how long can I send something back?"))


def test_an_article_for_one_channel_is_not_found_for_another(world: World):
    with world.inside():
        Article.write("Form only", "Gift wrapping costs five dollars.", "other", ALICE, ["shopify"])
    assert find(world, "gift wrapping cost", "shopify")
    assert find(world, "gift wrapping cost", "email") == []


def test_another_organization_finds_nothing_of_it(world: World, article: Article):
    with scope(world.neighbour.pk):
        assert not Passage.objects.exists()
        assert search.search("returns", embed(["returns"], "query")[0]) == []


def test_admins_write_and_agents_read(world: World, article: Article):
    body = {"title": "Care", "topic": "products", "body": "Wash cold."}
    assert world.client_of(world.bob).post(world.url("knowledge/new"), body).status_code == 403
    assert world.client_of(world.alice).post(world.url("knowledge/new"), body).status_code == 302
    assert b"Wash cold." in world.client_of(world.bob).get(world.url("knowledge/care/")).content


def test_the_preview_is_clean(world: World):
    page = world.client_of(world.alice).post(
        world.url("knowledge/preview"), {"body": "**Hi** <script>alert(1)</script> [x](javascript:alert(1))"}
    )
    assert b"<strong>Hi</strong>" in page.content
    assert b"<script" not in page.content
    assert b'href="javascript' not in page.content


@pytest.mark.parametrize("path", ["knowledge/", "knowledge/new", "knowledge/search?q=how+long"])
def test_every_page_answers_within_its_budget(
    world: World, article: Article, path: str, django_assert_max_num_queries
):
    alice = world.client_of(world.alice)
    alice.get(world.url(path))
    with django_assert_max_num_queries(14):
        assert alice.get(world.url(path)).status_code == 200


def test_a_missing_title_is_said_at_its_field(world: World):
    page = world.client_of(world.alice).post(world.url("knowledge/new"), {"body": "x", "topic": "other"})
    assert b"This field is required" in page.content
