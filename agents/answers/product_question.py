"""What a product is like, what it costs, whether it is in stock: from the catalogue, in its own words."""

from __future__ import annotations

import re

from agents.answers import knowledge
from agents.answers.case import Answer, Case, Paragraph, say
from agents.claims.wording import sentences, stems
from agents.evidence import Evidence
from agents.known import ProductFacts
from agents.phrases import amount, listed

_STOCK = r"\b(?:in stock|available|availab\w+|have (?:it|this|the|any|one)|sold out|restock|do you (?:still )?(?:have|sell|carry))\b"
_PRICE = r"\b(?:how much|price|cost|costs)\b"
# What a customer says, and the words catalogues use for it.
_MEANT = (
    (r"\bwash|clean|care\b|dry\b|iron|laundry|dishwasher", "care"),
    (r"made (?:of|from)|material|fabric|cotton|wool|leather|polyester|synthetic", "material"),
    (
        r"\bfit|sizes?\b|sizing|true to size|run (?:small|large|big)|measure|how (?:big|long|wide|tall)",
        "fit size dimension measurement",
    ),
    (r"water|rain|wet\b|weather", "weather water waterproof rating"),
    (r"heavy|weigh", "weight"),
    (r"warrant|guarantee", "warranty guarantee"),
    (r"batter|charg|usb", "battery charging"),
    (r"bulb|dimm|watt|bright|lumen", "bulb brightness light dimming dimmable"),
)
_SHOWN = 8  # variants listed at most


def answer(case: Case) -> Answer:
    if not case.facts.products:
        return knowledge.answer(case)
    product = case.facts.products[0]
    found = [sentence for ask in (_attributes, _price, _stock) for sentence in ask(case, product)]
    if not found:
        return knowledge.answer(case)
    return Answer([found], f"From the catalogue: {product.fields['title'].value}")


def _attributes(case: Case, product: ProductFacts) -> Paragraph:
    title = product.fields["title"]
    wanted = stems(" ".join(words for pattern, words in _MEANT if case.says(pattern)))
    chosen = [(name, item) for name, item in product.attributes.items() if stems(name) & wanted]
    if chosen:
        return [
            say(f"{_opening(name)} the {title.value}, our catalogue says: {item.value}.", title, item)
            for name, item in chosen
        ]
    return _described(case, product) if not (case.says(_STOCK) or case.says(_PRICE)) else []


def _opening(name: str) -> str:
    return {"care": "On caring for", "fit": "On the fit of", "material": "On the material of"}.get(
        name.lower(), f"On {name[0].lower()}{name[1:]} for"
    )


def _described(case: Case, product: ProductFacts) -> Paragraph:
    """The sentence of the description that speaks of what is asked."""
    title, description = product.fields["title"], product.fields["description"]
    asked = case.words - stems(title.value)
    best = max(sentences(description.value), key=lambda each: len(stems(each) & asked), default="")
    return [say(best, description)] if len(stems(best) & asked) >= 2 else []


def _price(case: Case, product: ProductFacts) -> Paragraph:
    if not case.says(_PRICE):
        return []
    title, variants = product.fields["title"], _named(case, product)
    if len({variant["price"].value for variant in product.variants}) == 1:
        return [say(f"The {title.value} costs {amount(variants[0]['price'])}.", title, variants[0]["price"])]
    return [
        say(
            f"The {title.value} in {variant['title'].value} costs {amount(variant['price'])}.",
            title,
            variant["title"],
            variant["price"],
        )
        for variant in variants[:_SHOWN]
    ]


def _stock(case: Case, product: ProductFacts) -> Paragraph:
    tracked = [variant for variant in _named(case, product) if "stock" in variant]
    if not case.says(_STOCK) or not tracked:
        return []
    title = product.fields["title"]
    here = [variant for variant in tracked if int(variant["stock"].value) > 0]
    gone = [variant for variant in tracked if int(variant["stock"].value) <= 0]
    return [*_in_state(title, here, "in stock"), *_in_state(title, gone, "sold out")]


def _in_state(title: Evidence, variants: list[dict[str, Evidence]], state: str) -> Paragraph:
    if not variants:
        return []
    shown = variants[:_SHOWN]
    stock = [variant["stock"] for variant in shown]
    if len(shown) == 1 and _is_plain(shown[0]):
        return [say(f"The {title.value} is {state} right now.", title, *stock)]
    names = listed([variant["title"].value for variant in shown])
    grounds = [item for variant in shown for item in (variant["title"], variant["stock"])]
    return [say(f"The {title.value} is {state} right now in {names}.", title, *grounds)]


def _is_plain(variant: dict[str, Evidence]) -> bool:
    return variant["title"].value.lower() in {"default title", "default", ""}


def _named(case: Case, product: ProductFacts) -> list[dict[str, Evidence]]:
    """The variants the message names by all parts of their titles, else those by any part, else all."""
    said = {word.lower() for word in re.findall(r"[\w'’]+", case.text)}
    parts = [({part.lower() for part in re.findall(r"\w+", v["title"].value)}, v) for v in product.variants]
    whole = [variant for words, variant in parts if words and words <= said]
    some = [variant for words, variant in parts if words & said - {"a", "i", "s"}]
    return whole or some or product.variants
