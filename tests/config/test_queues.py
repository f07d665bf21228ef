"""Workers take what people wait for before what can wait."""

from __future__ import annotations

import re
import threading
import time
from uuid import uuid4

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.conf import settings

from config.celery import GIVE_WAY, app
from config.processes import command_lines


def test_the_past_waits_behind_what_people_wait_for() -> None:
    app.loader.import_default_modules()
    router = app.amqp.router
    queue_of = {
        name: router.route({}, name)["queue"].name for name in app.tasks if not name.startswith("celery.")
    }
    assert queue_of["inbox.tasks.deliver"] == queue_of["inbox.tasks.apply"] == "live"
    assert queue_of["agents.tasks.read"] == "machine"
    assert queue_of["inbox.tasks.read_past"] == "later"
    assert set(queue_of.values()) <= {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_every_queue_is_some_process_and_only_one() -> None:
    lines = command_lines(settings.BASE_DIR / "var", {"PORT": "8000"}, demo=False).values()
    here = [line[line.index("--queues") + 1] for line in lines if "--queues" in line]
    composed = re.findall(
        r'--queues, "?([\w,]+?)"?, --', (settings.BASE_DIR / "docker-compose.yml").read_text()
    )
    for taken in (here, composed):
        assert sorted(",".join(taken).split(",")) == sorted(
            queue.name for queue in settings.CELERY_TASK_QUEUES
        )


@pytest.mark.parametrize(("queues", "gives"), [("live", False), ("machine,later", True), (None, False)])
def test_a_worker_that_nobody_waits_for_gives_way(
    monkeypatch: pytest.MonkeyPatch, queues: str | None, gives: bool
) -> None:
    told: list[int] = []
    monkeypatch.setattr("config.celery.os.nice", told.append)
    fresh = Celery("fresh", broker=settings.REDIS_URL)
    fresh.conf.task_queues = settings.CELERY_TASK_QUEUES
    fresh.WorkController(queues=queues, pool="solo")
    assert told == ([GIVE_WAY] if gives else [])


def test_a_worker_empties_the_first_queue_first() -> None:
    """By Valkey itself: of ten waiting things, the one for people is taken next though it came last."""
    mark = uuid4().hex[:8]
    busy = Celery("busy", broker=settings.REDIS_URL)
    busy.conf.update(
        task_queues=[type(queue)(f"{queue.name}-{mark}") for queue in settings.CELERY_TASK_QUEUES],
        task_default_queue=f"live-{mark}",
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        worker_prefetch_multiplier=settings.CELERY_WORKER_PREFETCH_MULTIPLIER,
        task_acks_late=True,
        task_ignore_result=True,
    )
    done: list[str] = []
    all_done = threading.Event()

    @busy.task(name="note")
    def note(word: str) -> None:
        done.append(word)
        if len(done) == 10:
            all_done.set()

    for _ in range(9):
        note.apply_async(("past",), queue=f"later-{mark}")
    note.apply_async(("person",), queue=f"live-{mark}")
    time.sleep(0.1)
    with start_worker(busy, pool="solo", perform_ping_check=False):
        assert all_done.wait(20)
    assert "person" in done[:2]
