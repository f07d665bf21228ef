"""Encryption at rest with keys that can be rotated: the newest seals, all of them open."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def keyring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _ring() -> MultiFernet:
    return keyring(tuple(settings.MASTER_KEYS))


class SealedJSONField(models.BinaryField):
    """A JSON object, encrypted in the row; never searchable, never in a log."""

    def from_db_value(self, value: bytes | None, *_: Any) -> Any:
        return None if value is None else json.loads(_ring().decrypt(bytes(value)))

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else _ring().encrypt(json.dumps(value).encode())

    def get_default(self) -> Any:
        return {}
