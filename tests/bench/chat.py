"""Five hundred pages of a shop with the chat open, on one socket process: what shoppers and members wait for.

Each shopper says something once in five minutes, and members answer one of them a second; the worker reads and drafts for all
of it, and fifty comments a second come in under a live of the same organization.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.bench import comments
from tests.bench.running import Running, running
from tests.bench.stages import Stages, shares
from tests.bench.table import percentile, show

PAGES = 500
SECONDS = 60
SAYS_EVERY = 300.0  # seconds, each shopper: most of an open chat is reading
ANSWERS_EVERY = 1.0  # seconds, all members together
A_SECOND = 80  # pages opened, before it is measured
READING = 3.0  # seconds a member takes
LEAST, MOST = 0.1, 1.0  # seconds between two looks at the list, and twice what a look took: as live.js
WARM = 10  # seconds of comments before it is measured
PATIENCE = 20  # seconds for what is still on its way at the end
SAID = re.compile(r"asked-\d+")


@dataclass
class Waiting:
    """Words by when they left and when they were seen at the other end, seconds."""

    left: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)

    def see(self, words: str) -> None:
        self.seen.setdefault(words, time.time())

    def waits(self) -> list[float]:
        """Milliseconds. What was never seen has waited until now."""
        now = time.time()
        return [(self.seen.get(words, now) - left) * 1000 for words, left in self.left.items()]


@dataclass
class Bench:
    world: Any
    channel: Any
    here: Running
    hook: str  # where comments come in
    asked: Waiting = field(default_factory=Waiting)
    answered: Waiting = field(default_factory=Waiting)
    kept: list[float] = field(default_factory=list)
    threads: list[tuple[float, str]] = field(default_factory=list)  # who waits for an answer, since when
    keys: dict[str, str] = field(default_factory=dict)  # words by the name of their delivery
    stages: Stages = field(default_factory=Stages)

    @property
    def socket(self) -> str:
        return f"ws://{urlsplit(self.here.web).netloc}"


def run(profile: bool = False) -> None:
    from inbox.models import Channel
    from tests.world import build

    os.environ["TRUSTED_PROXIES"] = "1"  # every page comes from an address of its own
    world = build()
    with world.inside():
        channel = Channel.objects.create(
            kind="chat", name="Chat", external_id=f"{world.organization.slug}-bench", credentials={}
        )
    account = comments.account(world)
    with running() as here:
        bench = Bench(world, channel, here, f"{here.web}{world.url(f'hooks/{account.pk}')}")
        memory, sent = asyncio.run(_measure(bench))
    _show_stages(bench)
    _show(bench, memory, sent)


def _show_stages(bench: Bench) -> None:
    for key, words in bench.keys.items():
        bench.stages.left[key] = bench.asked.left[words]
        if words in bench.asked.seen:
            bench.stages.seen[key] = bench.asked.seen[words]
    with bench.world.inside():
        bench.stages.table(bench.channel)


def _show(bench: Bench, memory: list[float], sent: comments.Sent) -> None:
    asked, answered = bench.asked.waits(), bench.answered.waits()
    rows = [
        ["said → kept", len(bench.kept), *_both(bench.kept)],
        ["said → on a member's list (goal p95 500)", len(asked), *_both(asked)],
        ["approved → on the shopper's page (goal p95 500)", len(answered), *_both(answered)],
        ["a comment's webhook → 2xx", len(sent.took), *_both(sent.took)],
    ]
    title = f"{PAGES} pages with the chat open, on one socket process, for {SECONDS} s"
    show(title, ["", "times", "p50 ms", "p95 ms"], rows)
    before, opened, after = memory
    held = [["web", before, opened, (opened - before) * 1024 / PAGES, after]]
    show("Memory, MB resident", ["", "before", f"{PAGES} pages", "KB a page", "a minute later"], held)
    if sent.refused:
        raise SystemExit(f"{len(sent.refused)} comments were refused: {dict(Counter(sent.refused))}")
    for waiting in (bench.asked, bench.answered):
        if lost := set(waiting.left) - set(waiting.seen):
            raise SystemExit(f"{len(lost)} were never seen, such as {sorted(lost)[0]}.")


def _both(values: list[float]) -> tuple[float, float]:
    return percentile(values, 50), percentile(values, 95)


async def _measure(bench: Bench) -> tuple[list[float], comments.Sent]:
    """MB of the socket process without pages, with all of them, and at the end."""
    await asyncio.to_thread(_warm, bench)
    member = asyncio.create_task(_look(bench))
    await asyncio.sleep(3)
    memory = [bench.here.memory()["web"]]
    opened = [asyncio.Event() for _ in range(PAGES)]
    began = asyncio.Event()
    pages = []
    for number in range(PAGES):
        pages.append(asyncio.create_task(_page(bench, number, opened[number], began)))
        await asyncio.sleep(1 / A_SECOND)
    for each in opened:
        await asyncio.wait_for(each.wait(), 60)
    memory.append(bench.here.memory()["web"])
    await asyncio.to_thread(comments.storm, bench.hook, WARM)
    began.set()
    answering = asyncio.create_task(_answer(bench))
    before, at = bench.here.spent(), time.monotonic()
    sent = await asyncio.to_thread(comments.storm, bench.hook, SECONDS)
    memory.append(bench.here.memory()["web"])
    shares(before, bench.here.spent(), time.monotonic() - at)
    answering.cancel()
    until = time.time() + PATIENCE
    while time.time() < until and not _all_seen(bench):
        await asyncio.sleep(0.2)
    for task in (member, *pages):
        task.cancel()
    await asyncio.gather(member, answering, *pages, return_exceptions=True)
    return memory, sent


def _all_seen(bench: Bench) -> bool:
    return all(set(each.left) <= set(each.seen) for each in (bench.asked, bench.answered))


def _warm(bench: Bench) -> None:
    """The worker has read one message, so all that reading takes is loaded."""
    from agents.models import Run, RunState
    from inbox.chat import sessions

    door = f"{bench.here.web}/chat/{bench.channel.external_id}/say"
    token = sessions.sign(bench.channel, sessions.begin())
    said = {"key": str(uuid4()), "text": "Where is my order?"}
    httpx.post(door, json=said, headers={"Authorization": f"Bearer {token}"}, timeout=30).raise_for_status()
    for _ in range(600):
        with bench.world.inside():
            if (
                Run.objects.filter(conversation__channel=bench.channel)
                .exclude(state=RunState.WORKING)
                .exists()
            ):
                return
        time.sleep(0.1)
    raise SystemExit("The worker reads nothing.")


async def _page(bench: Bench, number: int, opened: asyncio.Event, began: asyncio.Event) -> None:
    """One shopper: opens the window, says something at a moment of their own, and reads."""
    from inbox.chat import sessions

    session = sessions.begin()
    address = f"10.{number // 250}.{number % 250}.7"
    url = f"{bench.socket}/chat/{bench.channel.external_id}/socket"
    headers = {"Origin": "https://shop.example", "X-Forwarded-For": address}
    async with connect(url, additional_headers=headers, max_queue=None) as socket:
        hello = {
            "type": "hello",
            "session": sessions.sign(bench.channel, session),
            "page": {"url": "https://shop.example/"},
        }
        await socket.send(json.dumps(hello))
        await socket.recv()
        opened.set()
        await began.wait()
        sent: dict[str, float] = {}
        talking = asyncio.create_task(_talk(bench, number, session.visitor.hex, socket, sent))
        try:
            async for frame in socket:
                _hear(bench, json.loads(frame), sent)
        finally:
            talking.cancel()


async def _talk(
    bench: Bench, number: int, thread: str, socket: ClientConnection, sent: dict[str, float]
) -> None:
    until = time.time() + SECONDS
    await asyncio.sleep(random.random() * SAYS_EVERY)
    while time.time() < until:
        words = f"asked-{number * 1000 + len(sent)}"
        key = str(uuid4())
        bench.keys[f"{thread}:{key}"] = words
        sent[key] = bench.asked.left[words] = time.time()
        await socket.send(json.dumps({"type": "say", "key": key, "text": f"{words}: does it run small?"}))
        bench.threads.append((time.time(), thread))
        await asyncio.sleep(SAYS_EVERY)


def _hear(bench: Bench, told: dict[str, Any], sent: dict[str, float]) -> None:
    if told["type"] == "kept":
        bench.kept.append((time.time() - sent[told["key"]]) * 1000)
    elif told["type"] == "messages":
        for message in told["messages"]:
            if message["from"] != "shopper":
                bench.answered.see(message["text"])
    elif told["type"] == "error":
        raise SystemExit(f"A page was told: {told}")


async def _look(bench: Bench) -> None:
    """A member with the list open: hears that something changed, and fetches it as live.js does."""
    cookie = await asyncio.to_thread(_signed_in, bench)
    headers = {"Cookie": f"sessionid={cookie}", "Origin": bench.here.web}
    address = f"{bench.socket}{bench.world.url('live')}"
    changed = asyncio.Event()

    async def look() -> None:
        listing = {"HX-Request": "true", "HX-Target": "listing"}
        async with httpx.AsyncClient(
            base_url=bench.here.web, headers=headers | listing, timeout=20
        ) as client:
            while True:
                await changed.wait()
                changed.clear()
                began = time.perf_counter()
                page = await client.get(bench.world.url())
                took = time.perf_counter() - began
                bench.stages.fetches.append(took * 1000)
                for words in SAID.findall(page.raise_for_status().text):
                    bench.asked.see(words)
                await asyncio.sleep(min(MOST, max(LEAST, 2 * took)) - took)

    looking = asyncio.create_task(look())
    try:
        async with connect(address, additional_headers=headers, max_queue=None) as socket:
            async for frame in socket:
                frame = json.loads(frame)
                told = frame.get("conversation", "")
                if told and not told.startswith("stream:") and "alone" not in frame:
                    bench.stages.note(told, time.time())
                    changed.set()
    finally:
        looking.cancel()


def _signed_in(bench: Bench) -> str:
    return str(bench.world.client_of(bench.world.alice).cookies["sessionid"].value)


async def _answer(bench: Bench) -> None:
    """Members approve answers to whoever asked last and has none."""
    number = 0
    while True:
        await asyncio.sleep(ANSWERS_EVERY)
        if not bench.threads or bench.threads[0][0] > time.time() - READING:
            continue
        _, thread = bench.threads.pop(0)
        words = f"answer-{number}"
        if committed := await asyncio.to_thread(_approve, bench, thread, words):
            bench.answered.left[words] = committed
            number += 1
        else:
            bench.threads.append((time.time(), thread))


def _approve(bench: Bench, thread: str, words: str) -> float | None:
    """When it was committed; None where the question has not become a conversation yet."""
    from django.db import connection

    from inbox.models import Conversation

    try:
        with bench.world.inside():
            conversation = Conversation.objects.filter(channel=bench.channel, thread=thread).first()
            if conversation is None:
                return None
            conversation.reply(words, bench.world.bob)
        return time.time()
    finally:
        connection.close()
