"""Makes classifier.npz from examples/, both beside this file: `python -m agents.understanding.train`, about two minutes.

With `--report`, prints what five-fold cross-validation on the examples says, which takes three times as long.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from agents.understanding import classifier
from agents.understanding.classifier import EXAMPLES, HEADS, WEIGHTS, plain, terms
from connectors import embedded

# Of the vectors. Five-fold cross-validation and messages of another hand (tests/agents/held_out.jsonl) both find
# 0.5 to 0.8 within a point of each other, and C of a third or three times as much as well.
SHARE = 0.65
VECTOR_C = 0.03
WORD_C = 10.0
AGAIN = 5
RARE = 2  # a term in fewer texts than this is noise

Examples = dict[str, tuple[list[str], np.ndarray]]


def main() -> None:
    examples = {name: _read(name) for name in HEADS}
    # Ordinary messages are the bulk of what is no manipulation and no threat. What was written to be told apart from
    # those would drown among them, so it counts several times.
    ordinary = examples["intents"][0]
    for name, label in (("manipulation", "none"), ("urgency", "normal")):
        texts, labels = examples[name]
        close = [text for text, each in zip(texts, labels, strict=True) if each == label]
        more = [text for text in ordinary if text not in set(texts)] + close * (AGAIN - 1)
        examples[name] = (texts + more, np.append(labels, [label] * len(more)))

    every = sorted({text for texts, _ in examples.values() for text in texts})
    vectors = embedded.vectors([plain(text) for text in every], "query")
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    place = {text: index for index, text in enumerate(every)}
    vectorizer = TfidfVectorizer(analyzer=terms, min_df=RARE).fit(every)

    arrays: dict[str, Any] = {
        "terms": np.frombuffer("\n".join(vectorizer.get_feature_names_out()).encode(), dtype=np.uint8),
        "idf": vectorizer.idf_.astype(np.float16),
        "mean": mean,
        "spread": spread,
        "share": np.float32(SHARE),
        "digest": np.array(classifier.digest()),
    }
    for name, (texts, labels) in examples.items():
        meant = (vectors[[place[text] for text in texts]] - mean) / spread
        arrays |= _head(name, meant, vectorizer.transform(texts), labels)
    np.savez_compressed(WEIGHTS, **arrays)
    sys.stdout.write(f"{len(every)} texts, {WEIGHTS.stat().st_size / 1024:.0f} kB\n")


def _read(name: str) -> tuple[list[str], np.ndarray]:
    with (EXAMPLES / f"{name}.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    return [row["text"] for row in rows], np.array([row["label"] for row in rows])


def _head(name: str, meant: np.ndarray, words: Any, labels: np.ndarray) -> dict[str, np.ndarray]:
    by_vectors = LogisticRegression(C=VECTOR_C, class_weight="balanced", max_iter=3000, tol=1e-3)
    by_words = LogisticRegression(C=WORD_C, class_weight="balanced", max_iter=3000, tol=1e-3)
    if "--report" in sys.argv:
        _report(name, by_vectors, meant, by_words, words, labels)
    by_vectors.fit(meant, labels)
    by_words.fit(words, labels)
    return {
        f"{name}.labels": by_vectors.classes_.astype(str),
        f"{name}.vector_weights": by_vectors.coef_.T.astype(np.float16),
        f"{name}.vector_bias": by_vectors.intercept_,
        f"{name}.word_weights": by_words.coef_.T.astype(np.float16),
        f"{name}.word_bias": by_words.intercept_,
    }


def _report(
    name: str, by_vectors: Any, meant: np.ndarray, by_words: Any, words: Any, labels: np.ndarray
) -> None:
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    known = np.unique(labels)
    logs = [
        np.log(cross_val_predict(model, view, labels, cv=folds, method="predict_proba"))
        for model, view in ((by_vectors, meant), (by_words, words))
    ]
    for what, share in (("vectors", 1.0), ("words", 0.0), ("both", SHARE)):
        right = known[(share * logs[0] + (1 - share) * logs[1]).argmax(axis=1)] == labels
        each = " ".join(f"{label} {right[labels == label].mean():.2f}" for label in known)
        sys.stdout.write(f"{name:12} {what:8} {right.mean():.3f}  {each if what == 'both' else ''}\n")


if __name__ == "__main__":
    main()
