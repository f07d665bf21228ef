"""Vectors of text, by the configured model or on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from config import model
from config.model import model_config
from connectors import llm
from knowledge.background import background

BATCH = 128  # texts asked for at once


def embed(texts: Sequence[str], kind: llm.Kind) -> list[list[float]]:
    """384 numbers a text, of length 1; in batches. Raises connectors.errors.ConnectorError when a configured model
    fails."""
    config = model_config()
    if kind == "query" and texts:
        background(config)  # asked for here, where no scope is open
    batches = (texts[first : first + BATCH] for first in range(0, len(texts), BATCH))
    return [vector for batch in batches for vector in model.embed(list(batch), kind, config)]


def embed_standing(questions: Sequence[str]) -> list[list[float]]:
    """The same for questions of ours that are asked again and again: each is embedded once."""
    return [_standing(each, model_config()) for each in questions]


@cache
def _standing(question: str, config: llm.ModelConfig) -> list[float]:
    return model.embed([question], "query", config)[0]


def embed_here(question: str) -> list[float] | None:
    """For a request, which waits for nobody outside: None where a configured model would have to be asked, and words
    alone must find it."""
    if not question or model_config().configured:
        return None
    [vector] = embed([question], "query")
    return vector
