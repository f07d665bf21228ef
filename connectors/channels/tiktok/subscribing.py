"""Asking TikTok Shop for webhooks: one address for each kind of event, set for the shop. Safe to repeat."""

from __future__ import annotations

from connectors.channels.tiktok.client import TikTok
from connectors.errors import Refused

LONGEST_ADDRESS = 255
WANTED = (
    "NEW_MESSAGE",
    "ORDER_STATUS_CHANGE",
    "RECIPIENT_ADDRESS_UPDATE",
    "PACKAGE_UPDATE",
    "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE",
    "SELLER_DEAUTHORIZATION",
    "UPCOMING_AUTHORIZATION_EXPIRATION",
)


def subscribe(api: TikTok, url: str) -> list[str]:
    """The events that were missing. Chats come to whoever says that it takes them, so that is said as well."""
    if len(url) > LONGEST_ADDRESS:
        raise Refused(f"TikTok takes addresses of at most {LONGEST_ADDRESS} characters.")
    there = {str(each.get("event_type")): each.get("address") for each in api.webhooks()}
    missing = [event for event in WANTED if there.get(event) != url]
    for event in missing:
        api.set_webhook(event, url)
    if not api.accepts_chats():
        api.accept_chats()
    return missing
