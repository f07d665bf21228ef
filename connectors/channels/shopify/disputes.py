"""Disputes of Shopify Payments: a shopper's bank takes the money back, or asks first.

They are read where the shop granted it; their webhooks may get lost, so the few there are are read once an hour.
Evidence is given in Shopify's admin, on the order's page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.channels.shopify import access, client
from connectors.channels.shopify.changes import fetched
from connectors.contract import Account, Money, RawDelivery
from connectors.events import DisputeChanged, DisputeKind, DisputeState

Json = dict[str, Any]

EVERY = timedelta(hours=1)
TOPICS = ("DISPUTES_CREATE", "DISPUTES_UPDATE")
STATES = {
    "ACCEPTED": DisputeState.LOST,
    "CHARGE_REFUNDED": DisputeState.CLOSED,
    "LOST": DisputeState.LOST,
    "NEEDS_RESPONSE": DisputeState.ACTION_NEEDED,
    "PREVENTED": DisputeState.CLOSED,
    "UNDER_REVIEW": DisputeState.WAITING,
    "WON": DisputeState.WON,
}
KINDS = {"CHARGEBACK": DisputeKind.CHARGEBACK, "INQUIRY": DisputeKind.INQUIRY}
_OVER = (DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED)


def read(account: Account) -> list[RawDelivery]:
    if access.DISPUTES not in client.granted(account):
        return []
    return [fetched("dispute", each) for each in client.disputes(account)]


def lately(account: Account, asked: str) -> tuple[list[RawDelivery], str]:
    """`asked` is when they were read last, "" for never."""
    now = datetime.now(UTC)
    if asked and now - datetime.fromisoformat(asked) < EVERY:
        return [], asked
    return read(account), now.isoformat()


def dispute_changed(found: Json, admin_url: str) -> DisputeChanged:
    state, order = STATES[found["status"]], found["order"] or {}
    times = [found[name] for name in ("initiatedAt", "evidenceSentOn", "finalizedOn") if found[name]]
    reason = found["reasonDetails"]
    code = f" ({reason['networkReasonCode']})" if reason["networkReasonCode"] else ""
    return DisputeChanged(
        external_id=found["id"],
        kind=KINDS[found["type"]],
        state=state,
        opened_at=datetime.fromisoformat(found["initiatedAt"]),
        updated_at=max(datetime.fromisoformat(each) for each in times),
        label=f"Shopify Payments {found['type'].lower()}",
        reason=_words(reason["reason"]) + code,
        amount=Money(Decimal(found["amount"]["amount"]), found["amount"]["currencyCode"]),
        order_id=order.get("id", ""),
        order_number=order.get("name", ""),
        due_at=datetime.fromisoformat(found["evidenceDueBy"]) if found["evidenceDueBy"] else None,
        outcome=_words(found["status"]) if state in _OVER else "",
        url=f"{admin_url}/orders/{order['legacyResourceId']}" if order else f"{admin_url}/payments",
    )


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()
