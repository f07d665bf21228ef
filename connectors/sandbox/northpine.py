"""Northpine's shelf: outdoor clothing and gear."""

from __future__ import annotations

from connectors.sandbox.catalogue import Item


def _each(colours: tuple[str, ...], sizes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{colour} / {size}" for colour in colours for size in sizes)


_SIZES = ("S", "M", "L", "XL")

GOODS = (
    Item(
        "Field Jacket",
        "128.00",
        "A waxed cotton jacket for wet walks and cold platforms. Sheds steady rain, breathes better than a plastic "
        "shell, and can be re-waxed at home once a year. Two hand pockets, two chest pockets, one inside pocket "
        "large enough for a folded map.",
        {
            "Material": "8 oz waxed cotton canvas, cotton flannel lining",
            "Care": "Sponge clean with cold water; do not machine wash or tumble dry; re-wax once a year",
            "Fit": "Regular, room for a sweater; take your usual size",
            "Weather": "Water repellent, not seam sealed",
        },
        _each(("Moss", "Bark"), _SIZES),
        ("Bark / XL",),
    ),
    Item(
        "Ridge Rain Shell",
        "164.00",
        "A fully seam-sealed three-layer shell that packs into its own pocket. Helmet-compatible hood with one-hand "
        "adjustment and underarm zips for the way up.",
        {
            "Material": "3-layer recycled nylon, PFAS-free finish",
            "Care": "Machine wash cold on gentle, tumble dry low to renew the finish, no fabric softener",
            "Fit": "Regular; size up to wear over a puffy",
            "Waterproof rating": "20,000 mm",
            "Weight": "11.4 oz in size M",
        },
        _each(("Slate", "Ember"), _SIZES),
        ("Ember / S", "Ember / M"),
    ),
    Item(
        "Switchback Hiking Pant",
        "89.00",
        "Stretch woven pants with articulated knees that dry in about an hour on the line. Zipped thigh pocket fits "
        "a phone up to 6.7 inches.",
        {
            "Material": "92% recycled nylon, 8% elastane",
            "Care": "Machine wash cold, line dry",
            "Fit": "Slim through the leg; inseam 32 in",
            "Sun protection": "UPF 50+",
        },
        _each(("Graphite", "Sand"), ("30", "32", "34", "36")),
        ("Sand / 36",),
    ),
    Item(
        "Merino Base Layer",
        "72.00",
        "A close-fitting long-sleeve top for layering or sleeping. Stays fresh for several days between washes.",
        {
            "Material": "100% merino wool, 17.5 micron, 160 g/m²",
            "Care": "Machine wash cold on wool cycle, dry flat; no bleach, no softener",
            "Fit": "Close; size up for a looser fit",
            "Origin of wool": "Non-mulesed, from New Zealand",
        },
        _each(("Charcoal", "Pine"), _SIZES),
    ),
    Item(
        "Larch Fleece Pullover",
        "94.00",
        "A warm grid fleece with a quarter zip and thumb loops. Works alone on dry days and under a shell on wet ones.",
        {
            "Material": "100% recycled polyester grid fleece",
            "Care": "Machine wash cold in a washing bag, line dry",
            "Fit": "Regular",
        },
        _each(("Oat", "Pine"), _SIZES),
        ("Oat / L",),
    ),
    Item(
        "Summit Down Vest",
        "139.00",
        "A light vest that packs to the size of a water bottle. Warm to about 40 °F when moving.",
        {
            "Material": "20D recycled nylon shell, 800-fill responsibly sourced duck down",
            "Care": "Machine wash cold with down soap, tumble dry low with two clean tennis balls",
            "Fit": "Slim",
            "Weight": "8.1 oz in size M",
        },
        _each(("Night",), _SIZES),
    ),
    Item(
        "Trailhead Daypack 24L",
        "118.00",
        "A one-day pack with a ventilated back panel, a rain cover in the bottom pocket and a sleeve that takes a "
        "3-litre reservoir (not included) or a 15-inch laptop.",
        {
            "Material": "210D recycled nylon, bluesign approved",
            "Capacity": "24 litres",
            "Compatibility": "Reservoirs up to 3 litres with a hanging loop; laptops up to 15 inches",
            "Care": "Hand wash, hang dry",
        },
        ("Moss", "Slate"),
    ),
    Item(
        "Basin Trail Boot",
        "185.00",
        "A mid-height leather boot with a waterproof lining and a sole that can be replaced by a cobbler. Expect a "
        "week of short walks to break it in.",
        {
            "Material": "Full-grain leather, waterproof membrane, rubber lug sole",
            "Care": "Brush off mud, condition the leather every few months; not machine washable",
            "Fit": "True to size; half sizes between 8 and 11; medium width",
            "Resoling": "Yes, stitched welt",
        },
        ("8", "8.5", "9", "9.5", "10", "10.5", "11", "12"),
        ("9.5", "12"),
    ),
    Item(
        "Ember Titanium Mug",
        "34.00",
        "A single-wall titanium mug that can stand on a stove or in embers. Folding handles; nests a 4-oz gas "
        "canister.",
        {
            "Material": "Titanium, no coating",
            "Capacity": "15 fl oz (450 ml)",
            "Compatibility": "Gas, wood and alcohol stoves; not for microwaves or induction",
            "Care": "Dishwasher safe",
        },
    ),
    Item(
        "Camp Lantern 300",
        "49.00",
        "A collapsible lantern with a warm 2700 K light. Runs 70 hours on low and 6 hours on high, and charges over "
        "USB-C in three hours.",
        {
            "Brightness": "300 lumens, dimmable",
            "Battery": "2600 mAh lithium-ion, built in",
            "Water": "IPX4, splash proof",
            "Charging": "USB-C; cable included, no wall plug",
        },
    ),
    Item(
        "Alpine Wool Socks, 2 pairs",
        "32.00",
        "Cushioned crew socks with a seamless toe, sold as two pairs. Guaranteed against holes for two years.",
        {
            "Material": "68% merino wool, 30% nylon, 2% elastane",
            "Care": "Machine wash warm inside out, tumble dry low",
            "Guarantee": "Two years against holes",
            "Sizes": "M fits US 6 to 8.5, L fits US 9 to 11.5, XL fits US 12 to 14",
        },
        ("M", "L", "XL"),
        ("XL",),
    ),
    Item(
        "Quarry Beanie",
        "28.00",
        "A double-layer rib beanie, snug enough to wear under a helmet.",
        {
            "Material": "50% merino wool, 50% recycled acrylic",
            "Care": "Hand wash cold, dry flat",
            "Fit": "One size, stretches to 24 in",
        },
        ("Ochre", "Charcoal", "Pine"),
        ("Ochre",),
    ),
)
