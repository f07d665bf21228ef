"""The words of a model while it writes, for the panel to show. Unverified, and gone when the draft is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import jiter
import redis
from django.conf import settings

from config.valkey import valkey

log = logging.getLogger(__name__)

EVERY = 0.3  # seconds
_KEPT = 90  # seconds, should its worker die


@dataclass
class Progress:
    """Called with a model's JSON as far as it is there."""

    run: UUID
    told_at: float = 0.0

    def __call__(self, unfinished: str) -> None:
        if time.monotonic() - self.told_at < EVERY:
            return
        self.told_at = time.monotonic()
        try:
            valkey().set(_key(self.run), words(unfinished), ex=_KEPT)
        except redis.RedisError as error:  # the draft itself does not depend on it
            log.warning("Could not show the progress of %s: %s", self.run, error)


@contextmanager
def writing(run: UUID) -> Iterator[Progress]:
    """What was shown is taken away at the end, however it ends."""
    try:
        yield Progress(run)
    finally:
        try:
            valkey().delete(_key(run))
        except redis.RedisError as error:
            log.warning("The progress of %s stays for %s s: %s", run, _KEPT, error)


def read(run: UUID) -> str:
    """ "" when nothing is being written."""
    try:
        kept = valkey().get(_key(run))
    except redis.RedisError:
        return ""
    return kept.decode() if isinstance(kept, bytes) else ""


def words(unfinished: str) -> str:
    """The sentences inside JSON that may end anywhere."""
    try:
        data = jiter.from_json(unfinished.encode(), partial_mode="trailing-strings")
    except ValueError:
        return ""
    said = data.get("sentences", []) if isinstance(data, dict) else []
    return " ".join(str(each.get("text", "")) for each in said if isinstance(each, dict)).strip()


def _key(run: UUID) -> str:
    return f"{settings.LIVE_PREFIX}:writing:{run.hex}"
