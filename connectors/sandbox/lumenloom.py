"""Lumen & Loom's shelf: lighting and textiles for the home."""

from __future__ import annotations

from connectors.sandbox.catalogue import Item

GOODS = (
    Item(
        "Arden Table Lamp",
        "146.00",
        "A turned ash base with a pleated linen shade. The dimmer sits on the cord. Bulb not included.",
        {
            "Material": "Solid ash, linen shade, fabric cord",
            "Bulb": "One E26, up to 60 W or an equivalent LED; not included",
            "Cord": "72 in, in-line dimmer; works with dimmable LED bulbs only",
            "Size": "20 in tall, shade 13 in across",
            "Certification": "UL listed, dry locations",
        },
        ("Natural Ash", "Black Ash"),
    ),
    Item(
        "Halo Pendant",
        "218.00",
        "A spun aluminum pendant with a brass inner face that warms the light. Hardwired; includes ceiling canopy.",
        {
            "Material": "Spun aluminum, brass-plated inside",
            "Bulb": "One E26, up to 75 W or an equivalent LED; not included",
            "Hanging length": "Adjustable from 12 to 96 in",
            "Sloped ceilings": "Yes, up to 45 degrees",
            "Certification": "UL listed, dry locations",
        },
        ("White", "Forest", "Black"),
        ("Forest",),
    ),
    Item(
        "Tallow Floor Lamp",
        "289.00",
        "A slim reading lamp with an arm that turns all the way round. Built-in LED with three brightness steps.",
        {
            "Material": "Powder-coated steel",
            "Light": "Built-in LED, 2700 K, 900 lumens, CRI 92, rated 25,000 hours",
            "Size": "58 in tall, base 11 in across",
            "Assembly": "Ten minutes, hex key included",
        },
        ("Black", "Bone"),
    ),
    Item(
        "Glim Rechargeable Lamp",
        "79.00",
        "A cordless lamp for shelves and dinner tables. Touch to dim; ten hours at half brightness.",
        {
            "Material": "Aluminum, polycarbonate diffuser",
            "Light": "Built-in LED, 2200 to 3000 K, 200 lumens",
            "Battery": "3000 mAh, charges in four hours over USB-C",
            "Outdoors": "IP44, may stay out in light rain",
        },
        ("Brass", "Sage", "White"),
        ("Brass",),
    ),
    Item(
        "Warm Filament Bulb, 3-pack",
        "27.00",
        "Clear glass LED filament bulbs that dim down to candlelight without flicker. Three to a box.",
        {
            "Base": "E26",
            "Light": "2200 K, 450 lumens, 5 W (replaces 40 W)",
            "Dimmable": "Yes, with LED-rated dimmers",
            "Enclosed fixtures": "Not suitable",
        },
    ),
    Item(
        "Washed Linen Duvet Cover",
        "198.00",
        "Stonewashed European linen that is soft from the first night and gets softer. Coconut buttons and inside "
        "corner ties.",
        {
            "Material": "100% French flax linen, 170 g/m²",
            "Care": "Machine wash cool, tumble dry low; no bleach",
            "Size": "Full/Queen 90 by 92 in, King 106 by 92 in",
            "Certification": "OEKO-TEX Standard 100",
        },
        ("Oat / Full/Queen", "Oat / King", "Clay / Full/Queen", "Clay / King"),
        ("Clay / King",),
    ),
    Item(
        "Linen Sheet Set",
        "236.00",
        "Fitted sheet, flat sheet and two pillowcases. The fitted sheet holds mattresses up to 15 inches deep.",
        {
            "Material": "100% French flax linen, 170 g/m²",
            "Care": "Machine wash cool, tumble dry low; no bleach",
            "Includes": "Fitted sheet, flat sheet, two pillowcases",
            "Mattress depth": "Up to 15 in",
        },
        ("White / Queen", "White / King", "Oat / Queen", "Oat / King"),
    ),
    Item(
        "Herringbone Wool Throw",
        "124.00",
        "Woven from undyed and dyed lambswool with a hand-twisted fringe. Warm without weight.",
        {
            "Material": "100% lambswool",
            "Care": "Dry clean, or hand wash cold and dry flat",
            "Size": "51 by 71 in plus fringe",
        },
        ("Fog", "Rust"),
    ),
    Item(
        "Cotton Waffle Towels, set of 2",
        "58.00",
        "Two bath towels that dry fast and take little room. They shrink a little in the first wash, as waffle weave "
        "does; sizes are given after washing.",
        {
            "Material": "100% organic cotton",
            "Care": "Machine wash warm, tumble dry low",
            "Size": "28 by 55 in after the first wash",
            "Certification": "GOTS",
        },
        ("White", "Clay", "Pine"),
        ("Pine",),
    ),
    Item(
        "Dune Jute Rug",
        "174.00",
        "A hand-braided jute rug for dry rooms. Sheds for the first few weeks. Use a pad on smooth floors; sold "
        "separately.",
        {
            "Material": "100% jute, hand braided",
            "Care": "Vacuum without a beater bar, blot spills at once; not washable",
            "Rooms": "Dry rooms only; not for bathrooms or outdoors",
        },
        ("5 by 8 ft", "6 by 9 ft", "8 by 10 ft"),
        ("8 by 10 ft",),
    ),
    Item(
        "Slub Linen Curtain Panel",
        "92.00",
        "One unlined panel that filters light and keeps some privacy by day. Hangs from the rod pocket or from clip "
        "rings.",
        {
            "Material": "55% linen, 45% cotton",
            "Care": "Machine wash cool, hang damp, iron if you like it crisp",
            "Light": "Filters light; not blackout",
            "Width": "50 in; sold as one panel",
        },
        ("Oat / 84 in", "Oat / 96 in", "White / 84 in", "White / 96 in"),
    ),
    Item(
        "Nub Cushion Cover",
        "44.00",
        "A textured wool-blend cover with a hidden zip. Insert sold separately; use one 22 inches wide for a full "
        "look.",
        {
            "Material": "60% wool, 40% cotton, cotton back",
            "Care": "Dry clean",
            "Size": "20 by 20 in; insert not included",
        },
        ("Ivory", "Rust", "Fog"),
    ),
)
