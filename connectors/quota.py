"""What a platform allows one application a day, all its accounts together, counted in the shared store.

    Quota("ebay", client_id, "returns", per_day=5000, part=POLLING)

A person or a push must never find the day's calls used up by routine work, so that may use only a part of them,
spread over the day: early in it little, at its end all of its part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import RateLimited
from connectors.shared import shared

LIVE, POLLING, PAST = 1.0, 0.7, 0.4  # parts: whoever waits; looking for changes; reading the past
HEAD_START = timedelta(hours=1)  # of a spread part, so that a day does not begin with nothing


@dataclass(frozen=True, slots=True)
class Quota:
    """`part` is how far requests of this urgency may bring the count, those of others included.

    The day begins at midnight in `zone` (an IANA name).
    """

    platform: str
    application: str  # the platform's id for the app; only its hash is stored
    name: str  # what is counted
    per_day: int
    part: float = LIVE
    zone: str = "UTC"

    def spend(self, now: datetime | None = None) -> None:
        """Count one request. Raises RateLimited, with the seconds until one is free, when none is left."""
        now = now or datetime.now(UTC)
        used = shared().count(self._key(now), self._allowed(now), self._seconds_left(now) + 60)
        if used >= self._allowed(now):
            raise RateLimited(
                f"The calls that {self.platform} allows this app a day are used up ({self.name}).",
                self._wait(used, now),
            )

    def exhaust(self, now: datetime | None = None) -> float:
        """The platform says that nothing is left, whatever we counted. The seconds until the next day."""
        now = now or datetime.now(UTC)
        shared().write(self._key(now), str(self.per_day), self._seconds_left(now) + 60)
        return self._seconds_left(now)

    def used(self, now: datetime | None = None) -> int:
        return int(shared().read(self._key(now or datetime.now(UTC))) or 0)

    def _allowed(self, now: datetime) -> int:
        if self.part >= LIVE:
            return self.per_day
        day = timedelta(days=1)
        elapsed = (day - timedelta(seconds=self._seconds_left(now)) + HEAD_START) / day
        return int(self.per_day * self.part * min(1.0, elapsed))

    def _wait(self, used: int, now: datetime) -> float:
        """Until the spread part has grown past what is used, or the next day begins."""
        left = self._seconds_left(now)
        if self.part >= LIVE or used >= self.per_day * self.part:
            return left
        grown_at = 86_400 * (used + 1) / (self.per_day * self.part) - HEAD_START.total_seconds()
        return min(left, max(1.0, grown_at - (86_400 - left)))

    def _seconds_left(self, now: datetime) -> float:
        here = now.astimezone(ZoneInfo(self.zone))
        midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
        return max(1.0, midnight.timestamp() - now.timestamp())

    def _key(self, now: datetime) -> str:
        application = hashlib.sha256(self.application.encode()).hexdigest()[:16]
        day = now.astimezone(ZoneInfo(self.zone)).date()
        return f"quota:{self.platform}:{application}:{self.name}:{day}"
