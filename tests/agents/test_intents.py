"""The examples and the weights made of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from agents.understanding import classifier
from agents.understanding.clauses import clauses
from agents.understanding.intents import IntentKind
from agents.understanding.mood import MoodKind


def examples(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (classifier.EXAMPLES / f"{name}.jsonl").read_text().splitlines()]


def test_the_weights_were_made_from_the_examples_as_they_are() -> None:
    assert classifier.load().digest == classifier.digest(), "run: python -m agents.understanding.train"


def test_every_kind_but_unsure_has_examples() -> None:
    counts = Counter(row["label"] for row in examples("intents"))
    assert set(counts) == {kind.value for kind in IntentKind} - {IntentKind.UNSURE.value}
    assert min(counts.values()) >= 20
    assert {row["label"] for row in examples("mood")} == {kind.value for kind in MoodKind}


@pytest.mark.parametrize("name", classifier.HEADS)
def test_no_example_is_written_twice(name: str) -> None:
    texts = [re.sub(r"\W+", " ", row["text"].lower()).strip() for row in examples(name)]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_the_weights_are_small_and_hold_nothing_that_runs() -> None:
    assert classifier.WEIGHTS.stat().st_size < 2_000_000
    with np.load(classifier.WEIGHTS, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fuU" for name in file.files)


def test_start_up_needs_neither_the_trainer_nor_a_model_client() -> None:
    code = (
        "import sys, agents.understanding.message, agents.understanding.classifier as c; c.load();"
        "sys.exit(bool({'sklearn', 'openai', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_clauses_keep_their_place_in_the_message() -> None:
    text = "Hello Anna,\nI paid $12.50 for it. Where is it? and can you cancel the other one, please?"
    pieces = clauses(text)
    assert [text[piece.start : piece.end] for piece in pieces] == [piece.text for piece in pieces]
    assert [piece.text for piece in pieces][:2] == ["I paid $12.50 for it.", "Where is it?"]


def test_a_greeting_alone_is_still_a_clause() -> None:
    assert [piece.text for piece in clauses("hello there!")] == ["hello there!"]
