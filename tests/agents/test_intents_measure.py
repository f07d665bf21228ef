"""How well messages nobody here wrote are read. Prints its tables with `pytest -s`; needs ../shared/data.

The floors lie a little under what was measured. No sentence of these files is in
agents/understanding/examples/, and what is tuned is tuned on our own: by cross-validation (`python -m
agents.understanding.train --report`) and on tests/agents/held_out.jsonl. These files were not quite unseen,
though: their scores by class showed which classes wanted more examples of our own.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agents.understanding.message import Understanding, understand
from agents.understanding.mood import MoodKind
from connectors import embedded

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not here"),
    pytest.mark.skipif(not embedded.available(), reason="the embedded model is not installed"),
]

OURS = {"wismo": "where_is_my_order", "return": "return_request"}
THEIRS = {
    "warranty": "product_question",
    "unsure": "other",
    "subscription": "other",
}  # kinds their label set does not have
TONE = {MoodKind.HAPPY: "positive", MoodKind.POLITE: "positive", MoodKind.NEUTRAL: "neutral"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


@cache
def read(text: str) -> Understanding:
    return understand(text)


def first(text: str) -> str:
    kind = read(text).kinds[0].value
    return THEIRS.get(kind, kind)


def test_intents_of_five_hundred_messages() -> None:
    cases = rows("intents/dev_500.jsonl")
    strict, lenient, total, said = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        wanted, got = OURS.get(case["intent"], case["intent"]), first(case["text"])
        total[wanted] += 1
        said[got] += 1
        strict[wanted] += got == wanted
        lenient[wanted] += got in {OURS.get(label, label) for label in case["accept"]}
    print(f"\n{'intent':20} {'cases':>5} {'strict':>7} {'lenient':>8} {'precision':>9}")
    for kind, count in total.most_common():
        precision = strict[kind] / (said[kind] or 1)
        print(
            f"{kind:20} {count:5} {strict[kind] / count:7.2f} {lenient[kind] / count:8.2f} {precision:9.2f}"
        )
    share = {"strict": strict.total() / len(cases), "lenient": lenient.total() / len(cases)}
    print(f"{'all':20} {len(cases):5} {share['strict']:7.3f} {share['lenient']:8.3f}")
    assert share["strict"] >= 0.82
    assert share["lenient"] >= 0.88
    assert strict["other"] / total["other"] >= 0.85, "out of scope"


def test_few_ordinary_messages_are_taken_for_threats() -> None:
    cases = rows("intents/dev_500.jsonl")
    kinds = Counter(threat.value for case in cases for threat in read(case["text"]).threats)
    print(f"\nthreats in {len(cases)} ordinary messages: {dict(kinds)}")
    assert kinds.total() <= 0.02 * len(cases)


def test_english_is_taken_for_english() -> None:
    codes = Counter(read(case["text"]).language.code for case in rows("intents/dev_500.jsonl"))
    print(f"\nlanguages: {dict(codes)}")
    assert codes["en"] >= 0.98 * codes.total()


def test_tone_of_reviews_and_posts() -> None:
    cases = rows("sentiment/dev_sentiment.jsonl")
    pairs = Counter((case["label"], TONE.get(read(case["text"]).mood.kind, "negative")) for case in cases)
    right = sum(count for (wanted, got), count in pairs.items() if wanted == got) / len(cases)
    scores = [_f1(pairs, label) for label in ("positive", "neutral", "negative")]
    felt = [read(case["text"]).mood.score for case in cases]
    r = statistics.correlation(felt, [case["score"] for case in cases])
    print(f"\ntone of {len(cases)}: right {right:.3f}, macro-F1 {statistics.mean(scores):.3f}, r {r:.3f}")
    assert right >= 0.63
    assert statistics.mean(scores) >= 0.59
    assert r >= 0.74


def _f1(pairs: Counter[tuple[str, str]], label: str) -> float:
    wanted = sum(count for (each, _), count in pairs.items() if each == label)
    got = sum(count for (_, each), count in pairs.items() if each == label)
    return 2 * pairs[label, label] / (wanted + got)


def test_attempts_at_manipulation() -> None:
    cases = rows("adversarial/dev_150.jsonl")
    flagged = Counter((case["label"], read(case["text"]).manipulation) for case in cases)
    recall = flagged["attack", True] / (flagged["attack", True] + flagged["attack", False])
    alarms = flagged["benign", True] / (flagged["benign", True] + flagged["benign", False])
    shoppers = [case for case in cases if case["technique"] == "in_domain_customer_message"]
    disturbed = sum(read(case["text"]).manipulation for case in shoppers)
    print(
        f"\nmanipulation: recall {recall:.2f}, false alarms {alarms:.2f}, shoppers {disturbed}/{len(shoppers)}"
    )
    assert recall >= 0.65
    assert alarms <= 0.25
    assert disturbed == 0


def test_reading_is_quick_once_warm() -> None:
    """Processor time: the machine may be busy with other things."""
    understand("warm")
    spent = []
    for case in rows("intents/dev_500.jsonl")[:120]:
        started = time.process_time()
        understand(case["text"])
        spent.append((time.process_time() - started) * 1000)
    p95 = statistics.quantiles(spent, n=20)[18]
    print(f"\nunderstand: median {statistics.median(spent):.0f} ms, p95 {p95:.0f} ms")
    assert p95 < 80
