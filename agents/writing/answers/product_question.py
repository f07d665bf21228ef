"""What a product is like, what it costs, whether it is in stock: from the catalogue, in its own words."""

from __future__ import annotations

import re
from datetime import timedelta

from agents.checking.claims.wording import sentences, stems
from agents.facts.evidence import Evidence, Sentence
from agents.facts.known import ProductFacts
from agents.understanding.intents import IntentKind
from agents.writing.answers import knowledge
from agents.writing.answers.case import Answer, Case, Paragraph, say
from agents.writing.phrases import amount, day, listed

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
_NOW = timedelta(hours=1)  # stock read longer ago is said with its day


def answer(case: Case) -> Answer:
    products = case.facts.products
    found = [[*_attributes(case, each), *_price(case, each), *stock(case, each)] for each in products]
    if not any(found):
        return knowledge.answer(case)
    titles = [each.fields["title"] for each in products]
    if len(products) > 1:
        return Answer([[_which(titles)]], f"Could be any of {len(products)} products, so it asks which")
    return Answer(found, f"From the catalogue: {titles[0].value}")


def _which(titles: list[Evidence]) -> Sentence:
    return say(f"Which one do you mean: {listed([f'the {each.value}' for each in titles], 'or')}?", *titles)


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
    title, variants = product.fields["title"], named(case, product) or product.variants
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


def stock(case: Case, product: ProductFacts) -> Paragraph:
    """As of now, or as of when it was last read."""
    tracked = [variant for variant in named(case, product) or product.variants if "stock" in variant]
    if not (case.says(_STOCK) or IntentKind.EXCHANGE in case.seen.kinds) or not tracked:
        return []
    here = [variant for variant in tracked if int(variant["stock"].value) > 0]
    gone = [variant for variant in tracked if int(variant["stock"].value) <= 0]
    return [*_in_state(case, product, here, "in stock"), *_in_state(case, product, gone, "sold out")]


def _in_state(
    case: Case, product: ProductFacts, variants: list[dict[str, Evidence]], state: str
) -> Paragraph:
    if not variants:
        return []
    title, as_of = product.fields["title"], product.fields.get("as_of")
    is_old = as_of is not None and case.facts.now - as_of.fetched_at > _NOW
    when = f"when we last checked, on {day(as_of)}" if as_of and is_old else "right now"
    verb, shown = ("was" if is_old else "is"), variants[:_SHOWN]
    if len(shown) == 1 and _is_plain(shown[0]):
        grounds = [shown[0]["stock"]]
        text = f"The {title.value} {verb} {state} {when}."
    else:
        names = listed([variant["title"].value for variant in shown])
        grounds = [item for variant in shown for item in (variant["title"], variant["stock"])]
        text = (
            f"The {title.value} {verb} {state} in {names}, {when}."
            if is_old
            else (f"The {title.value} is {state} right now in {names}.")
        )
    return [say(text, title, *grounds, as_of if is_old else None)]


def _is_plain(variant: dict[str, Evidence]) -> bool:
    return variant["title"].value.lower() in {"default title", "default", ""}


def named(case: Case, product: ProductFacts) -> list[dict[str, Evidence]]:
    """The variants the message names by all parts of their titles, else those by any part."""
    said = {word.lower() for word in re.findall(r"[\w'’]+", case.text)}
    parts = [({part.lower() for part in re.findall(r"\w+", v["title"].value)}, v) for v in product.variants]
    whole = [variant for words, variant in parts if words and words <= said]
    some = [variant for words, variant in parts if words & said - {"a", "i", "s"}]
    return whole or some
