"""What is claimed, allowed, settled and measured; and that something changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.contract import Money
from connectors.events.messages import Party


@dataclass(frozen=True)
class Changed:
    """An object changed; the payload is only a hint, so it is fetched again."""

    kind: str  # as in contract.One
    external_id: str


@dataclass(frozen=True)
class ErasureAsked:
    """The platform tells that a shopper left it, or asked to be forgotten: what we hold of them has to go."""

    who: Party


class DisputeKind(StrEnum):
    CLAIM = "claim"  # a buyer's guarantee claim (Amazon A-to-z, TikTok, Walmart)
    INQUIRY = "inquiry"  # "where is it?" with a deadline (eBay)
    CASE = "case"  # escalated to the platform (eBay)
    CHARGEBACK = "chargeback"  # the buyer's bank
    PAYMENT_DISPUTE = "payment_dispute"  # the platform's own payment service


class DisputeState(StrEnum):
    ACTION_NEEDED = "action_needed"  # the seller must answer
    WAITING = "waiting"  # for the buyer or the platform
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"  # ended without a winner


class DisputeAnswer(StrEnum):
    """What a seller may do about a dispute."""

    ACCEPT = "accept"
    CONTEST = "contest"
    REFUND = "refund"
    OFFER = "offer"  # part of the money
    PROVIDE_TRACKING = "provide_tracking"
    ADD_EVIDENCE = "add_evidence"
    WRITE = "write"
    APPEAL = "appeal"


@dataclass(frozen=True)
class DisputeChanged:
    """A claim with a deadline, whole, as it is now. `answers` may be given through `perform(AnswerDispute)`; with
    none, `url` is where the seller answers."""

    external_id: str
    kind: DisputeKind
    state: DisputeState
    opened_at: datetime
    updated_at: datetime
    label: str = ""  # the platform's own name for it: "A-to-z claim"
    reason: str = ""  # in the platform's words
    amount: Money | None = None
    order_id: str = ""  # the order's external id
    order_number: str = ""
    buyer: Party | None = None
    due_at: datetime | None = None
    answers: tuple[DisputeAnswer, ...] = ()
    revision: str = ""  # hand back with an answer, where the platform wants it
    outcome: str = ""  # how it ended, in the platform's words
    url: str = ""


class Ended(StrEnum):
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True)
class CommandSettled:
    """How an accepted command ended. `external_id` is its receipt's."""

    external_id: str
    ended: Ended
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Opening:
    """A fixed kind of message a platform allows for an order now. `needs` name what it takes: "text", "files",
    "starts_on", "ends_on"."""

    kind: str
    label: str
    needs: tuple[str, ...] = ("text",)
    longest_text: int = 2000


@dataclass(frozen=True)
class OpeningsRead:
    order_id: str
    openings: tuple[Opening, ...]
    at: datetime


class Level(StrEnum):
    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True)
class Metric:
    """One measure of how well a seller keeps a platform's standards; `value` and `standard` as the platform writes
    them ("96.4 %", "at least 95 %")."""

    key: str
    label: str
    value: str
    level: Level
    standard: str = ""
    over: str = ""  # the period: "30 days"
    url: str = ""


@dataclass(frozen=True)
class PerformanceReported:
    metrics: tuple[Metric, ...]
    at: datetime


@dataclass(frozen=True)
class Disconnected:
    """The seller removed us at the platform."""

    reason: str
