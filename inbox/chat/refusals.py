"""No, in words for a shopper; and how much of anything one of them may do."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import cast

from redis.exceptions import RedisError

from config.valkey import valkey

log = logging.getLogger(__name__)


class Refusal(Exception):
    """`error` is for the widget, `words` are for whoever reads them there; `retry_after` in seconds."""

    def __init__(self, error: str, words: str, *, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.error, self.words, self.status, self.retry_after = error, words, status, retry_after

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"error": self.error, "words": self.words}
        return told | ({"retry_after": self.retry_after} if self.retry_after is not None else {})


@dataclass(frozen=True)
class Rate:
    """At most so many within so many seconds, for one session, address or whatever is named."""

    name: str
    most: int
    seconds: int

    def spend(self, *who: object) -> None:
        """One of it. Raises Refusal where none is left. Without Valkey everybody may."""
        key = f"chat:rate:{self.name}:{':'.join(map(str, who))}"
        try:
            trip = valkey().pipeline(transaction=False)
            trip.incr(key)
            trip.expire(key, self.seconds, nx=True)
            trip.ttl(key)
            spent, _, left = cast(list[int], trip.execute())
        except RedisError as error:
            log.warning("Nobody counts %s: %s", self.name, error)
            return
        if spent > self.most:
            raise _too_many(max(1, left))


@dataclass
class Pace:
    """The same for what one process alone holds, such as a socket: counted there, at no cost."""

    most: int
    seconds: int
    _spent: int = 0
    _since: float = 0.0  # on this process's own clock

    def spend(self) -> None:
        """One of it. Raises Refusal where none is left."""
        now = time.monotonic()
        if now >= self._since + self.seconds:
            self._spent, self._since = 0, now
        self._spent += 1
        if self._spent > self.most:
            raise _too_many(max(1, round(self._since + self.seconds - now)))


def _too_many(wait: int) -> Refusal:
    words = f"That was a lot at once. Please try again {_in(wait)}."
    return Refusal("too_many", words, status=429, retry_after=wait)


def _in(seconds: int) -> str:
    if seconds < 90:
        return f"in {seconds} seconds"
    return f"in {round(seconds / 60)} minutes"


SOCKETS = Rate("sockets", 60, 60)  # of one address
FRAMES = (240, 60)  # of one socket: so many within so many seconds
SESSIONS = Rate("sessions", 120, 3600)  # of one address
SAID = Rate("said", 20, 60)  # of one visitor
SAID_FROM = Rate("said_from", 120, 60)  # of one address: an office or a dormitory shares one
SAME_WORDS = Rate("same", 5, 600)  # of one address, whoever it says it is
FILES = Rate("files", 10, 300)  # of one visitor
FILES_FROM = Rate("files_from", 40, 300)
LOOKS = Rate("looks", 120, 60)  # messages and articles, of one visitor
TYPING = Rate("typing", 60, 60)
CONTACT = Rate("contact", 10, 3600)  # addresses left, of one visitor
IDENTIFY = Rate("identify", 5, 3600)  # of one visitor
IDENTIFY_FROM = Rate("identify_from", 20, 3600)
CODES = Rate("codes", 10, 3600)  # of one visitor; the check itself takes five
