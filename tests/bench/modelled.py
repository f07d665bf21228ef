"""One pass with a model, less the model's own time: a stand-in answers over real HTTP, and its calls are clocked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench import drafts
from tests.bench.table import percentile, show

PASSES = 10  # of each kind, after three to warm up


def run(profile: bool = False) -> None:
    from django.conf import settings

    from connectors.sandbox.model import ModelStandIn, running
    from tests.world import build

    with running(ModelStandIn()) as url, _clocked() as clock:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.DRAFT_MODEL = "key", url, "honest"
        world = build()
        drafts.write_articles(world)
        rows: list[list[object]] = []
        for name, text in drafts.ASKED.items():
            rest, asked = [], []
            for at in range(PASSES + 3):
                clock.clear()
                wall, _ = drafts.one_pass(world, text, at)
                rest.append(wall - sum(clock) * 1000)
                asked.append(len(clock))
            rows.append([name, percentile(rest[3:], 50), percentile(rest[3:], 95), max(asked)])
        settings.OPENAI_API_KEY = ""
    show(
        "One pass with a model, outside the model's time (goal p95 < 300 ms)",
        ["asked", "p50 ms", "p95 ms", "calls"],
        rows,
    )


@contextmanager
def _clocked() -> Iterator[list[float]]:
    """Seconds of each call of a model, as they end. Those that go side by side with others count whole."""
    from connectors import llm

    clock: list[float] = []

    def clocked(call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **named)
            finally:
                clock.append(time.perf_counter() - began)

        return timed

    complete, embed = llm.complete, llm.embed
    llm.complete, llm.embed = clocked(complete), clocked(embed)
    try:
        yield clock
    finally:
        llm.complete, llm.embed = complete, embed
