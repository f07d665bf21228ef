"""TikTok's numbers for what the world has: long texts of digits, of which the world's own id is the end."""

from __future__ import annotations

from connectors.sandbox.world import Line, Mail, Order, Refund, Return, Shopper

_OWN = 10**9  # the world's ids are below
_PIECES = 100  # of one line, which has a number for each


def _number(prefix: int, own: int) -> str:
    return str(prefix * _OWN + own)


def own(number: object) -> int:
    """The world's id in a number of ours; 0 for what is none."""
    text = str(number)
    return int(text) % _OWN if text.isdigit() else 0


def piece(line: Line, at: int) -> str:
    return _number(5_766_100_000, line.id * _PIECES + at)


def line_of(number: object) -> int:
    return own(number) // _PIECES


def user(shopper: Shopper) -> str:
    return _number(7_494_200_000, shopper.id)


def im_user(shopper: Shopper) -> str:
    return _number(7_217_600_000, shopper.id)


def chat(shopper: Shopper) -> str:
    return _number(7_494_560_000, shopper.id)


def message(mail: Mail) -> str:
    return _number(7_300_100_000, mail.id)


def package(order: Order, at: int) -> str:
    return _number(1_152_900_000, order.id * _PIECES + at)


def back(found: Return) -> str:
    return _number(4_035_200_000, found.id)


def refund(found: Refund) -> str:
    """Of the seller's own, without goods: a return to TikTok."""
    return _number(4_035_300_000, found.id)


def request(order: Order) -> str:
    """Of the shopper's request to cancel."""
    return _number(4_036_400_000, order.id)


def cancellation(found: Refund) -> str:
    """Of the seller's own."""
    return _number(4_036_500_000, found.id)
