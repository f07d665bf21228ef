"""How well messages nobody here wrote are read: wishes, tone, language. Needs the data beside the repository."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.quality.page import Section, share, skipped, table
from agents.understanding.message import understand
from agents.understanding.mood import MoodKind

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_TITLE = "Understanding"
_OURS = {"wismo": "where_is_my_order", "return": "return_request"}
# Kinds the other label set does not have.
_THEIRS = {"warranty": "product_question", "unsure": "other", "subscription": "other"}
_TONE = {MoodKind.HAPPY: "positive", MoodKind.POLITE: "positive", MoodKind.NEUTRAL: "neutral"}
_OUT_OF_SCOPE = "other"


def measure() -> Section:
    if not DATA.exists():
        return skipped(_TITLE, "../shared/data is not here.")
    wishes, figures = _wishes()
    tone, right = _tone()
    return Section(
        _TITLE,
        "Wishes of 500 messages of other hands, none of which is among the examples learned from. Strict: the first "
        f"wish is the label; lenient: it is one of those a second labeller accepts.\n\n{wishes}\n\n"
        f"Tone of 540 reviews and posts (positive, neutral, negative): {tone} right.",
        figures | {"tone": right},
    )


def _wishes() -> tuple[str, dict[str, float]]:
    strict, lenient, total, said = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for case in _rows("intents/dev_500.jsonl"):
        wanted, got = _OURS.get(case["intent"], case["intent"]), understand(case["text"]).kinds[0].value
        got = _THEIRS.get(got, got) if wanted not in {got} else got
        total[wanted] += 1
        said[got] += 1
        strict[wanted] += got == wanted
        lenient[wanted] += got in {_OURS.get(label, label) for label in case["accept"]}
    rows = [
        (kind.replace("_", " "), n, share(strict[kind], n), share(lenient[kind], n), share(strict[kind], said[kind]))
        for kind, n in sorted(total.items())
    ]  # fmt: skip
    every = total.total()
    rows.append(("all", every, share(strict.total(), every), share(lenient.total(), every), ""))
    figures = {
        "strict": strict.total() / every,
        "lenient": lenient.total() / every,
        "out of scope": strict[_OUT_OF_SCOPE] / total[_OUT_OF_SCOPE],
    }
    return table(("wish", "messages", "strict", "lenient", "precision"), rows), figures


def _tone() -> tuple[str, float]:
    cases = list(_rows("sentiment/dev_sentiment.jsonl"))
    right = sum(_TONE.get(understand(case["text"]).mood.kind, "negative") == case["label"] for case in cases)
    return share(right, len(cases)), right / len(cases)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, (DATA / name).read_text().splitlines())
