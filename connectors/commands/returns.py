"""Goods that come back, and what the shopper gets for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.commands.money import Reason
from connectors.commands.orders import Swap
from connectors.contract import Money
from connectors.events import File


@dataclass(frozen=True)
class StartReturn:
    """The seller opens a return for delivered goods (line id → quantity), approved from the start.

    `label` is the seller's own, for the parcel back; None: the shopper sends it as they like. `restocking_fee` is for
    all lines together and is kept when the goods are refunded.
    """

    order_id: str
    lines: tuple[tuple[str, int], ...]
    reason: Reason
    note: str = ""  # why, in the shopper's words
    label: File | None = None
    tracking_number: str = ""  # of that label
    restocking_fee: Money | None = None


@dataclass(frozen=True)
class ExchangeLines:
    """Delivered goods come back, and others go out for them. `label` as in StartReturn.

    `due` is what was shown to whoever agreed, as in ChangeItems; the platform settles the difference by its own figures
    once the goods are back.
    """

    order_id: str
    swaps: tuple[Swap, ...]
    reason: Reason
    due: Money | None = None
    note: str = ""
    label: File | None = None
    tracking_number: str = ""


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
