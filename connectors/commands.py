"""Normal wishes that go out. Plain frozen data; all money is `Money`, all ids are the platform's own.

A connector names in `commands` which of these its `perform` takes; `SendMessage` goes through `send`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from connectors.contract import Money
from connectors.events import DisputeAnswer, File, Party


@dataclass(frozen=True)
class SendMessage:
    """One message to one shopper.

    `replies_to` are the platform ids of the thread's messages, newest first (mail writes them as
    References). `reply_token` identifies the conversation; mail signs it into the reply address.
    """

    to: Party
    text: str
    thread: str = ""
    subject: str = ""
    replies_to: tuple[str, ...] = ()
    reply_token: str = ""
    sender_name: str = ""
    files: tuple[File, ...] = ()
    order_id: str = ""  # the order it is about, where one is known


class Reason(StrEnum):
    """Why money goes back or an order is cancelled; each platform has its own words for these."""

    CHANGED_MIND = "changed_mind"
    NOT_RECEIVED = "not_received"
    LATE = "late"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    MISSING_PARTS = "missing_parts"
    PRICE = "price"
    GOODWILL = "goodwill"
    RETURNED = "returned"
    OUT_OF_STOCK = "out_of_stock"
    ADDRESS = "address"
    FRAUD = "fraud"
    OTHER = "other"


@dataclass(frozen=True)
class RefundLine:
    """`amount` and `tax` are what goes back for the whole quantity, both positive."""

    line_id: str
    quantity: int
    amount: Money
    tax: Money | None = None


@dataclass(frozen=True)
class RefundOrder:
    """Money back without goods, or for goods of a return (`return_id`). `amount` is the total, positive."""

    order_id: str
    amount: Money
    reason: Reason
    lines: tuple[RefundLine, ...] = ()
    shipping: Money | None = None  # the part of `amount` that is postage
    return_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class CancelOrder:
    """The whole order, or only `lines` (line id → quantity)."""

    order_id: str
    reason: Reason
    lines: tuple[tuple[str, int], ...] = ()
    request_id: str = ""  # the shopper's request that is granted, where the platform keeps one
    note: str = ""


@dataclass(frozen=True)
class RefuseCancellation:
    order_id: str
    request_id: str = ""
    tracking_number: str = ""
    note: str = ""


class ReturnDecision(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    OFFER = "offer"  # part of the money, and the shopper keeps the goods
    RECEIVED = "received"  # the goods are back


@dataclass(frozen=True)
class DecideReturn:
    return_id: str
    decision: ReturnDecision
    amount: Money | None = None
    note: str = ""
    label: File | None = None


@dataclass(frozen=True)
class AnswerDispute:
    """`revision` as the dispute said it, so that nobody answers what has changed meanwhile."""

    dispute_id: str
    answer: DisputeAnswer
    note: str = ""
    files: tuple[File, ...] = ()
    evidence_kind: str = ""
    amount: Money | None = None
    tracking_number: str = ""
    carrier: str = ""
    revision: str = ""


@dataclass(frozen=True)
class SendOpening:
    """A message of a fixed kind, where the platform allows no free one (see events.Opening)."""

    order_id: str
    kind: str
    text: str = ""
    files: tuple[File, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class AskForReview:
    order_id: str


Command = (
    SendMessage
    | RefundOrder
    | CancelOrder
    | RefuseCancellation
    | DecideReturn
    | AnswerDispute
    | SendOpening
    | AskForReview
)
