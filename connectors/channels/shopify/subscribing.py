"""Subscriptions at Shopify. It shows an app only the contracts that the same app made; those of others are not found."""

from __future__ import annotations

from connectors.channels.shopify import client, compose, lookups, mutations
from connectors.channels.shopify.perform import done
from connectors.commands import ChangeSubscription, SubscriptionChange
from connectors.contract import Account, Receipt
from connectors.errors import Refused

Json = compose.Json

_PLAIN = {
    SubscriptionChange.PAUSE: mutations.PAUSE,
    SubscriptionChange.RESUME: mutations.RESUME,
    SubscriptionChange.CANCEL: mutations.END,
}
STATUS = {
    SubscriptionChange.PAUSE: "PAUSED",
    SubscriptionChange.RESUME: "ACTIVE",
    SubscriptionChange.CANCEL: "CANCELLED",
}


def change(account: Account, wish: ChangeSubscription, key: str) -> Receipt:
    if wish.until:
        raise Refused("Shopify pauses a subscription until somebody ends the pause; it takes no date.")
    found = contract(account, wish)
    if found is None:
        raise Refused("Shopify shows this app no such subscription. Change it in the app that sold it.")
    match wish.change:
        case SubscriptionChange.SKIP:
            client.change(account, mutations.SKIP, cycle=_next_cycle(found))
        case SubscriptionChange.SWAP:
            variant = {"productVariantId": wish.variant_id}
            client.change(account, mutations.SWAP, id=found["id"], line=wish.line_id, input=variant)
        case plain:
            client.change(account, _PLAIN[plain], id=found["id"])
    return done(wish.subscription_id)


def is_changed(account: Account, wish: ChangeSubscription) -> bool:
    found = contract(account, wish)
    if found is None:
        return False
    match wish.change:
        case SubscriptionChange.SKIP:
            cycle = client.look(account, lookups.CYCLE, cycle=_next_cycle(found))["subscriptionBillingCycle"]
            return bool(cycle and cycle["skipped"])
        case SubscriptionChange.SWAP:
            return {"id": wish.line_id, "variantId": wish.variant_id} in found["lines"]["nodes"]
        case plain:
            return bool(found["status"] == STATUS[plain])


def contract(account: Account, wish: ChangeSubscription) -> Json | None:
    found: Json | None = client.look(account, lookups.CONTRACT, id=wish.subscription_id)[
        "subscriptionContract"
    ]
    return found


def _next_cycle(found: Json) -> Json:
    if not found["nextBillingDate"]:
        raise Refused("This subscription has no next delivery.")
    return {"contractId": found["id"], "selector": {"date": found["nextBillingDate"]}}
