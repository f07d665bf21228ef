"""Composes and proves an answer: what the tests of composing share."""

from __future__ import annotations

from typing import Any

from agents.checking.verify import verify
from agents.facts import records
from agents.models.draft import joined
from agents.understanding.message import Understanding
from agents.writing.compose import Composed, compose
from tests.agents.known import ZONE, Shop, letter, scan

COLUMBUS = ("in_transit", "Departed from Facility", "Columbus, OH", scan(19, 16, 12), "")


def answered(
    shop: Shop, und: Understanding, text: str = "", *, unknown: tuple[str, ...] = (), **kind: Any
) -> Composed:
    """Composed, and proven: nothing in it is without support."""
    facts = shop.facts(unknown=unknown)
    message, conversation = letter(text, **kind)
    facts.phrases = records.phrases(conversation, shop.ledger)
    answer = compose(message, conversation, und, facts)
    claims = verify(answer.sentences, facts.evidence, now=facts.now, zone=str(ZONE))
    assert [(c.text, c.reason) for c in claims if not c.is_supported] == []
    assert len(answer.reason) <= 300
    return answer


def body(answer: Composed) -> str:
    """Without greeting, offer and closing."""
    assert not answer.needs_person, answer.reason
    return "\n\n".join(joined(answer.sentences).split("\n\n")[1:-1])
