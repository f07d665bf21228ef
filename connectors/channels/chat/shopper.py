"""A signed-in shopper, as the seller's own shop vouches for them: a JWT (RFC 7519, HS256) with the channel's secret.

{"sub": "4711", "email": "maya@mail.example", "name": "Maya Okafor", "exp": 1795000000}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from connectors.errors import InvalidSignature

SHORTEST_SECRET = 32  # characters


@dataclass(frozen=True)
class Shopper:
    sub: str  # the shop's own id of the customer
    email: str
    name: str = ""


def read(token: str, secret: str) -> Shopper:
    """Raises InvalidSignature, with words for the shop's developer, unless it was signed with this secret and still counts."""
    if len(secret) < SHORTEST_SECRET:
        raise InvalidSignature("This chat has no secret, so nobody can be vouched for.")
    try:
        claims = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims
        jwt.JWTClaimsRegistry(exp={"essential": True}, sub={"essential": True}).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidSignature(f"The shopper's token is not accepted: {error}") from None
    sub = _text(claims, "sub", 200)
    if not sub:
        raise InvalidSignature(
            "sub in the shopper's token is blank: it has to name one customer of the shop."
        )
    return Shopper(sub, _text(claims, "email", 254).lower(), _text(claims, "name", 200))


def sign(shopper: Shopper, secret: str, expires_at: int) -> str:
    """What a shop does; `expires_at` in seconds since 1970. For the demo, for tests, and as the example of the README."""
    claims = {"sub": shopper.sub, "email": shopper.email, "name": shopper.name, "exp": expires_at}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str | int) or len(str(value)) > most:
        raise InvalidSignature(f"{name} in the shopper's token is no text of at most {most} characters.")
    return str(value).strip()
