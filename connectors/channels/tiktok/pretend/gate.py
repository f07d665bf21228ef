"""Who may in: the app's signature, the seller's token, the shop's cipher, the scope. All of it is really looked at.

Tokens prove themselves, so that they outlive a restart of the sandbox. A token is of a seller, who may have several
shops, all with the same app; the cipher says which shop is meant.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.channels.tiktok import signing
from connectors.channels.tiktok.pretend.answers import CIPHER, PARAMETER, SCOPE, SIGN, TOKEN, Json, Refusal
from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

KIND = "tiktok"
WEEK, YEAR, MINUTES = 7 * 86_400, 365 * 86_400, 300
REVOKED, SERIAL = "consent_withdrawn", "refresh_serial"  # among a shop's keys
WITHOUT_SHOP = ("/authorization/",)
_SCOPED = {"/customer_service/": "customer_service", "/order/": "order", "/return_refund/": "return_refund"}


def shops(world: World) -> list[Shop]:
    return [each for each in world.shops.values() if each.platform == KIND]


def cipher(shop: Shop) -> str:
    return f"GCP_{_proof(shop, 'cipher')[:24]}"


def access_token(shop: Shop, lasts: int = WEEK) -> str:
    until = f"{int(time.time()) + lasts:x}"
    return f"TTP_{until}.{_proof(shop, f'access {until}')}"


def refresh_token(shop: Shop) -> str:
    serial = shop.keys.get(SERIAL, "1")
    return f"TTR_{serial}.{_proof(shop, f'refresh {serial}')}"


@dataclass
class Gate:
    world: World
    codes: dict[str, str] = field(default_factory=dict)  # of consent, not used yet → shop

    def let_in(
        self, path: str, query: Mapping[str, str], token: str, body: bytes, *, is_signed: bool = True
    ) -> Shop:
        """The shop that is meant; `is_signed` says whether the body is (files are not)."""
        ours = [each for each in shops(self.world) if each.client_id == query.get("app_key")]
        if not ours:
            raise Refusal(PARAMETER, "app_key is invalid.")
        made = signing.of_request(ours[0].client_secret, path, query, body if is_signed else b"")
        if not equal(query.get("sign", ""), made):
            raise Refusal(SIGN, "signature is invalid.")
        if abs(time.time() - int(query.get("timestamp", "0"))) > MINUTES:
            raise Refusal(PARAMETER, "timestamp is invalid.")
        owned = [each for each in ours if _is_good(each, token)]
        if not owned:
            raise Refusal(TOKEN, "The access token is invalid or has expired.", 401)
        return self._meant(path, query, owned)

    def _meant(self, path: str, query: Mapping[str, str], owned: list[Shop]) -> Shop:
        if path.startswith(WITHOUT_SHOP):
            if "shop_cipher" in query:
                raise Refusal(PARAMETER, "shop_cipher is not wanted here.")
            return owned[0]
        meant = next((each for each in owned if cipher(each) == query.get("shop_cipher")), None)
        if meant is None:
            raise Refusal(CIPHER, "shop_cipher is missing or does not match the token.")
        scope = next((name for start, name in _SCOPED.items() if path.startswith(start)), "")
        if scope in meant.keys.get("scopes_missing", "").split():
            raise Refusal(SCOPE, "The app has no access to this API.")
        return meant

    def code_for(self, shop: Shop) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = shop.domain
        shop.keys.pop(REVOKED, None)
        return code

    def token(self, verb: str, query: Mapping[str, str]) -> Json:
        ours = [each for each in shops(self.world) if each.client_id == query.get("app_key")]
        if not ours or not equal(query.get("app_secret", ""), ours[0].client_secret):
            raise Refusal(PARAMETER, "app_key or app_secret is invalid.")
        if verb == "get":
            domain = self.codes.pop(query.get("auth_code", ""), "")
            if not domain or query.get("grant_type") != "authorized_code":
                raise Refusal(36004004, "auth_code is invalid.")
            return self._granted(self.world.shops[domain])
        for each in ours:
            if _refreshes(each, query.get("refresh_token", "")) and not each.keys.get(REVOKED):
                return self._granted(each)
        raise Refusal(TOKEN, "refresh_token is invalid.")

    def _granted(self, shop: Shop) -> Json:
        """Each renewal gives another refresh token. The one before still works: an answer may have been lost."""
        shop.keys[SERIAL] = str(int(shop.keys.get(SERIAL, "1")) + 1)
        now = int(time.time())
        return {
            "access_token": access_token(shop),
            "access_token_expire_in": now + WEEK,
            "refresh_token": refresh_token(shop),
            "refresh_token_expire_in": now + YEAR,
            "open_id": _proof(shop, "open id")[:20],
            "seller_name": shop.name,
            "seller_base_region": "US",
            "user_type": 0,
            "granted_scopes": list(_SCOPED.values()),
        }


def _refreshes(shop: Shop, token: str) -> bool:
    serial, _, proof = token.removeprefix("TTR_").partition(".")
    newest = int(shop.keys.get(SERIAL, "1"))
    known = serial.isdigit() and int(serial) >= newest - 1  # a newer one: the world was not kept in time
    return known and equal(proof, _proof(shop, f"refresh {serial}"))


def _is_good(shop: Shop, token: str) -> bool:
    """A seller's token is good for all the seller's shops."""
    until, _, proof = token.removeprefix("TTP_").partition(".")
    try:
        is_over = int(until, 16) < time.time()
    except ValueError:
        return False
    return not is_over and not shop.keys.get(REVOKED) and equal(proof, _proof(shop, f"access {until}"))


def _proof(shop: Shop, what: str) -> str:
    """Of the seller; only the cipher is of a shop."""
    of = shop.domain if what == "cipher" else shop.slug
    return hmac_hex(shop.client_secret, f"{of} {what}".encode())[:40]
