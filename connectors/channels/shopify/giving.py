"""What a shopper is given for another time at Shopify: credit, and codes."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.channels.shopify import client, lookups, mutations
from connectors.channels.shopify.perform import done, order
from connectors.commands import GiveStoreCredit, MakeDiscount
from connectors.contract import Account, Receipt
from connectors.errors import Refused


def credit(account: Account, wish: GiveStoreCredit, key: str) -> Receipt:
    """Shopify opens an account in this currency where the shopper has none."""
    amount = {"amount": str(wish.amount.amount), "currencyCode": wish.amount.currency}
    body = {"creditAmount": amount, "notify": False, "expiresAt": _time(wish.expires_at)}
    made = client.change(account, mutations.CREDIT, id=customer_of(account, wish), input=body)
    return done(made["storeCreditAccountTransaction"]["id"])


def customer_of(account: Account, wish: GiveStoreCredit) -> str:
    if wish.customer_id:
        return wish.customer_id
    found = order(account, lookups.BUYER, wish.order_id)["customer"]
    if not found:
        raise Refused("This order belongs to no customer, so there is nobody to give credit to.")
    return str(found["id"])


def discount(account: Account, wish: MakeDiscount, key: str) -> Receipt:
    """For one use. Shopify refuses a code it has already, which keeps a second try harmless."""
    body = {
        "title": wish.title or wish.code,
        "code": wish.code,
        "startsAt": _time(datetime.now(UTC)),
        "endsAt": _time(wish.expires_at),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"all": "ALL"},
        "customerGets": {"value": _value(wish), "items": {"all": True}},
    }
    made = client.change(account, mutations.DISCOUNT, input=body)
    return done(made["codeDiscountNode"]["id"])


def _value(wish: MakeDiscount) -> dict[str, object]:
    """Shopify writes per cent as a share."""
    if wish.amount is not None and wish.percent is None:
        return {"discountAmount": {"amount": str(wish.amount.amount), "appliesOnEachItem": False}}
    if wish.percent is None or wish.amount is not None:
        raise Refused("A code takes off either a percentage or an amount.")
    if not 0 < wish.percent <= 100:
        raise Refused("A code takes off more than 0 and at most 100 per cent.")
    return {"percentage": float(wish.percent / 100)}


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
