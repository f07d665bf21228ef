"""Keyed hashes as platforms write them, and the only way to compare two of them."""

from __future__ import annotations

import base64
import hashlib
import hmac


def hmac_base64(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    return base64.b64encode(_digest(secret, body, algorithm)).decode()


def hmac_hex(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    return _digest(secret, body, algorithm).hex()


def equal(one: str, other: str) -> bool:
    """Compare without telling by the time it takes where two signatures differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _digest(secret: str, body: bytes, algorithm: str) -> bytes:
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).digest()
