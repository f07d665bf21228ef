"""Keys, consent and tokens. Tokens prove themselves, so that they outlive a restart of the sandbox."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from connectors.channels.ebay.access import SCOPES
from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

TWO_HOURS, MONTHS, CODE_SECONDS = 7200, 47_304_000, 299
REVOKED = "consent_withdrawn"  # among a shop's keys


def shops(world: World) -> list[Shop]:
    return [each for each in world.shops.values() if each.platform == "ebay"]


@dataclass
class Grants:
    world: World
    codes: dict[str, tuple[str, float]] = field(default_factory=dict)  # code → shop, end

    def seller(self, token: str) -> Shop | None:
        found = (
            each for each in shops(self.world) if _is_good(each, "u", token) and not each.keys.get(REVOKED)
        )
        return next(found, None)

    def application(self, token: str) -> Shop | None:
        """Any shop of the application: they share its keys."""
        return next((each for each in shops(self.world) if _is_good(each, "a", token)), None)

    def code_for(self, shop: Shop) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = (shop.domain, time.time() + CODE_SECONDS)
        shop.keys.pop(REVOKED, None)
        return code

    def answer(self, client: tuple[str, str], form: dict[str, str]) -> dict[str, str | int]:
        """A token's answer, or {"error": ..}."""
        ours = [each for each in shops(self.world) if (each.client_id, each.client_secret) == client]
        if not ours:
            return {"error": "invalid_client", "error_description": "client authentication failed"}
        if set(form.get("scope", "").split()) - set(SCOPES):
            return {"error": "invalid_scope", "error_description": "The requested scope is invalid"}
        match form.get("grant_type"):
            case "client_credentials":
                return _access(ours[0], "a", "Application Access Token")
            case "refresh_token":
                owner = next(
                    (each for each in ours if equal(form.get("refresh_token", ""), refresh_token(each))), None
                )
                if owner and not owner.keys.get(REVOKED):
                    return _access(owner, "u", "User Access Token")
            case "authorization_code":
                domain, until = self.codes.pop(form.get("code", ""), ("", 0.0))
                if until > time.time() and form.get("redirect_uri") == self.world.shops[domain].keys.get(
                    "runame"
                ):
                    shop = self.world.shops[domain]
                    lasting: dict[str, str | int] = {
                        "refresh_token": refresh_token(shop),
                        "refresh_token_expires_in": MONTHS,
                    }
                    return _access(shop, "u", "User Access Token") | lasting
        return {"error": "invalid_grant", "error_description": "the provided grant is invalid"}


def refresh_token(shop: Shop) -> str:
    return f"v1.r.{_proof(shop, 'r', 'lasting')}"


def access_token(shop: Shop, kind: str = "u", seconds: int = TWO_HOURS) -> str:
    until = f"{int(time.time()) + seconds:x}"
    return f"v1.{kind}.{until}.{_proof(shop, kind, until)}"


def _access(shop: Shop, kind: str, name: str) -> dict[str, str | int]:
    return {"access_token": access_token(shop, kind), "expires_in": TWO_HOURS, "token_type": name}


def _is_good(shop: Shop, kind: str, token: str) -> bool:
    parts = token.split(".")
    if len(parts) != 4 or parts[:2] != ["v1", kind]:
        return False
    try:
        until = int(parts[2], 16)
    except ValueError:
        return False
    return until > time.time() and equal(parts[3], _proof(shop, kind, parts[2]))


def _proof(shop: Shop, kind: str, what: str) -> str:
    of = shop.client_id if kind == "a" else shop.domain
    return hmac_hex(shop.client_secret, f"{kind}{of}{what}".encode())[:40]
