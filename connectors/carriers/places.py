"""Places: how to write them, and which clock they keep. American ones by state, others by country."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

_ZONES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
# Where a state keeps two clocks: three-digit ZIP prefixes of the smaller part.
_EXCEPTIONS = {
    "America/New_York": "373 374 376 377 378 379",
    "America/Chicago": "324 325 420 421 422 423 424 427 463 464 476 477",
    "America/Denver": "577 691 692 693 798 799 885 979",
    "America/Los_Angeles": "835 838",
}
_BY_STATE = {state: zone for zone, states in _ZONES.items() for state in states.split()}
_BY_PREFIX = {prefix: zone for zone, prefixes in _EXCEPTIONS.items() for prefix in prefixes.split()}

# Facilities are named "JACKSONVILLE FL DISTRIBUTION CENTER": the state stays in capitals.
_STATE_INSIDE = re.compile(r"\b[A-Z][a-z](?= (?:Distribution|Network|Regional|International|Processing)\b)")


def zone_at(state: str, postal_code: str = "") -> ZoneInfo | None:
    name = _BY_PREFIX.get(postal_code[:3]) or _BY_STATE.get(state.strip().upper())
    return ZoneInfo(name) if name else None


@cache
def zone_in(country: str) -> ZoneInfo | None:
    """The clock of a country (ISO 3166-1 alpha-2) that keeps one all over; None where places differ."""
    zones = [ZoneInfo(name) for name in get_global("territory_zones").get(country, ())]
    summer_and_winter = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
    clocks = {tuple(at.astimezone(zone).utcoffset() for at in summer_and_winter) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


def place(city: str, state: str = "", country: str = "") -> str:
    """ "COLUMBUS", "OH", "US" → "Columbus, OH"; abroad the country is named too."""
    if city.isupper():
        city = _STATE_INSIDE.sub(lambda found: found.group().upper(), string.capwords(city))
    abroad = country if country not in ("", "US", "USA", "UNITED STATES") else ""
    return ", ".join(part for part in (city.strip(), state.strip(), abroad) if part)
