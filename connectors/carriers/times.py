"""Carriers' ways to write offsets from UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_OFFSET = re.compile(r"([+-]?)(\d{1,2})[:.](\d{2})|([+-]?)(\d{2})(\d{2})|([+-]?)(\d{1,3})")
_LARGEST = timedelta(hours=14)


def offset(written: object) -> timezone | None:
    """ "-05:00", "-04.00", "-0500", "-5" (hours) and -300 (minutes) are all known; None for anything else."""
    text = str(written).strip() if written is not None else ""
    if text == "Z":
        return timezone(timedelta())
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    sign_1, hours_1, minutes_1, sign_2, hours_2, minutes_2, sign_3, number = found.groups()
    if number is not None:
        size = timedelta(hours=int(number)) if int(number) <= 14 else timedelta(minutes=int(number))
    else:
        size = timedelta(hours=int(hours_1 or hours_2), minutes=int(minutes_1 or minutes_2))
    if size > _LARGEST:
        return None
    return timezone(-size if "-" in (sign_1, sign_2, sign_3) else size)


def offset_text(moment: datetime) -> str:
    """ "-05:00" for an aware moment in its own zone."""
    return moment.isoformat()[-6:] if moment.utcoffset() is not None else ""
