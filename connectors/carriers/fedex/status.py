"""FedEx codes and what they do to a parcel.

Figures from the tracking status codes of the FedEx developer portal: the movement group, and of the regulatory
group what is not in it. CA, RC, EA and SP have a second meaning in the possession and regulatory groups, which
never stands in the fields we read. The sorting into states is ours; the carrier's own words are kept with every
scan, never these.
"""

from __future__ import annotations

import logging

from connectors.carriers.reasons import Reason
from connectors.events import ParcelStatus as S

log = logging.getLogger(__name__)

_GROUPS: tuple[tuple[S | None, Reason, str], ...] = (
    # Wishes of sender or recipient, and news about the estimate: the parcel has not moved.
    (None, Reason.NONE, "AO CH LP RC RD RG RM RR"),
    (S.PRE_TRANSIT, Reason.NONE, "AP EP IN OC OX RP"),
    (S.PRE_TRANSIT, Reason.DELAY, "DR PD"),  # of the pickup
    (S.IN_TRANSIT, Reason.NONE, "AA AC AF AR AX DP DS EA EO FD IT IX LO OF OW PF PL PM PU PX SF SP TR"),
    (S.IN_TRANSIT, Reason.CUSTOMS, "CC CP"),
    (S.OUT_FOR_DELIVERY, Reason.NONE, "AD ED OD"),
    (S.AVAILABLE_FOR_PICKUP, Reason.NONE, "HL HP"),
    (S.DELIVERED, Reason.NONE, "DL"),
    (S.EXCEPTION, Reason.NONE, "DE SE"),
    (S.EXCEPTION, Reason.DELAY, "DD DY RL"),
    (S.EXCEPTION, Reason.CUSTOMS, "CD"),
    (S.RETURNED, Reason.NONE, "RS"),
    (S.FAILURE, Reason.VOIDED, "CA"),
)
_BY_CODE = {code: (status, reason) for status, reason, codes in _GROUPS for code in codes.split()}
_DELAYS = {"WEATHER": Reason.WEATHER, "CLEARANCE": Reason.CUSTOMS}


def meaning(code: str, delay: str = "") -> tuple[S | None, Reason]:
    """The state for an event type or status code, None keeps the last one. `delay` is `delayDetail.type`."""
    if code not in _BY_CODE:
        if code:
            log.warning("FedEx code %s is not in our table", code)
        return None, Reason.NONE
    status, reason = _BY_CODE[code]
    return status, _DELAYS.get(delay, reason) if status is S.EXCEPTION else reason
