"""Why something is asked for, as forms offer it."""

from __future__ import annotations

from connectors.commands import Reason

REASONS = [(each.value, each.value.replace("_", " ").capitalize()) for each in Reason]

OF_RETURNS = [
    (Reason.CHANGED_MIND.value, "Changed their mind, or it does not fit"),
    (Reason.DEFECTIVE.value, "It does not work"),
    (Reason.DAMAGED.value, "It arrived damaged"),
    (Reason.NOT_AS_DESCRIBED.value, "It is not as described"),
    (Reason.WRONG_ITEM.value, "Something else arrived"),
    (Reason.MISSING_PARTS.value, "Parts are missing"),
    (Reason.OTHER.value, "Other"),
]

OF_RESENDING = [
    (Reason.NOT_RECEIVED.value, "It never arrived"),
    (Reason.DAMAGED.value, "It arrived damaged"),
    (Reason.DEFECTIVE.value, "It does not work"),
    (Reason.WRONG_ITEM.value, "Something else arrived"),
    (Reason.MISSING_PARTS.value, "Parts are missing"),
    (Reason.ADDRESS.value, "It came back: the address was wrong"),
    (Reason.OTHER.value, "Other"),
]

CONDITIONS = [  # of goods, as the shopper says
    ("unopened", "Unopened"),
    ("unused", "Unused"),
    ("unworn", "Unworn, with tags"),
    ("complete", "Complete, in its packaging"),
    ("used", "Used"),
    ("damaged", "Damaged"),
]


def said(reason: str) -> str:
    """ "It arrived damaged" for "damaged"; for the effect's sentence."""
    named = {**dict(REASONS), **dict(OF_RESENDING), **dict(OF_RETURNS)}
    return str(named.get(reason, reason))
