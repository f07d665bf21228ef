"""Is everything there? Asked piece by piece, and answered as a seller would say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors import mail
from connectors.channels.amazon import access, client, queue
from connectors.channels.amazon.calling import understood
from connectors.channels.amazon.catching_up import BEHIND, has_mailbox
from connectors.channels.amazon.orders import is_fba
from connectors.contract import Account, Health
from connectors.errors import ConnectorError, Refused

ADDRESS_ROLE = "Direct-to-Consumer Shipping"


def check(account: Account) -> Health:
    """Spends one of the rationed order searches: nothing else shows whether names and aliases come along."""
    said: list[str] = []
    for look in (_marketplace, _orders, _queue, _mailbox):
        try:
            with understood(safe=True):
                said.append(look(account))
        except ConnectorError as error:
            return Health(False, error.message, passing=not error.permanent)
    return Health(True, " ".join(filter(None, said)))


def _marketplace(account: Account) -> str:
    """The store's name. A seller of another region is seen here, or refused."""
    listed, wanted = client.participations(account), access.marketplace(account)
    here = next((each for each in listed if each["marketplace"]["id"] == wanted), None)
    if here is None:
        others = ", ".join(each["marketplace"]["domainName"] for each in listed) or "none of this region"
        raise Refused(
            f"This seller does not sell there. Marketplaces: {others}. Are region and marketplace right?"
        )
    if not here["participation"]["isParticipating"]:
        raise Refused(f"The seller's account at {here['marketplace']['domainName']} is closed.")
    return f"{here['storeName']} at {here['marketplace']['domainName']} answers."


def _orders(account: Account) -> str:
    now = datetime.now(UTC)
    listed = client.search(account, now - timedelta(days=14), now - BEHIND, most=10)["orders"]
    shipped_by_seller = next((each for each in listed if not is_fba(each)), None)
    if shipped_by_seller is None:
        return ""
    if not (shipped_by_seller.get("buyer") or {}).get("buyerEmail"):
        raise Refused(
            f"Orders come without the buyer's alias. The application needs the role “{ADDRESS_ROLE}”, "
            "and the seller must have agreed after it was added."
        )
    client.messaging_actions(account, shipped_by_seller["orderId"])
    client.soliciting_actions(account, shipped_by_seller["orderId"])
    return ""


def _queue(account: Account) -> str:
    if not queue.has_queue(account):
        return "No notification queue is set up, so orders are read every few hours only."
    queue.look(account)
    client.subscription(account, "ORDER_CHANGE")
    return ""


def _mailbox(account: Account) -> str:
    if not has_mailbox(account):
        return "No mailbox is set up for messages."
    health = mail.check(account)
    if not health.ok:
        raise Refused(health.message)
    return health.message
