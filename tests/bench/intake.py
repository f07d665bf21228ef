"""Stored mails applied by one worker process: messages a second, and statements for each."""

from __future__ import annotations

import cProfile
import pstats
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.table import show

MAILS = 2_000
ROUNDS = 3
COUNTED = 300


def run(profile: bool = False) -> None:
    from tests.bench.bare import make_table
    from tests.world import build

    if profile:
        _profile()
        return
    make_table()
    rows: list[list[object]] = []
    for number in range(1, ROUNDS + 1):
        world = build()
        _store(world, MAILS)
        floor, rate = _commits_a_second(), _drained_a_second(world, MAILS)
        rows.append([f"run {number}: {MAILS:,} mails", rate, floor, f"{rate / floor:.2f}"])
    world = build()
    _store(world, COUNTED)
    with counting() as statements:
        _drained_a_second(world, COUNTED)
    rows.append([f"statements a message: {sum(statements.values()) / COUNTED:.1f}", "", "", ""])
    show("Intake, one process (goal 250/s)", ["", "messages/s", "floor: commits/s", "ratio"], rows)
    for statement, count in statements.most_common(25):
        if count > COUNTED / 10:
            print(f"  {count / COUNTED:5.2f} × {statement}")


def _drained_a_second(world: Any, expected: int) -> float:
    from inbox import intake

    began = time.perf_counter()
    done = intake.drain(world.organization.pk)
    seconds = time.perf_counter() - began
    if done != expected or _stored_messages(world) != expected:
        raise SystemExit(
            f"{done} deliveries became {_stored_messages(world)} messages instead of {expected}."
        )
    return expected / seconds


def _stored_messages(world: Any) -> int:
    from inbox.models import Message

    with world.inside():
        return Message.objects.count()


def _commits_a_second(commits: int = 1_000) -> float:
    from tests.bench.bare import Row

    began = time.perf_counter()
    for _ in range(commits):
        Row._default_manager.create(body=b"x" * 1_500)
    return commits / (time.perf_counter() - began)


def _store(world: Any, count: int) -> None:
    from connectors.contract import RawDelivery
    from connectors.mail import TOPIC
    from inbox.models import Delivery

    with world.inside():
        for at, mail in enumerate(_mails(world.mailbox.external_id, count)):
            Delivery.store(world.mailbox, RawDelivery(topic=TOPIC, key=f"{world.mailbox.pk}-{at}", body=mail))


def _mails(to: str, count: int) -> Iterator[bytes]:
    """Two thirds first letters of new people, one third second letters in their own thread."""
    dice = random.Random(7)
    for at in range(count):
        person = at if at % 3 < 2 else at - dice.choice((1, 2))
        answered = (
            f"In-Reply-To: <m{person}@mail.example>\r\nReferences: <m{person}@mail.example>\r\n"
            if at != person
            else ""
        )
        yield (
            f"From: Shopper {person} <shopper{person}@mail.example>\r\nTo: <{to}>\r\nSubject: Order #{1000 + person}\r\n"
            f"Date: Sun, 22 Nov 2026 {at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02} +0000\r\n"
            f"Message-ID: <m{at}@mail.example>\r\n{answered}MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=part\r\n\r\n"
            f"--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello, where is my order #{1000 + person}?\r\n"
            "It should have been here on Friday, and I need it for a trip. Thank you for looking into it.\r\n\r\n"
            f"Best,\r\nShopper {person}\r\n\r\nOn Sat, Nov 21, 2026 Northpine wrote:\r\n> Thank you for your order.\r\n"
            f"--part\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello, where is my order #{1000 + person}?</p>\r\n"
            "--part--\r\n"
        ).encode()


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Every statement sent, by its first words."""
    from django.db import connection

    seen: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen[_short(sql)] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield seen


def _short(sql: str) -> str:
    verb, _, rest = " ".join(sql.split()).partition(" ")
    table = next(
        (word.strip('"') for word in rest.split() if word.startswith('"') and "." not in word), rest[:60]
    )
    where = rest.partition(" WHERE ")[2].replace('"', "")[:110]
    return f"{verb} {table} {where}".strip()


def _profile() -> None:
    from tests.world import build

    world = build()
    _store(world, COUNTED)
    with cProfile.Profile() as profiler:
        _drained_a_second(world, COUNTED)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)
