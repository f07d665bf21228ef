"""What customers want, as a fixed list, and how a message's clauses vote on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from agents.clauses import Clause


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
    WARRANTY = "warranty"
    HUMAN = "human"  # wants to talk to a person
    COMPLAINT = "complaint"
    OTHER = "other"  # none of these
    UNSURE = "unsure"  # cannot be told; never learned, only concluded


@dataclass(frozen=True, slots=True)
class Intent:
    kind: IntentKind
    confidence: float  # 0 to 1
    words: str = ""  # the clause that says so
    start: int = 0  # where that clause stands in the message
    end: int = 0


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
