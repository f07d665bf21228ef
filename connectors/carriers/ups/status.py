"""UPS codes and what they do to a parcel.

Figures from the "Tracking API Codes" page of the UPS developer portal (package status codes: three digits);
the sorting into states is ours. The carrier's own words are kept with every scan, never these.
"""

from __future__ import annotations

import logging

from connectors.carriers.reasons import Reason
from connectors.events import ParcelStatus as S

log = logging.getLogger(__name__)

_GROUPS: tuple[tuple[S | None, Reason, str], ...] = (
    (None, Reason.NONE, "000 088 148 163"),
    # Wishes of sender or recipient, and news about the estimate or a photo: the parcel has not moved.
    (
        None,
        Reason.NONE,
        "018 020 027 028 033 041 054 055 056 063 082 095 096 097 098 099 101 102 104 105 107",
    ),
    (None, Reason.NONE, "109 111 113 114 115 116 119 120 121 136 153 154 155"),
    (S.PRE_TRANSIT, Reason.NONE, "003 043 044 045 077 079 080 133 157 166"),
    (S.PRE_TRANSIT, Reason.ATTEMPTED, "065 131 135"),  # of the pickup
    (
        S.IN_TRANSIT,
        Reason.NONE,
        "005 010 014 016 025 038 039 042 047 057 070 071 073 074 075 084 087 093 094",
    ),
    (S.IN_TRANSIT, Reason.NONE, "110 112 122 127 128 134 137 138 156 158 159 160 164 165 167 168 169"),
    (S.IN_TRANSIT, Reason.CUSTOMS, "012 092"),
    (S.IN_TRANSIT, Reason.HELD, "019"),
    (S.IN_TRANSIT, Reason.WEATHER, "032"),
    (S.OUT_FOR_DELIVERY, Reason.NONE, "006 021 037 072 078 089 091 146 162"),
    (S.AVAILABLE_FOR_PICKUP, Reason.NONE, "017 040 100 103 106 108 144 161"),
    (S.DELIVERED, Reason.NONE, "011 026 143"),
    (S.EXCEPTION, Reason.NONE, "013 030 076"),
    (S.EXCEPTION, Reason.ATTEMPTED, "022 023 024 060 061 062 066 145"),
    (S.EXCEPTION, Reason.ADDRESS, "050"),
    (S.EXCEPTION, Reason.ACTION_REQUIRED, "029 049 139"),
    (S.EXCEPTION, Reason.DELAY, "046 048 086 090 132"),
    (S.EXCEPTION, Reason.WEATHER, "051 052 053"),
    (S.EXCEPTION, Reason.CUSTOMS, "058 123 124 125 126 141"),
    (S.EXCEPTION, Reason.DAMAGED, "059"),
    (S.EXCEPTION, Reason.REFUSED, "064"),
    (S.EXCEPTION, Reason.HELD, "083 085"),
    (S.EXCEPTION, Reason.INVESTIGATION, "129 130"),
    (S.RETURNED, Reason.NONE, "034 035 036 067 117 118"),
    (S.RETURNED, Reason.DAMAGED, "081"),
    (S.FAILURE, Reason.VOIDED, "007"),
    (S.FAILURE, Reason.LOST, "068 140 142"),
    (S.FAILURE, Reason.UNDELIVERABLE, "069 147 149"),
)
_BY_CODE = {code: (status, reason) for status, reason, codes in _GROUPS for code in codes.split()}
_BY_TYPE = {
    "D": S.DELIVERED,
    "I": S.IN_TRANSIT,
    "M": S.PRE_TRANSIT,
    "MV": S.FAILURE,
    "P": S.IN_TRANSIT,
    "RS": S.RETURNED,
    "X": S.EXCEPTION,
}
_CERTAIN = frozenset({"D", "MV", "RS"})  # types that end a journey whatever the code


def meaning(code: str, kind: str) -> tuple[S | None, Reason]:
    """The state for a `statusCode` and `type`. An unknown code keeps the last state, unless its type is final."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code and kind not in _CERTAIN:
        log.warning("UPS status code %s of type %s is not in our table", code, kind)
        return None, Reason.NONE
    return _BY_TYPE.get(kind), Reason.NONE
