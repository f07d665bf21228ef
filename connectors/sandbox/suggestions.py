"""Messages a shopper might write, ready for one click."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.situations import Situation
from connectors.sandbox.world import Order, Shop, Shopper


@dataclass(frozen=True)
class Suggestion:
    label: str
    subject: str
    text: str
    order: str = ""  # its number, "" for none


_WHERE = ("Where is it?", "Where is my order?", "Hi, where is my {item}? I thought it would be here by now.")
_BY_SITUATION: dict[str, tuple[tuple[str, str, str], ...]] = {
    "delayed": (
        (
            "Late, needed soon",
            "Where is my order?",
            "Hi, my {item} was supposed to be here already. Tracking hasn't moved. Where is it? I need it for a trip "
            "this week.",
        ),
    ),
    "stalled": (
        (
            "Tracking stopped",
            "Tracking has not moved for days",
            "The tracking for order {number} has shown the same thing for almost a week. Is my {item} lost?",
        ),
    ),
    "attempted": (
        (
            "Missed the driver",
            "Missed delivery",
            "I got a notice that somebody tried to deliver my {item}, but I was home all day. When will they come "
            "again?",
        ),
    ),
    "damaged": (
        (
            "Damaged parcel",
            "Damaged in transit",
            "The tracking says my parcel was damaged. Will my {item} still come, or do I get a new one?",
        ),
    ),
    "address": (
        (
            "Wrong address?",
            "Address problem",
            "Tracking says something is wrong with my address. What do you need from me so that order {number} arrives?",
        ),
    ),
    "returned": (
        (
            "Going back?",
            "Why is my parcel going back?",
            "Tracking says my {item} is being returned to you. I never refused it! Can you send it again?",
        ),
    ),
    "just delivered": (
        (
            "Delivered, not here",
            "Says delivered but nothing here",
            "Tracking says my {item} was delivered, but there is nothing at my door and my neighbors don't have it.",
        ),
    ),
    "unshipped": (
        (
            "When will it ship?",
            "When will my order ship?",
            "When will order {number} ship? I ordered days ago.",
        ),
        (
            "Cancel it",
            "Please cancel my order",
            "Please cancel order {number}, I ordered the wrong {item} by mistake.",
        ),
    ),
    "returning": (
        (
            "Where is my refund?",
            "Refund for my return",
            "I sent the {item} back last week. When do I get my money?",
        ),
    ),
    "return requested": (
        ("Return label", "Return for {number}", "I asked to return the {item}. Where do I get the label?"),
    ),
    "refunded": (
        (
            "Refund missing",
            "Refund not there",
            "My refund for {number} is not on my card yet. When will it be?",
        ),
    ),
    "delivered": (
        (
            "Start a return",
            "I want to return something",
            "I would like to send back the {item} from order {number}. It has not been used. How does that work?",
        ),
    ),
}
_ALWAYS = (
    (
        "Question on a product",
        "Question about the {product}",
        "Hello, I'm thinking about the {product}. What is it made of, and how do I wash it?",
    ),
    (
        "Return policy",
        "How do returns work?",
        "How long do I have to return something, and who pays for the shipping?",
    ),
    (
        "Vague and cross",
        "Seriously?",
        "Where is it??? This is the second time I'm asking and nobody answers.",
    ),
)


def suggestions(shop: Shop, shopper: Shopper, found: list[Situation]) -> list[Suggestion]:
    """For each of the first orders what fits its situation, then what anybody may ask."""
    made = [
        _filled(entry, shop, shopper, situation.order)
        for situation in found[:3]
        for entry in _BY_SITUATION.get(situation.key, (_WHERE,))
    ]
    return made + [_filled(entry, shop, shopper, None) for entry in _ALWAYS]


def _filled(entry: tuple[str, str, str], shop: Shop, shopper: Shopper, order: Order | None) -> Suggestion:
    label, subject, text = entry
    words = {
        "number": order.number if order else "",
        "item": _title(shop, order) if order else "",
        "product": list(shop.products.values())[shopper.id % len(shop.products)].title,
    }
    closing = f"\n\n{shopper.first_name}" if order else ""
    return Suggestion(
        f"{label} ({order.number})" if order else label,
        subject.format(**words),
        text.format(**words) + closing,
        order.number if order else "",
    )


def _title(shop: Shop, order: Order) -> str:
    return shop.products[order.lines[0].product_id].title
