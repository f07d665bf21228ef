"""What customers want, as a fixed list, and how a message's clauses vote on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from agents.understanding.clauses import Clause


class IntentKind(StrEnum):
    WHERE_IS_MY_ORDER = "where_is_my_order"
    DELIVERY_EXCEPTION = "delivery_exception"  # late, lost, damaged, wrong, not received
    RETURN_REQUEST = "return_request"  # starting a return, or asking how returns work
    EXCHANGE = "exchange"
    REFUND_REQUEST = "refund_request"
    REFUND_STATUS = "refund_status"
    CANCEL = "cancel"
    CHANGE_ORDER = "change_order"
    CHANGE_ADDRESS = "change_address"
    PRODUCT_QUESTION = "product_question"
    SHIPPING_INFO = "shipping_info"  # before an order: where to, how fast, how much
    PAYMENT = "payment"  # paying, invoices, wrong charges
    DISCOUNT = "discount"
    ACCOUNT = "account"
    SUBSCRIPTION = "subscription"  # goods that come again by themselves: start, pause, skip, end
    WARRANTY = "warranty"
    HUMAN = "human"  # wants to talk to a person
    COMPLAINT = "complaint"
    OTHER = "other"  # none of these
    UNSURE = "unsure"  # cannot be told; never learned, only concluded


class Detail(StrEnum):
    """What more a wish says, where that changes the answer."""

    # of a delivery exception
    LATE = "late"
    LOST = "lost"  # the carrier lost it, or nothing moves any more
    DAMAGED = "damaged"
    NOT_RECEIVED = "not_received"  # it is said to be delivered, and is not there
    WRONG_ADDRESS = "wrong_address"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    ATTEMPTED = "attempted"  # the carrier came in vain
    RETURNING = "returning"  # on its way back to the seller
    # of a product question
    FIT = "fit"
    STOCK = "stock"
    COMPATIBILITY = "compatibility"
    CARE = "care"


PLAIN = "none"  # among the examples: nothing more is said
DETAILS: Mapping[IntentKind, frozenset[str]] = {
    IntentKind.DELIVERY_EXCEPTION: frozenset(
        {
            Detail.LATE,
            Detail.LOST,
            Detail.DAMAGED,
            Detail.NOT_RECEIVED,
            Detail.WRONG_ADDRESS,
            Detail.WRONG_ITEM,
            Detail.MISSING_ITEM,
            Detail.ATTEMPTED,
            Detail.RETURNING,
            PLAIN,
        }
    ),
    IntentKind.PRODUCT_QUESTION: frozenset(
        {Detail.FIT, Detail.STOCK, Detail.COMPATIBILITY, Detail.CARE, PLAIN}
    ),
}


@dataclass(frozen=True, slots=True)
class Intent:
    kind: IntentKind
    confidence: float  # 0 to 1
    words: str = ""  # the clause that says so
    start: int = 0  # where that clause stands in the message
    end: int = 0
    detail: Detail | None = None  # only of the kinds in DETAILS, and only where it is told


_CLEAR = 0.5  # one clause alone is enough to report what it wants
_FURTHER = 0.6  # a second wish must be clearer: much of a message only tells the story of the first
_FLOOR = 0.22  # below it nothing is claimed: with 18 kinds, chance is 0.06
_MOST = 4  # more wishes than this in one message are noise


def choose(
    clauses: Sequence[Clause], odds: np.ndarray, whole: np.ndarray, labels: Sequence[str]
) -> tuple[Intent, ...]:
    """The wishes of a message, surest first; never empty.

    `odds` are probabilities (clauses x labels), `whole` those of the message as one. Where no clause is
    clear ("thanks! order 1042. status?"), the message as a whole decides.
    """
    best: dict[IntentKind, Intent] = {}
    for clause, row in zip(clauses, odds, strict=True):
        top = int(row.argmax())
        kind, confidence = IntentKind(labels[top]), round(float(row[top]), 3)
        if kind not in best or best[kind].confidence < confidence:
            best[kind] = Intent(kind, confidence, clause.text, clause.start, clause.end)
    ranked = sorted(best.values(), key=lambda intent: -intent.confidence)
    clear = [each for each in ranked if each.confidence >= _CLEAR and each.kind is not IntentKind.OTHER]
    if clear:
        return (clear[0], *(each for each in clear[1:_MOST] if each.confidence >= _FURTHER))
    top = int(whole.argmax())
    confidence = round(float(whole[top]), 3)
    if confidence < _FLOOR:
        return (Intent(IntentKind.UNSURE, confidence),)
    kind = IntentKind(labels[top])
    seen = best.get(kind)
    return (Intent(kind, confidence, seen.words, seen.start, seen.end) if seen else Intent(kind, confidence),)


_TOLD = 0.4  # of what the kind's own details share among them


def detail(kind: IntentKind, odds: np.ndarray, labels: Sequence[str]) -> Detail | None:
    """`odds` are one clause's probabilities over `labels`; only those of this kind compete."""
    own = DETAILS.get(kind)
    if own is None:
        return None
    shares = {label: float(share) for label, share in zip(labels, odds, strict=True) if label in own}
    top = max(shares, key=lambda label: shares[label])
    return Detail(top) if top != PLAIN and shares[top] >= _TOLD * sum(shares.values()) else None
