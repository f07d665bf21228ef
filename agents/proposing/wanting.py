"""Which action fits a wish: for each wish the ones that would grant it, the best first. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.actions.ordered import paid_for
from agents.proposing import reading
from agents.understanding.intents import Intent, IntentKind
from agents.understanding.message import Understanding
from connectors.commands import Reason
from connectors.events import FulfillmentStatus
from inbox.models import Order

SURE = 0.5  # of a wish; what is less clear is asked, not prepared

# Asking how something works is no wish to have it done.
_ONLY_ASKS = re.compile(
    r"\b(?:polic(?:y|ies)|in case|if i (?:want|decide|change|order)|before i (?:buy|order)|how long do i have|"
    r"how do(?:es)? (?:returns|exchanges|refunds)|do you (?:accept|take|offer) (?:returns|exchanges))\b",
    re.IGNORECASE,
)
_REPLACE = re.compile(
    r"replac|re-?send|send (?:me )?(?:it |one |a |an )?(?:again|another|new)|new one", re.IGNORECASE
)
_REFUND = re.compile(r"refund|money back|reimburs|get .{0,20}\bback\b", re.IGNORECASE)
_FAULTS = {
    Reason.DAMAGED,
    Reason.DEFECTIVE,
    Reason.WRONG_ITEM,
    Reason.MISSING_PARTS,
    Reason.NOT_AS_DESCRIBED,
}


@dataclass(frozen=True)
class Wanted:
    intent: IntentKind
    kind: str  # agents.actions
    wish: dict[str, Any]
    why: str  # for the approver


@dataclass(frozen=True)
class Asked:
    """One wish of one message about one order."""

    intent: Intent
    seen: Understanding
    text: str
    order: Order

    @property
    def reason(self) -> Reason | None:
        details = {each.detail for each in self.seen.intents if each.detail}
        return reading.reason(self.text, details)

    @property
    def lines(self) -> dict[str, int]:
        return reading.lines(self.order, self.text)

    @property
    def back(self) -> dict[str, Any]:
        """What a return says of its goods."""
        return {"note": _quoted(self), **reading.condition(self.text)}

    def want(self, kind: str, why: str, **wish: Any) -> Wanted:
        return Wanted(self.intent.kind, kind, wish, why)


def wanted(seen: Understanding, text: str, order: Order) -> list[list[Wanted]]:
    """For each wish its alternatives, in the order they are to be tried."""
    if _ONLY_ASKS.search(text):
        return []
    asked = [Asked(each, seen, text, order) for each in seen.intents if each.confidence >= SURE]
    found = [_GRANTS[each.intent.kind](each) for each in asked if each.intent.kind in _GRANTS]
    return [each for each in found if each]


def _cancel(asked: Asked) -> list[Wanted]:
    reason = reading.reason_to_cancel(asked.text)
    return [asked.want("cancel", "They want to cancel it.", reason=reason.value, lines={})]


def _address(asked: Asked) -> list[Wanted]:
    new = reading.address(asked.order, asked.seen.entities.places)
    if new is None:
        return []
    moving = asked.order.shipments.exclude(tracking_number="").values_list("tracking_number", flat=True)
    stop = [
        asked.want("intercept_parcel", "It has left, and is to go elsewhere.", parcel=each, **new)
        for each in moving
    ]
    return [asked.want("change_address", "They gave another address.", **new), *stop[:1]]


def _items(asked: Asked) -> list[Wanted]:
    swaps = reading.other_variant(asked.order, asked.text)
    return [asked.want("change_items", "They want another variant.", swaps=swaps)] if swaps else []


def _send_back(asked: Asked) -> list[Wanted]:
    if not asked.lines:
        return []
    reason = asked.reason or Reason.CHANGED_MIND
    return [
        asked.want(
            "start_return",
            "They want to send it back.",
            lines=asked.lines,
            reason=reason.value,
            **asked.back,
        )
    ]


def _exchange(asked: Asked) -> list[Wanted]:
    swaps = reading.other_variant(asked.order, asked.text)
    reason = asked.reason or Reason.CHANGED_MIND
    if not swaps:
        return []
    if asked.order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
        return _items(asked)
    return [
        asked.want("exchange", "They want another variant.", swaps=swaps, reason=reason.value, **asked.back)
    ]


def _refund(asked: Asked) -> list[Wanted]:
    if asked.order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
        return _cancel(asked)
    reason, lines = asked.reason, asked.lines
    if reason == Reason.LATE:
        return [
            asked.want(
                "refund_shipping", "It came late.", amount=str(asked.order.shipping), reason=reason.value
            )
        ]
    if reason == Reason.NOT_RECEIVED:
        return [
            asked.want(
                "refund", "They say it never arrived.", amount=str(asked.order.total), reason=reason.value
            )
        ]
    if reason not in _FAULTS or not lines:
        return []
    return [*_partly(asked, reason), *_wholly(asked, reason)]


def _partly(asked: Asked, reason: Reason) -> list[Wanted]:
    """They name a sum themselves."""
    amount = reading.amount(asked.order, asked.seen.entities.amounts)
    if amount is None or amount >= _paid(asked):
        return []
    why = f"They ask for {amount} {asked.order.currency} back."
    return [asked.want("refund", why, amount=str(amount), reason=reason.value, lines=asked.lines)]


def _wholly(asked: Asked, reason: Reason) -> list[Wanted]:
    """Without a return where the rules allow that; else the goods come back first."""
    wish = {"lines": asked.lines, "reason": reason.value}
    return [
        asked.want("refund_keep", "It is not what they paid for.", amount=str(_paid(asked)), **wish),
        asked.want("start_return", "It is not what they paid for.", **asked.back, **wish),
    ]


def _trouble(asked: Asked) -> list[Wanted]:
    """Only what they ask for themselves: else there is a question to be answered first."""
    if _REPLACE.search(asked.text) and asked.reason in {*_FAULTS, Reason.NOT_RECEIVED} and asked.lines:
        reason = asked.reason or Reason.OTHER
        return [asked.want("resend", "They ask for another one.", lines=asked.lines, reason=reason.value)]
    return _refund(asked) if _REFUND.search(asked.text) else []


def _paid(asked: Asked) -> Any:
    every = {line.external_id: line for line in asked.order.lines.all()}
    return sum(paid_for(every[line], quantity) for line, quantity in asked.lines.items())


def _quoted(asked: Asked) -> str:
    return " ".join((asked.intent.words or asked.text).split())[:300]


_GRANTS: dict[IntentKind, Callable[[Asked], list[Wanted]]] = {
    IntentKind.CANCEL: _cancel,
    IntentKind.CHANGE_ADDRESS: _address,
    IntentKind.CHANGE_ORDER: _items,
    IntentKind.RETURN_REQUEST: _send_back,
    IntentKind.EXCHANGE: _exchange,
    IntentKind.REFUND_REQUEST: _refund,
    IntentKind.DELIVERY_EXCEPTION: _trouble,
}
