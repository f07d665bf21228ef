"""Did that arrive? What was tried is looked for where it would show. An empty page: TikTok has not done it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.channels.tiktok import listings, returns, sending, settling
from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.values import Json, time
from connectors.commands import (
    CancelOrder,
    DecideReturn,
    RefundOrder,
    RefuseCancellation,
    ReturnDecision,
    SendMessage,
    StartReturn,
)
from connectors.contract import One, Outcome, Page, RawDelivery, Receipt
from connectors.errors import Unsupported
from connectors.events import ReturnStatus


def sent(api: TikTok, wanted: One) -> Page:
    if not isinstance(wanted.tried, SendMessage):
        raise Unsupported("TikTok Shop finds a message only by what it says.")
    found = sending.find(api, wanted.tried, wanted.external_id, wanted.tried_at)
    return Page([listings.message(found["chat"], found["message"])] if found else [])


def performed(api: TikTok, wanted: One) -> Page:
    since = (wanted.tried_at or datetime.now(UTC) - timedelta(days=1)) - sending.CLOCKS
    match wanted.tried:
        case None:
            return _followed(api, wanted.external_id)
        case RefundOrder(return_id=number) | DecideReturn(return_id=number) if number:
            return _decided(api, number, wanted.tried)
        case RefundOrder() | StartReturn():
            return _begun(api, wanted.tried, since)
        case CancelOrder() | RefuseCancellation():
            return _cancelled(api, wanted.tried, since)
    raise Unsupported("TikTok Shop cannot tell whether this was done.")


def _followed(api: TikTok, receipt: str) -> Page:
    kind, _, number = receipt.partition("/")
    if kind == "cancel":
        found = api.search_cancellations({"cancel_ids": [number]}).get("cancellations") or ()
        held = next((each for each in found if str(each.get("cancel_id")) == number), None)
        name = "cancellation"
    else:
        held, name = listings.a_return(api, number), "return"
    return Page([listings.delivery("command", receipt, {"receipt": receipt, name: held})] if held else [])


def _decided(api: TikTok, number: str, wish: RefundOrder | DecideReturn) -> Page:
    """By where the return stands now."""
    back = listings.a_return(api, number)
    if back is None or not _stands_so(back, wish):
        return Page()
    return _found(listings.returns([back])[0], f"return/{number}")


def _stands_so(back: Json, wish: RefundOrder | DecideReturn) -> bool:
    status = str(back.get("return_status"))
    if isinstance(wish, RefundOrder):
        return status in returns.PAID or status == returns.TO_BE_PAID
    if wish.decision is ReturnDecision.OFFER:
        return back.get("seller_proposed_return_type") == "PARTIAL_REFUND"
    stands = returns.STATES.get(status, ReturnStatus.OPEN)
    if wish.decision is ReturnDecision.DECLINE:
        return stands is ReturnStatus.DECLINED
    return stands in (ReturnStatus.OPEN, ReturnStatus.CLOSED)


def _begun(api: TikTok, wish: RefundOrder | StartReturn, since: datetime) -> Page:
    """A return of the order that the seller began since, or, for money, one of the shopper's that was paid since."""
    for back in api.search_returns({"order_ids": [wish.order_id]}).get("return_orders") or ():
        if isinstance(wish, RefundOrder):
            is_it = _is_refund(back, since) and returns.refund_of(back) == wish.amount
        else:
            is_it = back.get("return_type") == returns.WITH_GOODS and _is_ours(back, since)
        if is_it:
            accepted = isinstance(wish, RefundOrder) and not settling.is_done(back.get("return_status"))
            return _found(listings.returns([back])[0], f"return/{back['return_id']}", accepted=accepted)
    return Page()


def _is_refund(back: Json, since: datetime) -> bool:
    if back.get("return_type") == returns.REFUND_ONLY and _is_ours(back, since):
        return True
    return settling.is_done(back.get("return_status")) and time(back["update_time"]) >= since


def _is_ours(back: Json, since: datetime) -> bool:
    return back.get("role") == "SELLER" and time(back["create_time"]) >= since


def _cancelled(api: TikTok, wish: CancelOrder | RefuseCancellation, since: datetime) -> Page:
    """Begun by the seller since, or the shopper's request that is settled the way we wanted."""
    for each in api.search_cancellations({"order_ids": [wish.order_id]}).get("cancellations") or ():
        status, ended = each.get("cancel_status"), settling.is_done(each.get("cancel_status"))
        by_us = each.get("role") == "SELLER" and time(each["create_time"]) >= since
        refused = status in ("CANCELLATION_REQUEST_CANCEL", "CANCELLATION_REQUEST_CANCELLED")
        if isinstance(wish, RefuseCancellation):
            is_it = refused and time(each["update_time"]) >= since
        else:
            is_it = not refused and (by_us or (ended and time(each["update_time"]) >= since))
        if is_it:
            accepted = isinstance(wish, CancelOrder) and not ended
            shown = listings.hints("order", [each], "order_id")[0]
            return _found(shown, f"cancel/{each['cancel_id']}", accepted=accepted)
    return Page()


def _found(shown: RawDelivery, receipt: str, *, accepted: bool = False) -> Page:
    outcome = Outcome.ACCEPTED if accepted else Outcome.SENT
    return Page([shown], receipt=Receipt(outcome, receipt, shown.received_at or datetime.now(UTC)))
