"""`manage.py quality --model`, with the stand-in for the model: real HTTP, manners that are known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.quality import with_model
from agents.writing.model import _useful
from connectors.sandbox.model import INVENTIONS, ModelStandIn, running
from tests.agents.known import Shop


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(ModelStandIn()) as url:
        yield url


@pytest.fixture(scope="module")
def letters() -> list[with_model.Letter]:
    return with_model.sample(6)


@pytest.fixture
def use(settings, address: str):
    def name(model: str) -> None:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.DRAFT_MODEL = "key", address, model

    return name


def test_an_inventing_model_is_stopped_in_every_sentence(use, letters):
    use("inventing")
    found = list(with_model.run(letters))
    assert len(found) == 6
    assert {each.way for each in found} == {with_model.INSTEAD}
    assert all(len(each.stopped) == len(INVENTIONS) for each in found)


def test_an_honest_model_is_mostly_proven(use, letters):
    use("honest")
    ways = [each.way for each in with_model.run(letters)]
    assert ways.count(with_model.WHOLE) + ways.count(with_model.MENDED) >= 3


def test_a_model_that_keeps_to_no_form_gives_no_draft(use, letters):
    use("broken")
    found = list(with_model.run(letters[:2]))
    assert {each.way for each in found} == {with_model.FAILED}
    assert all("JSON" in each.problem for each in found)


def test_the_page_tells_what_was_stopped_and_what_passed(use):
    use("inventing")
    page = with_model.measure(3).as_page()
    assert "| not proven: composed instead | 3 | 100.0 % |" in page
    assert INVENTIONS[0] in page


def test_a_model_is_told_of_other_orders_only_what_names_them():
    shop = Shop()
    meant, other = shop.order("#1042"), shop.order("#1043")
    facts = shop.facts()
    facts.focus = next(order for order in facts.orders if order.number == meant.number)
    told = {item.field for item in _useful(facts) if item.about == other.number}
    assert told == {"number", "placed_on", "line.title"}
    assert {item.field for item in _useful(facts) if item.about == meant.number} > told
