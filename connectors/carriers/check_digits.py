"""The arithmetic behind check digits on parcel labels. Each takes digits without separators.

Methods and weights as collected in github.com/jkeen/tracking_number_data (MIT) and, for S10, by the UPU.
"""

from __future__ import annotations

from collections.abc import Sequence


def alternating(first: int, second: int, serial: str, digit: str) -> bool:
    """Weights `first`, `second`, `first` … from the left; the sum and the digit make a multiple of ten.

    Letters count as their place in the alphabet plus two, modulo ten.
    """
    total = sum(_value(c) * (second if at % 2 else first) for at, c in enumerate(serial))
    return (total + int(digit)) % 10 == 0


def weighted(weights: Sequence[int], serial: str, digit: str) -> bool:
    """The weighted sum modulo 11, and a ten counts as nothing."""
    total = sum(int(c) * weight for c, weight in zip(serial, weights, strict=True))
    return total % 11 % 10 == int(digit)


def mod7(serial: str, digit: str) -> bool:
    return int(serial) % 7 == int(digit)


def luhn(serial: str, digit: str) -> bool:
    doubled = (int(c) * (1 if at % 2 else 2) for at, c in enumerate(reversed(serial)))
    return (sum(value - 9 if value > 9 else value for value in doubled) + int(digit)) % 10 == 0


def s10(serial: str, digit: str) -> bool:
    """International mail: eight digits weigh 8 6 4 2 3 5 9 7."""
    rest = 11 - sum(int(c) * w for c, w in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(digit)


def _value(character: str) -> int:
    return int(character) if character.isdigit() else (ord(character) - 63) % 10
