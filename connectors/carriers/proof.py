"""Where a parcel was left, as far as the carrier's words about its delivery say it."""

from __future__ import annotations

import re

_LEFT = re.compile(
    r"^delivered,\s*(?:left )?(?P<after>.+)|\b(?:left|delivered) (?:at|with|in|on) (?:the |a |an )?(?P<where>.+)",
    re.IGNORECASE,
)


def left_at(words: str) -> str:
    """ "Delivered, Front Door/Porch" and "Left at front door. Signature not required." → "front door…", or ""."""
    found = _LEFT.search(words)
    if not found:
        return ""
    where = re.split(r"[.;]", found["after"] or found["where"])[0].strip().lower()
    return where.replace("po box", "PO box")
