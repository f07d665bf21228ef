"""A return, refund, replacement or exchange as TikTok writes it → ReturnChanged, and DisputeChanged where TikTok was
called in to decide. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.channels.tiktok import access
from connectors.channels.tiktok.values import Json, amount, money, time, time_or_none, words
from connectors.contract import Account, Money
from connectors.events import (
    DisputeChanged,
    DisputeKind,
    DisputeState,
    Event,
    RefundData,
    ReturnChanged,
    ReturnData,
    ReturnStatus,
)

REFUND_ONLY, WITH_GOODS = "REFUND", "RETURN_AND_REFUND"
PENDING = "RETURN_OR_REFUND_REQUEST_PENDING"
PAID = (
    "RETURN_OR_REFUND_REQUEST_COMPLETE",
    "EXCHANGE_REQUEST_REFUND_SUCCESS",
    "REPLACEMENT_REQUEST_REFUND_SUCCESS",
)
TO_BE_PAID = "RETURN_OR_REFUND_REQUEST_SUCCESS"
# Other states are on their way (approved, shipped).
STATES = {
    PENDING: ReturnStatus.REQUESTED,
    "REPLACEMENT_REQUEST_PENDING": ReturnStatus.REQUESTED,
    "EXCHANGE_REQUEST_PENDING": ReturnStatus.REQUESTED,
    "AWAITING_BUYER_RESPONSE": ReturnStatus.REQUESTED,
    "REFUND_OR_RETURN_REQUEST_REJECT": ReturnStatus.DECLINED,
    "REPLACEMENT_REQUEST_REJECT": ReturnStatus.DECLINED,
    "REJECT_RECEIVE_PACKAGE": ReturnStatus.DECLINED,
    "RETURN_OR_REFUND_REQUEST_CANCEL": ReturnStatus.CANCELLED,
    "REPLACEMENT_REQUEST_CANCEL": ReturnStatus.CANCELLED,
    "EXCHANGE_REQUEST_CANCEL": ReturnStatus.CANCELLED,
    TO_BE_PAID: ReturnStatus.CLOSED,
    "REPLACEMENT_REQUEST_COMPLETE": ReturnStatus.CLOSED,
    "EXCHANGE_REQUEST_COMPLETE": ReturnStatus.CLOSED,
    **dict.fromkeys(PAID, ReturnStatus.CLOSED),
}
NAMES = {REFUND_ONLY: "Refund request", "REPLACEMENT": "Replacement", "EXCHANGE": "Exchange"}
ARBITRATION = {
    "IN_PROGRESS": DisputeState.WAITING,
    "SUPPORT_BUYER": DisputeState.LOST,
    "SUPPORT_SELLER": DisputeState.WON,
    "CLOSED": DisputeState.CLOSED,
}


def changed(account: Account, back: Json) -> list[Event]:
    found: list[Event] = [_return(account, back)]
    return [*found, _arbitration(account, back)] if back.get("arbitration_status") in ARBITRATION else found


def refunds(backs: Iterable[Json]) -> list[RefundData]:
    """What went back, or was agreed to: TikTok pays what is approved within days."""
    found = []
    for each in backs:
        status, value = each.get("return_status"), refund_of(each)
        if value and (status in PAID or status == TO_BE_PAID):
            note = "" if status in PAID else "On its way"
            found.append(RefundData(f"return/{each['return_id']}", value, time(each["update_time"]), note))
    return found


def refund_of(back: Json) -> Money | None:
    """A part that both agreed on, or the whole."""
    part, whole = back.get("partial_refund") or {}, back.get("refund_amount") or {}
    if amount(part.get("amount")) and not back.get("buyer_rejected_partial_refund"):
        return money(part["amount"], part.get("currency"))
    if amount(whole.get("refund_total")):
        return money(whole["refund_total"], whole.get("currency"))
    return None


def due(back: Json) -> Json | None:
    """What TikTok wants of the seller next, and until when."""
    asked: Sequence[Json] = (
        () if back.get("next_return_id") else back.get("seller_next_action_response") or ()
    )
    return min(asked, key=lambda each: int(each.get("deadline") or 0), default=None)


def _return(account: Account, back: Json) -> ReturnChanged:
    number, order, kind = (
        str(back["return_id"]),
        str(back["order_id"]),
        str(back.get("return_type") or WITH_GOODS),
    )
    wanted = due(back)
    return ReturnChanged(
        order_id=order,
        data=ReturnData(
            external_id=number,
            name=f"{NAMES.get(kind, 'Return')} {number}",
            status=_status(back),
            reason=str(back.get("return_reason_text") or words(back.get("return_reason"))),
            requested_at=time_or_none(back.get("create_time")),
            quantity=len(back.get("return_line_items") or ()),
            due_at=time_or_none(wanted.get("deadline")) if wanted else None,
            amount=refund_of(back),
            tracking_number=str(back.get("return_tracking_number") or ""),
            carrier=str(back.get("return_provider_name") or ""),
            waits_for_seller=bool(wanted),
            url=access.order_page(account, order),
        ),
        updated_at=time(back["update_time"]),
    )


def _status(back: Json) -> ReturnStatus:
    """One that the shopper changed goes on under another number."""
    if back.get("next_return_id"):
        return ReturnStatus.CANCELLED
    return STATES.get(str(back["return_status"]), ReturnStatus.OPEN)


def _arbitration(account: Account, back: Json) -> DisputeChanged:
    """TikTok takes what it wants to know on its own page only."""
    state = ARBITRATION[str(back["arbitration_status"])]
    order = str(back["order_id"])
    return DisputeChanged(
        external_id=f"arbitration/{back['return_id']}",
        kind=DisputeKind.CLAIM,
        state=state,
        opened_at=time(back["create_time"]),
        updated_at=time(back["update_time"]),
        label="TikTok Shop arbitration",
        reason=str(back.get("return_reason_text") or words(back.get("return_reason"))),
        amount=refund_of(back),
        order_id=order,
        order_number=order,
        outcome="" if state is DisputeState.WAITING else words(back["arbitration_status"]),
        url=access.order_page(account, order),
    )
