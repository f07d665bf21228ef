"""Which of the reasons that TikTok offers says what we mean. Pure.

TikTok asks for one of its own names, which differ by order, state and market ("ecom_order_delivered_refund_reason_missing_product_seller"),
so what it offers is read each time, and the word that says ours is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.commands import Reason

_WORDS: dict[Reason, tuple[str, ...]] = {
    Reason.CHANGED_MIND: ("no_longer", "changed_mind", "no_need", "buyer_request", "mistake"),
    Reason.NOT_RECEIVED: ("not_receiv", "not_arriv", "lost", "never"),
    Reason.LATE: ("late", "delay", "not_on_time", "too_long"),
    Reason.DAMAGED: ("damage", "broken"),
    Reason.DEFECTIVE: ("defect", "quality", "not_work"),
    Reason.NOT_AS_DESCRIBED: ("not_as", "descri", "not_match"),
    Reason.WRONG_ITEM: ("wrong",),
    Reason.MISSING_PARTS: ("missing", "incomplete"),
    Reason.PRICE: ("price",),
    Reason.GOODWILL: ("goodwill", "agree", "negotiat"),
    Reason.RETURNED: ("no_longer", "no_need", "changed_mind"),
    Reason.OUT_OF_STOCK: ("out_of_stock", "stock"),
    Reason.ADDRESS: ("address", "deliver"),
    Reason.FRAUD: ("fraud", "risk"),
}
_ANY = ("other", "agree", "negotiat", "buyer_request")
_SHIPPED = ("shipped", "ship", "transit", "package", "sent")


def for_reason(reason: Reason, offered: Sequence[str]) -> str:
    """The first that says it, else one that says as little as possible, else the first. "" when none is offered."""
    return _first(offered, (*_WORDS.get(reason, ()), *_ANY))


def for_shipped(offered: Sequence[str]) -> str:
    """Why an order cannot be cancelled any more."""
    return _first(offered, (*_SHIPPED, *_ANY))


def for_refusal(offered: Sequence[str]) -> str:
    return _first(offered, _ANY)


def _first(offered: Sequence[str], words: Sequence[str]) -> str:
    for word in words:
        for name in offered:
            if word in name.lower():
                return name
    return offered[0] if offered else ""
