"""Messages of our own that nothing was trained with: what the machine makes of people who write in other words.

tests/agents/held_out.jsonl was written once, in another voice than agents/examples, and is never added to them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.understanding.classifier import EXAMPLES
from agents.understanding.message import Understanding, understand
from agents.understanding.threats import Threat
from connectors import embedded

pytestmark = pytest.mark.skipif(not embedded.available(), reason="the embedded model is not installed")

CASES = [
    json.loads(line) for line in Path(__file__).with_name("held_out.jsonl").read_text().splitlines() if line
]


@pytest.fixture(scope="module")
def read() -> list[Understanding]:
    return [understand(case["text"]) for case in CASES]


def test_most_wishes_are_found(read: list[Understanding]) -> None:
    right = sum(seen.kinds[0] == case["label"] for case, seen in zip(CASES, read, strict=True)) / len(CASES)
    print(f"\nheld out: {right:.3f} of {len(CASES)}")
    assert right >= 0.75


def test_what_went_wrong_or_what_is_asked_of_a_product_is_told(read: list[Understanding]) -> None:
    told = [(case["detail"], seen.intents[0].detail) for case, seen in zip(CASES, read, strict=True)]
    detailed = [wanted == found for wanted, found in told if wanted]
    print(f"\ndetails: {sum(detailed)} of {len(detailed)}")
    assert sum(detailed) / len(detailed) >= 0.65


def test_none_of_them_is_a_threat(read: list[Understanding]) -> None:
    alarms = [case["text"] for case, seen in zip(CASES, read, strict=True) if seen.threats]
    assert len(alarms) <= 4, alarms


def test_no_case_is_an_example() -> None:
    examples = {
        json.loads(line)["text"].lower()
        for file in EXAMPLES.glob("*.jsonl")
        for line in file.read_text().splitlines()
    }
    assert [case["text"] for case in CASES if case["text"].lower() in examples] == []


@pytest.mark.parametrize(
    ("text", "threat"),
    [
        ("My husband is a lawyer and he will write to you on Monday", Threat.LEGAL),
        ("you will get a letter from our counsel", Threat.LEGAL),
        ("Amex is pulling the payment back for me", Threat.CHARGEBACK),
        ("I disputed it with my card company this morning", Threat.CHARGEBACK),
        ("my sister works at a newspaper, she wants to write about this", Threat.MEDIA),
        ("I will film this and upload it, you go viral", Threat.MEDIA),
        ("the plug turned black and smells burnt", Threat.SAFETY),
        ("found a shard of glass in my jam", Threat.SAFETY),
        ("the knife slipped off its handle and cut my thumb, four stitches", Threat.INJURY),
        ("my daughter threw up after drinking it", Threat.INJURY),
        ("these two purchases on my card are not mine", Threat.FRAUD),
        ("someone used my visa in your store", Threat.FRAUD),
    ],
)
def test_a_threat_is_told_by_its_kind(text: str, threat: Threat) -> None:
    assert understand(f"Hello. {text}. Where is order #1042?").threats[:1] == (threat,)


@pytest.mark.parametrize(
    "text",
    [
        "my lawyer friend recommended your shop",
        "I work for a newspaper, do you have press discounts",
        "can I use it in a hospital",
        "the burner set is missing a piece",
        "the sauce is too hot for me",
        "my bank needs the invoice",
        "is there a fire extinguisher in stock",
        "do you sell first aid kits",
    ],
)
def test_words_alone_make_no_threat(text: str) -> None:
    assert understand(text).threats == ()
