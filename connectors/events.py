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
    """A shopper said something.

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
    order_number: str = ""  # when the platform itself ties the message to an order


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


@dataclass(frozen=True)
class Disconnected:
    """The seller removed us at the platform."""

    reason: str


Event = (
    MessageReceived | MessageBounced | Changed | OrderChanged | ParcelTracked | ProductChanged | Disconnected
)
