"""Does a message try to steer the machine, or to press a payment out of the shop?

Detection is a warning, never the wall: whatever this says, drafts are verified and actions approved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

_REASONS = {
    "injection": "tells the machine what to do or asks for its instructions",
    "pressure": "presses for money or an exception with threats, claimed promises or rank",
}
_SURE = 0.45
_HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_STACKED = re.compile("[\u0300-\u036f]{3,}")
_ESCAPES = re.compile(
    r"\x1b\[|(?:\\x[0-9a-f]{2}){4}|(?:%[0-9a-f]{2}){6}|(?:&#x?[0-9a-f]{2,6};){4}", re.IGNORECASE
)
_BLOB = re.compile(
    r"(?<![\w/.-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}(?![\w/])"
)
_HEX = re.compile(r"\b(?:[0-9a-f]{2}[ ]?){16,}\b", re.IGNORECASE)
_MARKUP = re.compile(
    r"<!--|<\s*/?\s*(?:system|assistant|instructions?)\b|\[/?(?:INST|SYSTEM)\]|<\|\w+\|>|display\s*:\s*none|"
    r"font-size\s*:\s*0|color\s*:\s*(?:white|#fff)|^\s*\[[^\]]+\]:\s*#|^\s*(?:system|assistant)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_FORMS = (
    (_HIDDEN, "holds characters nobody can see"),
    (_STACKED, "is written in disguised letters"),
    (_ESCAPES, "holds encoded text"),
    (_BLOB, "holds encoded text"),
    (_HEX, "holds encoded text"),
    (_MARKUP, "holds markup meant for a machine"),
)


def form(text: str) -> str:
    """A reason from how the text is made, or "". Visible customers' messages have none of these."""
    for pattern, reason in _FORMS:
        if pattern.search(text):
            return reason
    return "is written in disguised letters" if _mixed_scripts(text) else ""


def meaning(odds: np.ndarray, labels: Sequence[str]) -> str:
    """A reason from what the clauses say, or ""."""
    for label, reason in _REASONS.items():
        if len(odds) and float(odds[:, list(labels).index(label)].max()) >= _SURE:
            return reason
    return ""


def _mixed_scripts(text: str) -> bool:
    """Words that mix Latin with look-alike letters of another script, or use letters standing on their head."""
    for word in re.findall(r"[^\W\d_]{3,}", text):
        scripts = {unicodedata.name(letter, "?").split()[0] for letter in word}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN"}:
            return True
    return sum(letter in "ɐɔǝɟƃɥıɾʞɯɹʇʌʍʎ" for letter in text) >= 4
