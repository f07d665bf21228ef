"""What a shopper is shown of the seller's articles while they type their question."""

from __future__ import annotations

import pytest

from agents.views import shoppers
from audit.record import Actor
from config import model
from connectors import llm
from inbox.chat import refusals
from knowledge import embedding
from knowledge.models import Article
from tests.inbox.test_chat import Page, a_chat
from tests.world import World, build

ALICE = Actor("member", label="Alice")
QUESTION = "how much is gift wrapping?"


@pytest.fixture
def page(world: World) -> Page:
    """Nobody has to have opened the chat: whoever types has not said anything yet."""
    return Page(a_chat(world).external_id)


def write(world: World, title: str, body: str, **place: object) -> Article:
    with world.inside():
        return Article.write(title, body, "other", ALICE, **place)  # type: ignore[arg-type]


def found(page: Page, question: str = QUESTION) -> list[str]:
    return [each["title"] for each in page.get("articles", q=question).json()["articles"]]


def test_an_article_that_answers_is_shown_with_its_words(world: World, page: Page) -> None:
    write(world, "Gift wrap", "Gift wrapping costs five dollars an item.")
    write(world, "Boots", "Our boots are made in Spain.")
    [shown] = page.get("articles", q=QUESTION).json()["articles"]
    assert shown["title"] == "Gift wrap"
    assert "five dollars" in shown["text"]


def test_one_word_and_what_nobody_wrote_about_find_nothing(world: World, page: Page) -> None:
    write(world, "Gift wrap", "Gift wrapping costs five dollars an item.")
    for question in ("", "gift", "who won the football game last night"):
        assert found(page, question) == []


def test_an_article_is_shown_once_however_many_of_its_passages_fit_and_at_most_three(
    world: World, page: Page
) -> None:
    long = "\n\n".join(f"Gift wrapping of kind {n} costs {n} dollars an item. " * 12 for n in range(2, 6))
    write(world, "Gift wrap", long)
    for name in ("boxes", "bags", "bows", "cards"):
        write(world, f"Gift {name}", f"Gift wrapping with {name} costs five dollars an item.")
    titles = found(page)
    assert len(titles) == len(set(titles)) == shoppers.MOST
    assert all(
        len(each["text"]) <= shoppers.LONGEST_TEXT
        for each in page.get("articles", q=QUESTION).json()["articles"]
    )


def test_an_article_for_another_channel_is_not_shown_here(world: World, page: Page) -> None:
    write(world, "Gift wrap", "Gift wrapping costs five dollars an item.", channel_kinds=["email"])
    assert found(page) == []


def test_another_sellers_articles_are_not_shown(world: World, page: Page) -> None:
    write(build(), "Gift wrap", "Gift wrapping costs five dollars an item.")
    assert found(page) == []


def test_while_somebody_types_no_model_elsewhere_is_asked_and_words_alone_find_it(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(world, "Gift wrap", "Gift wrapping costs five dollars an item.")
    asked: list[object] = []
    monkeypatch.setattr(
        embedding, "model_config", lambda: llm.ModelConfig(api_key="key", draft_model="large")
    )
    monkeypatch.setattr(model, "embed", lambda *_: asked.append(_))
    assert found(page, "gift wrapping costs") == ["Gift wrap"]
    assert asked == []


def test_only_the_shops_own_pages_are_shown_articles(world: World) -> None:
    chat = a_chat(world, origins="https://shop.example")
    write(world, "Gift wrap", "Gift wrapping costs five dollars an item.")
    assert Page(chat.external_id, "https://elsewhere.example").get("articles", q=QUESTION).status_code == 403
    assert found(Page(chat.external_id)) == ["Gift wrap"]


def test_whoever_asks_without_end_is_told_to_wait(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "LOOKS", refusals.Rate("looks", 2, 60))
    answers = [page.get("articles", q="gift") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].json()["words"]
