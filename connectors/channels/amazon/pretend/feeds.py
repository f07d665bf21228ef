"""Feeds: a file is handed in, worked through a little later, and answered line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.channels.amazon.pretend.shapes import item_id, status_of
from connectors.events import Fulfiller
from connectors.sandbox.world import Order, Refund, Shop, World

Json = dict[str, Any]
Row = Mapping[str, str]

REFUND = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"
CANCEL = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
_PARTS = ("item-price-adj", "item-tax-adj", "shipping-price-adj", "shipping-tax-adj")


class Rejected(Exception):
    """A line that is not accepted: (code, message)."""


@dataclass
class Feed:
    id: str
    kind: str
    seller: str
    content: bytes
    made_at: datetime
    status: str = "IN_QUEUE"
    ended_at: datetime | None = None
    result_id: str = ""

    def shown(self) -> Json:
        body: Json = {
            "feedId": self.id,
            "feedType": self.kind,
            "createdTime": self.made_at.isoformat(),
            "processingStatus": self.status,
        }
        if self.ended_at:
            body["processingEndTime"] = self.ended_at.isoformat()
        return body | ({"resultFeedDocumentId": self.result_id} if self.result_id else {})


@dataclass
class Work:
    """What a feed does to the world. The text of its result has Amazon's form."""

    world: World
    kinds: Mapping[str, Callable[[Shop, Row], None]] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = {REFUND: self._refund, CANCEL: self._cancel}

    def through(self, shop: Shop, feed: Feed) -> str:
        """Raises ValueError for a file that cannot be read at all."""
        act = self.kinds[feed.kind]
        rows = list(csv.DictReader(io.StringIO(feed.content.decode()), delimiter="\t"))
        if not rows or "order-id" not in rows[0]:
            raise ValueError("no table of orders")
        errors = []
        for number, row in enumerate(rows, start=1):
            try:
                act(shop, row)
            except Rejected as error:
                code, message = error.args
                errors.append(f"{number}\t\t{code}\tError\t{message}")
        return _summary(len(rows), errors)

    def _refund(self, shop: Shop, row: Row) -> None:
        order = _order(shop, row, row["order-item-id"])
        try:
            amount = sum((Decimal(row.get(part) or "0") for part in _PARTS), Decimal(0))
        except InvalidOperation:
            raise Rejected("25001", "An amount is not a number.") from None
        left = order.total - sum((each.amount for each in order.refunds), Decimal(0))
        if not 0 < amount <= left:
            raise Rejected(
                "25012", f"The refund of {amount} is not within the {left} that is left of the order."
            )
        now = self.world.clock.now()
        order.refunds.append(Refund(self.world.next_id(), amount, now, row["adjustment-reason-code"]))
        order.financial_status = "refunded" if amount == left else "partially_refunded"
        self.world.touch(order)

    def _cancel(self, shop: Shop, row: Row) -> None:
        order = _order(shop, row, row["amazon-order-item-code"])
        if status_of(self.world, order) not in ("UNSHIPPED", "CANCELLED"):
            raise Rejected("25031", "The order has shipped and cannot be cancelled.")
        order.cancelled_at = order.cancelled_at or self.world.clock.now()
        order.financial_status = "voided"
        self.world.touch(order)


def _order(shop: Shop, row: Row, item: str) -> Order:
    order = shop.order_named(row["order-id"])
    if order is None or item not in map(item_id, order.lines):
        raise Rejected("25003", "There is no such order or item.")
    if order.fulfilled_by == Fulfiller.PLATFORM:
        raise Rejected("25040", "The order is fulfilled by Amazon.")
    return order


def _summary(processed: int, errors: list[str]) -> str:
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{processed}",
        f"\tNumber of records successful\t\t{processed - len(errors)}",
        "",
    ]
    head = ["original-record-number\tsku\terror-code\terror-type\terror-message"] if errors else []
    return "\n".join([*lines, *head, *errors, ""])
