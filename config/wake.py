"""Wake a worker after commit. The row it will find is the work; the wake-up may be lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from threading import RLock
from typing import Any
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.celery import app
from config.valkey import valkey

log = logging.getLogger(__name__)

ON_ITS_WAY = 5  # seconds after which a wake-up counts as lost; the sweeper comes as often
TURN = 1.0  # seconds that one task works at a time while others may wait
FLOOD = range(3, 25)  # so many found at one look mean a flood; more, that what waits already is far from done
GATHER = 0.3  # seconds from one look at a flood to the next

_importing = RLock()
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Nobody is woken for what is written in here: the sweepers find it in their own time."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def wake(task: str, organization_id: UUID, *, after: float = 0, **ids: object) -> None:
    """Have `task` ("inbox.tasks.deliver") run once this transaction has committed, `after` seconds later.

    Tasks go by name, so that whoever writes a row need not import who works on it. Without a broker nothing is lost: the
    sweepers find the row.
    """
    if _quiet.get():
        return
    transaction.on_commit(partial(_send, task, _kwargs(organization_id, ids), after))


def do_here(task: str, organization_id: UUID, **ids: object) -> None:
    """Do it in this very process once this transaction has committed: for what calls nobody outside and somebody waits
    for. What fails here, the sweepers find."""
    kwargs = _kwargs(organization_id, ids)
    transaction.on_commit(lambda: _tasks()[task](**kwargs), robust=True)


def wake_once(task: str, organization_id: UUID, **ids: object) -> None:
    """The same for a task that does all that waits (`until_done`): while one is on its way or at it, no other is sent."""
    transaction.on_commit(partial(_send_once, task, _kwargs(organization_id, ids)))


def _send_once(task: str, kwargs: dict[str, object]) -> None:
    try:
        is_first = valkey().set(_note(task, kwargs), 1, nx=True, ex=ON_ITS_WAY)
    except RedisError as error:
        log.warning("Nobody was woken for %s: %s", task, error)
        return
    if is_first:
        _send(task, kwargs, 0)


def until_done(work: Callable[[], int], task: str, organization_id: UUID, **ids: object) -> None:
    """What such a task does: `work` until it finds nothing, and once more when the next wake-up is sent again, since what
    came in between woke nobody. After its turn it queues again behind the others, so that nothing holds a worker for good;
    in a flood it does so at once, for a moment later, since what is read together costs less. A piece of work that takes longer than
    ON_ITS_WAY may get company."""
    kwargs = _kwargs(organization_id, ids)
    note = _note(task, kwargs)
    began = looked = time.monotonic()
    try:
        while found := work():
            valkey().set(note, 1, ex=ON_ITS_WAY)
            took, looked = time.monotonic() - looked, time.monotonic()
            if found in FLOOD or looked > began + TURN:
                _send(task, kwargs, max(0.0, GATHER - took) if found in FLOOD else 0)
                return
    except BaseException:
        valkey().delete(note)
        raise
    valkey().delete(note)
    if work():
        _send_once(task, kwargs)


def _note(task: str, kwargs: Mapping[str, object]) -> str:
    return ":".join(["woken", task, *map(str, kwargs.values())])


def _kwargs(organization_id: UUID, ids: Mapping[str, object]) -> dict[str, object]:
    return {"organization_id": str(organization_id), **{name: _plain(value) for name, value in ids.items()}}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value


@cache
def _tasks() -> Mapping[str, Any]:
    with _importing:  # a second thread would find half of them
        app.loader.import_default_modules()  # only workers do so by themselves
    return app.tasks


def _send(task: str, kwargs: dict[str, object], after: float) -> None:
    try:
        _tasks()[task].apply_async(kwargs=kwargs, countdown=after or None)
    except OperationalError as error:
        log.warning("Nobody was woken for %s: %s", task, error)
