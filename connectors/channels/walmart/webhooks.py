"""Asking for webhooks. Which events exist, and under which names of resources, is read from Walmart each time."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.channels.walmart import client, verify
from connectors.channels.walmart.parse import ORDERS, PERFORMANCE, RETURNS
from connectors.contract import Account

WANTED = (*ORDERS, *RETURNS, *PERFORMANCE)


def subscribe(account: Account, url: str) -> Sequence[str]:
    """Doing it twice changes nothing; the event types that were missing."""
    offered = {
        each["eventType"]: each for each in client.event_types(account) if each.get("eventType") in WANTED
    }
    there = {
        each.get("eventType")
        for each in client.subscriptions(account)
        if each.get("eventUrl") == url and each.get("status") == "ACTIVE"
    }
    missing = [name for name in WANTED if name in offered and name not in there]
    if missing:
        client.subscribe(account, [_subscription(account, offered[name], url) for name in missing])
    return missing


def _subscription(account: Account, offered: client.Json, url: str) -> client.Json:
    return {
        "eventType": offered["eventType"],
        "eventVersion": offered.get("eventVersion") or "V1",
        "resourceName": offered["resourceName"],
        "eventUrl": url,
        "authDetails": {
            "authMethod": "HMAC",
            "authHeaderName": verify.SIGNATURE_HEADER,
            "clientId": account.credentials.get("client_id", ""),
            "clientSecret": verify.secret(account),
        },
        "headers": {"content-type": "application/json"},
        "status": "ACTIVE",
    }
