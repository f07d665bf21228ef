"""What similarity means in one embedding model, learned from questions that no seller's article answers.

Models differ in how alike they find things that have nothing in common, and within one some passages are near to
everything. Against knowledge/elsewhere.txt both can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from connectors import llm

ELSEWHERE = Path(__file__).parent / "elsewhere.txt"


@dataclass(frozen=True)
class Background:
    questions: np.ndarray  # one row of length 1 a question
    middle: list[float]  # their mean
    typical: float  # similarity of two of them
    spread: float

    def strangeness(self, vector: Sequence[float]) -> float:
        """How near a question is to one of these, in spreads above what is typical."""
        return float(((self.questions @ np.asarray(vector)).max() - self.typical) / self.spread)

    def nearness(self, similarity: float, to_all: float) -> float:
        """How much nearer a passage is to the question than to these (`to_all`), in spreads."""
        return (similarity - to_all) / self.spread


@cache
def background(config: llm.ModelConfig) -> Background:
    """Call it first outside any scope: it may ask the model. Raises connectors.errors.ConnectorError."""
    rows = np.asarray(llm.embed(ELSEWHERE.read_text().splitlines(), "query", config))
    among = (rows @ rows.T)[~np.eye(len(rows), dtype=bool)]
    return Background(rows, rows.mean(axis=0).tolist(), float(among.mean()), float(among.std()))
