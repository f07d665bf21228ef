"""What stands at the door of every carrier in the sandbox: keys, tokens, quotas and asked-for trouble."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.sandbox.trouble import Kind, Trouble
from connectors.sandbox.world import World

HOUR = timedelta(hours=1)
SILENCE = 60.0  # seconds; longer than any caller waits

Endpoint = Callable[[Request], Awaitable[Response]]
Problem = Callable[[int], Response]  # the carrier's own way to say 401, 429, 500
Deliver = Callable[[str, Mapping[str, str], bytes], None]  # a push: address, headers, body


@dataclass
class Gate:
    """`tokens_per_hour` counts for each client in an hour, `calls` in `per`, all by the world's clock.

    A carrier without tokens says with `shown_key` where a request shows its API key.
    """

    world: World
    trouble: Trouble
    carrier: str
    problem: Problem
    calls: int
    per: timedelta = HOUR
    token_life: timedelta = timedelta()
    tokens_per_hour: int = 0
    shown_key: Callable[[Request], str] | None = None
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # token → client id, until
    _used: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def knows(self, client_id: str, client_secret: str) -> bool:
        keys = self.world.carrier_keys.get(self.carrier)
        return keys is not None and (client_id, client_secret) == (keys.client_id, keys.client_secret)

    def issue(self, client_id: str) -> str | Response:
        """A new token, or the answer that there were too many."""
        if wait := self._spend(f"token:{client_id}", self.tokens_per_hour, HOUR):
            return self._too_many(wait)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (client_id, self.world.clock.now() + self.token_life)
        return token

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint behind a valid token and the quota, misbehaving when asked to."""

        async def inside(request: Request) -> Response:
            match self.trouble.take(self.carrier, Kind.TOO_MANY, Kind.BROKEN, Kind.SILENT, Kind.GARBAGE):
                case Kind.TOO_MANY:
                    return self._too_many(timedelta(seconds=30))
                case Kind.BROKEN:
                    return self.problem(500)
                case Kind.SILENT:
                    await asyncio.sleep(SILENCE)
                case Kind.GARBAGE:
                    return Response("<html>We'll be right back</html>", media_type="application/json")
            client_id = self._client_of(request)
            if client_id is None:
                return self.problem(401)
            if wait := self._spend(f"call:{client_id}", self.calls, self.per):
                return self._too_many(wait)
            return await endpoint(request)

        return inside

    def _client_of(self, request: Request) -> str | None:
        if self.shown_key:
            keys, key = self.world.carrier_keys.get(self.carrier), self.shown_key(request)
            return key if keys and key and key == keys.api_key else None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        client_id, until = self._tokens.get(token, ("", None))
        return client_id if scheme == "Bearer" and until and until > self.world.clock.now() else None

    def _spend(self, what: str, most: int, per: timedelta) -> timedelta:
        """Zero if there was one left, else the time until there is."""
        now, used = self.world.clock.now(), self._used[what]
        while used and used[0] <= now - per:
            used.popleft()
        if len(used) >= most:
            return used[0] + per - now
        used.append(now)
        return timedelta()

    def _too_many(self, wait: timedelta) -> Response:
        response = self.problem(429)
        response.headers["Retry-After"] = str(max(1, round(wait.total_seconds())))
        return response


def answer(body: object, status: int = 200) -> JSONResponse:
    return JSONResponse(body, status_code=status)
