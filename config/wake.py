"""Wake a worker after commit. The row it will find is the work; the wake-up may be lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
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
    kwargs = {"organization_id": str(organization_id), **{name: _plain(value) for name, value in ids.items()}}
    transaction.on_commit(partial(_send, task, kwargs, after))


def do_here(task: str, organization_id: UUID, **ids: object) -> None:
    """Do it in this very process once this transaction has committed: for what calls nobody outside and somebody waits
    for. What fails here, the sweepers find."""
    kwargs = {"organization_id": str(organization_id), **{name: _plain(value) for name, value in ids.items()}}
    transaction.on_commit(lambda: _tasks()[task](**kwargs), robust=True)


def wake_once(task: str, organization_id: UUID) -> None:
    """The same for a task that does all that waits: while one is on its way to a worker, no other is sent."""
    transaction.on_commit(partial(_send_once, task, organization_id))


def _send_once(task: str, organization_id: UUID) -> None:
    try:
        is_first = valkey().set(_note(task, organization_id), 1, nx=True, ex=ON_ITS_WAY)
    except RedisError as error:
        log.warning("Nobody was woken for %s: %s", task, error)
        return
    if is_first:
        _send(task, {"organization_id": str(organization_id)}, 0)


def awake(task: str, organization_id: UUID) -> None:
    """The task begins, and may miss what is stored from now on: the next wake-up is to be sent."""
    valkey().delete(_note(task, organization_id))


def _note(task: str, organization_id: UUID) -> str:
    return f"woken:{task}:{organization_id}"


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
