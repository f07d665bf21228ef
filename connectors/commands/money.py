"""Money that goes back, or is promised for another time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from connectors.contract import Money


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
class GiveStoreCredit:
    """Money to spend in the shop. The shopper is the order's, or `customer_id` where no order is meant."""

    amount: Money
    order_id: str = ""
    customer_id: str = ""
    expires_at: datetime | None = None  # aware
    note: str = ""


@dataclass(frozen=True)
class MakeDiscount:
    """A code for one use by one shopper: either `percent` (above 0, up to 100) or `amount`."""

    code: str
    percent: Decimal | None = None
    amount: Money | None = None
    order_id: str = ""
    customer_id: str = ""
    expires_at: datetime | None = None  # aware
    title: str = ""
