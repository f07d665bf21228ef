"""Fifty comments a second under a live, for a minute: webhook, delivery, group, and a moderator's real browser.

The product's own processes run, one of each: web with its sockets, one worker, beat. `storm` is for other benches that
want the same load on the same socket process.
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from connectors.sandbox.chatter import Remark, comments
from connectors.signatures import hmac_hex
from tests.bench import storm as sending
from tests.bench.intake import counting
from tests.bench.running import running
from tests.bench.table import percentile, show

A_SECOND, SECONDS = 50, 60
WARM = 5  # seconds at the beginning that are not measured
LIVE, ACCOUNT, SECRET = "17900000000000077", "17841400000000077", "only for measuring"
# When each comment comes on the screen: every author's name ends with the comment's number.
SEEN = """() => { window.seen = {};
  const look = () => document.querySelectorAll("#ticker-rows .by b").forEach((author) => {
    const number = author.textContent.split("~")[1];
    if (number && !(number in window.seen)) window.seen[number] = Date.now();
  });
  new MutationObserver(look).observe(document.querySelector("#panel"), { childList: true, subtree: true, characterData: true });
  return null; }"""


@dataclass
class Sent:
    """When each comment left, by its number, in ms since 1970; how long the webhook took, in ms; why it was refused."""

    at: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def run(profile: bool = False) -> None:
    from tests.world import build

    world = build()
    channel = account(world)
    _statements(build())
    with running() as here, here.watched():
        hook = f"{here.web}/o/{world.organization.slug}/hooks/{channel.pk}"
        _floor(hook)
        _post(hook, [Remark("first", "1", "hello", "greeting")])
        stream = _wait_for_stream(world)
        sent, seen = _watch(here.web, world, stream, hook)
        left = _leftover(world)
        memory = dict(here.most)
    _show(sent, seen, left, memory)
    _show_groups(world, stream)


def account(world: Any) -> Any:
    """An account that goes live, of that world's organization."""
    from inbox.models import Channel

    with world.inside():
        return Channel.objects.create(
            kind="instagram",
            name="Instagram",
            external_id=ACCOUNT,
            credentials={"app_secret": SECRET, "access_token": "t"},
            settings={"base_url": "http://127.0.0.1:9"},
        )


def storm(hook: str, seconds: float = SECONDS, per_second: float = A_SECOND) -> Sent:
    """Posts comments to that webhook at their times, whatever the answers take; returns when the last was answered."""
    made = itertools.islice(_numbered(7), int(seconds * per_second))
    posts = [_post_of(hook, place / per_second, remark) for place, remark in enumerate(made)]
    sent = Sent()
    for answer in sending.send(posts, seconds + 60):
        sent.at[str(round(answer.at * per_second))] = answer.left * 1000
        sent.took.append(answer.took * 1000)
        if answer.status != httpx.codes.OK:
            sent.refused.append(str(answer.status))
    return sent


def _post_of(hook: str, at: float, remark: Remark) -> sending.Post:
    body, headers = _signed([remark])
    return sending.Post(hook, headers, base64.b64encode(body).decode(), at)


def _numbered(seed: int) -> Iterator[Remark]:
    for place, remark in enumerate(comments(seed)):
        yield replace(remark, author=f"{remark.author}~{place}")


def _signed(remarks: Sequence[Remark], prefix: str = "c") -> tuple[bytes, dict[str, str]]:
    now = int(time.time() * 1000)
    changes = [
        {
            "field": "live_comments",
            "value": {
                "id": f"{prefix}{now}{remark.author.rpartition('~')[2]}",
                "from": {"id": remark.author_id, "username": remark.author},
                "text": remark.text,
                "media": {"id": LIVE, "media_product_type": "LIVE"},
            },
        }
        for remark in remarks
    ]
    body = json.dumps(
        {"object": "instagram", "entry": [{"id": ACCOUNT, "time": now, "changes": changes}]}
    ).encode()
    return body, {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={hmac_hex(SECRET, body)}",
    }


def _post(hook: str, remarks: Sequence[Remark]) -> None:
    body, headers = _signed(remarks, "first")
    httpx.post(hook, content=body, headers=headers, timeout=20).raise_for_status()


def _floor(hook: str, tries: int = 60) -> None:
    """What a request to this process costs that verifies and refuses: nothing is stored."""
    took = []
    with httpx.Client(timeout=20) as client:
        for _ in range(tries):
            began = time.perf_counter()
            client.post(hook, content=b"{}", headers={"X-Hub-Signature-256": "sha256=00"})
            took.append((time.perf_counter() - began) * 1000)
    show(
        "Floor: a webhook refused",
        ["", "p50 ms", "p95 ms"],
        [["401", percentile(took, 50), percentile(took, 95)]],
    )


def _wait_for_stream(world: Any) -> Any:
    from inbox.models import Stream

    for _ in range(200):
        with world.inside():
            if stream := Stream.objects.filter(external_id=LIVE).first():
                return stream
        time.sleep(0.1)
    raise SystemExit("The first comment never came.")


def _watch(url: str, world: Any, stream: Any, hook: str) -> tuple[Sent, dict[str, float]]:
    from playwright.sync_api import sync_playwright

    cookie = world.client_of(world.alice).cookies["sessionid"].value
    with ThreadPoolExecutor(1) as crowd, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        with page.expect_websocket():
            page.goto(f"{url}{world.url(f'streams/{stream.pk}')}")
        page.wait_for_load_state("networkidle")
        page.evaluate(SEEN)
        storming = crowd.submit(storm, hook)
        while not storming.done():
            page.wait_for_timeout(500)
        page.wait_for_timeout(3_000)
        seen = page.evaluate("window.seen")
        browser.close()
    return storming.result(), {name: float(at) for name, at in seen.items()}


def _leftover(world: Any) -> int:
    """Comments that were taken and are not in their live after ten more seconds."""
    from inbox.models import Delivery, DeliveryState

    for _ in range(20):
        with world.inside():
            left = Delivery.objects.exclude(state=DeliveryState.APPLIED).count()
        if not left:
            break
        time.sleep(0.5)
    return left


def _show(sent: Sent, seen: dict[str, float], left: int, memory: dict[str, float]) -> None:
    measured = {name: at for name, at in sent.at.items() if int(name) >= WARM * A_SECOND}
    late = [seen[name] - at for name, at in measured.items() if name in seen]
    show(
        f"{len(sent.at):,} comments in {SECONDS} s, one web process",
        ["", "p50 ms", "p95 ms", "most"],
        [
            ["webhook to 2xx", percentile(sent.took, 50), percentile(sent.took, 95), max(sent.took)],
            [
                "comment to moderator's screen (goal p95 500)",
                percentile(late, 50),
                percentile(late, 95),
                max(late),
            ],
        ],
    )
    shown = len(late) / max(len(measured), 1)
    print(f"  {shown:.0%} of them passed the screen; {len(sent.refused)} refused, {left} left behind")
    for reason, count in Counter(sent.refused).items():
        print(f"  refused {count} times: {reason}")
    print("  " + ", ".join(f"{name} {most:.0f} MB" for name, most in memory.items()))


def _show_groups(world: Any, stream: Any) -> None:
    """Of all pairs of comments in one group, how many ask the same; of all pairs that do, how many are together."""
    from inbox.models import CommentGroup, StreamComment

    topics = {}
    for place, remark in enumerate(itertools.islice(comments(7), A_SECOND * SECONDS)):
        topics[str(place)] = remark.topic or f"talk: {remark.text.casefold()}"
    with world.inside():
        said = list(StreamComment.objects.filter(stream=stream).values_list("group_id", "author"))
        kinds = Counter(CommentGroup.objects.filter(stream=stream).values_list("kind", flat=True))
    named = [(group, topics.get(author.rpartition("~")[2], "")) for group, author in said]
    right = _pairs(Counter(named))
    together, asked = (
        _pairs(Counter(group for group, _ in named)),
        _pairs(Counter(topic for _, topic in named)),
    )
    show(
        f"{len(said):,} comments became {sum(kinds.values())} groups: {dict(kinds)}",
        ["", "share"],
        [
            ["pairs in one group that ask the same", f"{right / together:.1%}"],
            ["pairs that ask the same in one group", f"{right / asked:.1%}"],
        ],
    )


def _pairs(counted: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counted.values())


def _statements(world: Any, count: int = 200, together: int = 10) -> None:
    """Batches as large as a worker finds them, here ten at a time."""
    from connectors.contract import RawDelivery
    from inbox import intake
    from inbox.models import Delivery

    channel, made, spent = account(world), _numbered(3), 0
    for batch in range(count // together):
        with world.inside():
            for place, remark in enumerate(itertools.islice(made, together)):
                body, headers = _signed([remark], f"s{batch}-{place}-")
                Delivery.store(channel, RawDelivery("webhook", f"s{batch}-{place}", body, headers))
        with counting() as statements:
            intake.drain(world.organization.pk)
        spent += sum(statements.values())
    print(f"  {spent / count:.1f} statements to apply a comment, {together} at a time")
