"""What of a message an action needs: which items, which other variant, why, where to."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from agents.actions.swapping import other_variants
from agents.checking.claims.standing import names
from agents.checking.claims.wording import stems
from agents.understanding.intents import Detail
from agents.understanding.places import Place
from connectors.commands import Reason
from connectors.contract import Money
from inbox.models import Order, OrderLine

_REASONS = (
    (
        Reason.NOT_RECEIVED,
        r"never (?:arrived|came|got|received)|(?:not|n.t) (?:arrive|receive|get|come|here)",
    ),
    (
        Reason.DAMAGED,
        r"damag|broken?\b|broke\b|crack|torn|\btear\b|scratch|shatter|leak|\bdent|stain|smash|crush",
    ),
    (Reason.DEFECTIVE, r"(?:doesn.t|does not|not|won.t|stopped) (?:work|turn|charg|start)|defect|fault"),
    (Reason.WRONG_ITEM, r"wrong (?:item|product|one|order)|not what i ordered|instead of what"),
    (Reason.MISSING_PARTS, r"missing|incomplete"),
    (Reason.NOT_AS_DESCRIBED, r"not as described|different (?:from|than) (?:the )?(?:picture|photo|descri)"),
    (Reason.LATE, r"\blate\b|too long|delay"),
)
_DETAILS = {
    Detail.DAMAGED: Reason.DAMAGED,
    Detail.WRONG_ITEM: Reason.WRONG_ITEM,
    Detail.MISSING_ITEM: Reason.MISSING_PARTS,
    Detail.NOT_RECEIVED: Reason.NOT_RECEIVED,
    Detail.LOST: Reason.NOT_RECEIVED,
    Detail.LATE: Reason.LATE,
}
_CANCELS = (
    (Reason.OTHER, r"mistake|accident|wrong (?:order|one|size)|twice|double"),
    (Reason.PRICE, r"cheaper|expensive|price"),
    (Reason.LATE, r"too long|\blate\b|in time"),
)
_SIZES = {"small": "S", "medium": "M", "large": "L", "extra large": "XL", "x-large": "XL"}
_CONDITIONS = (
    ("unopened", r"\bun-?opened\b|never opened|still sealed"),
    ("unworn", r"\bun-?worn\b|never worn|tags (?:are )?(?:still )?on|with (?:the )?tags"),
    ("unused", r"\bun-?used\b|never used|not used"),
    ("damaged", r"damag|broken?\b|torn|crack|shatter"),
    ("used", r"\b(?:i|we) (?:have )?(?:worn|wore|used|washed)\b"),
)
_SOME = re.compile(r"\bone of\b|\bonly one\b|\bjust one\b", re.IGNORECASE)


def reason(text: str, details: Collection[Detail]) -> Reason | None:
    """What they say is wrong with it; None where they say nothing of the kind."""
    for each in details:
        if each in _DETAILS:
            return _DETAILS[each]
    return _first(_REASONS, text)


def condition(text: str) -> dict[str, str]:
    """What they say the goods are like, as a wish has it; nothing where they do not say."""
    said = [name for name, words in _CONDITIONS if re.search(words, text, re.IGNORECASE)]
    return {"condition": said[0]} if said else {}


def reason_to_cancel(text: str) -> Reason:
    return _first(_CANCELS, text) or Reason.CHANGED_MIND


def _first(table: tuple[tuple[Reason, str], ...], text: str) -> Reason | None:
    return next((each for each, words in table if re.search(words, text, re.IGNORECASE)), None)


def lines(order: Order, text: str) -> dict[str, int]:
    """The items they mean, with how many: the only one, or those whose thing they name. Empty: it can't be told."""
    every = list(order.lines.all())
    meant = every if len(every) == 1 else [line for line in every if _is_named(line, stems(text))]
    if any(line.quantity > 1 for line in meant) and _SOME.search(text):
        return {line.external_id: 1 for line in meant} if len(meant) == 1 else {}
    return {line.external_id: line.quantity for line in meant}


def _is_named(line: OrderLine, said: frozenset[str]) -> bool:
    """The last word of a title names the thing."""
    words = [stem for word in re.split(r"[,(/–]| - ", line.title)[0].split() for stem in stems(word)]
    return bool(words) and words[-1] in said


def other_variant(order: Order, text: str) -> list[dict[str, object]]:
    """As a wish has it under `swaps`: the one variant whose own size or colour they name. Empty: it can't be told."""
    meant = lines(order, text)
    if len(meant) != 1:
        return []
    [(line_id, quantity)] = meant.items()
    line = next(each for each in order.lines.all() if each.external_id == line_id)
    own, said = set(_parts(line.variant)), _with_sizes(text)
    scored = []
    for variant in other_variants(line):
        new = [part for part in _parts(variant["title"]) if part not in own]
        if new and all(names(said, part) for part in new):
            scored.append((len(new), variant))
    best = max((score for score, _ in scored), default=0)
    found = [variant for score, variant in scored if score == best]
    if len(found) != 1:
        return []
    return [{"line": line_id, "quantity": quantity, "variant": found[0]["external_id"]}]


def _parts(title: str) -> list[str]:
    return [part.strip() for part in title.split("/") if part.strip()]


def _with_sizes(text: str) -> str:
    """Sizes people write out, as variants name them; "too small" is none."""
    named = r"(?:size|an?|the|in|for|to)"
    sizes = [
        short for word, short in _SIZES.items() if re.search(rf"\b{named} {word}\b", text, re.IGNORECASE)
    ]
    return f"{text} {' '.join(sizes)}"


def amount(order: Order, amounts: Collection[Money]) -> Decimal | None:
    """The only sum of money they name, in the order's currency."""
    named = {each.amount for each in amounts if each.currency == order.currency}
    return named.pop() if len(named) == 1 else None


def address(order: Order, places: Collection[Place]) -> dict[str, str] | None:
    """A whole one: what only the order knows (name, country, phone) stays."""
    whole = [place for place in places if place.street and place.city and place.code]
    if len(whole) != 1:
        return None
    kept, [place] = order.shipping_address, whole
    return {
        "name": str(kept.get("name") or order.customer.name),
        "lines": place.street,
        "city": place.city,
        "region": place.region,
        "postal_code": place.code,
        "country": str(kept.get("country") or ""),
        "phone": str(kept.get("phone") or ""),
    }
