"""Webhook to 2xx, beside a bare view that commits one row: same server, same run, turn about."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from tests.bench import ground
from tests.bench.table import show

ROUNDS = 5
SECONDS = 4
THREADS = 4
AS_IN_PRODUCTION = (
    "--workers",
    "1",
    "--blocking-threads",
    "4",
)  # Dockerfile; one worker leaves a core to the load


def run(profile: bool = False) -> None:
    from tests.bench.bare import make_table
    from tests.world import build

    make_table()
    world = build()
    hook = {
        "path": f"/o/{world.organization.slug}/hooks/{world.shop.pk}",
        "secret": "hush",
        "shop": world.shop.external_id,
    }
    rates: dict[str, list[float]] = {"bare view, one row committed": [], "webhook, verified and stored": []}
    with ground.serving("wsgi", "config.wsgi:application", *AS_IN_PRODUCTION) as url:
        for _ in range(ROUNDS):
            for (name, measured), wish in zip(rates.items(), ({"path": "/bare"}, hook), strict=True):
                measured.append(_load(url, wish))
                print(f"  {name}: {measured[-1]:,.0f}/s", flush=True)
    floor, rate = (statistics.median(measured) for measured in rates.values())
    rows = [[name, statistics.median(m), max(m)] for name, m in rates.items()]
    show(
        "Webhook to 2xx",
        ["", "median/s", "best/s"],
        [*rows, [f"ratio {rate / floor:.2f} (goal 0.50)", "", ""]],
    )


def _load(url: str, wish: dict[str, str]) -> float:
    """Answers a second, asked from a process of its own."""
    wish = {**wish, "url": url, "seconds": str(SECONDS), "threads": str(THREADS)}
    command = [sys.executable, "-m", "tests.bench.load", json.dumps(wish)]
    done = subprocess.run(
        command, cwd=ground.ROOT, check=True, capture_output=True, text=True, timeout=SECONDS + 60
    )
    return float(done.stdout)
