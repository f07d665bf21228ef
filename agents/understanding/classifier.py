"""Reads short pieces of text against the examples beside this file: linear models on two views of a text.

One view is its embedding (what it means), the other its words and their parts (how it is written). The
weights are made by `python -m agents.understanding.train` and lie beside this file. Where the embedded model is not
installed, the words decide alone.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from connectors import embedded
from connectors.errors import Unsupported

Floats = npt.NDArray[np.float32]
Words = tuple[list[int], Floats]  # the known terms of a text: their places in the vocabulary, their weights

EXAMPLES = Path(__file__).parent / "examples"
WEIGHTS = Path(__file__).parent / "classifier.npz"
HEADS = ("intents", "detail", "mood", "urgency", "manipulation")


@dataclass(frozen=True)
class Head:
    """One question with its possible answers. Both views are multinomial logistic regressions."""

    labels: tuple[str, ...]
    vector_weights: Floats  # 384 x labels
    vector_bias: Floats
    word_weights: Floats  # terms x labels
    word_bias: Floats

    def by_words(self, words: Sequence[Words]) -> Floats:
        rows = [values @ self.word_weights[places] + self.word_bias for places, values in words]
        return _log_softmax(np.array(rows, dtype=np.float32).reshape(-1, len(self.labels)))

    def by_vectors(self, vectors: Floats) -> Floats:
        return _log_softmax(vectors @ self.vector_weights + self.vector_bias)


@dataclass(frozen=True)
class Classifier:
    heads: Mapping[str, Head]
    vocabulary: Mapping[str, int]
    idf: Floats
    mean: Floats  # of the examples' vectors, to spread out what the embedding model crowds together
    spread: Floats
    share: float  # of the vectors in the verdict; the rest is the words'
    digest: str  # of the examples and terms it was trained with

    def words(self, text: str) -> Words:
        places = [self.vocabulary[term] for term in terms(text) if term in self.vocabulary]
        values = self.idf[places]
        return places, values / (np.linalg.norm(values) or 1.0)

    def vectors(self, texts: Sequence[str]) -> Floats | None:
        """None where the embedded model is not installed."""
        try:
            rows = embedded.vectors([plain(text) for text in texts], "query")
        except Unsupported:
            return None
        return (rows - self.mean) / self.spread

    def read(
        self, texts: Sequence[str], vectors: Floats | None, questions: Sequence[str] = HEADS
    ) -> dict[str, Floats]:
        """Question → probabilities (texts x labels). `vectors` may cover only the first texts."""
        words = [self.words(text) for text in texts]
        answers = {}
        for name in questions:
            head = self.heads[name]
            scores = head.by_words(words)
            if vectors is not None and len(vectors):
                meant = head.by_vectors(vectors)
                count = len(vectors)
                scores[:count] = self.share * meant + (1 - self.share) * scores[:count]
            answers[name] = np.exp(_log_softmax(scores))
        return answers


@cache
def load() -> Classifier:
    """Plain arrays only: a weights file cannot run anything."""
    with np.load(WEIGHTS, allow_pickle=False) as file:
        terms_ = bytes(file["terms"]).decode().split("\n")
        heads = {
            name: Head(
                labels=tuple(str(label) for label in file[f"{name}.labels"]),
                vector_weights=file[f"{name}.vector_weights"].astype(np.float32),
                vector_bias=file[f"{name}.vector_bias"].astype(np.float32),
                word_weights=file[f"{name}.word_weights"].astype(np.float32),
                word_bias=file[f"{name}.word_bias"].astype(np.float32),
            )
            for name in HEADS
        }
        return Classifier(
            heads=heads,
            vocabulary={term: index for index, term in enumerate(terms_)},
            idf=file["idf"].astype(np.float32),
            mean=file["mean"].astype(np.float32),
            spread=file["spread"].astype(np.float32),
            share=float(file["share"]),
            digest=str(file["digest"]),
        )


def plain(text: str) -> str:
    """How a text is read: in small letters, and a long number only as a number."""
    return re.sub(r"\d{3,}", "00", text.strip().lower())


def terms(text: str) -> list[str]:
    """Words, pairs of words, and pieces of 3 to 5 letters (for typing mistakes and endings)."""
    words = re.findall(r"\w+'?\w*|[?!]", plain(text))
    found = set(words) | {f"{one} {other}" for one, other in pairwise(words)}
    for word in words:
        whole = f" {word} "
        for size in (3, 4, 5):
            found |= {f"~{whole[at : at + size]}" for at in range(len(whole) - size + 1)}
    return sorted(found)


def digest() -> str:
    """Changes when the examples or the way of reading change: then the weights are out of date."""
    state = hashlib.sha256((inspect.getsource(plain) + inspect.getsource(terms)).encode())
    for name in HEADS:
        state.update((EXAMPLES / f"{name}.jsonl").read_bytes())
    return state.hexdigest()


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
