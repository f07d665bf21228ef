"""How what TikTok only accepted ended: a refund or a cancellation that it pays or carries out later. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.channels.tiktok import returns
from connectors.channels.tiktok.values import Json, time, words
from connectors.contract import Account
from connectors.events import Changed, CommandSettled, Ended, Event

_DONE = ("CANCELLATION_REQUEST_SUCCESS", "CANCELLATION_REQUEST_COMPLETE", returns.TO_BE_PAID, *returns.PAID)
_REJECTED = (
    "CANCELLATION_REQUEST_CANCEL",
    "CANCELLATION_REQUEST_CANCELLED",
    "RETURN_OR_REFUND_REQUEST_CANCEL",
    "REFUND_OR_RETURN_REQUEST_REJECT",
)


def is_done(status: object) -> bool:
    return status in _DONE


def settled(account: Account, body: Json) -> Sequence[Event]:
    """{"receipt", "return" or "cancellation"}; nothing of the command while it is still under way."""
    back, cancellation = body.get("return"), body.get("cancellation")
    found = back or cancellation or {}
    status, at = str(found.get("return_status") or found["cancel_status"]), time(found["update_time"])
    told: list[Event] = returns.changed(account, back) if back else [Changed("order", str(found["order_id"]))]
    if status in _DONE:
        return [*told, CommandSettled(str(body["receipt"]), Ended.DONE, at)]
    if status in _REJECTED:
        return [
            *told,
            CommandSettled(str(body["receipt"]), Ended.REJECTED, at, f"TikTok says: {words(status)}."),
        ]
    return told
