"""Normal facts that come in. Plain frozen data; all times are aware, all money is `Money`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.contract import Money


@dataclass(frozen=True)
class Party:
    """Somebody as one platform names them.

    `names` maps a namespace to a value: {"email": "maya@example.com", "shopify": "gid://…/7"}.
    Names in the same event belong to the same person; that is the only proof used to join identities.
    """

    names: Mapping[str, str]
    display: str = ""
    locale: str = ""


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Address:
    name: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    phone: str = ""


@dataclass(frozen=True)
class MessageReceived:
    """A shopper said something, or (`ours`) the seller did, outside Waybill.

    `thread` is this platform's name for the thread. For mail it is found by `replies_to` (message ids, newest
    first) or the signed reply address, so it may be empty: then the message opens a thread of its own, named
    by its `external_id`.
    """

    external_id: str
    sender: Party
    text: str  # what was newly written: quotes and signature removed
    sent_at: datetime
    thread: str = ""
    replies_to: tuple[str, ...] = ()
    subject: str = ""
    quoted: str = ""  # what was removed from the text
    files: tuple[File, ...] = ()
    automatic: bool = False  # vacation notices and the like: stored, never answered
    ours: bool = False  # the seller wrote it at the platform or by mail: it goes into the thread as an answer
    recipient: Party | None = None  # of one that is ours: the shopper
    order_number: str = ""  # when the platform itself ties the message to an order


class NoticeKind(StrEnum):
    """What a platform tells a seller about. These are no conversations."""

    ORDER_PLACED = "order_placed"
    SHIP_NOW = "ship_now"
    CANCELLATION = "cancellation"
    RETURN = "return"
    REFUND = "refund"
    DISPUTE = "dispute"
    REVIEW = "review"
    PAYOUT = "payout"
    PERFORMANCE = "performance"
    POLICY = "policy"
    DIGEST = "digest"
    OTHER = "other"


@dataclass(frozen=True)
class NoticeReceived:
    """A platform told the seller something; no shopper wrote. It becomes an event on its order, or a quiet notice.

    It holds what a message would, so that a wrong sorting can be put right.
    """

    external_id: str
    kind: NoticeKind
    sender: Party
    text: str
    at: datetime
    subject: str = ""
    order_number: str = ""
    url: str = ""  # the seller's page for it


@dataclass(frozen=True)
class MessageBounced:
    """Something we sent did not arrive."""

    external_id: str  # of the message that bounced
    reason: str
    at: datetime


@dataclass(frozen=True)
class Changed:
    """An object changed; the payload is only a hint, so it is fetched again."""

    kind: str  # as in contract.One
    external_id: str


class FinancialStatus(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


class FulfillmentStatus(StrEnum):
    UNFULFILLED = "unfulfilled"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LineData:
    external_id: str
    title: str
    quantity: int
    unit_price: Money
    variant: str = ""
    sku: str = ""
    product_id: str = ""
    image_url: str = ""


@dataclass(frozen=True)
class ShipmentData:
    external_id: str
    tracking_number: str
    carrier: str  # as the platform writes it: "UPS"
    tracking_url: str = ""
    shipped_at: datetime | None = None
    line_ids: tuple[str, ...] = ()
    status: ParcelStatus | None = None  # as the platform says; a carrier's own word counts for more


@dataclass(frozen=True)
class RefundData:
    external_id: str
    amount: Money
    refunded_at: datetime
    note: str = ""


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    OPEN = "open"  # approved, goods on their way
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ReturnData:
    external_id: str
    name: str
    status: ReturnStatus
    reason: str = ""
    requested_at: datetime | None = None
    quantity: int = 0
    due_at: datetime | None = None  # when the seller must have answered or refunded
    amount: Money | None = None  # to be refunded or refunded
    tracking_number: str = ""  # of the parcel on its way back
    carrier: str = ""
    waits_for_seller: bool = False
    url: str = ""


@dataclass(frozen=True)
class ReturnChanged:
    """A return where the platform keeps it apart from its order. `order_id` is the order's external id."""

    order_id: str
    data: ReturnData
    updated_at: datetime


class Fulfiller(StrEnum):
    SELLER = "seller"
    PLATFORM = "platform"  # from the platform's own warehouse (FBA, WFS): it ships, takes back and refunds


@dataclass(frozen=True)
class OrderChanged:
    """A whole order as it is now. `updated_at` orders snapshots: an older one never overwrites a newer."""

    external_id: str
    number: str  # what the shopper sees: "#1042"
    buyer: Party
    placed_at: datetime
    updated_at: datetime
    total: Money
    subtotal: Money
    shipping: Money
    tax: Money
    discount: Money
    financial_status: FinancialStatus
    fulfillment_status: FulfillmentStatus
    lines: Sequence[LineData]
    shipments: Sequence[ShipmentData] = ()
    refunds: Sequence[RefundData] = ()
    returns: Sequence[ReturnData] = ()
    shipping_address: Address = field(default_factory=Address)
    cancelled_at: datetime | None = None
    url: str = ""  # the seller's page for it
    status_url: str = ""  # the shopper's page for it
    fulfilled_by: Fulfiller = Fulfiller.SELLER
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    cancel_requested_at: datetime | None = (
        None  # the shopper wants it cancelled, and the seller has to answer
    )


class ParcelStatus(StrEnum):
    """The eight normalised states of a parcel, in the order of a parcel's life."""

    PRE_TRANSIT = "pre_transit"
    IN_TRANSIT = "in_transit"
    EXCEPTION = "exception"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    FAILURE = "failure"
    RETURNED = "returned"


@dataclass(frozen=True)
class Scan:
    """One scan of a parcel. `status` None: it says something, but does not move the parcel's state."""

    key: str  # stable across repeats of the same scan
    at: datetime  # aware
    zone: str  # UTC offset of the place, "-05:00"; "" when the carrier does not say
    status: ParcelStatus | None
    text: str  # the carrier's own words
    code: str  # the carrier's own code
    place: str = ""  # "Columbus, OH"
    reason: str = ""  # normalised cause of an exception: "weather", "attempted", "damaged", ...


@dataclass(frozen=True)
class ParcelTracked:
    """All a carrier knows of one parcel, scans oldest first."""

    tracking_number: str
    carrier: str  # the connector's kind
    status: ParcelStatus
    scans: Sequence[Scan]
    estimated_on: datetime | None = None  # aware, end of the window in the destination's zone
    estimate_changed: bool = False
    delivered_at: datetime | None = None
    signed_by: str = ""
    left_at: str = ""  # "front porch"
    url: str = ""
    proof_url: str = ""  # the carrier's document about the hand-over, where it gives out a link


@dataclass(frozen=True)
class VariantData:
    external_id: str
    title: str
    sku: str
    price: Money
    stock: int | None  # None: not tracked


@dataclass(frozen=True)
class ProductChanged:
    external_id: str
    title: str
    description: str  # plain text
    updated_at: datetime
    variants: Sequence[VariantData] = ()
    url: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)  # {"Material": "waxed cotton"}


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


Event = (
    MessageReceived
    | MessageBounced
    | NoticeReceived
    | Changed
    | OrderChanged
    | ReturnChanged
    | DisputeChanged
    | CommandSettled
    | OpeningsRead
    | PerformanceReported
    | ParcelTracked
    | ProductChanged
    | Disconnected
)
