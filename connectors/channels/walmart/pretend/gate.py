"""Who may in, and how often: tokens of 15 minutes that prove themselves, codes of consent, and Walmart's buckets."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

KIND = "walmart"
SECONDS = 900
YEAR = 365 * 86_400
PER_MINUTE = {"orders": 5000, "cancel": 60, "refund": 60}  # others are not published
OTHERS_PER_MINUTE = 300


def sellers(world: World) -> Iterator[Shop]:
    return (shop for shop in world.shops.values() if shop.platform == KIND)


@dataclass
class Bucket:
    """Holds a minute's worth and is refilled evenly."""

    per_minute: float
    left: float
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(self.per_minute, self.left + (now - self.at) * self.per_minute / 60)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    @property
    def next_in(self) -> float:
        """Seconds."""
        return max(0.0, (1 - self.left) * 60 / self.per_minute)


@dataclass
class Gate:
    world: World
    codes: dict[str, str] = field(default_factory=dict)  # of consent, not used yet → seller id
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)  # by seller and API
    revoked: set[str] = field(default_factory=set)  # sellers who took their consent back

    def bucket(self, shop: Shop, api: str) -> Bucket:
        limit = PER_MINUTE.get(api, OTHERS_PER_MINUTE)
        return self.buckets.setdefault((shop.domain, api), Bucket(limit, limit))

    def holder(self, token: str) -> Shop | None:
        """The seller whose token it is, while it is good."""
        for shop in sellers(self.world):
            until = _number(token, "at")
            if until > time.time() and equal(token, signed(shop, "at", until)):
                return shop
        return None

    def by_basic(self, header: str) -> Shop | None:
        try:
            pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        except ValueError:
            return None
        return next((s for s in sellers(self.world) if f"{s.client_id}:{s.client_secret}" == pair), None)

    def callback(self, shop: Shop, redirect_uri: str, state: str) -> str:
        """Where the browser goes after the seller agreed."""
        code = hmac_hex(shop.client_secret, f"code{time.time_ns()}".encode())[:32]
        self.codes[code] = shop.seller_id
        query = {
            "code": code,
            "type": "auth",
            "clientId": shop.client_id,
            "sellerId": shop.seller_id,
            "state": state,
        }
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(query)}"

    def answer(self, shop: Shop, form: dict[str, str], partner: str) -> dict[str, str | int] | None:
        """The token answer, or None for a grant that is not good."""
        given = form.get("grant_type", "")
        fresh: dict[str, str | int] = {
            "access_token": signed(shop, "at", int(time.time()) + SECONDS),
            "token_type": "Bearer",
            "expires_in": SECONDS,
        }
        if given == "client_credentials":
            return fresh
        if shop.seller_id in self.revoked or partner != shop.seller_id:
            return None
        if given == "authorization_code" and self.codes.pop(form.get("code", ""), "") == shop.seller_id:
            return {**fresh, "refresh_token": signed(shop, "rt", int(time.time()) + YEAR)}
        held = form.get("refresh_token", "")
        until = _number(held, "rt")
        if given == "refresh_token" and until > time.time() and equal(held, signed(shop, "rt", until)):
            return {**fresh, "refresh_token": held}
        return None


def signed(shop: Shop, prefix: str, number: int) -> str:
    return f"{prefix}.{number:x}.{hmac_hex(shop.client_secret, f'{prefix}{number}'.encode())[:40]}"


def _number(token: str, prefix: str) -> int:
    parts = token.split(".")
    try:
        return int(parts[1], 16) if len(parts) == 3 and parts[0] == prefix else 0
    except ValueError:
        return 0
