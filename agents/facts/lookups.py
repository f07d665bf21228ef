"""Asks the outside world side by side, each source with a time of its own and all of them with a budget.

    silent = ask([Lookup(parcel.pk, partial(polling.track, ...), seconds=6.0), ...])

Called outside any scope. What did not answer in time goes on in its thread and is in time for the next pass.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

BUDGET = 8.0  # seconds, for everything together

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lookup:
    """`run` gives False when it was asked and had no answer. `about` is the record it is to refresh."""

    about: UUID | str
    run: Callable[[], bool]
    seconds: float = 6.0


def ask(lookups: Sequence[Lookup]) -> set[UUID | str]:
    """What had no answer in time, or an error for one."""
    if not lookups:
        return set()
    pool = ThreadPoolExecutor(max_workers=len(lookups), thread_name_prefix="lookup")
    began = time.monotonic()
    calls = [(each, pool.submit(copy_context().run, _alone, each)) for each in lookups]
    silent = {each.about for each, call in calls if not _answered(call, min(each.seconds, BUDGET), began)}
    pool.shutdown(wait=False, cancel_futures=True)
    return silent


def _answered(call: Future[bool], seconds: float, began: float) -> bool:
    try:
        return call.result(timeout=max(0.0, began + seconds - time.monotonic()))
    except TimeoutError:
        return False


def _alone(lookup: Lookup) -> bool:
    try:
        return lookup.run()
    except (
        Exception
    ):  # a source that breaks must not take the answer with it; the draft says that it is missing
        log.exception("Look-up of %s", lookup.about)
        return False
    finally:
        connection.close()  # this thread's own
