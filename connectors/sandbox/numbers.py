"""Tracking numbers whose check digits are right, so that whoever recognises them by check digit can be tried."""

from __future__ import annotations

from collections.abc import Callable


def ups(serial: int, shipper: str = "7N4W19", service: str = "03") -> str:
    """1Z, six-character shipper, two-digit service, seven-digit serial, check digit."""
    body = f"{shipper}{service}{serial:07d}"
    return f"1Z{body}{_ups_digit(body)}"


def usps(serial: int, mailer: str = "903712864", service: str = "94055") -> str:
    """22 digits: service, nine-digit mailer id, seven-digit serial, check digit."""
    body = f"{service}{mailer}{serial:07d}"
    return f"{body}{_usps_digit(body)}"


def fedex(serial: int, shipper: str = "7941") -> str:
    """12 digits: four of the shipper, seven-digit serial, check digit."""
    body = f"{shipper}{serial:07d}"
    return f"{body}{_fedex_digit(body)}"


def dhl(serial: int, customer: str = "6051171") -> str:
    """GM, a seven-digit customer and a ten-digit serial; DHL eCommerce has no check digit."""
    return f"GM{customer}{serial:010d}"


def is_valid(number: str) -> bool:
    if number.startswith("1Z") and len(number) == 18:
        return number[-1] == _ups_digit(number[2:-1])
    if number.isdigit() and len(number) == 12:
        return number[-1] == _fedex_digit(number[:-1])
    if number.startswith("GM"):
        return number[2:].isdigit() and len(number) == 19
    return number.isdigit() and len(number) == 22 and number[-1] == _usps_digit(number[:-1])


def _ups_digit(body: str) -> str:
    """Letters count as (place in alphabet + 2) mod 10; every second character counts double."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in body]
    return str(-(sum(values[::2]) + 2 * sum(values[1::2])) % 10)


def _usps_digit(body: str) -> str:
    """From the right, digits weigh 3, 1, 3, 1 …"""
    digits = [int(c) for c in reversed(body)]
    return str(-(3 * sum(digits[::2]) + sum(digits[1::2])) % 10)


def _fedex_digit(body: str) -> str:
    """Digits weigh 3, 1, 7, 3, 1, 7 …; the sum modulo 11, and a ten counts as nothing."""
    return str(sum(int(c) * (3, 1, 7)[at % 3] for at, c in enumerate(body)) % 11 % 10)


MAKERS: dict[str, Callable[[int], str]] = {
    "ups": ups,
    "usps": usps,
    "fedex": fedex,
    "dhl": dhl,
}  # by carrier, from a serial
