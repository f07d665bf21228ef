"""A model that makes things up, over real HTTP: what it writes is parsed as ever, and none of it gets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.checking.verify import Claim, verify
from agents.facts.known import Facts
from agents.route import decide
from agents.writing import model
from agents.writing.compose import Composed
from connectors.llm import ModelConfig
from connectors.sandbox.model import INVENTIONS, ModelStandIn, running
from tests.agents import known
from tests.agents.known import ZONE, Shop, letter, scan, seen


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(ModelStandIn()) as url:
        yield url


@pytest.fixture
def facts() -> Facts:
    shop = Shop()
    order = shop.order()
    shop.parcel(order, scans=[("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), "")])
    shop.refund(order)
    for text in (known.RETURNS, known.REFUNDS, known.LATE):
        shop.passage(text)
    return shop.facts()


def written(manners: str, address: str, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> Composed:
    config = ModelConfig(api_key="none", base_url=address, draft_model=manners)
    monkeypatch.setattr(model, "model_config", lambda: config)
    message, conversation = letter()
    return model.write(message, conversation, seen(), facts, []).answer


def claims(answer: Composed, facts: Facts) -> list[Claim]:
    return verify(answer.sentences, facts.evidence, now=facts.now, zone=str(ZONE))


def test_not_one_invention_gets_through(address: str, facts: Facts, monkeypatch: pytest.MonkeyPatch):
    answer = written("inventing", address, facts, monkeypatch)
    assert [sentence.text for sentence in answer.sentences] == list(INVENTIONS)
    caught = {claim.sentence for claim in claims(answer, facts) if not claim.is_supported}
    assert caught == set(range(len(INVENTIONS)))


def test_a_draft_with_inventions_is_blocked_and_says_why(
    address: str, facts: Facts, monkeypatch: pytest.MonkeyPatch
):
    answer = written("inventing", address, facts, monkeypatch)
    decision = decide(seen(), facts, answer, claims(answer, facts))
    assert decision.state == "blocked"
    assert "March 3, 2031" in decision.reason or "will arrive" in decision.reason


def test_an_honest_model_is_believed(address: str, facts: Facts, monkeypatch: pytest.MonkeyPatch):
    answer = written("honest", address, facts, monkeypatch)
    assert answer.sentences
    assert [(c.text, c.reason) for c in claims(answer, facts) if not c.is_supported] == []
    assert any(c.is_supported for c in claims(answer, facts))


@pytest.mark.parametrize("invention", INVENTIONS)
def test_inventions_are_caught_even_when_everything_is_cited(invention: str, facts: Facts):
    from agents.facts.evidence import Sentence

    everything = tuple(item.number for item in facts.evidence)
    found = verify([Sentence(invention, everything)], facts.evidence, now=facts.now, zone=str(ZONE))
    assert any(not claim.is_supported for claim in found)
