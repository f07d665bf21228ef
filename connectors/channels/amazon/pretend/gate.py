"""Who may in, and how often: Login with Amazon, consent codes, roles, and a bucket per seller and operation.

The rates are written here a second time, from the usage plans of amzn/selling-partner-api-models: connector and
sandbox must not share a mistake. Tokens prove themselves, so that they outlive a restart of the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

KIND = "amazon"
HOUR, YEAR = 3600, 365 * 86_400
JITTER = 0.1  # of a request: who keeps the pace exactly must not be refused for a late packet
RATES = {  # operation → (requests a second, burst)
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "getMarketplaceParticipations": (0.016, 15),
    "messaging": (1, 5),
    "solicitations": (1, 5),
    "createUploadDestinationForResource": (10, 10),
    "notifications": (1, 5),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeeds": (0.0222, 10),
    "getFeed": (2, 15),
    "getFeedDocument": (0.0222, 10),
    "createReport": (0.0167, 15),
    "getReports": (0.0222, 10),
    "getReport": (2, 15),
    "getReportDocument": (0.0167, 15),
}
ROLES = {
    "messaging": "Buyer Communication",
    "createUploadDestinationForResource": "Buyer Communication",
    "solicitations": "Buyer Solicitation",
    "searchOrders": "Inventory and Order Tracking",
    "getOrder": "Inventory and Order Tracking",
}


def sellers(world: World) -> Iterator[Shop]:
    return (shop for shop in world.shops.values() if shop.platform == KIND)


@dataclass
class Bucket:
    per_second: float
    left: float
    burst: int
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1 - JITTER:
            return False
        self.left -= 1
        return True


@dataclass
class Gate:
    """A seller takes the consent back by shop.keys["revoked"]."""

    world: World
    codes: dict[str, str] = field(default_factory=dict)  # of consent, not used yet → seller id
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def has_room(self, shop: Shop, operation: str, path: str) -> bool:
        """Each operation has a bucket of its own, also where several have the same rate."""
        rate, burst = RATES[operation]
        return self.buckets.setdefault((shop.domain, path), Bucket(rate, burst, burst)).take()

    def may(self, shop: Shop, operation: str) -> bool:
        return ROLES.get(operation, "") not in lacking(shop)

    def holder(self, token: str, grantless: bool = False) -> Shop | None:
        """The seller (or, `grantless`, the application's seller) whose token it is, while it is good."""
        prefix = "Atzg" if grantless else "Atza"
        for shop in sellers(self.world):
            until = _number(token, prefix)
            if until > time.time() and equal(token, signed(shop, prefix, until)):
                return None if shop.keys.get("revoked") and not grantless else shop
        return None

    def callback(self, shop: Shop, redirect_uri: str, state: str) -> str:
        """Where the browser goes after the seller agreed."""
        code = hmac_hex(shop.client_secret, f"code{time.time_ns()}".encode())[:32]
        self.codes[code] = shop.seller_id
        shop.keys.pop("revoked", None)
        query = {"spapi_oauth_code": code, "selling_partner_id": shop.seller_id, "state": state}
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(query)}"

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, str | int]]:
        """(status, body) of the token endpoint."""
        pair = (form.get("client_id"), form.get("client_secret"))
        shop = next((s for s in sellers(self.world) if (s.client_id, s.client_secret) == pair), None)
        if shop is None:
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        until = int(time.time()) + HOUR
        fresh: dict[str, str | int] = {"token_type": "bearer", "expires_in": HOUR}
        match form.get("grant_type"):
            case "client_credentials" if form.get("scope"):
                return 200, {**fresh, "access_token": signed(shop, "Atzg", until)}
            case "authorization_code" if self.codes.pop(form.get("code", ""), "") == shop.seller_id:
                return 200, {
                    **fresh,
                    "access_token": signed(shop, "Atza", until),
                    "refresh_token": refresh(shop),
                }
            case "refresh_token" if self._is_consent(shop, form.get("refresh_token", "")):
                held = form["refresh_token"]
                return 200, {**fresh, "access_token": signed(shop, "Atza", until), "refresh_token": held}
        return 400, {
            "error": "invalid_grant",
            "error_description": "The request has an invalid grant parameter",
        }

    def _is_consent(self, shop: Shop, given: str) -> bool:
        until = _number(given, "Atzr")
        good = until > time.time() and equal(given, signed(shop, "Atzr", until))
        return good and not shop.keys.get("revoked")


def lacking(shop: Shop) -> list[str]:
    """Roles the application has not."""
    return [role for role in shop.keys.get("lacks", "").split(",") if role]


def refresh(shop: Shop) -> str:
    return signed(shop, "Atzr", int(time.time()) + YEAR)


def signed(shop: Shop, prefix: str, number: int) -> str:
    """Of one seller and application; the secret alone would be the same for all sellers of one."""
    proof = hmac_hex(shop.client_secret, f"{prefix}{shop.seller_id}{number}".encode())[:40]
    return f"{prefix}|{number:x}|{proof}"


def _number(token: str, prefix: str) -> int:
    parts = token.split("|")
    try:
        return int(parts[1], 16) if len(parts) == 3 and parts[0] == prefix else 0
    except ValueError:
        return 0
