"""A seeded sample of what `manage.py quality` measures whole: what is invented is caught, what is true passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.quality import mutation, paraphrase, pretend
from agents.quality.page import Section, share, skipped, table
from agents.quality.pretend import Letter


@pytest.fixture(scope="module", autouse=True)
def _few() -> Iterator[None]:
    """Every 31st letter stands for all of them."""
    letters = pretend.letters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretend, "letters", lambda: letters(every=31))
        mutation.true_drafts.cache_clear()
        yield
    mutation.true_drafts.cache_clear()


@pytest.fixture(scope="module")
def score() -> mutation.Score:
    return mutation.score(per_kind=3)


def test_no_true_draft_is_blocked(score: mutation.Score):
    assert score.true.total() > 70
    assert dict(score.alarms) == {}


def test_one_changed_fact_is_caught(score: mutation.Score):
    assert len(score.kinds) > 25
    assert score.missed == [] or len(score.missed) / score.tried.total() < 0.01, score.missed


def test_a_fact_in_other_words_passes_and_its_neighbour_is_caught(score: mutation.Score):
    found = paraphrase.score(per_kind=15)
    assert found.tried.total() > 120
    assert found.wrong == []


def test_the_letters_are_the_same_every_time():
    def told(letters: list[Letter]) -> list[tuple[str, list[str]]]:
        return [(each.name, [sentence.text for sentence in each.answer.sentences]) for each in letters]

    again = [draft.letter for draft in mutation.true_drafts() if draft.written == mutation.COMPOSED]
    assert told([each for each in pretend.letters() if not each.answer.needs_person]) == told(again)


def test_a_section_is_markdown_without_a_date():
    section = Section("Search", table(("asked as", "right"), [("question", share(199, 200))]))
    assert section.as_markdown() == (
        "## Search\n\n| asked as | right |\n| --- | ---: |\n| question | 99.5 % |\n"
    )
    assert "Skipped: no data" in skipped("Search", "no data").as_markdown()


def test_shares_are_rounded_down():
    assert [share(1999, 2000), share(2, 2), share(0, 0)] == ["99.9 %", "100.0 %", "–"]
