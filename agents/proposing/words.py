"""What a shopper may be told of an action that waits: that it was asked for. Never that it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.actions import swapping
from agents.actions.ordered import chosen, in_words

if TYPE_CHECKING:
    from agents.models import Action

_LATER = "It is being checked, and as soon as it is done, you get a message here."


def of(action: Action) -> str:
    """Where the rules want the shopper's own yes, exactly what they would say yes to."""
    if action.ruling.waits_for_shopper:
        return f"{action.effect} Is that what you want? Please answer with yes."
    return f"{_asked(action)} {_LATER}"


def _asked(action: Action) -> str:
    number = action.the_order.number
    match action.kind:
        case "cancel":
            return f"I have asked for your order {number} to be cancelled."
        case "change_address":
            return f"I have asked for your order {number} to go to the address you gave."
        case "intercept_parcel":
            return f"Your order {number} has left already, so I have asked for its parcel to be stopped."
        case "start_return":
            return f"I have asked for a return of {_goods(action)} from order {number}."
        case "exchange" | "change_items":
            return f"I have asked for this change to order {number}: {swapping.in_words(action)}."
        case "refund_shipping":
            return f"I have asked for the shipping of your order {number} to be refunded."
        case "resend":
            return f"I have asked for {_goods(action)} of your order {number} to be sent once more."
        case _:
            return f"I have asked for a refund for your order {number}."


def _goods(action: Action) -> str:
    return in_words(chosen(action)) or "everything"
