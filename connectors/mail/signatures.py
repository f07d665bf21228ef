"""Where a signature begins. A closing ("Best regards, Maya") is part of the message and stays."""

from __future__ import annotations

import re

_MOST_LINES = 25  # filled lines; more is no signature
_LONGEST_LINE = 70
_DELIMITER = re.compile(r"^\s*(--|__|- -)\s*$")
_RULE = re.compile(r"^\s*[-_=*#~]{3,}\s*$")
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}\.\w|https?://|\bwww\.|\+?\(?\d{2,4}\)?[ .\d/-]{5,14}\d|\b(tel|mob|phone|skype|fax)\b",
    re.I,
)
_DEVICE = (
    r"(my|mobile|mail|phone|iphone|ipad|android|galaxy|blackberry|outlook|windows|yahoo|\w{0,20}mail\w{0,10})"
)
_FROM_DEVICE = re.compile(
    rf"""^\W{{0,3}}(
        sent\ (from|via|with|by|using)\ .{{0,12}}\b{_DEVICE}\b.* | sent\ (from|via)\ a\ (phone|mobile)\b.*
      | get\ \W?outlook\ for\b.*
      | envoyé\ (depuis|de|à\ partir|avec)\b.* | (von\ meinem|gesendet\ (von|mit|aus)|diese\ nachricht\ wurde\ von)\b.*
      | enviado\ (desde|do|de|a\ partir)\b.* | inviato\ (da|dal|con)\b.* | verzonden\ (met|vanaf|van)\b.*
      | (sendt|skickat)\ (fra|från)\b.* | wysłan[eyo]\ z\b.* | отправлено\ (с|из)\b.* | надіслано\ з\b.*
      | lähetetty\ .* | odesláno\ z\b.* | [從从]我的.{{1,30}}([傳传]送|发送|發送) | .{{1,30}}から送信
    )\W*$""",
    re.I | re.X,
)


def signature_start(lines: list[str], sender: str = "") -> int:
    """The number of the first line of the signature; len(lines) when there is none."""
    for number, line in enumerate(lines):
        if not any(above.strip() for above in lines[max(0, number - 3) : number]) and number < 3:
            continue  # nothing was said yet
        if _begins(lines, number, line, sender):
            return number
    return len(lines)


def _begins(lines: list[str], number: int, line: str, sender: str) -> bool:
    if _DELIMITER.match(line):
        return _filled(lines[number + 1 : number + 80]) <= _MOST_LINES
    if _RULE.match(line):
        return _is_contact_block(lines[number + 1 :])
    if not line.strip() or len(line) > 120 or lines[number - 1].strip():
        return False
    if _FROM_DEVICE.match(line):
        return (
            number + 1 == len(lines)
            or not lines[number + 1].strip()
            or bool(_FROM_DEVICE.match(lines[number + 1]))
        )
    return bool(sender) and line.strip().lower() == sender.lower() and _is_contact_block(lines[number + 1 :])


def _is_contact_block(lines: list[str]) -> bool:
    """Only short lines to the end, and a way to reach somebody among them."""
    filled = [line for line in lines[:100] if line.strip()]
    short = len(filled) <= _MOST_LINES and all(len(line) <= _LONGEST_LINE for line in filled)
    return short and any(_CONTACT.search(line) for line in filled)


def _filled(lines: list[str]) -> int:
    return sum(bool(line.strip()) for line in lines)
