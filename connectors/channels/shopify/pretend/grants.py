"""Consent and tokens. Tokens prove themselves, so that they outlive a restart of the sandbox."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from connectors.channels.shopify.access import ASKED
from connectors.sandbox.world import Shop
from connectors.signatures import equal, hmac_base64, hmac_hex

HOUR, DAY = 3600, 86_399


@dataclass
class Grants:
    used: dict[str, int] = field(default_factory=dict)  # shop → the highest refresh token that was used
    codes: set[str] = field(default_factory=set)  # handed out and not used yet

    def is_good(self, shop: Shop, token: str) -> bool:
        if token and equal(token, shop.access_token):
            return True
        until = _number(token, "shpat")
        return until > time.time() and equal(token, _signed(shop, "shpat", until))

    def callback(self, shop: Shop, redirect_uri: str, state: str) -> str:
        """Where the browser goes after the seller agreed."""
        code = hmac_hex(shop.client_secret, f"code{time.time_ns()}".encode())[:32]
        self.codes.add(code)
        host = hmac_base64("", shop.domain.encode())
        query = {
            "code": code,
            "host": host,
            "shop": shop.domain,
            "state": state,
            "timestamp": f"{time.time():.0f}",
        }
        signed = urlencode(sorted(query.items()))
        query["hmac"] = hmac_hex(shop.client_secret, signed.encode())
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(query)}"

    def answer(self, shop: Shop, form: dict[str, str]) -> dict[str, str | int] | None:
        """The token answer, or None for a bad request."""
        if (form.get("client_id"), form.get("client_secret")) != (shop.client_id, shop.client_secret):
            return None
        match form.get("grant_type", "authorization_code"):
            case "client_credentials":
                return {"access_token": _token(shop, DAY), "scope": ASKED, "expires_in": DAY}
            case "refresh_token":
                return self._refreshed(shop, form.get("refresh_token", ""))
            case _ if form.get("code") in self.codes:
                self.codes.remove(form["code"])
                lasting: dict[str, str | int] = {"access_token": shop.access_token, "scope": ASKED}
                return _pair(shop, time.time_ns()) if form.get("expiring") == "1" else lasting
        return None

    def _refreshed(self, shop: Shop, given: str) -> dict[str, str | int] | None:
        """A spent refresh token works until the one that replaced it is used."""
        number = _number(given, "shprt")
        if not equal(given, _signed(shop, "shprt", number)) or number < self.used.get(shop.domain, 0):
            return None
        self.used[shop.domain] = number
        return _pair(shop, time.time_ns())


def _pair(shop: Shop, number: int) -> dict[str, str | int]:
    return {
        "access_token": _token(shop, HOUR),
        "expires_in": HOUR,
        "refresh_token": _signed(shop, "shprt", number),
        "scope": ASKED,
    }


def _token(shop: Shop, seconds: int) -> str:
    return _signed(shop, "shpat", int(time.time()) + seconds)


def _signed(shop: Shop, prefix: str, number: int) -> str:
    proof = hmac_hex(shop.client_secret, f"{prefix}{shop.domain}{number}".encode())[:32]
    return f"{prefix}_{number:x}_{proof}"


def _number(token: str, prefix: str) -> int:
    parts = token.split("_")
    try:
        return int(parts[1], 16) if len(parts) == 3 and parts[0] == prefix else 0
    except ValueError:
        return 0
