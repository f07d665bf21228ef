"""Asking eBay for notifications: an alert address, a destination, and a subscription for each topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.channels.ebay import access
from connectors.channels.ebay.client import Ebay, as_application
from connectors.channels.ebay.families import NOTIFICATIONS
from connectors.channels.ebay.values import Json
from connectors.channels.ebay.verify import verification_token
from connectors.contract import Account
from connectors.errors import Refused

# Those that need a scope we do not ask for are left out when the topic list says so.
TOPICS = (
    "NEW_MESSAGE",
    "ORDER_CONFIRMATION",
    "ORDER_CANCELLATION_ACTIVITY",
    "ORDER_RETURN_ACTIVITY",
    "ORDER_INQUIRY_ACTIVITY",
    "SELLER_STANDARDS_PROFILE_METRICS",
    "AUTHORIZATION_REVOCATION",
    "MARKETPLACE_ACCOUNT_DELETION",
)


def subscribe(account: Account, url: str) -> list[str]:
    """The topics that were missing. Safe to repeat."""
    app, seller = as_application(account), Ebay(account)
    _alert(account, app)
    destination = _destination(account, app, url)
    offered = {str(each["topicId"]): each for each in _pages(app, "/topic", "topics")}
    missing: list[str] = []
    for caller, context in ((seller, "USER"), (app, "APPLICATION")):
        topics = [offered[name] for name in TOPICS if name in offered and _is_for(offered[name], context)]
        missing += _subscribe(caller, topics, destination)
    return missing


def _alert(account: Account, app: Ebay) -> None:
    """eBay takes no destination before it knows whom to write to when that fails."""
    if (app.find(NOTIFICATIONS, "/config") or {}).get("alertEmail"):
        return
    address = str(account.settings.get("alert_email") or "")
    if not address:
        raise Refused(
            "eBay wants an e-mail address for alerts about notifications. Fill it in and connect again."
        )
    app.write(NOTIFICATIONS, "/config", {"alertEmail": address}, "PUT")


def _destination(account: Account, app: Ebay, url: str) -> str:
    """eBay asks `url` for proof while it is told of it, so the web process must be up."""
    body = {
        "name": f"Waybill {account.id}"[:64],
        "status": "ENABLED",
        "deliveryConfig": {"endpoint": url, "verificationToken": verification_token(account)},
    }
    for each in _pages(app, "/destination", "destinations"):
        if (each.get("deliveryConfig") or {}).get("endpoint") == url:
            if each.get("status") != "ENABLED":  # marked down after failed deliveries
                app.write(NOTIFICATIONS, f"/destination/{each['destinationId']}", body, "PUT")
            return str(each["destinationId"])
    return str(app.write(NOTIFICATIONS, "/destination", body)["location"])


def _subscribe(caller: Ebay, topics: list[Json], destination: str) -> list[str]:
    there = {
        str(each["topicId"]): each
        for each in _pages(caller, "/subscription", "subscriptions")
        if each.get("destinationId") == destination
    }
    missing = [each for each in topics if str(each["topicId"]) not in there]
    for each in missing:
        caller.write(NOTIFICATIONS, "/subscription", _wish(each, destination))
    for each in there.values():
        if each.get("status") not in (None, "ENABLED"):
            caller.write(NOTIFICATIONS, f"/subscription/{each['subscriptionId']}/enable", None)
    return [str(each["topicId"]) for each in missing]


def _wish(topic: Json, destination: str) -> Json:
    payloads = [each for each in topic.get("supportedPayloads") or () if not each.get("deprecated")]
    newest = max((str(each.get("schemaVersion") or "1.0") for each in payloads), default="1.0")
    return {
        "topicId": topic["topicId"],
        "status": "ENABLED",
        "destinationId": destination,
        "payload": {"format": "JSON", "schemaVersion": newest, "deliveryProtocol": "HTTPS"},
    }


def _is_for(topic: Json, context: str) -> bool:
    """An application's topics come for all its sellers; a seller's need a scope the seller agreed to."""
    if str(topic.get("scope") or "USER") != context:
        return False
    needed = topic.get("authorizationScopes") or ()
    return all(str(each) in access.SCOPES for each in needed)


def _pages(caller: Ebay, path: str, name: str) -> Iterator[Json]:
    """eBay gives the whole next address; only its token is ours to hand back."""
    asked: dict[str, Any] = {"limit": 100}
    while True:
        answer = caller.read(NOTIFICATIONS, path, asked)
        yield from answer.get(name) or ()
        token = str(answer.get("next") or "").partition("continuation_token=")[2].partition("&")[0]
        if not token:
            return
        asked = {"limit": 100, "continuation_token": token}
