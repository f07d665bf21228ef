"""What shoppers write in each situation, and what they want by it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from agents.understanding.intents import IntentKind as I
from agents.understanding.mood import MoodKind as M


@dataclass(frozen=True)
class Ask:
    kinds: tuple[I, ...]
    text: str
    mood: M = M.NEUTRAL
    about: str = ""  # more words to look for in the knowledge

    @property
    def asks_product(self) -> bool:
        return I.PRODUCT_QUESTION in self.kinds

    @property
    def asks_knowledge(self) -> bool:
        return bool(set(self.kinds) - {I.WHERE_IS_MY_ORDER})


_WHERE = Ask((I.WHERE_IS_MY_ORDER,), "Hi, where is my order {number}?")
_WORRIED = Ask((I.WHERE_IS_MY_ORDER,), "It should be here by now. Where is {number}?", M.WORRIED)
_LATE = Ask(
    (I.DELIVERY_EXCEPTION,),
    "Order {number} is late and I need it this week!",
    M.FRUSTRATED,
    "late parcel scan estimate trace lost search",
)
_GONE = Ask(
    (I.DELIVERY_EXCEPTION,),
    "Tracking says {number} was delivered but there is nothing at my door.",
    M.WORRIED,
    "delivered but not there delivery spot neighbors",
)
_BROKEN = Ask(
    (I.DELIVERY_EXCEPTION,),
    "The {product} arrived damaged, order {number}.",
    M.ANGRY,
    "damaged transit broken photo box",
)
_BACK = Ask(
    (I.RETURN_REQUEST,),
    "I would like to send back the {product}, it doesn't fit. How does that work?",
    M.POLITE,
    "return returns window label days delivery",
)
_LABEL = Ask(
    (I.RETURN_REQUEST,),
    "I asked to return the {product}. Where do I get the label?",
    about="return returns label days delivery",
)
_MONEY = Ask(
    (I.REFUND_STATUS,),
    "When do I get my money for {number}?",
    M.FRUSTRATED,
    "refund payment method days refunds",
)
_CANCEL = Ask(
    (I.CANCEL,),
    "Please cancel order {number}, I ordered the wrong size.",
    about="cancel cancelled shipped stopped",
)
_WASH = Ask((I.PRODUCT_QUESTION,), "How do I wash the {product}, and what is it made of?", about="wash care")
_STOCK = Ask(
    (I.PRODUCT_QUESTION,), "Is the {product} in stock, and how much does it cost?", about="stock price"
)
_TWO = Ask(
    (I.WHERE_IS_MY_ORDER, I.PRODUCT_QUESTION),
    "Where is {number}? And how much is another {product}, do you have it in stock?",
)
_WHERE_BACK = Ask(
    (I.WHERE_IS_MY_ORDER, I.RETURN_REQUEST),
    "Where is {number}, and can I return it when it comes?",
    about="return returns window label days delivery",
)
_HOW_FAST = Ask(
    (I.SHIPPING_INFO,),
    "How long does shipping take before I order another {product}?",
    about="shipping standard business days warehouse fast",
)

_BY_SITUATION: dict[str, tuple[Ask, ...]] = {
    "delayed": (_WORRIED, _LATE, _CANCEL),
    "stalled": (_WORRIED, _LATE, _WHERE),
    "attempted": (_WHERE, _LATE),
    "damaged": (_WHERE, _LATE, _BROKEN),
    "address": (_WHERE, _LATE),
    "returned": (_WHERE, _LATE, _CANCEL),
    "failed": (_WHERE, _LATE),
    "pickup": (_WHERE, _TWO),
    "just delivered": (_GONE, _BACK, _BROKEN, _WHERE),
    "unshipped": (_WHERE, _CANCEL, _WHERE_BACK),
    "label": (_WHERE, _CANCEL, _WORRIED),
    "transit": (_WHERE, _CANCEL, _WHERE_BACK, _TWO),
    "out": (_WHERE, _CANCEL, _TWO),
    "returning": (_MONEY, _LABEL),
    "return requested": (_LABEL, _MONEY),
    "refunded": (_MONEY, _WHERE),
    "cancelled": (_WHERE, _MONEY),
}
_DELIVERED = (_BACK, _GONE, _WASH, _STOCK, _WHERE, _BROKEN, _HOW_FAST)
_OF_DELIVERED = 2  # there are many such orders


def asks(situation: str, rng: Random) -> list[Ask]:
    return list(_BY_SITUATION.get(situation) or rng.sample(_DELIVERED, _OF_DELIVERED))
