"""What an organization's members corrected, as examples that speak beside the classifier's own.

Pure: agents/correcting.py keeps and loads them. A clause is compared with each by cosine over the same spread-out
vectors the classifier reads, so one organization's few hundred cost a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.understanding.classifier import Classifier, Floats
from agents.understanding.intents import IntentKind

# A lesson's weight grows from none at _FAR to all but all at _NEAR. Two of our own examples that are this close mean
# the same in 61 % of cases between 0.4 and 0.5, in 87 % between 0.6 and 0.7, and in 97 % above 0.8.
_FAR, _NEAR, _MOST = 0.45, 0.75, 0.95


@dataclass(frozen=True)
class Lessons:
    kinds: tuple[IntentKind, ...]
    vectors: Floats  # one row of length 1 each, as the embedding model gives them


def blend(
    lessons: Lessons | None, odds: Floats, vectors: Floats | None, labels: Sequence[str], model: Classifier
) -> Floats:
    """`odds` (clauses x labels) drawn towards the nearest lesson of each clause; `vectors` cover the first clauses."""
    if lessons is None or vectors is None or not lessons.kinds or not len(vectors):
        return odds
    known = _unit((lessons.vectors - model.mean) / model.spread)
    near = _unit(vectors) @ known.T
    drawn = odds.copy()
    for row, similar in enumerate(near):
        best = int(similar.argmax())
        weight = _MOST * min(1.0, max(0.0, (float(similar[best]) - _FAR) / (_NEAR - _FAR)))
        drawn[row] *= 1 - weight
        drawn[row, list(labels).index(lessons.kinds[best])] += weight
    return drawn


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
