from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from config.celery import app
from config.wake import FLOOD, GATHER, _tasks, until_done, wake, wake_once
from tests.world import World


def test_nobody_is_woken_before_the_commit_or_without_one(world: World, monkeypatch: pytest.MonkeyPatch):
    woken: list[object] = []
    monkeypatch.setattr("config.wake._send", lambda *call: woken.append(call))
    with transaction.atomic():
        wake("inbox.tasks.apply", world.organization.pk)
        transaction.set_rollback(True)
    assert woken == []
    with transaction.atomic():
        wake("inbox.tasks.apply", world.organization.pk)
        assert woken == []
    assert len(woken) == 1


def test_a_broker_that_is_gone_loses_a_wake_up_but_not_the_deed(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def gone(**_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(_tasks()["inbox.tasks.deliver"], "apply_async", gone)
    conversation = world.conversation()
    with world.inside():
        reply = conversation.reply("Still written down.", world.bob)
    with world.inside():
        assert type(reply).objects.get(pk=reply.pk).send_state == "queued"


def test_every_task_that_is_woken_by_name_exists():
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    names = {
        name
        for app_name in ("inbox", "agents", "knowledge")
        for path in (root / app_name).rglob("*.py")
        for name in re.findall(r'wake\(\s*"([a-z_.]+)"', path.read_text())
    }
    assert len(names) >= 7
    assert names <= set(_tasks())


def test_two_threads_that_wake_first_do_not_import_side_by_side(monkeypatch: pytest.MonkeyPatch):
    inside: list[int] = []
    most: list[int] = []

    def slow() -> None:
        inside.append(1)
        most.append(len(inside))
        sleep(0.05)
        inside.pop()

    monkeypatch.setattr(app.loader, "import_default_modules", slow)
    _tasks.cache_clear()
    with ThreadPoolExecutor(2) as both:
        assert all("inbox.tasks.deliver" in found for found in both.map(lambda _: _tasks(), range(2)))
    assert max(most) == 1


def test_one_wake_up_is_enough_until_the_task_begins(world: World, monkeypatch: pytest.MonkeyPatch):
    sent: list[object] = []
    monkeypatch.setattr("config.wake._send", lambda *call: sent.append(call))
    task, ids = "inbox.tasks.apply", {"channel_id": world.shop.pk}
    for _ in range(3):
        wake_once(task, world.organization.pk, **ids)
    assert len(sent) == 1
    wake_once(task, world.organization.pk, channel_id=world.mailbox.pk)
    assert len(sent) == 2
    until_done(lambda: 0, task, world.organization.pk, **ids)
    wake_once(task, world.organization.pk, **ids)
    assert len(sent) == 3


def test_what_has_no_end_queues_again_behind_the_others(world: World, monkeypatch: pytest.MonkeyPatch):
    sent: list[object] = []
    monkeypatch.setattr("config.wake._send", lambda *call: sent.append(call))
    monkeypatch.setattr("config.wake.TURN", 0.0)
    until_done(lambda: 1, "inbox.tasks.apply", world.organization.pk, channel_id=world.shop.pk)
    wake_once("inbox.tasks.apply", world.organization.pk, channel_id=world.shop.pk)  # which needs none
    told = {"organization_id": str(world.organization.pk), "channel_id": str(world.shop.pk)}
    assert sent == [("inbox.tasks.apply", told, 0)]


def test_in_a_flood_what_comes_is_gathered_for_a_moment(world: World, monkeypatch: pytest.MonkeyPatch):
    sent: list[tuple[str, object, float]] = []
    monkeypatch.setattr("config.wake._send", lambda *call: sent.append(call))
    until_done(lambda: FLOOD[0], "inbox.tasks.apply", world.organization.pk, channel_id=world.shop.pk)
    assert [0 < after <= GATHER for _, _, after in sent] == [True]
    wake_once("inbox.tasks.apply", world.organization.pk, channel_id=world.shop.pk)  # one is on its way
    assert len(sent) == 1


def test_what_waits_in_great_number_is_done_without_a_stop(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("config.wake._send", lambda *call: pytest.fail(str(call)))
    waiting = [FLOOD[-1] + 1, FLOOD[-1] + 1, FLOOD[0] - 1, 0, 0]
    until_done(lambda: waiting.pop(0), "inbox.tasks.apply", world.organization.pk, channel_id=world.shop.pk)
    assert not waiting


def test_what_comes_while_the_task_is_at_it_wakes_nobody_and_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    sent: list[object] = []
    monkeypatch.setattr("config.wake._send", lambda *call: sent.append(call))
    waiting, done = [1, 2], list[int]()

    def work() -> int:
        found = [waiting.pop() for _ in list(waiting)]
        if not found and len(done) == 2:
            waiting.append(3)  # just after it looked
            wake_once("inbox.tasks.apply", world.organization.pk)
        done.extend(found)
        return len(found)

    wake_once("inbox.tasks.apply", world.organization.pk)
    until_done(work, "inbox.tasks.apply", world.organization.pk)
    assert sorted(done) == [1, 2, 3]
    assert len(sent) == 2  # the first, and one that looks whether that was all
