"""Wishes → Walmart's JSON. Pure. Raises Refused, in a seller's words, for what Walmart would not take.

Amounts of refunds are negative, tax stands apart and in proportion, and no line gives back more than it was charged.
What goes back, tax included, is exactly the amount that was approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.channels.walmart.fields import Json, amount, cents, listed, quantity, tax_of
from connectors.channels.walmart.orders import SHIPPED, WAITING, number_of, pieces, refunded, wants_cancelling
from connectors.commands import CancelOrder, Reason, RefundOrder
from connectors.errors import Refused

REFUND_REASONS = {
    Reason.CHANGED_MIND: "CustomerChangedMind",
    Reason.NOT_RECEIVED: "ItemNotReceivedByCustomer",
    Reason.LATE: "CustomerReceivedItemLate",
    Reason.DAMAGED: "DamagedItem",
    Reason.DEFECTIVE: "DefectiveItem",
    Reason.NOT_AS_DESCRIBED: "ItemNotAsAdvertised",
    Reason.WRONG_ITEM: "IncorrectItemReceived",
    Reason.MISSING_PARTS: "Missing Parts / Instructions",
    Reason.PRICE: "BillingError",
    Reason.GOODWILL: "Finance -> Goodwill",
    Reason.RETURNED: "Customer returned item",
}
OTHER_REASON = "General adjustment"
CANCEL_REASONS = {
    Reason.CHANGED_MIND: "CUSTOMER_REQUESTED_SELLER_TO_CANCEL",
    Reason.PRICE: "SELLER_CANCEL_PRICING_ERROR",
    Reason.OUT_OF_STOCK: "SELLER_CANCEL_OUT_OF_STOCK",
    Reason.FRAUD: "SELLER_CANCEL_FRAUD_STOP_SHIPMENT",
    Reason.ADDRESS: "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE",
}


def mark_of(key: str) -> str:
    """Stands in a refund's comment, since Walmart takes no key of ours: by it a refund is found again."""
    return f"wb-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class _Part:
    """Goods or postage of one line: what was charged less what went back."""

    line: Json
    kind: str  # PRODUCT or SHIPPING
    name: str
    net: Decimal
    tax: Decimal
    tax_name: str

    @property
    def left(self) -> Decimal:
        return self.net + self.tax


def refund_lines(order: Json, command: RefundOrder, mark: str, apart: Collection[str] = ()) -> list[Json]:
    """`apart` are lines that a return covers: their money goes back through the return."""
    if command.amount.amount <= 0:
        raise Refused("A refund must be more than nothing.")
    parts = [part for line in listed(order, "orderLines") if pieces(line, *SHIPPED) for part in _parts(line)]
    if not parts:
        raise Refused("Walmart refunds only what was shipped, and nothing of that is left to refund.")
    parts = [each for each in parts if number_of(each.line) not in apart]
    if not parts:
        raise Refused("This was refunded through a return. More can go back only in Seller Center.")
    chosen = _chosen(parts, command)
    if sum((gross for _, gross, _ in chosen), Decimal(0)) != command.amount.amount:
        raise Refused("The parts of this refund do not add up to its amount.")
    lines: dict[str, list[Json]] = {}
    for part, gross, tax in chosen:
        charge = _charge(part, gross, tax, command)
        lines.setdefault(number_of(part.line), []).append(charge)
    comment = f"{command.note} ({mark})".strip() if command.note else mark
    return [
        {
            "lineNumber": number,
            "isFullRefund": False,
            "refunds": {"refund": [{"refundComments": comment, "refundCharges": {"refundCharge": charges}}]},
        }
        for number, charges in lines.items()
    ]


def cancel_lines(order: Json, command: CancelOrder) -> list[Json]:
    """[] where everything wished for is cancelled already."""
    lines = {number_of(each): each for each in listed(order, "orderLines")}
    unknown = [number for number, _ in command.lines if number not in lines]
    if unknown:
        raise Refused(f"This order has no line {', '.join(unknown)}.")
    wished = dict(command.lines) or {
        number: quantity(each.get("orderLineQuantity")) for number, each in lines.items()
    }
    body = []
    for number, count in wished.items():
        line = lines[number]
        left = count if command.lines else count - pieces(line, "Cancelled")
        if left > 0 and pieces(line, "Cancelled") < count:
            if pieces(line, *WAITING) < left:
                raise Refused(
                    "What was shipped cannot be cancelled at Walmart. Refund it, or cancel the other lines."
                )
            body.append(_cancelled(line, left, command.reason))
    return body


def _cancelled(line: Json, count: int, reason: Reason) -> Json:
    """A shopper's own wish is never written as the seller's reason: that would spoil the seller's rate."""
    wanted = CANCEL_REASONS[Reason.CHANGED_MIND] if wants_cancelling(line) else CANCEL_REASONS.get(reason)
    if wanted is None:
        known = ", ".join(each.value.replace("_", " ") for each in CANCEL_REASONS)
        raise Refused(f"Walmart takes only these reasons for cancelling: {known}.")
    status = {
        "status": "Cancelled",
        "cancellationReason": wanted,
        "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(count)},
    }
    return {"lineNumber": number_of(line), "orderLineStatuses": {"orderLineStatus": [status]}}


def _parts(line: Json) -> list[_Part]:
    """Goods, with discounts taken off, and postage; what has gone back altogether is left out."""
    charges = listed(line, "charges")
    postage = [each for each in charges if each.get("chargeType") == "SHIPPING"]
    goods = [each for each in charges if each.get("chargeType") != "SHIPPING"]
    parts = (_part(line, kind, held) for kind, held in (("PRODUCT", goods), ("SHIPPING", postage)) if held)
    return [each for each in parts if each.net > 0]


def _part(line: Json, kind: str, charges: Sequence[Json]) -> _Part:
    net = sum((amount(each.get("chargeAmount")) for each in charges), Decimal("0.00"))
    tax = sum((tax_of(each) for each in charges), Decimal("0.00"))
    back_net, back_tax = refunded(line, kind)
    taxes = [each["tax"] for each in charges if isinstance(each.get("tax"), dict)]
    return _Part(
        line,
        kind,
        name=str(charges[0].get("chargeName") or kind),
        net=net - back_net,
        tax=max(tax - back_tax, Decimal("0.00")),
        tax_name=str(taxes[0].get("taxName") or "Tax") if taxes else "Tax",
    )


def _chosen(parts: Sequence[_Part], command: RefundOrder) -> list[tuple[_Part, Decimal, Decimal | None]]:
    """Each part with what goes back of it, tax included, and the tax where the wish names it."""
    postage = command.shipping.amount if command.shipping else Decimal("0.00")
    goods = [each for each in parts if each.kind == "PRODUCT"]
    chosen: list[tuple[_Part, Decimal, Decimal | None]] = []
    if command.lines:
        by_line = {number_of(each.line): each for each in goods}
        for line in command.lines:
            if line.line_id not in by_line:
                raise Refused(f"Nothing of line {line.line_id} can be refunded here.")
            tax = line.tax.amount if line.tax else None
            chosen.append((by_line[line.line_id], line.amount.amount + (tax or 0), tax))
    else:
        shared = _spread(goods, command.amount.amount - postage)
        chosen += [(part, gross, None) for part, gross in shared if gross]
    if postage:
        carried = _spread([each for each in parts if each.kind == "SHIPPING"], postage)
        chosen += [(part, gross, None) for part, gross in carried if gross]
    for part, gross, _ in chosen:
        if gross > part.left:
            raise Refused(f"Of line {number_of(part.line)} at most {part.left} can go back.")
    return chosen


def _spread(parts: Sequence[_Part], total: Decimal) -> list[tuple[_Part, Decimal]]:
    """In proportion to what each may give; the last takes what rounding left."""
    room = sum((each.left for each in parts), Decimal("0.00"))
    if total > room:
        raise Refused(f"At most {room} can go back.")
    shared, given = [], Decimal("0.00")
    for at, part in enumerate(parts, start=1):
        share = total - given if at == len(parts) else min(part.left, cents(total * part.left / room))
        given += share
        shared.append((part, share))
    return shared


def _charge(part: _Part, gross: Decimal, tax: Decimal | None, command: RefundOrder) -> Json:
    """With `tax` unsaid, it is the same share of the tax as of the price."""
    tax = cents(gross * part.tax / part.left) if tax is None else tax
    currency = command.amount.currency
    charge: Json = {
        "chargeType": part.kind,
        "chargeName": part.name,
        "chargeAmount": {"currency": currency, "amount": -float(gross - tax)},
    }
    if tax:
        charge["tax"] = {"taxName": part.tax_name, "taxAmount": {"currency": currency, "amount": -float(tax)}}
    return {"refundReason": REFUND_REASONS.get(command.reason, OTHER_REASON), "charge": charge}
