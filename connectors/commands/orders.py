"""Wishes about an order and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from connectors.commands.money import Reason
from connectors.contract import Money
from connectors.events import Address


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


@dataclass(frozen=True)
class ChangeAddress:
    """Where an order that has not left yet goes to; the whole address, not only what differs."""

    order_id: str
    address: Address
    note: str = ""


@dataclass(frozen=True)
class InterceptParcel:
    """A parcel on its way: back to the seller, or to another address where `address` is one. The carrier charges for it."""

    tracking_number: str
    carrier: str = ""  # as the shipment says
    address: Address | None = None
    order_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class ResendOrder:
    """The same goods once more at no charge, as a new order. No `lines` (line id → quantity) means all."""

    order_id: str
    reason: Reason
    lines: tuple[tuple[str, int], ...] = ()
    address: Address | None = None  # None: the order's own
    note: str = ""


@dataclass(frozen=True)
class Swap:
    """So many of a line's pieces for as many of another variant."""

    line_id: str
    quantity: int
    variant_id: str


@dataclass(frozen=True)
class ChangeItems:
    """Other variants in an order that has not left yet.

    `due` is what the shopper then owes; negative, what goes back. It is what was shown to whoever agreed: the
    platform's own figure must be the same, or nothing is changed.
    """

    order_id: str
    swaps: tuple[Swap, ...]
    due: Money | None = None
    note: str = ""


class SubscriptionChange(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"  # the next delivery
    CANCEL = "cancel"
    SWAP = "swap"  # `line_id` becomes `variant_id`


@dataclass(frozen=True)
class ChangeSubscription:
    subscription_id: str
    change: SubscriptionChange
    until: date | None = None  # of a pause
    line_id: str = ""
    variant_id: str = ""
    note: str = ""
