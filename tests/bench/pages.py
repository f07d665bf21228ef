"""Server time of the inbox's pages, in an organization with 10,000 conversations and one with 100,000."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from tests.bench import crowd
from tests.bench.table import percentile, show

SIZES = (10_000, 100_000)
TIMES = 40
GOAL = "goal: p95 < 40 ms, <= 12 queries, flat"


def run(profile: bool = False) -> None:
    import config.wsgi  # noqa: F401  the heap as a server has it

    rows: list[list[object]] = []
    for size in SIZES:
        inbox = Inbox(size)
        for name, paths in inbox.pages().items():
            took, queries = inbox.measure(paths)
            rows.append([f"{size:>7,}  {name}", percentile(took, 50), percentile(took, 95), queries])
    show(f"Pages ({GOAL})", ["conversations", "p50 ms", "p95 ms", "queries"], rows)


class Inbox:
    def __init__(self, size: int) -> None:
        from tests.world import build

        self.world = build()
        crowd.make(self.world, size)
        self.client = self.world.client_of(self.world.alice)
        self.home = self.world.url()
        with self.world.inside():
            self.threads = _some_threads()
            self.names = [
                f"Shopper {chr(65 + n % 26)} {n}" for n in random.Random(7).sample(range(1, size // 2), TIMES)
            ]

    def pages(self) -> dict[str, Iterator[str]]:
        channel = self.world.mailbox.pk
        return {
            "health, the floor": _again("/health"),
            "list, open": _again(self.home),
            "list, mine": _again(f"{self.home}?who=mine"),
            "list, unassigned": _again(f"{self.home}?who=unassigned"),
            "list, unread": _again(f"{self.home}?unread=1"),
            "list, one channel": _again(f"{self.home}?channel={channel}"),
            "list, done": _again(f"{self.home}?state=closed"),
            "list, page 20": _again(f"{self.home}?after={self.place(20)}"),
            "list, found by name": (f"{self.home}?state=closed&q={name}" for name in self.names),
            "list, found by order": (
                f"{self.home}?state=closed&q=%23{10_000 + n}" for n in range(3, 3 + 7 * TIMES, 7)
            ),
            "list, nothing found": (f"{self.home}?q=nobody{n}" for n in range(TIMES)),
            "conversation": (f"{self.home}c/{pk}" for pk in self.threads),
            "thread, refreshed": (f"{self.home}c/{pk}/thread" for pk in self.threads),
            "panel": (f"{self.home}c/{pk}/panel" for pk in self.threads),
        }

    def place(self, page: int) -> str:
        """Where that page starts, by walking there as a screen does."""
        from urllib.parse import quote

        from inbox import queries

        with self.world.inside():
            cursor = None
            for _ in range(page - 1):
                cursor = (
                    queries.conversations(queries.Filters(self.world.alice, cursor=cursor)).after or cursor
                )
        return quote(str(cursor))

    def measure(self, paths: Iterator[str]) -> tuple[list[float], int]:
        """Milliseconds of each request after two to warm up, and the most statements one took."""
        from tests.bench.intake import counting

        took, most = [], 0
        for at, path in zip(range(TIMES), paths, strict=False):
            with counting() as statements:
                began = time.perf_counter()
                answer = self.client.get(path)
                seconds = time.perf_counter() - began
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
            if at > 1:
                took.append(seconds * 1000)
                most = max(most, sum(statements.values()))
        return took, most


def _again(path: str) -> Iterator[str]:
    while True:
        yield path


def _some_threads() -> list[Any]:
    """Every tenth of them a long one."""
    from inbox.models import Conversation

    long = list(
        Conversation.objects.filter(thread__endswith="500").values_list("pk", flat=True)[: TIMES // 10]
    )
    usual = list(
        Conversation.objects.exclude(thread__endswith="500").values_list("pk", flat=True)[: TIMES - len(long)]
    )
    return [*long, *usual]
