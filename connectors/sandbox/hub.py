"""Pushes the world's changes to whoever asked for webhooks, over real HTTP, misbehaving when wished."""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType

import httpx

from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import World

log = logging.getLogger(__name__)

GAPS = (2.0, 10.0, 60.0, 300.0)  # seconds between tries; platforms wait longer, a demo should not
PATIENCE = 5.0  # seconds; the time-out most platforms grant
GARBAGE = b"<html><body>502 Bad Gateway</body></html>"


@dataclass
class Push:
    """One webhook on its way and what became of it."""

    platform: str
    url: str
    headers: dict[str, str]
    body: bytes
    tries: int = 0
    answer: str = "waiting"  # or the status code of the last answer, or why there was none
    note: str = ""  # which trouble was made of it
    at: float = field(default_factory=time.time)  # of the last try


@dataclass
class Hub:
    """One thread takes work by due time: telling a module of a change, or trying a push (again).

    `modules` are the connectors' sandbox modules by kind; those with `push` are told of every change.
    """

    world: World
    trouble: Trouble
    modules: Mapping[str, ModuleType]
    gaps: tuple[float, ...] = GAPS
    log: deque[Push] = field(default_factory=lambda: deque(maxlen=60))  # newest first
    held: dict[str, list[Push]] = field(default_factory=dict)  # by platform, waiting for another to go first
    _work: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _turn: threading.Condition = field(default_factory=threading.Condition)
    _count: Iterator[int] = field(default_factory=itertools.count)
    _thread: threading.Thread | None = None
    _busy: bool = False

    def start(self) -> None:
        self.world.listeners.append(self._changed)
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """What is still waiting is dropped, as by a platform that lost a webhook."""
        if self._thread is None:
            return
        self.world.listeners.remove(self._changed)
        thread, self._thread = self._thread, None
        with self._turn:
            self._turn.notify()
        thread.join(PATIENCE + 1)

    def settle(self, within: float = 10.0) -> bool:
        """Wait until nothing is due at once; later tries may remain."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with self._turn:
                if not self._busy and not (self._work and self._work[0][0] <= time.monotonic()):
                    return True
            time.sleep(0.01)
        return False

    def _changed(self, what: str, thing: object) -> None:
        for platform, module in self.modules.items():
            if tell := getattr(module, "push", None):
                self._later(0, partial(tell, self.world, what, thing, partial(self.deliver, platform)))

    def deliver(self, platform: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Send one signed webhook, or make trouble of it."""
        push = Push(platform, url, dict(headers), body)
        kind = self.trouble.take(platform, Kind.DUPLICATE, Kind.REORDER, Kind.UNSIGNED, Kind.GARBAGE)
        push.note = kind.value if kind else ""
        if kind is Kind.REORDER:
            self.held.setdefault(platform, []).append(push)
            return
        if kind is Kind.UNSIGNED:
            push.headers = unsigned(push.headers)
        if kind is Kind.GARBAGE:
            push.headers, push.body = resigned(self.world, push.headers, body, GARBAGE), GARBAGE
        self._send(push)
        if kind is Kind.DUPLICATE:
            self._send(Push(platform, url, dict(headers), body, note="duplicate"))
        for late in self.held.pop(platform, []):
            self._send(late)

    def _send(self, push: Push) -> None:
        self.log.appendleft(push)
        self._later(0, partial(self._try, push))

    def _try(self, push: Push) -> None:
        push.tries += 1
        push.at = time.time()
        try:
            answer = httpx.post(push.url, headers=push.headers, content=push.body, timeout=PATIENCE)
            push.answer = str(answer.status_code)
            if answer.is_success:
                return
        except httpx.HTTPError as error:
            push.answer = type(error).__name__
        if push.tries <= len(self.gaps):
            self._later(self.gaps[push.tries - 1], partial(self._try, push))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        with self._turn:
            heapq.heappush(self._work, (time.monotonic() + seconds, next(self._count), work))
            self._turn.notify()

    def _run(self) -> None:
        while self._thread is not None:
            with self._turn:
                self._busy = False
                wait = self._work[0][0] - time.monotonic() if self._work else None
                if wait is None or wait > 0:
                    self._turn.wait(wait)
                    continue
                work = heapq.heappop(self._work)[2]
                self._busy = True
            try:
                work()
            except Exception:  # one module's mistake must not silence the others
                log.exception("A webhook could not be made")


def unsigned(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers with every proof of origin spoilt."""
    return {
        name: "c3BvaWx0" if _is_proof(name) else value  # base64, so that it is wrong and not malformed
        for name, value in headers.items()
    }


def resigned(world: World, headers: Mapping[str, str], old: bytes, new: bytes) -> dict[str, str]:
    """Headers for a new body: whichever HMAC-SHA256 of the old one is found is made again with its secret."""
    made = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    for secret in _secrets(world):
        was, now = (hmac.new(secret.encode(), body, hashlib.sha256) for body in (old, new))
        forms = {
            base64.b64encode(was.digest()).decode(): base64.b64encode(now.digest()).decode(),
            was.hexdigest(): now.hexdigest(),
            f"sha256={was.hexdigest()}": f"sha256={now.hexdigest()}",
        }
        for name, value in made.items():
            scheme, mark, proof = value.rpartition("=") if value.startswith("sha256=") else ("", "", value)
            if _is_proof(name) and proof in forms:
                made[name] = f"{scheme}{mark}{forms[proof]}"
    return made


def _is_proof(header: str) -> bool:
    return any(word in header.lower() for word in ("hmac", "signature", "authorization", "-key"))


def _secrets(world: World) -> list[str]:
    return [
        *(s.client_secret for s in world.shops.values()),
        *(key for s in world.shops.values() for key in s.keys.values()),
        *(k.client_secret or k.api_key for k in world.carrier_keys.values()),
    ]
