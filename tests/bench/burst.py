"""A burst of webhooks and mails on six channels, some twice and many out of order: none lost, none doubled.

One web process (WSGI, as in production), a worker, the machine and beat; the platforms are the pretend world's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench import storm
from tests.bench.running import Running, running
from tests.bench.table import percentile, show

if TYPE_CHECKING:
    from tests.bench.sellers import Seller  # needs Django set up

SECONDS = 20
SHARES: list[dict[str, Any]] = [
    {"shop": "shopify of northpine", "orders": 110, "changes": 6},
    {"shop": "shopify of lumenloom", "orders": 75, "changes": 5},
    {"shop": "walmart of northpine", "orders": 140, "changes": 2, "messages": 30},
    {"shop": "ebay of northpine", "orders": 130, "changes": 2, "messages": 70},
    {"shop": "amazon of northpine", "orders": 25, "changes": 4, "messages": 40},
    {"shop": "mailbox of northpine", "messages": 120},
]
PATIENCE = 75.0  # seconds for connecting, and for what the burst leaves to do
A_POLL = 16.0  # seconds in which every channel is polled once


def run(profile: bool = False) -> None:
    from tests.bench.sellers import Seller

    with running(sockets=False) as here:
        seller = Seller(here)
        if left := _work_off(seller, rest=3).left:
            raise SystemExit(f"The channels do not come to rest: {left}; {seller.problems()}")
        before = here.memory()
        wish = {"seed": 7, "seconds": SECONDS, "shares": _shares(seller)}
        plan = httpx.post(f"{here.sandbox}/burst/prepare", json=wish, timeout=60).raise_for_status().json()
        with here.watched():
            done = _storm(here, plan)
            work = _work_off(seller, rest=A_POLL)
        after = here.memory()
        wrong = seller.missed(plan)
    _show_answers(here, plan, done)
    rows = [[kind, f"{seconds:.1f} s", work.left.get(kind, 0)] for kind, seconds in work.ended.items()]
    show("Worked off, after the last webhook", ["", "busy until", "left"], rows)
    held = [[name, before[name], here.most[name], after[name]] for name in before]
    show("Memory, MB resident", ["", "before", "most", "after"], held)
    wrong += [f"{count} {kind} were left" for kind, count in work.left.items()]
    wrong += [f"answered {each.status}: {each.url}" for each in done if each.status != httpx.codes.OK]
    if wrong:
        raise SystemExit("\n".join([f"{len(wrong)} are wrong:", *wrong[:20]]))
    print("0 lost, 0 doubled.")


def _shares(seller: Seller) -> list[dict[str, Any]]:
    return [{**share, "shop": seller.domain(share["shop"])} for share in SHARES]


def _storm(here: Running, plan: dict[str, Any]) -> list[storm.Answer]:
    httpx.post(f"{here.sandbox}/burst/go").raise_for_status()
    return storm.send([storm.Post(**each) for each in plan["posts"]], SECONDS + 40)


@dataclass
class Work:
    ended: dict[str, float]  # kind → seconds after which none was left
    left: dict[str, int]  # what patience did not suffice for


def _work_off(seller: Seller, rest: float) -> Work:
    """Waits until there was nothing to do for so many seconds, but not for ever."""
    began, ended = time.monotonic(), dict[str, float]()
    while True:
        left, passed = seller.waiting(), time.monotonic() - began
        for kind, count in left.items():
            ended[kind] = passed if count else ended.get(kind, 0.0)
        if passed > min(rest + max(ended.values()), PATIENCE):
            return Work(ended, {kind: count for kind, count in left.items() if count})
        seller.leave_the_past()
        time.sleep(0.5)


def _show_answers(here: Running, plan: dict[str, Any], done: list[storm.Answer]) -> None:
    hooks = [each.took * 1000 for each in done if each.url.startswith(here.web)]
    late = max(each.late for each in done)
    sent = f"{len(hooks):,} webhooks, {len(done) - len(hooks):,} notifications and {plan['mails']:,} mails"
    show(
        f"A burst of {sent} in {SECONDS} s; the last of them left {late:.1f} s late",
        ["", "p50 ms", "p99 ms", "most"],
        [["webhook to 2xx (goal p99 200)", percentile(hooks, 50), percentile(hooks, 99), max(hooks)]],
    )
