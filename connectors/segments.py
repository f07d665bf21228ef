"""How a text message is cut: carriers pass it on, and bill it, in segments.

A segment has 140 bytes. Written in the 7-bit alphabet of phones that is 160 characters; a single character outside
of it makes the whole message UCS-2, with 70. From two segments on each begins with 6 bytes that say how they belong
together, which leaves 153 or 67. Characters of the extension table count twice; neither they nor a character of two
UTF-16 units is ever cut in half. (3GPP TS 23.038, 23.040)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Segments:
    """`because` are the characters that made it UCS-2, as they first appear."""

    count: int
    characters: int
    because: tuple[str, ...] = ()

    @property
    def is_unicode(self) -> bool:
        return bool(self.because)

    def __str__(self) -> str:
        """ "2 segments · 214 characters"."""
        segments = f"{self.count} segment{'' if self.count == 1 else 's'}"
        return f"{segments} · {self.characters:,} character{'' if self.characters == 1 else 's'}"


def segments(text: str) -> Segments:
    odd = tuple(dict.fromkeys(each for each in text if each not in BASIC and each not in EXTENSION))
    if odd:
        return Segments(_count(text, _units, 70, 67), len(text), odd)
    return Segments(_count(text, _septets, 160, 153), len(text))


def _septets(character: str) -> int:
    return 2 if character in EXTENSION else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _count(text: str, size: Callable[[str], int], alone: int, together: int) -> int:
    sizes = [size(each) for each in text]
    if sum(sizes) <= alone:
        return 1 if text else 0
    count, left = 1, together
    for each in sizes:
        if each > left:
            count, left = count + 1, together
        left -= each
    return count
