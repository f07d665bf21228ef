"""Purchases, what became of them, and what is sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.contract import Money
from connectors.events.messages import Party
from connectors.events.parcels import ParcelStatus


@dataclass(frozen=True)
class Address:
    name: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    phone: str = ""


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
