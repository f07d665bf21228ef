"""What must reach a person at once, whatever else a message asks: each kind by its own name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np


class Threat(StrEnum):
    LEGAL = "legal"
    SAFETY = "safety"  # goods that burn, smoke, shock, poison; nobody hurt so far
    INJURY = "injury"  # somebody was hurt or fell ill
    MEDIA = "media"
    CHARGEBACK = "chargeback"
    FRAUD = "fraud"  # a purchase or charge they did not make


# In words for a member, after "The customer ...".
SAYS = {
    Threat.LEGAL: "speaks of lawyers, courts or authorities",
    Threat.SAFETY: "reports that something is dangerous",
    Threat.INJURY: "reports that somebody was hurt or fell ill",
    Threat.MEDIA: "speaks of going to the press or posting it everywhere",
    Threat.CHARGEBACK: "speaks of a chargeback or a payment dispute",
    Threat.FRAUD: "reports a purchase or charge they did not make",
}
_BESIDE = {"deadline", "pressing"}  # a threat may be in a hurry: that takes nothing from it
_CLEAR = 0.6
_TOGETHER = 0.75  # the kinds may share it among them


def threats(odds: np.ndarray, labels: Sequence[str]) -> tuple[Threat, ...]:
    """`odds` are probabilities (clauses x labels). The surest first."""
    places = {threat: list(labels).index(threat) for threat in Threat}
    found: dict[Threat, float] = {}
    hurry = [index for index, label in enumerate(labels) if label in _BESIDE]
    for row in odds:
        rest = 1.0 - float(row[hurry].sum())
        each = {threat: float(row[place]) / max(rest, 0.2) for threat, place in places.items()}
        top = max(each, key=lambda threat: each[threat])
        if each[top] >= _CLEAR or sum(each.values()) >= _TOGETHER:
            found[top] = max(found.get(top, 0.0), each[top])
    return tuple(sorted(found, key=lambda threat: -found[threat]))


def said(found: Sequence[Threat]) -> str:
    return " and ".join(SAYS[threat] for threat in found)
