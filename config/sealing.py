"""Encryption at rest with master keys that can be rotated: the newest seals, all of them open."""

from __future__ import annotations

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def reseal(sealed: bytes) -> bytes | None:
    """The same content under the newest key; None when that seals it already. Raises InvalidToken if no key opens it."""
    try:
        Fernet(settings.MASTER_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return keyring().rotate(sealed)
    return None


def keyring() -> MultiFernet:
    return _ring(tuple(settings.MASTER_KEYS))
