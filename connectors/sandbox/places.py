"""Where parcels start, pass through and end: real American cities with their time zones."""

from __future__ import annotations

from connectors.sandbox.world import Place

_ZONES = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "A": "America/Phoenix",
    "P": "America/Los_Angeles",
}


def _place(city: str, region: str, postal_code: str, zone: str) -> Place:
    return Place(city, region, postal_code, _ZONES[zone])


RENO = _place("Reno", "NV", "89502", "P")
GREENSBORO = _place("Greensboro", "NC", "27409", "E")

HUBS = {
    "west": _place("Ontario", "CA", "91761", "P"),
    "northwest": _place("Portland", "OR", "97230", "P"),
    "mountain": _place("Salt Lake City", "UT", "84104", "M"),
    "desert": _place("Phoenix", "AZ", "85034", "A"),
    "south": _place("Dallas", "TX", "75236", "C"),
    "plains": _place("Kansas City", "KS", "66106", "C"),
    "midwest": _place("Hodgkins", "IL", "60525", "C"),
    "ohio": _place("Columbus", "OH", "43228", "E"),
    "southeast": _place("Atlanta", "GA", "30336", "E"),
    "northeast": _place("Secaucus", "NJ", "07094", "E"),
    "new england": _place("Chelmsford", "MA", "01824", "E"),
}
CENTRE = _place("Louisville", "KY", "40213", "E")

# city, region, postal code, zone, the hub that serves it
_HOMES = """
Pittsburgh PA 15217 E ohio
Cleveland OH 44113 E ohio
Ann_Arbor MI 48104 E ohio
Buffalo NY 14222 E ohio
Charleston WV 25301 E ohio
Brooklyn NY 11215 E northeast
Philadelphia PA 19147 E northeast
Baltimore MD 21211 E northeast
Richmond VA 23220 E northeast
Cambridge MA 02139 E new_england
Portland ME 04101 E new_england
Burlington VT 05401 E new_england
Providence RI 02906 E new_england
Savannah GA 31401 E southeast
Asheville NC 28801 E southeast
Tampa FL 33606 E southeast
Nashville TN 37206 C southeast
Birmingham AL 35205 C southeast
Madison WI 53703 C midwest
Chicago IL 60647 C midwest
Minneapolis MN 55408 C midwest
Milwaukee WI 53202 C midwest
Des_Moines IA 50312 C plains
Omaha NE 68132 C plains
Lawrence KS 66044 C plains
Austin TX 78704 C south
Houston TX 77006 C south
New_Orleans LA 70118 C south
Tulsa OK 74104 C south
Denver CO 80211 M mountain
Boise ID 83702 M mountain
Bozeman MT 59715 M mountain
Santa_Fe NM 87501 M desert
Tucson AZ 85719 A desert
Las_Vegas NV 89104 P desert
San_Diego CA 92104 P west
Los_Angeles CA 90027 P west
Oakland CA 94609 P west
Sacramento CA 95818 P west
Eugene OR 97401 P northwest
Seattle WA 98103 P northwest
Spokane WA 99203 P northwest
"""

HOMES: list[Place] = []
_HUB_OF: dict[tuple[str, str], str] = {}
for _row in _HOMES.split("\n"):
    if _row:
        _city, _region, _code, _zone, _hub = (part.replace("_", " ") for part in _row.split())
        HOMES.append(_place(_city, _region, _code, _zone))
        _HUB_OF[_city, _region] = _hub


def home_in(city: str) -> Place:
    return next(home for home in HOMES if home.city == city)


def route(origin: Place, home: Place) -> list[Place]:
    """The facilities a parcel passes: origin, the country's centre, the region's hub, the home town."""
    hub = HUBS[_HUB_OF[home.city, home.region]]
    town = Place(home.city, home.region, home.postal_code, home.zone)
    return [origin, CENTRE, hub, town]
