"""What an event of DHL does to a parcel: its service's code, else its words, else its class.

DHL's classes know neither the van, the counter nor the way back, and some services write words where others write
codes. So the code goes first, then what the words say for certain.
"""

from __future__ import annotations

import logging
import re

from connectors.carriers.dhl.codes import SERVICES
from connectors.carriers.reasons import Reason
from connectors.events import ParcelStatus as S

log = logging.getLogger(__name__)

_BY_CODE = {
    service: {code: (status, reason) for status, reason, codes in groups for code in codes.split()}
    for service, groups in SERVICES.items()
}
_BY_CLASS = {
    "pre-transit": S.PRE_TRANSIT,
    "transit": S.IN_TRANSIT,
    "delivered": S.DELIVERED,
    "failure": S.EXCEPTION,
    "unknown": None,
}
_WORDS = (
    (S.RETURNED, r"\breturn(ed|ing)? (to|delivered to) (the )?(sender|shipper|consignor|seller)|\bsent back"),
    (
        S.OUT_FOR_DELIVERY,
        r"out for (\w+ )?delivery|with (the )?(deliver\w+ )?courier|(loaded|on)\b.*\b(delivery vehicle|van)\b",
    ),
    (
        S.AVAILABLE_FOR_PICKUP,
        r"(available|ready|awaiting|waiting) .*(pick-?up|collect)|\bnotified\b.*\bcollect",
    ),
    (
        S.EXCEPTION,
        r"attempt|refused|notice left|card left|on hold|\bheld\b|\bdelay|missent|mis-?sort|damage|undeliver",
    ),
)
_PATTERNS = tuple((status, re.compile(words, re.IGNORECASE)) for status, words in _WORDS)


def meaning(service: str, code: str, kind: str, words: str) -> tuple[S | None, Reason]:
    """The state for an event; None keeps the last one.

    `code` is the event's `status`, `kind` its `statusCode`, `words` all it says. Words never make a delivered
    parcel of one that is not, and of "delivered" only a return.
    """
    found = _BY_CODE.get(service, {}).get(code.upper())
    if found:
        return found
    by_class = _BY_CLASS.get(kind)
    said = next((status for status, pattern in _PATTERNS if pattern.search(words)), None)
    if by_class is S.DELIVERED:
        return (said if said is S.RETURNED else by_class), Reason.NONE
    if said is None and kind not in _BY_CLASS:
        log.warning("DHL event %r of %s (%s) is in none of our tables", code, service, kind)
    return said or by_class, Reason.NONE
