"""Refunds and cancellations: tab-separated files ("feeds") that Amazon works through in minutes, line by line.

A feed that is DONE may still have refused its lines: only its result says. Columns and reason codes: SP-API
documentation, "Order feed type values", and the templates Seller Central offers for the same files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.channels.amazon.orders import is_fba, parts_of
from connectors.commands import CancelOrder, Command, Reason, RefundLine, RefundOrder
from connectors.errors import Refused
from connectors.events import CommandSettled, Ended, Event

Json = dict[str, Any]

REFUND = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"
CANCEL = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
KINDS = (REFUND, CANCEL)
CONTENT_TYPE = "text/tab-separated-values; charset=UTF-8"
ENDED = ("DONE", "FATAL", "CANCELLED")

_REFUND_COLUMNS = (
    "order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj",
    "shipping-price-adj", "shipping-tax-adj", "gift-wrap-price-adj", "gift-wrap-tax-adj", "item-promotion-adj",
    "quantity-cancelled",
)  # fmt: skip
_CANCEL_COLUMNS = ("order-id", "amazon-order-item-code", "cancellation-reason-code")
_REFUND_REASONS = {
    Reason.CHANGED_MIND: "CustomerReturn",
    Reason.RETURNED: "CustomerReturn",
    Reason.NOT_RECEIVED: "CouldNotShip",
    Reason.WRONG_ITEM: "DifferentItem",
    Reason.PRICE: "PriceError",
    Reason.OUT_OF_STOCK: "NoInventory",
    Reason.ADDRESS: "CustomerAddressIncorrect",
}
_CANCEL_REASONS = {
    Reason.OUT_OF_STOCK: "NoInventory",
    Reason.ADDRESS: "ShippingAddressUndeliverable",
    Reason.PRICE: "PricingError",
    Reason.CHANGED_MIND: "BuyerCanceled",
}
_COUNT = re.compile(r"^\s*number of records (processed|successful)\s+(\d+)\s*$", re.I | re.M)
_CENT = Decimal("0.01")


def of(command: Command, order: Json) -> tuple[str, bytes]:
    """(kind, content). Raises Refused, with words for whoever pressed the button."""
    if is_fba(order):
        raise Refused(
            "Amazon ships this order from its own warehouse (FBA) and settles refunds and cancellations with the "
            "buyer itself. Ask the buyer to write to Amazon's customer service."
        )
    if isinstance(command, CancelOrder):
        return CANCEL, _table(_CANCEL_COLUMNS, _cancellation(command, order))
    if isinstance(command, RefundOrder):
        return REFUND, _table(_REFUND_COLUMNS, _refund(command, order))
    raise TypeError(type(command).__name__)


def settled(body: Json) -> Sequence[Event]:
    """() while Amazon is still at it. `body` holds the feed and the text of its result."""
    feed, result = body["feed"], body.get("result", "")
    status = feed["processingStatus"]
    if status not in ENDED:
        return ()
    at = datetime.fromisoformat(feed.get("processingEndTime") or feed["createdTime"])
    if status == "CANCELLED":
        return (CommandSettled(feed["feedId"], Ended.REJECTED, at, "It was cancelled at Amazon."),)
    if status == "FATAL":
        why = "; ".join(_errors(result)) or "Amazon could not read the request at all."
        return (CommandSettled(feed["feedId"], Ended.REJECTED, at, why),)
    counts = {name.lower(): int(count) for name, count in _COUNT.findall(result)}
    errors = _errors(result)
    good = not errors and counts.get("successful", 1) == counts.get("processed", 1)
    why = "; ".join(errors) or ("" if good else "Amazon did not accept every line, and does not say why.")
    return (CommandSettled(feed["feedId"], Ended.DONE if good else Ended.REJECTED, at, why),)


def _errors(result: str) -> list[str]:
    """The messages of the lines that were refused; warnings are none."""
    lines = result.splitlines()
    head = next((at for at, line in enumerate(lines) if "error-message" in line), None)
    if head is None:
        return []
    columns = lines[head].split("\t")
    rows = (dict(zip(columns, line.split("\t"), strict=False)) for line in lines[head + 1 :] if line.strip())
    return [
        f"{row.get('error-message', '').strip()} ({row.get('error-code', '').strip()})"
        for row in rows
        if row.get("error-type", "Error").strip().lower() != "warning"
    ]


def _cancellation(command: CancelOrder, order: Json) -> list[Mapping[str, str]]:
    if any((item.get("fulfillment") or {}).get("quantityFulfilled") for item in order["orderItems"]):
        raise Refused(
            "Something of this order has shipped, and Amazon cancels only before that. Refund it instead."
        )
    wanted = dict(command.lines) or {i["orderItemId"]: int(i["quantityOrdered"]) for i in order["orderItems"]}
    code = _CANCEL_REASONS.get(command.reason, "GeneralAdjustment")
    for line, quantity in wanted.items():
        if quantity != int(_item(order, line)["quantityOrdered"]):
            raise Refused("Amazon cancels whole lines only, not part of their quantity.")
    return [
        {"order-id": order["orderId"], "amazon-order-item-code": line, "cancellation-reason-code": code}
        for line in wanted
    ]


def _refund(command: RefundOrder, order: Json) -> list[Mapping[str, str]]:
    code = _REFUND_REASONS.get(command.reason, "GeneralAdjustment")
    shipping = command.shipping.amount if command.shipping else Decimal(0)
    lines = command.lines or _spread(command, order, command.amount.amount - shipping)
    rows: list[Mapping[str, str]] = []
    for line in lines:
        _item(order, line.line_id)
        row = {
            "order-id": order["orderId"],
            "order-item-id": line.line_id,
            "adjustment-reason-code": code,
            "currency": command.amount.currency,
            "item-price-adj": str(line.amount.amount),
            "item-tax-adj": str(line.tax.amount) if line.tax else "",
            "shipping-price-adj": str(shipping) if shipping else "",
        }
        shipping = Decimal(0)  # once, with the first line
        rows.append(row)
    return rows


def _spread(command: RefundOrder, order: Json, amount: Decimal) -> list[RefundLine]:
    """Amazon refunds items, not orders: an amount goes to the items in proportion to what was paid for each."""
    paid = {i["orderItemId"]: _paid(i) for i in order["orderItems"]}
    whole = sum(paid.values(), Decimal(0))
    if not whole or amount > whole:
        raise Refused(f"At most {whole} {command.amount.currency} was paid for the items of this order.")
    lines: list[RefundLine] = []
    left = amount
    for at, (line, share) in enumerate(paid.items(), start=1):
        part = left if at == len(paid) else (amount * share / whole).quantize(_CENT, ROUND_HALF_UP)
        left -= part
        if part:
            lines.append(_split_tax(line, part, _item(order, line), command))
    return lines


def _split_tax(line_id: str, amount: Decimal, item: Json, command: RefundOrder) -> RefundLine:
    parts, money = parts_of(item), type(command.amount)
    tax = (amount * parts.get("TAX", Decimal(0)) / _paid(item)).quantize(_CENT, ROUND_HALF_UP)
    currency = command.amount.currency
    return RefundLine(line_id, 0, money(amount - tax, currency), money(tax, currency) if tax else None)


def _paid(item: Json) -> Decimal:
    parts = parts_of(item)
    return (
        parts.get("ITEM", Decimal(0)) + parts.get("TAX", Decimal(0)) - abs(parts.get("DISCOUNT", Decimal(0)))
    )


def _item(order: Json, line_id: str) -> Json:
    found = next((item for item in order["orderItems"] if item["orderItemId"] == line_id), None)
    if found is None:
        raise Refused("This order has no such line any more. Read it again.")
    return dict(found)


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    lines = ["\t".join(columns), *("\t".join(row.get(name, "") for name in columns) for row in rows)]
    return ("\n".join(lines) + "\n").encode()
