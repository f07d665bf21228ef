"""Goods that come back to a shop at Shopify, and what the shopper gets for them."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.channels.shopify import client, compose, lookups, mutations
from connectors.channels.shopify.perform import done
from connectors.commands import (
    DecideReturn,
    ExchangeLines,
    RefundOrder,
    ReturnDecision,
    StartReturn,
)
from connectors.contract import Account, Receipt
from connectors.errors import ConnectorError, OutcomeUnknown, Refused

Json = compose.Json


def start(account: Account, wish: StartReturn, key: str) -> Receipt:
    return _opened(account, wish, wish.lines, [])


def exchange(account: Account, wish: ExchangeLines, key: str) -> Receipt:
    """The other goods are held for the shopper, and leave once the first ones are back (see `decide`)."""
    wanted = [{"variantId": each.variant_id, "quantity": each.quantity} for each in wish.swaps]
    return _opened(account, wish, [(each.line_id, each.quantity) for each in wish.swaps], wanted)


def _opened(
    account: Account,
    wish: StartReturn | ExchangeLines,
    lines: Sequence[tuple[str, int]],
    wanted: list[Json],
) -> Receipt:
    """The label goes up first, where nobody sees it. One that cannot be attached afterwards leaves an open return, which
    a second try finds and completes."""
    label = client.upload(account, wish.label, "RETURN_LABEL") if wish.label else ""
    number = unlabelled(account, wish.order_id, lines) if label else ""
    if not number:
        found = client.look(account, lookups.RETURNABLE, id=wish.order_id)
        if found["order"] is None:
            raise Refused("Shopify does not know this order.")
        fee = wish.restocking_fee if isinstance(wish, StartReturn) else None
        body = {
            "orderId": wish.order_id,
            "returnLineItems": compose.returned(lines, found, wish.reason, wish.note, fee),
            "exchangeLineItems": wanted,
        }
        number = client.change(account, mutations.START_RETURN, input=body)["return"]["id"]
    if label:
        _attach(account, number, label, wish.tracking_number)
    return done(number)


def decide(account: Account, wish: DecideReturn, key: str) -> Receipt:
    match wish.decision:
        case ReturnDecision.APPROVE:
            return _approve(account, wish)
        case ReturnDecision.DECLINE:
            body: Json = {"id": wish.return_id, "declineReason": "OTHER", "notifyCustomer": False}
            if wish.note:
                body["declineNote"] = wish.note
            client.change(account, mutations.DECLINE_RETURN, input=body)
        case ReturnDecision.RECEIVED:
            _received(account, wish.return_id)
        case ReturnDecision.OFFER:
            raise Refused("Shopify has no offers. Decline the return and refund a part of the order instead.")
    return done(wish.return_id)


def refund(account: Account, wish: RefundOrder, key: str) -> Receipt:
    """Processes the whole return and pays `amount` for it."""
    found = _return(account, wish.return_id)
    goods = [
        {"id": each["id"], "quantity": each["unprocessedQuantity"]}
        for each in found["returnLineItems"]["nodes"]
        if each["unprocessedQuantity"]
    ]
    if not goods:
        raise Refused("The goods of this return were settled already.")
    parts = compose.payments(wish.amount, found["order"]["whole"]["suggestedTransactions"])
    paid = [
        {"parentId": each["parentId"], "transactionAmount": _money(each["amount"], wish.amount.currency)}
        for each in parts
    ]
    body: Json = {
        "returnId": wish.return_id,
        "returnLineItems": goods,
        "financialTransfer": {"issueRefund": {"orderTransactions": paid}},
        "notifyCustomer": False,
    }
    if wish.shipping:
        amount = _money(str(wish.shipping.amount), wish.shipping.currency)
        body["refundShipping"] = {"shippingRefundAmount": amount}
    client.change(account, mutations.PROCESS_RETURN, input=body)
    return done(wish.return_id)


def unlabelled(account: Account, order_id: str, lines: Sequence[tuple[str, int]]) -> str:
    """The order's open return of just these lines that has no label yet."""
    found = client.look(account, lookups.RETURNS, id=order_id)["order"] or {"returns": {"nodes": []}}
    for each in found["returns"]["nodes"]:
        if each["status"] == "OPEN" and not labelled(each) and goods_of(each) == dict(lines):
            return str(each["id"])
    return ""


def labelled(found: Json) -> bool:
    return any(each["reverseDeliveries"]["nodes"] for each in found["reverseFulfillmentOrders"]["nodes"])


def received(found: Json) -> bool:
    """The goods are here, or settled altogether."""
    goods = _expected(found)
    return bool(goods) and all(
        sum(part["quantity"] for part in each["dispositions"]) >= each["totalQuantity"] for each in goods
    )


def goods_of(found: Json) -> dict[str, int]:
    """Line id → how many are expected back; of a return nobody approved, none."""
    goods: dict[str, int] = {}
    for each in _expected(found):
        line = (each["fulfillmentLineItem"] or {"lineItem": {"id": ""}})["lineItem"]["id"]
        goods[line] = goods.get(line, 0) + each["totalQuantity"]
    return goods


def _expected(found: Json) -> list[Json]:
    return [
        each for parcel in found["reverseFulfillmentOrders"]["nodes"] for each in parcel["lineItems"]["nodes"]
    ]


def _approve(account: Account, wish: DecideReturn) -> Receipt:
    """An approval that went through is not refused a second time while its label is missing."""
    label = client.upload(account, wish.label, "RETURN_LABEL") if wish.label else ""
    if not (label and _return(account, wish.return_id)["status"] == "OPEN"):
        body = {"id": wish.return_id, "notifyCustomer": False}
        client.change(account, mutations.APPROVE_RETURN, input=body)
    if label:
        _attach(account, wish.return_id, label, "")
    return done(wish.return_id)


def _received(account: Account, number: str) -> None:
    """Sends off what was promised for them; otherwise only notes that they are here, and money is another wish. They are
    not put back on the shelf: who looked at them decides that."""
    found = _return(account, number)
    if found["exchangeLineItems"]["nodes"]:
        lines = {
            kind: [{"id": each["id"], "quantity": each["quantity"]} for each in found[kind]["nodes"]]
            for kind in ("returnLineItems", "exchangeLineItems")
        }
        body = {"returnId": number, "notifyCustomer": False} | lines
        client.change(account, mutations.PROCESS_RETURN, input=body)
        return
    goods = [
        {
            "reverseFulfillmentOrderLineItemId": each["id"],
            "quantity": each["totalQuantity"],
            "dispositionType": "NOT_RESTOCKED",
        }
        for each in _expected(found)
    ]
    if not goods:
        raise Refused("This return was not approved, so no goods are expected.")
    client.change(account, mutations.GOODS_BACK, goods=goods)


def _attach(account: Account, number: str, label: str, tracking: str) -> None:
    """The return itself is open by now, so whatever goes wrong here must not read as if nothing had happened."""
    try:
        for parcel in _return(account, number)["reverseFulfillmentOrders"]["nodes"]:
            lines = [
                {"reverseFulfillmentOrderLineItemId": each["id"], "quantity": each["totalQuantity"]}
                for each in parcel["lineItems"]["nodes"]
            ]
            client.change(
                account,
                mutations.ATTACH_LABEL,
                id=parcel["id"],
                lines=lines,
                label={"fileUrl": label},
                tracking={"number": tracking} if tracking else None,
            )
    except Refused as error:
        raise Refused(f"The return is open, but Shopify refused its label: {error.message}") from error
    except ConnectorError as error:
        raise OutcomeUnknown(f"The return is open; its label may be missing: {error.message}") from error


def _return(account: Account, number: str) -> Json:
    found: Json | None = client.look(account, lookups.RETURN, id=number)["return"]
    if found is None:
        raise Refused("Shopify does not know this return.")
    return found


def _money(amount: str, currency: str) -> Json:
    return {"amount": amount, "currencyCode": currency}
