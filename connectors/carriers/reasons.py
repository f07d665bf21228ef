"""Why a parcel does not move as planned, in one vocabulary for all carriers."""

from __future__ import annotations

import re
from enum import StrEnum


class Reason(StrEnum):
    NONE = ""
    ATTEMPTED = "attempted"  # the driver came and could not hand it over
    DELAY = "delay"
    WEATHER = "weather"
    CUSTOMS = "customs"
    ADDRESS = "address"  # wrong, incomplete or unknown
    DAMAGED = "damaged"
    REFUSED = "refused"  # by the recipient
    HELD = "held"
    UNCLAIMED = "unclaimed"  # not collected in time
    ACTION_REQUIRED = "action_required"
    INVESTIGATION = "investigation"
    LOST = "lost"
    UNDELIVERABLE = "undeliverable"
    VOIDED = "voided"  # the label was cancelled
    RECALLED = "recalled"  # the sender wants it back


# Read in this order: the particular before the general.
_WORDS = (
    (Reason.WEATHER, r"weather|storm|hurricane|flood|snow|wildfire|tornado"),
    (Reason.CUSTOMS, r"customs|clearance|brokerage|\bimport\b|government agency"),
    (Reason.DAMAGED, r"damage"),
    (Reason.REFUSED, r"refused"),
    (Reason.ADDRESS, r"address|street number|apartment number|no such number"),
    (
        Reason.ATTEMPTED,
        r"attempt|notice left|no access|not available (?:to|for|at)|business (?:was )?closed|no secure location",
    ),
    (Reason.HELD, r"\bheld\b|\bhold\b"),
    (Reason.DELAY, r"delay|mechanical|\blate\b|missed|missent|mis-?shipped|mis-?sorted"),
)
_PATTERNS = tuple((reason, re.compile(words, re.IGNORECASE)) for reason, words in _WORDS)


def reason_for(known: Reason, text: str) -> Reason:
    """The code's own reason; where it says nothing or only "delay", what the carrier's words add."""
    if known not in (Reason.NONE, Reason.DELAY):
        return known
    return next((reason for reason, pattern in _PATTERNS if pattern.search(text)), known)
