"""What all worker processes share: the pace of each account, daily counts, cached tokens, and who renews them.

Kept in Valkey where the environment names one (`REDIS_URL`), otherwise in this process with the same face.
Nothing here is the only copy of anything: losing it costs a few requests.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Protocol

import redis

from connectors.errors import Unreachable

LOCK_SECONDS = 60  # longer than any renewal; a dead holder's lock is gone after this


class Shared(Protocol):
    def take(self, bucket: str, per_second: float, burst: int, patience: float) -> float:
        """Take one token and return the seconds to wait before using it.

        An answer above `patience` means that none was taken; it says when one will be there.
        """

    def count(self, key: str, most: int, seconds: float) -> int:
        """Add one to a count that lives for `seconds`, unless it has reached `most`; what it was before."""

    def read(self, key: str) -> str | None: ...

    def write(self, key: str, value: str, seconds: float) -> None: ...

    def delete(self, key: str) -> None: ...

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Wait until nobody else holds `key`. Raises Unreachable when that takes longer than a lock lives."""


# A token bucket kept as one number: the moment at which it will be full again. It uses the server's clock,
# so that workers on different machines agree.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local interval, burst, patience = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = math.max(0, full - now - (burst - 1) * interval)
if wait <= patience then
  full = full + interval
  redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1)
end
return string.format('%.6f', wait)
"""

_COUNT = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used < tonumber(ARGV[1]) then
  redis.call('INCR', KEYS[1])
  if used == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
end
return used
"""


class InValkey:
    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=5, socket_connect_timeout=2
        )
        self._take = self._client.register_script(_TAKE)
        self._count = self._client.register_script(_COUNT)

    def take(self, bucket: str, per_second: float, burst: int, patience: float) -> float:
        with _reachable():
            return float(self._take([f"rate:{bucket}"], [1 / per_second, burst, patience]))

    def count(self, key: str, most: int, seconds: float) -> int:
        with _reachable():
            return int(self._count([key], [most, max(1, int(seconds * 1000))]))

    def read(self, key: str) -> str | None:
        with _reachable():
            value = self._client.get(key)
            return None if value is None else str(value)

    def write(self, key: str, value: str, seconds: float) -> None:
        with _reachable():
            self._client.set(key, value, px=max(1, int(seconds * 1000)))

    def delete(self, key: str) -> None:
        with _reachable():
            self._client.delete(key)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        lock = self._client.lock(f"lock:{key}", timeout=LOCK_SECONDS, blocking_timeout=LOCK_SECONDS)
        with _reachable():
            held = lock.acquire()
        if not held:
            raise Unreachable("Another worker has held the lock for too long.")
        try:
            yield
        finally:
            with _reachable():
                if lock.owned():
                    lock.release()


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise Unreachable("The shared store (REDIS_URL) does not answer.") from error


class InProcess:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._full: dict[str, float] = {}
        self._values: dict[str, tuple[str, float]] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def take(self, bucket: str, per_second: float, burst: int, patience: float) -> float:
        now, interval = time.monotonic(), 1 / per_second
        with self._guard:
            full = max(self._full.get(bucket, 0.0), now)
            wait = max(0.0, full - now - (burst - 1) * interval)
            if wait <= patience:
                self._full[bucket] = full + interval
            return wait

    def count(self, key: str, most: int, seconds: float) -> int:
        now = time.monotonic()
        with self._guard:
            value, until = self._values.get(key, ("0", 0.0))
            used, until = (int(value), until) if until > now else (0, now + seconds)
            if used < most:
                self._values[key] = (str(used + 1), until)
            return used

    def read(self, key: str) -> str | None:
        with self._guard:
            value, until = self._values.get(key, (None, 0.0))
            return value if until > time.monotonic() else None

    def write(self, key: str, value: str, seconds: float) -> None:
        with self._guard:
            self._values[key] = (value, time.monotonic() + seconds)

    def delete(self, key: str) -> None:
        with self._guard:
            self._values.pop(key, None)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks[key]
        if not lock.acquire(timeout=LOCK_SECONDS):
            raise Unreachable("Another thread has held the lock for too long.")
        try:
            yield
        finally:
            lock.release()


def shared() -> Shared:
    # By process id, so that a forked worker never shares its parent's socket.
    return _shared(os.environ.get("REDIS_URL", ""), os.getpid())


@cache
def _shared(url: str, pid: int) -> Shared:
    return InValkey(url) if url else InProcess()
