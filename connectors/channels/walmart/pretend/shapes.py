"""The pretend world's orders as Walmart writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.events import ParcelStatus
from connectors.sandbox.world import Line, Order, Parcel, Refund, Shop, World

Json = dict[str, Any]

CARRIERS = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL"}
ACKNOWLEDGED_AFTER = timedelta(hours=4)


@dataclass(frozen=True)
class Charged:
    """What a line was charged; `back` is what of goods and of their tax went back."""

    line: Line
    goods: Decimal
    tax: Decimal
    postage: Decimal
    off: Decimal
    back: Decimal
    back_tax: Decimal
    comments: str

    @property
    def left(self) -> Decimal:
        return self.goods + self.tax + self.postage - self.off - self.back - self.back_tax


def purchase_order(order: Order) -> str:
    return f"1089{order.id:011d}"


def order_of(shop: Shop, purchase_order_id: str) -> Order | None:
    if not (purchase_order_id.isdecimal() and purchase_order_id.startswith("1089")):
        return None
    return shop.orders.get(int(purchase_order_id[4:]))


def node_type(order: Order) -> str:
    return "WFSFulfilled" if order.fulfilled_by == "platform" else "SellerFulfilled"


def charged(order: Order) -> list[Charged]:
    """Tax in proportion; postage and discounts on the first line; refunds by the line they name, else spread."""
    goods = [line.price * line.quantity for line in order.lines]
    taxes = _spread(order.tax, goods)
    back = [Decimal("0.00")] * len(goods)
    notes = [""] * len(goods)
    for refund in order.refunds:
        at = _line_named(refund, order)
        shares = _spread(refund.amount, [g if at in (None, n) else Decimal(0) for n, g in enumerate(goods)])
        back = [one + share for one, share in zip(back, shares, strict=True)]
        for n, share in enumerate(shares):
            if share and refund.note:
                notes[n] = "; ".join(filter(None, (notes[n], _without_line(refund.note))))
    found = []
    for n, line in enumerate(order.lines):
        whole = goods[n] + taxes[n]
        tax_back = cents(back[n] * taxes[n] / whole)
        postage, off = (order.shipping, order.discount) if n == 0 else (Decimal("0.00"), Decimal("0.00"))
        found.append(Charged(line, goods[n], taxes[n], postage, off, back[n] - tax_back, tax_back, notes[n]))
    return found


def refund_note(line_number: str, comments: str) -> str:
    """Which line a refund was for is kept in its note."""
    return f"[line {line_number}] {comments}".strip()


def cancelled_lines(shop: Shop, order: Order) -> set[int]:
    """Lines cancelled one by one are kept beside the order, which knows only the whole."""
    return {int(each) for each in shop.keys.get(f"cancelled {order.id}", "").split()}


def cancel_lines(shop: Shop, order: Order, lines: set[int]) -> None:
    gone = cancelled_lines(shop, order) | lines
    shop.keys[f"cancelled {order.id}"] = " ".join(map(str, sorted(gone)))


def order_body(world: World, shop: Shop, order: Order) -> Json:
    shopper = shop.shoppers[order.shopper_id]
    ship_by = order.ship_by or order.placed_at + timedelta(days=2)
    return {
        "purchaseOrderId": purchase_order(order),
        "customerOrderId": order.number,
        "customerEmailId": relay(shopper.email),
        "orderType": "REGULAR",
        "orderDate": ms(order.placed_at),
        "shippingInfo": {
            "phone": shopper.phone or "0000000000",
            "estimatedDeliveryDate": ms(order.deliver_by or order.placed_at + timedelta(days=6)),
            "estimatedShipDate": ms(ship_by),
            "methodCode": "Value",
            "postalAddress": {
                "name": shopper.name,
                "address1": shopper.home.line,
                "city": shopper.home.city,
                "state": shopper.home.region,
                "postalCode": shopper.home.postal_code,
                "country": "USA",
                "addressType": "RESIDENTIAL",
            },
        },
        "orderLines": {
            "orderLine": [_line(world, shop, order, n, each) for n, each in enumerate(charged(order), 1)]
        },
        "shipNode": {"type": node_type(order), "name": f"{shop.name} warehouse", "id": shop.seller_id},
    }


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _line(world: World, shop: Shop, order: Order, number: int, each: Charged) -> Json:
    product = shop.products[each.line.product_id]
    variant = next(v for v in product.variants if v.id == each.line.variant_id)
    charges = [_charge("PRODUCT", "ItemPrice", each.goods, each.tax)]
    if each.postage:
        charges.append(_charge("SHIPPING", "Shipping", each.postage))
    if each.off:
        charges.append(_charge("DISCOUNT", "Promotion", -each.off))
    body: Json = {
        "lineNumber": str(number),
        "item": {
            "productName": f"{product.title}, {variant.title}".removesuffix(", Default Title"),
            "sku": variant.sku,
        },
        "charges": {"charge": charges},
        "orderLineQuantity": _each(each.line.quantity),
        "statusDate": ms(order.updated_at),
        "orderLineStatuses": {"orderLineStatus": [_status(world, shop, order, each.line)]},
    }
    if each.back + each.back_tax:
        gone = _charge("PRODUCT", "ItemPrice", -each.back, -each.back_tax)
        body["refund"] = {
            "refundComments": each.comments,
            "refundCharges": {"refundCharge": [{"refundReason": "General adjustment", "charge": gone}]},
        }
    if order.cancel_requested_at and body["orderLineStatuses"]["orderLineStatus"][0]["status"] in (
        "Created",
        "Acknowledged",
    ):
        body["intentToCancel"] = "CUSTOMER_REQUESTED"
    return body


def _status(world: World, shop: Shop, order: Order, line: Line) -> Json:
    parcel = parcel_of(world, order, line)
    status: Json = {"status": "Created", "statusQuantity": _each(line.quantity)}
    if parcel:
        shipped = parcel.steps[0].at if parcel.steps else order.placed_at
        return status | {
            "status": "Delivered" if parcel.status is ParcelStatus.DELIVERED else "Shipped",
            "trackingInfo": {
                "shipDateTime": ms(shipped),
                "carrierName": {"carrier": CARRIERS[parcel.carrier]},
                "methodCode": "Value",
                "trackingNumber": parcel.number,
                "trackingURL": f"https://www.walmart.com/tracking?tracking_id={parcel.number}",
            },
        }
    if order.cancelled_at or line.id in cancelled_lines(shop, order):
        return status | {"status": "Cancelled", "cancellationReason": "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"}
    waited = world.clock.now() - order.placed_at
    return status | {"status": "Acknowledged" if waited > ACKNOWLEDGED_AFTER else "Created"}


def parcel_of(world: World, order: Order, line: Line) -> Parcel | None:
    parcels = (world.parcels[number] for number in order.parcels)
    return next((parcel for parcel in parcels if line.id in parcel.line_ids), None)


def _charge(kind: str, name: str, amount: Decimal, tax: Decimal = Decimal(0)) -> Json:
    charge: Json = {"chargeType": kind, "chargeName": name, "chargeAmount": _money(amount)}
    return charge | ({"tax": {"taxName": "Tax1", "taxAmount": _money(tax)}} if tax else {})


def _money(amount: Decimal) -> Json:
    return {"currency": "USD", "amount": float(amount)}


def _each(count: int) -> Json:
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def relay(address: str) -> str:
    """Walmart writes it in capitals here, and its mails in whichever way."""
    local, _, domain = address.partition("@")
    return f"{local.upper()}@{domain}"


def _line_named(refund: Refund, order: Order) -> int | None:
    if not refund.note.startswith("[line "):
        return None
    return int(refund.note[6:].partition("]")[0]) - 1


def _without_line(note: str) -> str:
    return note.partition("] ")[2] if note.startswith("[line ") else note


def _spread(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """In proportion, to the cent; the heaviest takes the rest."""
    whole = sum(weights, Decimal(0)) or Decimal(1)
    shares = [cents(total * weight / whole) for weight in weights]
    shares[weights.index(max(weights))] += total - sum(shares, Decimal(0))
    return shares


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
