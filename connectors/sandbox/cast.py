"""Who bought what, and how it is going: the named people of the demo, and the many others around them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """One order to be. No parcels: it has not shipped.

    Each parcel is (state, carrier); the states are those of `journeys.STATES`. With more goods than parcels,
    the last goods wait. `days` is how long ago the last thing happened (None: as the state suggests).
    `then` is what became of it: "", "cancelled", "refunded", "partly refunded", "return requested",
    "returning", "returned". `alone`: one thing, of which there are other sizes or colours.
    """

    parcels: tuple[tuple[str, str], ...] = ()
    days: float | None = None
    then: str = ""
    goods: tuple[tuple[str, str], ...] = ()  # (title, variant); empty: chosen by the seed
    half: bool = False  # something of it is still to ship
    alone: bool = False


@dataclass(frozen=True)
class Role:
    name: str
    city: str
    plans: tuple[Plan, ...]


def _arrived(carrier: str, days: float, title: str, variant: str) -> Plan:
    return Plan((("delivered", carrier),), days=days, goods=((title, variant),))


NORTHPINE = (
    Role(
        "Maya Okafor",
        "Pittsburgh",
        (
            Plan((("delayed", "ups"),), goods=(("Field Jacket", "Moss / M"),)),
            Plan((("delivered", "usps"),), days=41, goods=(("Quarry Beanie", "Charcoal"),)),
        ),
    ),
    Role(
        "Priya Raman",
        "Seattle",
        (
            Plan((("transit", "ups"),), goods=(("Basin Trail Boot", "8.5"),)),
            Plan((("near", "usps"),), goods=(("Alpine Wool Socks, 2 pairs", "M"), ("Quarry Beanie", "Pine"))),
            Plan(days=1.3, goods=(("Ridge Rain Shell", "Slate / S"),)),
        ),
    ),
    Role(
        "Theo Lindqvist",
        "Minneapolis",
        (Plan((("delivered", "ups"),), days=1, goods=(("Camp Lantern 300", ""),)),),
    ),
    Role("Grace Whitaker", "Savannah", (Plan(days=2.2, goods=(("Summit Down Vest", "Night / M"),)),)),
    Role(
        "Luis Herrera",
        "San Diego",
        (
            Plan(
                (("delivered", "ups"),),
                days=9,
                then="returning",
                goods=(("Switchback Hiking Pant", "Graphite / 32"),),
            ),
        ),
    ),
    Role(
        "Hannah Brandt",
        "Madison",
        (
            Plan(
                (("delivered", "usps"), ("transit", "ups")),
                goods=(("Merino Base Layer", "Pine / M"), ("Trailhead Daypack 24L", "Moss")),
            ),
        ),
    ),
    Role("Owen Castellano", "Denver", (Plan((("stalled", "usps"),), goods=(("Ember Titanium Mug", ""),)),)),
    Role(
        "Naomi Sato",
        "Oakland",
        (Plan((("attempted", "ups"),), goods=(("Larch Fleece Pullover", "Pine / S"),)),),
    ),
    Role("Odette Marchetti", "Boise", (_arrived("ups", 5, "Trailhead Daypack 24L", "Moss"),)),
    Role("Silas Thornton", "Tucson", (_arrived("usps", 6, "Merino Base Layer", "Pine / M"),)),
    Role("Wren Abernathy", "Omaha", (_arrived("ups", 7, "Field Jacket", "Bark / M"),)),
    Role("Leona Petrov", "Nashville", (_arrived("usps", 8, "Quarry Beanie", "Pine"),)),
    Role("Ambrose Kell", "Tampa", (_arrived("ups", 9, "Switchback Hiking Pant", "Graphite / 34"),)),
    Role("Ines Duarte", "Richmond", (_arrived("ups", 6, "Larch Fleece Pullover", "Pine / L"),)),
    Role("Rufus Hale", "Houston", (_arrived("ups", 7, "Ridge Rain Shell", "Slate / L"),)),
    Role("Esme Valcourt", "Spokane", (_arrived("usps", 5, "Quarry Beanie", "Charcoal"),)),
    Role("Bram Oyelaran", "Lawrence", (_arrived("ups", 8, "Basin Trail Boot", "10"),)),
    Role("Noor Siddiqui", "Cambridge", (_arrived("usps", 6, "Merino Base Layer", "Charcoal / L"),)),
)

LUMENLOOM = (
    Role(
        "Dolores Quint",
        "Cleveland",
        (
            Plan((("delayed", "ups"),), goods=(("Arden Table Lamp", "Natural Ash"),)),
            Plan((("delivered", "usps"),), days=37, goods=(("Nub Cushion Cover", "Rust"),)),
        ),
    ),
    Role(
        "Jonah Adeyemi",
        "Brooklyn",
        (
            Plan((("transit", "usps"),), goods=(("Warm Filament Bulb, 3-pack", ""),)),
            Plan((("near", "ups"),), goods=(("Herringbone Wool Throw", "Fog"),)),
            Plan(days=0.9, goods=(("Linen Sheet Set", "Oat / Queen"),)),
        ),
    ),
    Role(
        "Celeste Moreau",
        "New Orleans",
        (Plan((("delivered", "usps"),), days=1, goods=(("Nub Cushion Cover", "Fog"),)),),
    ),
    Role("Ravi Menon", "Austin", (Plan((("damaged", "ups"),), goods=(("Halo Pendant", "White"),)),)),
    Role("Ingrid Solberg", "Portland", (Plan(days=3.4, goods=(("Dune Jute Rug", "6 by 9 ft"),)),)),
    Role(
        "Tess Morgenstern",
        "Chicago",
        (
            Plan(
                (("delivered", "ups"),),
                days=12,
                then="returning",
                goods=(("Washed Linen Duvet Cover", "Oat / King"),),
            ),
        ),
    ),
    Role(
        "Marcus Bell",
        "Philadelphia",
        (
            Plan(
                (("delivered", "ups"), ("out", "usps")),
                goods=(("Tallow Floor Lamp", "Bone"), ("Warm Filament Bulb, 3-pack", "")),
            ),
        ),
    ),
)


def _times(count: int, *plans: Plan) -> list[Plan]:
    return [plan for plan in plans for _ in range(count)]


def _one(state: str, carrier: str, **more: object) -> Plan:
    return Plan(((state, carrier),), **more)  # type: ignore[arg-type]


CURRENT = [
    *_times(3, _one("transit", "ups")),
    *_times(1, _one("transit", "fedex")),
    *_times(3, _one("transit", "usps")),
    *_times(1, _one("transit", "dhl")),
    *_times(1, _one("near", "ups"), _one("near", "fedex"), _one("out", "usps"), _one("out", "dhl")),
    *_times(1, _one("label", "ups"), _one("label", "fedex")),
    *_times(2, _one("delivered", "usps", days=1)),
    *_times(
        1, _one("near", "usps"), _one("out", "ups"), _one("label", "usps"), _one("delivered", "ups", days=1)
    ),
    *_times(
        1, _one("delayed", "ups"), _one("delayed", "dhl"), _one("attempted", "usps"), _one("stalled", "ups")
    ),
    *_times(1, _one("damaged", "fedex"), _one("address", "usps"), _one("returned", "ups")),
    *_times(
        1, Plan((("transit", "ups"), ("label", "usps"))), Plan((("delivered", "ups"), ("delayed", "ups")))
    ),
    *_times(1, _one("transit", "ups", half=True), _one("delivered", "usps", days=3, half=True)),
    *[Plan(days=days) for days in (0.2, 0.6, 1.1, 2.5, 5.5)],
    *[Plan(days=days, then="cancelled") for days in (2.0, 17.0, 33.0)],
    *[_one("delivered", "ups", days=days, then="refunded") for days in (11, 29)],
    *[_one("delivered", "usps", days=days, then="partly refunded") for days in (7, 22)],
    *[_one("delivered", "ups", days=days, then="return requested") for days in (4, 6)],
    _one("delivered", "usps", days=10, then="returning"),
    _one("delivered", "ups", days=24, then="returned"),
]


def past(days: float, number: int) -> Plan:
    """An order that went well some time ago."""
    carriers = ("usps", "ups", "fedex", "usps", "ups", "ups", "usps", "dhl", "ups")
    return _one("delivered", carriers[number % len(carriers)], days=days)
