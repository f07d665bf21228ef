"""Our wishes → the inputs of Shopify's mutations, and our reasons in Shopify's words. Pure.

The shopper hears of every step from us, so Shopify is always told to tell them nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.commands import CancelOrder, Reason, RefundOrder, ResendOrder
from connectors.contract import Money
from connectors.errors import Refused
from connectors.events import Address

Json = dict[str, Any]

ZERO = Decimal("0.00")
LONGEST_REASON = 255  # characters of a return's note
CANCEL = {Reason.FRAUD: "FRAUD", Reason.OUT_OF_STOCK: "INVENTORY", Reason.OTHER: "OTHER"}
RETURN = {
    Reason.CHANGED_MIND: "UNWANTED",
    Reason.DAMAGED: "DEFECTIVE",
    Reason.DEFECTIVE: "DEFECTIVE",
    Reason.NOT_AS_DESCRIBED: "NOT_AS_DESCRIBED",
    Reason.WRONG_ITEM: "WRONG_ITEM",
    Reason.MISSING_PARTS: "DEFECTIVE",
}
DISCREPANCY = {Reason.CHANGED_MIND: "CUSTOMER", Reason.DAMAGED: "DAMAGE", Reason.DEFECTIVE: "DAMAGE"}


def mark(key: str) -> str:
    """What makes a refund, which Shopify finds by no key of ours, known again in its note."""
    return f"[{key[:12]}]"


def refund_lines(lines: Sequence[tuple[str, int]], restock: str) -> list[Json]:
    return [{"lineItemId": line, "quantity": count, "restockType": restock} for line, count in lines]


def refund(wish: RefundOrder, found: Json, key: str) -> Json:
    """`found` is lookups.REFUNDABLE's answer for the order.

    Lines are named only where they go back whole: whatever money went with it, Shopify would hold a named line for
    refunded altogether.
    """
    whole = bool(wish.lines) and paid(found["asked"]["amountSet"]) == wish.amount
    body: Json = {
        "orderId": wish.order_id,
        "currency": wish.amount.currency,
        "note": f"{wish.note} {mark(key)}".strip(),
        "notify": False,
        "transactions": [
            each | {"orderId": wish.order_id, "kind": "REFUND"}
            for each in payments(wish.amount, found["whole"]["suggestedTransactions"])
        ],
    }
    if whole:
        body["refundLineItems"] = refund_lines([(e.line_id, e.quantity) for e in wish.lines], "NO_RESTOCK")
    if wish.shipping:
        body["shipping"] = {"amount": str(wish.shipping.amount)}
    if not whole and wish.shipping != wish.amount:
        body["discrepancyReason"] = DISCREPANCY.get(wish.reason, "OTHER")
    return body


def cancelled_lines(wish: CancelOrder, found: Json, key: str) -> Json:
    """What was not sent yet is cancelled by refunding it: one mutation that is done once."""
    amount = paid(found["asked"]["amountSet"])
    places = {
        each["lineItem"]["id"]: (each["location"] or {}).get("id")
        for each in found["asked"]["refundLineItems"]
    }
    return {
        "orderId": wish.order_id,
        "currency": amount.currency,
        "note": f"{wish.note} {mark(key)}".strip(),
        "notify": False,
        "refundLineItems": [
            each | {"locationId": places.get(each["lineItemId"])}
            for each in refund_lines(wish.lines, "CANCEL")
        ],
        "transactions": [
            each | {"orderId": wish.order_id, "kind": "REFUND"}
            for each in payments(amount, found["whole"]["suggestedTransactions"])
        ],
    }


def returned(
    lines: Sequence[tuple[str, int]], found: Json, reason: Reason, note: str, fee: Money | None
) -> list[Json]:
    """Each line by the parcels it came in. `found` is lookups.RETURNABLE's answer. Raises Refused for more than can come
    back."""
    share = _share(fee, lines, found["order"]["lineItems"]["nodes"]) if fee else None
    items = []
    for line, count in lines:
        left = count
        for each in _returnable(found, line):
            part = min(left, each["quantity"])
            if part:
                item: Json = {
                    "fulfillmentLineItemId": each["fulfillmentLineItem"]["id"],
                    "quantity": part,
                    "returnReason": RETURN.get(reason, "OTHER"),
                    "returnReasonNote": (note or reason.replace("_", " "))[:LONGEST_REASON],
                }
                items.append(item | ({"restockingFee": {"percentage": share}} if share else {}))
                left -= part
        if left:
            raise Refused(
                f"Only {count - left} of {count} can come back: the others never left, or are back."
            )
    return items


def _returnable(found: Json, line: str) -> list[Json]:
    parcels = [
        each["returnableFulfillmentLineItems"]["nodes"] for each in found["returnableFulfillments"]["nodes"]
    ]
    return [e for parcel in parcels for e in parcel if e["fulfillmentLineItem"]["lineItem"]["id"] == line]


def _share(fee: Money, lines: Sequence[tuple[str, int]], known: Sequence[Json]) -> float:
    """Shopify takes a fee only as per cent of what the goods cost."""
    prices = {each["id"]: paid(each["discountedUnitPriceAfterAllDiscountsSet"]).amount for each in known}
    worth = sum((prices.get(line, ZERO) * count for line, count in lines), ZERO)
    if not worth or fee.amount > worth:
        raise Refused("The restocking fee is more than the goods cost.")
    return float(fee.amount / worth * 100)


def payments(amount: Money, found: Sequence[Json]) -> list[Json]:
    """Which payment gives back how much: parentId, gateway, amount. Raises Refused where they hold less."""
    left, parts = amount.amount, []
    for each in found:
        held = paid(each["maximumRefundableSet"]) if each["maximumRefundableSet"] else amount
        if held.currency != amount.currency:
            raise Refused(f"This order was paid in {held.currency}, not in {amount.currency}.")
        part = min(left, held.amount)
        if part > 0:
            parent = each["parentTransaction"]["id"]
            parts.append({"parentId": parent, "gateway": each["gateway"], "amount": str(part)})
            left -= part
    if left > 0:
        raise Refused(f"Only {amount.amount - left} {amount.currency} of this order can still go back.")
    return parts


def in_two_lines(wanted: Address) -> Address:
    """As Shopify keeps it."""
    lines = [line for line in wanted.lines if line]
    return replace(wanted, lines=tuple([*lines[:1], ", ".join(lines[1:])][: min(len(lines), 2)]))


def address(wanted: Address) -> Json:
    first, _, last = wanted.name.rpartition(" ")
    lines = (*in_two_lines(wanted).lines, "", "")
    return {
        "firstName": first,
        "lastName": last,
        "address1": lines[0],
        "address2": lines[1],
        "city": wanted.city,
        "provinceCode": wanted.region or None,
        "zip": wanted.postal_code,
        "countryCode": wanted.country or None,
        "phone": wanted.phone or None,
    }


def same_goods(wish: ResendOrder, found: Json, key: str) -> Json:
    """A draft of the same goods for nothing. `found` is lookups.AGAIN's answer for the order."""
    return {
        "lineItems": _goods(wish, found["lineItems"]["nodes"]),
        "appliedDiscount": {"title": "Replacement", "value": 100.0, "valueType": "PERCENTAGE"},
        "shippingAddress": address(wish.address) if wish.address else _copied(found["shippingAddress"]),
        "email": found["email"],
        "note": wish.note or f"Replaces {found['name']}",
        "tags": ["replacement"],
        "customAttributes": [
            {"key": "waybill", "value": key},
            {"key": "replaces", "value": found["name"]},
        ],
    } | ({"purchasingEntity": {"customerId": found["customer"]["id"]}} if found["customer"] else {})


def _goods(wish: ResendOrder, lines: Sequence[Json]) -> list[Json]:
    bought = {each["id"]: each for each in lines}
    goods = []
    for line, count in wish.lines or [(each["id"], each["quantity"]) for each in lines]:
        if line not in bought:
            raise Refused("The order has no such line.")
        if not bought[line]["variant"]:
            raise Refused(f"{bought[line]['title']} is no longer sold.")
        if count > bought[line]["quantity"]:
            raise Refused(f"Only {bought[line]['quantity']} of {bought[line]['title']} were bought.")
        goods.append({"variantId": bought[line]["variant"]["id"], "quantity": count})
    return goods


def _copied(found: Json | None) -> Json | None:
    """An address as Shopify gives it → as Shopify takes it."""
    if found is None:
        return None
    return {name: value for name, value in found.items() if name != "countryCodeV2"} | {
        "countryCode": found["countryCodeV2"]
    }


def paid(bag: Json) -> Money:
    return money(bag["presentmentMoney"])


def money(found: Json) -> Money:
    return Money(Decimal(found["amount"]), found["currencyCode"])
