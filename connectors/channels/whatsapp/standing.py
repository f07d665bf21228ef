"""What Meta tells the seller about the account and its numbers: no shopper wrote. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.contract import Account
from connectors.events import Disconnected, Event, NoticeKind, NoticeReceived, Party

Json = Mapping[str, Any]

_GONE = {"PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_DELETED"}
_KINDS = {
    "account_update": NoticeKind.POLICY,
    "account_alerts": NoticeKind.POLICY,
    "account_review_update": NoticeKind.POLICY,
    "phone_number_quality_update": NoticeKind.PERFORMANCE,
    "phone_number_name_update": NoticeKind.OTHER,
    "business_capability_update": NoticeKind.PERFORMANCE,
}
MANAGER = "https://business.facebook.com/latest/whatsapp_manager"


def business_account(entry: Json, value: Json) -> str:
    """Whose change it is; where partners come and go, the entry is the business above the account."""
    told = value.get("waba_info")
    return str((told.get("waba_id") if isinstance(told, Mapping) else None) or entry.get("id"))


def told(account: Account, field: str, value: Json, at: datetime) -> Sequence[Event]:
    kind = _KINDS.get(field)
    if kind is None:
        return ()
    event = str(value.get("event") or value.get("decision") or "")
    if field == "account_update" and event in _GONE:
        return (Disconnected("The connection was removed at Meta."),)
    subject = (event or field).replace("_", " ").capitalize()
    return (
        NoticeReceived(
            external_id=f"{field}/{event}/{int(at.timestamp())}",
            kind=kind,
            sender=Party({"whatsapp": "meta"}, "Meta"),
            text="\n".join(_lines(value)),
            at=at,
            subject=f"WhatsApp: {subject}",
            url=MANAGER,
        ),
    )


def _lines(value: Json, above: str = "") -> list[str]:
    """Every detail in a line of its own, named as Meta names it."""
    lines: list[str] = []
    for name, held in value.items():
        label = f"{above}{str(name).replace('_', ' ')}"
        if isinstance(held, Mapping):
            lines += _lines(held, f"{label}, ")
        elif not isinstance(held, list):
            lines.append(f"{label}: {held}")
    return lines
