"""Keeps calls from a server that does not answer. The state is shared by all processes, in Valkey.

    closed ──(some failures in a row)──▶ open ──(after a rest)──▶ half-open: one call tries ──▶ closed, or open again

Where Valkey does not answer either, calls go through.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import redis
from django.conf import settings

from config.valkey import valkey
from connectors.errors import AuthorizationLost, ConnectorError, RateLimited, Unreachable

log = logging.getLogger(__name__)

T = TypeVar("T")
_FORGOTTEN = 3600  # seconds after the last failure
_DOWN = (Unreachable, RateLimited, AuthorizationLost)  # any other answer is one


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class Health:
    state: BreakerState
    failures: int = 0  # in a row
    why: str = ""  # what the last one said
    retry_in: float = 0.0  # seconds until it is tried again


@dataclass(frozen=True)
class Breaker:
    name: str
    most_failures: int = 3
    rest: float = 30.0  # seconds

    def call(self, run: Callable[[], T]) -> T:
        """Raises what `run` raises, and Unreachable at once while the breaker is open."""
        health = self.health()
        if health.state is BreakerState.OPEN or (
            health.state is BreakerState.HALF_OPEN and not self._may_try()
        ):
            raise Unreachable(f"Not asked, since it failed {health.failures} times in a row: {health.why}")
        try:
            result = run()
        except _DOWN as error:
            self._failed(error)
            raise
        except ConnectorError:
            self._answered(health)
            raise
        self._answered(health)
        return result

    def health(self) -> Health:
        try:
            kept = {key.decode(): value.decode() for key, value in valkey().hgetall(self._key).items()}  # type: ignore[union-attr]
        except redis.RedisError as error:
            log.warning("The state of %s is not known: %s", self.name, error)
            return Health(BreakerState.CLOSED)
        failures, until = int(kept.get("failures", 0)), float(kept.get("until", 0))
        if failures < self.most_failures:
            return Health(BreakerState.CLOSED, failures, kept.get("why", ""))
        left = until - time.time()
        state = BreakerState.OPEN if left > 0 else BreakerState.HALF_OPEN
        return Health(state, failures, kept.get("why", ""), max(0.0, left))

    @property
    def _key(self) -> str:
        return f"{settings.LIVE_PREFIX}:breaker:{self.name}"

    def _may_try(self) -> bool:
        """True for one caller at a time."""
        return bool(valkey().set(f"{self._key}:trying", 1, nx=True, ex=max(1, round(self.rest))))

    def _failed(self, error: ConnectorError) -> None:
        rest = max(self.rest, getattr(error, "retry_after", None) or 0.0)
        trip = valkey().pipeline()
        trip.hincrby(self._key, "failures", 1)
        trip.hset(self._key, mapping={"why": error.message[:300], "until": time.time() + rest})
        trip.expire(self._key, _FORGOTTEN)
        trip.delete(f"{self._key}:trying")
        self._write(trip)

    def _answered(self, health: Health) -> None:
        if health.failures:
            trip = valkey().pipeline()
            trip.delete(self._key, f"{self._key}:trying")
            self._write(trip)

    def _write(self, trip: redis.client.Pipeline) -> None:
        try:
            trip.execute()
        except redis.RedisError as error:
            log.warning("The state of %s was not kept: %s", self.name, error)
