"""Log lines without card numbers, secrets, phones and addresses."""

from __future__ import annotations

import logging
from typing import Any

from audit.contacts import mask_contacts


class Masked(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = mask_contacts(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return mask_contacts(super().formatException(ei))
