"""Which of a customer's orders is meant: by its number, a parcel's number, a thing or a day they name, or what they want."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agents.checking.claims.wording import stems
from agents.facts.known import OrderFacts
from agents.understanding.intents import IntentKind
from agents.understanding.message import Understanding

# These are asked about what has arrived; the others about what is still on its way.
_AFTER_DELIVERY = {
    IntentKind.RETURN_REQUEST,
    IntentKind.EXCHANGE,
    IntentKind.REFUND_REQUEST,
    IntentKind.REFUND_STATUS,
    IntentKind.WARRANTY,
}
# Whatever changes an order or moves money asks which, however plainly one was spoken of before.
ONLY_TOLD = {IntentKind.WHERE_IS_MY_ORDER, IntentKind.REFUND_STATUS, IntentKind.OTHER, IntentKind.UNSURE}
_ANOTHER = re.compile(r"\b(?:other|another|different|both|all|each|second|new)\b", re.IGNORECASE)
_COLOURLESS = stems("order item items set pack pair new small medium large size black white")


@dataclass(frozen=True)
class Focus:
    order: OrderFacts | None  # the one meant, if that is clear
    unknown: tuple[str, ...]  # numbers named that are not among the customer's orders
    candidates: list[OrderFacts]  # newest first

    @property
    def is_open(self) -> bool:
        """It could be one of several, and nothing in the message says which."""
        return self.order is None and not self.unknown and len(self.candidates) > 1

    def as_spoken_of(self, text: str, before: Iterable[str]) -> Focus:
        """The one that was spoken of last goes on being meant, unless the message names another. `before`: what both sides
        said in this conversation, newest first."""
        if _ANOTHER.search(text):
            return self
        last = next(filter(None, (_spoken_of(self.candidates, said) for said in before)), [])
        return replace(self, order=last[0]) if len(last) == 1 else self


def focus(orders: Sequence[OrderFacts], named: Sequence[str], seen: Understanding, text: str) -> Focus:
    by_number = {_plain(order.number): order for order in orders}
    wanted = [_plain(number) for number in named]
    unknown = tuple(number for number in wanted if number not in by_number)
    found = [by_number[number] for number in wanted if number in by_number]
    found += [order for order in orders if _numbers(order) & set(seen.tracking_numbers)]
    found = found or _in_files(orders, seen)
    if found:
        one = found[0] if len({order.id for order in found}) == 1 else None
        return Focus(one, unknown, found)
    possible = _about(text, _possible(orders, seen))
    one = possible[0] if len(possible) == 1 and not unknown else None
    return Focus(one, unknown, possible)


def _spoken_of(orders: Sequence[OrderFacts], said: str) -> list[OrderFacts]:
    return [
        order
        for order in orders
        if re.search(rf"(?<![\w-]){re.escape(_plain(order.number))}(?![\w-])", said, re.IGNORECASE)
    ]


def _in_files(orders: Sequence[OrderFacts], seen: Understanding) -> list[OrderFacts]:
    """Named in what came with the message. A number there that is none of theirs was not asked about."""
    named = {_plain(each.number) for each in seen.entities.in_files}
    return [
        order
        for order in orders
        if _plain(order.number) in named or {number.lower() for number in _numbers(order)} & named
    ]


def _possible(orders: Sequence[OrderFacts], seen: Understanding) -> list[OrderFacts]:
    """The orders that what is asked can be about, newest first."""
    kinds = set(seen.kinds)
    if kinds and kinds <= _AFTER_DELIVERY:
        fitting = [order for order in orders if order.returns or order.refunds or order.has_arrived]
    else:
        fitting = [order for order in orders if order.is_open]
    return fitting or list(orders)


def _about(text: str, orders: list[OrderFacts]) -> list[OrderFacts]:
    """Those with a thing in them that the message names; all of them where it names none."""
    said = stems(text) - _COLOURLESS
    scored = [(_named(order, said), order) for order in orders]
    best = max((score for score, _ in scored), default=0)
    return [order for score, order in scored if score == best] if best else orders


def _named(order: OrderFacts, said: frozenset[str]) -> int:
    """How many of the words of an item's title are said; the last one names the thing, so it must be among them."""
    scores = [0]
    for line in order.lines:
        title = re.split(r"[,(/–]| - ", line["title"].value)[0]
        words = [stem for word in title.replace("-", " ").split() for stem in stems(word)]
        if words and words[-1] in said:
            scores.append(len(said & set(words)))
    return max(scores)


def _numbers(order: OrderFacts) -> set[str]:
    return {number.value for parcel in order.parcels if (number := parcel.get("number"))}


def _plain(number: str) -> str:
    return number.lstrip("#").lower()
