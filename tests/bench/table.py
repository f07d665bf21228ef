"""Figures on a terminal: what was measured, the floor beside it, the goal, and how busy the machine was."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [
        [str(value) if not isinstance(value, float) else f"{value:,.1f}" for value in row] for row in rows
    ]
    widths = [max(len(row[column]) for row in [list(head), *cells]) for column in range(len(head))]
    print(f"\n{title}   (load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    for row in [list(head), ["-" * width for width in widths], *cells]:
        first, *others = (
            f"{cell:<{width}}" if not at else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip(), flush=True)
