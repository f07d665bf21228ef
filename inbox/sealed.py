"""A column whose content is encrypted in the row (see config.sealing)."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from config.sealing import keyring


class SealedJSONField(models.BinaryField):
    """A JSON object, encrypted in the row; never searchable, never in a log."""

    def from_db_value(self, value: bytes | None, *_: Any) -> Any:
        return None if value is None else json.loads(keyring().decrypt(bytes(value)))

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else keyring().encrypt(json.dumps(value).encode())

    def get_default(self) -> Any:
        return {}
