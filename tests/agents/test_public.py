"""A comment everybody reads holds nothing of a customer, however true it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.checking.verify import verify
from agents.facts.evidence import Evidence, Kind, Sentence
from connectors.contract import Form, Limits

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def item(
    number: int, field: str, kind: Kind, value: str, record: str = "order:1", about: str = "#1042"
) -> Evidence:
    return Evidence(number, record, field, kind, value, field, "Shop", NOW, about=about)


EVIDENCE = [
    item(1, "number", Kind.IDENTIFIER, "#1042"),
    item(2, "total", Kind.MONEY, "147.62 USD"),
    item(3, "place", Kind.PLACE, "Columbus, OH", "scan:1"),
    item(4, "estimated_on", Kind.DATE, "2026-11-25", "shipment:1"),
    item(5, "text", Kind.POLICY, "Standard shipping takes 3 to 6 business days.", "passage:1", ""),
]


def doubts(text: str, form: Form) -> list[str]:
    sentences = [Sentence(text, (1, 2, 3, 4, 5))]
    claims = verify(sentences, EVIDENCE, now=NOW, zone="UTC", limits=Limits(form=form))
    return [claim.reason for claim in claims if not claim.is_supported]


@pytest.mark.parametrize(
    "text",
    [
        "Your order #1042 is on its way.",
        "The total was $147.62.",
        "It was last scanned in Columbus, OH.",
        "It should be there on Wednesday, November 25.",
    ],
)
def test_what_is_true_of_a_customer_is_not_for_everybody(text: str):
    assert any("Everybody reads" in reason for reason in doubts(text, Form.PUBLIC))
    assert not any("Everybody reads" in reason for reason in doubts(text, Form.LETTER))


@pytest.mark.parametrize("text", ["Write to rosa@mail.example.", "Call (212) 555-0143 about it."])
def test_an_address_or_phone_is_not_either(text: str):
    assert doubts(text, Form.PUBLIC)


def test_what_an_article_says_may_be_read_by_everybody():
    assert doubts("Standard shipping takes 3 to 6 business days.", Form.PUBLIC) == []
