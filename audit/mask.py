"""What must never be written, not even sealed: card numbers and secrets.

mask({"note": "4111 1111 1111 1111", "api_key": "…"})  →  {"note": "[card ending 1111]", "api_key": "[secret]"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any
from uuid import UUID

SECRET = "[secret]"  # noqa: S105

_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|client[_-]?secret|credentials?|authorization|(?:set-)?cookie|private[_-]?key"
    r"|api[_ -]?key|(?:access|refresh|id|auth|bearer)?[_ -]?token|cvv2?|cvc2?"
)
# One of these is in every such name, however it is written. Looking for them first costs a tenth.
_STEMS = ("pass", "pwd", "secret", "credent", "author", "cook", "key", "token", "cvv", "cvc")
_SECRET_KEY = re.compile(rf"(?:^|[_.-]|x-)(?:{_NAMES})$", re.IGNORECASE)

_SECRETS = [
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),  # JSON web tokens
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # sk-…, ghp_…, xoxb-…: a short prefix, then a long run of letters and digits together
    re.compile(
        r"\b[A-Za-z]{2,10}[_-](?:[A-Za-z0-9]{1,12}[_-])*(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{20,}\b"
    ),
]
# The name stays, what follows it goes. "my password is not working" holds no secret, "… is hunter2" does.
_NAMED = re.compile(
    rf"\b((?:{_NAMES})[\"']?\s*(?:[:=]\s*|is\s+(?=\S*\d))[\"']?(?:(?:bearer|basic)\s+)?)[^\s&\"',;]+",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(bearer|basic)\s+(?=\S*[\d=])[\w.~+/=-]{12,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")

# Too short, or without the signs, for any of these; most values are, and a draft's evidence holds hundreds of them.
_HARMLESS = re.compile(r"[^\d:=.-]{0,19}|[^:=\s]{0,13}")

_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){13,18}(?![\w-])")
# Issuers by first digits and length, so that order and tracking numbers which pass Luhn by chance stay readable.
_ISSUER = re.compile(
    r"4(?:\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12}"  # Discover
    r"|3(?:0[0-5]|[68]\d)\d{11}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|62\d{14,17}"  # UnionPay
)


def mask(value: Any) -> Any:
    """A copy that is safe to keep and ready for JSON. Raises ValueError on a time without a zone."""
    if isinstance(value, str):
        return mask_text(str(value))
    if isinstance(value, Mapping):
        return {str(key): _named(str(key), each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask(each) for each in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"A time without a zone cannot be proven: {value}")
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        masked = mask_text(str(value))
        return value if masked == str(value) else masked
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number that could be proven")
    if value is None or isinstance(value, (bool, float)):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written into the trail")


def mask_text(text: str) -> str:
    if not text.isascii() or "\0" in text:
        text = text.replace("\0", "").encode("utf-8", "replace").decode()  # what PostgreSQL cannot store
    if _HARMLESS.fullmatch(text):
        return text
    for pattern in _SECRETS:
        text = pattern.sub(SECRET, text)
    text = _SCHEME.sub(rf"\1 {SECRET}", text)
    if _may_name(text):
        text = _NAMED.sub(rf"\1{SECRET}", text)
    text = _USERINFO.sub(SECRET, text)
    return _CARD.sub(_card, text)


def _named(key: str, value: Any) -> Any:
    """Numbers under such a name are counts (`token: 812`), not secrets."""
    if value is None or isinstance(value, bool):
        return value
    if _is_secret(key) and value and not isinstance(value, (int, float)):
        return SECRET
    return mask(value)


@lru_cache(maxsize=4096)
def _is_secret(key: str) -> bool:
    """The same few names come in every record."""
    return _may_name(key) and bool(_SECRET_KEY.search(key))


def _may_name(text: str) -> bool:
    folded = text.casefold()
    return any(stem in folded for stem in _STEMS)


def _card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if _ISSUER.fullmatch(digits) and _luhn(digits):
        return f"[card ending {digits[-4:]}]"
    return found[0]


def _luhn(digits: str) -> bool:
    # places 2, 4 … from the right count twice, and two digits count as their sum
    doubled = [int(digit) * (1 + (place % 2 == 0)) for place, digit in enumerate(reversed(digits), 1)]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
