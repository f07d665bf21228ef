"""Changing something at TikTok Shop: refunds, cancellations, returns.

Most calls take our key, so that a second try is the same deed. What may have happened is looked for all the same
(settle.py), because the answer was lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from connectors.channels.tiktok import listings, orders, reasons, returns, settling
from connectors.channels.tiktok.client import TikTok
from connectors.channels.tiktok.values import Json, amount
from connectors.commands import (
    CancelOrder,
    DecideReturn,
    RefundOrder,
    RefuseCancellation,
    ReturnDecision,
    StartReturn,
)
from connectors.contract import Outcome, Receipt
from connectors.errors import Refused

LONGEST_COMMENT = 500
SHIPPED_BACK = "BUYER_SHIPPED_ITEM"


def done(receipt: str, *, settled: bool = True) -> Receipt:
    return Receipt(Outcome.SENT if settled else Outcome.ACCEPTED, receipt, datetime.now(UTC))


def refund(api: TikTok, wish: RefundOrder, key: str) -> Receipt:
    """Of the return that is named, else of the one that is open for the order, else of the order itself."""
    if not wish.return_id and (waiting := _open_return(api, wish.order_id)):
        wish = replace(wish, return_id=str(waiting["return_id"]))
    return _refund_return(api, wish, key) if wish.return_id else _refund_order(api, wish, key)


def _refund_order(api: TikTok, wish: RefundOrder, key: str) -> Receipt:
    """Money without goods, which TikTok keeps as a return of its own that only the seller has begun."""
    lines = [each.line_id for each in wish.lines]
    reason = reasons.for_reason(wish.reason, _allowed(api, wish.order_id, returns.REFUND_ONLY, lines))
    asked = {"order_id": wish.order_id, "request_type": returns.REFUND_ONLY, "reason_name": reason} | _lines(
        lines
    )
    most = amount(api.calculate(asked).get("refund_total"))
    if wish.amount.amount > most:
        raise Refused(f"TikTok pays back at most {most} {wish.amount.currency} for this.")
    body = {
        "order_id": wish.order_id,
        "return_type": returns.REFUND_ONLY,
        "return_reason": reason,
        "refund_total": str(wish.amount.amount),
        "currency": wish.amount.currency,
    }
    made = api.make_return(body | _lines(lines), key)
    return done(f"return/{made['return_id']}", settled=settling.is_done(made.get("return_status")))


def _refund_return(api: TikTok, wish: RefundOrder, key: str) -> Receipt:
    """The whole of what the return is for: without goods, with goods that are back, or with goods the shopper keeps."""
    back = _the_return(api, wish.return_id)
    whole = amount((back.get("refund_amount") or {}).get("refund_total"))
    if wish.amount.amount != whole:
        raise Refused(
            f"Return {wish.return_id} is open, over {whole} {wish.amount.currency}: TikTok pays back all of it. Offer a part "
            "of it instead, or decline it first."
        )
    body: Json = {"decision": "APPROVE_REFUND"}
    if back.get("return_type") != returns.REFUND_ONLY:
        _only_goods(back)
        body = {"decision": "APPROVE_RECEIVED_PACKAGE"}
        if back.get("return_status") != SHIPPED_BACK:
            body = {"decision": "APPROVE_RETURN", "buyer_keep_item": True}
    _may(api, wish.return_id, body["decision"])
    api.approve_return(wish.return_id, body, key)
    return done(f"return/{wish.return_id}")


def decide_return(api: TikTok, wish: DecideReturn, key: str) -> Receipt:
    back = _the_return(api, wish.return_id)
    match wish.decision:
        case ReturnDecision.APPROVE:
            _approve(api, wish, back, key)
        case ReturnDecision.DECLINE:
            _decline(api, wish, back, key)
        case ReturnDecision.OFFER:
            if wish.amount is None:
                raise Refused("An offer needs an amount.")
            part = {"amount": str(wish.amount.amount), "currency": wish.amount.currency}
            api.approve_return(
                wish.return_id, {"decision": "OFFER_PARTIAL_REFUND", "partial_refund": part}, key
            )
        case ReturnDecision.RECEIVED:
            raise Refused(
                "TikTok has no step for goods that are back: accepting them pays the money back. Refund the return."
            )
    return done(f"return/{wish.return_id}")


def _approve(api: TikTok, wish: DecideReturn, back: Json, key: str) -> None:
    """Only what moves no money: whoever approved this was told that none goes back yet."""
    if wish.label:
        raise Refused("TikTok makes the label for the way back itself. Approve it without one.")
    if back.get("return_type") == returns.REFUND_ONLY:
        raise Refused("This is about money without goods: to approve it is to pay. Refund it instead.")
    _only_goods(back)
    _may(api, wish.return_id, "APPROVE_RETURN")
    api.approve_return(wish.return_id, {"decision": "APPROVE_RETURN"}, key)


def _decline(api: TikTok, wish: DecideReturn, back: Json, key: str) -> None:
    kinds = {returns.REFUND_ONLY: "REJECT_REFUND", "REPLACEMENT": "REJECT_REPLACEMENT"}
    decision = kinds.get(str(back.get("return_type")), "REJECT_RETURN")
    if decision == "REJECT_RETURN" and back.get("return_status") == SHIPPED_BACK:
        decision = "REJECT_RECEIVED_PACKAGE"
    reason = reasons.for_refusal(_may(api, wish.return_id, decision))
    body = {"decision": decision, "reject_reason": reason, "comment": wish.note[:LONGEST_COMMENT]}
    api.reject_return(wish.return_id, body, key)


def start_return(api: TikTok, wish: StartReturn, key: str) -> Receipt:
    """TikTok makes the label, and pays back what its own reckoning says once the goods are there."""
    if wish.label or wish.tracking_number:
        raise Refused("TikTok makes the label for the way back itself. Start the return without one.")
    if wish.restocking_fee:
        raise Refused("TikTok knows no restocking fee. Start the return without one.")
    lines = [line for line, _ in wish.lines]
    offered = _allowed(api, wish.order_id, returns.WITH_GOODS, lines)
    body = {
        "order_id": wish.order_id,
        "return_type": returns.WITH_GOODS,
        "return_reason": reasons.for_reason(wish.reason, offered),
        "shipment_type": "PLATFORM",
        "handover_method": "DROP_OFF",
    }
    return done(f"return/{api.make_return(body | _lines(lines), key)['return_id']}")


def cancel(api: TikTok, wish: CancelOrder, key: str) -> Receipt:
    """Grants the shopper's request where there is one, otherwise cancels in the seller's name."""
    number = wish.request_id or _request(api, wish.order_id)
    if number and not wish.lines:
        api.approve_cancellation(number, key)
        return done(f"cancel/{number}")
    lines = [line for line, _ in wish.lines]
    reason = reasons.for_reason(wish.reason, _allowed(api, wish.order_id, "CANCEL", lines))
    made = api.cancel({"order_id": wish.order_id, "cancel_reason": reason} | _lines(lines))
    return done(f"cancel/{made['cancel_id']}", settled=settling.is_done(made.get("cancel_status")))


def refuse_cancellation(api: TikTok, wish: RefuseCancellation, key: str) -> Receipt:
    number = wish.request_id or _request(api, wish.order_id)
    if not number:
        raise Refused("The shopper has not asked to cancel this order, or it is settled already.")
    offered = _may(api, number, "REJECT_REQUEST_CANCEL")
    parcel = f"It has left already: {wish.tracking_number}." if wish.tracking_number else ""
    comment = " ".join(part for part in (parcel, wish.note) if part)[:LONGEST_COMMENT]
    body = {"reject_reason": reasons.for_shipped(offered)} | ({"comment": comment} if comment else {})
    api.reject_cancellation(number, body, key)
    return done(f"cancel/{number}")


def _request(api: TikTok, order: str) -> str:
    found = orders.open_request(api.search_cancellations({"order_ids": [order]}).get("cancellations") or ())
    return str(found["cancel_id"]) if found else ""


def _open_return(api: TikTok, order: str) -> Json | None:
    """While one waits for the seller, TikTok begins no other refund."""
    found = api.search_returns({"order_ids": [order]}).get("return_orders") or ()
    waiting = (returns.PENDING, SHIPPED_BACK)
    return next((each for each in found if each.get("return_status") in waiting and returns.due(each)), None)


def _the_return(api: TikTok, number: str) -> Json:
    found = listings.a_return(api, number)
    if found is None:
        raise Refused(f"TikTok has no return {number}.")
    if found.get("next_return_id"):
        raise Refused(f"The shopper changed this request: it goes on as {found['next_return_id']}.")
    return found


def _only_goods(back: Json) -> None:
    if back.get("return_type") != returns.WITH_GOODS:
        raise Refused("Goods go out for these. Decide it in Seller Center, where it is shown what they cost.")


def _may(api: TikTok, number: str, decision: str) -> list[str]:
    """Raises Refused with TikTok's reason where a decision is not open any more; the reasons for a refusal."""
    found = next((each for each in api.decisions(number, decision) if each.get("decision") == decision), None)
    if found is None or not found.get("eligible"):
        why = (found or {}).get("ineligible_reason") or "it is decided already, or its time is over"
        raise Refused(f"TikTok does not take this decision: {why}.")
    return [str(each["name"]) for each in found.get("available_reject_reasons") or ()]


def _allowed(api: TikTok, order: str, request: str, lines: Iterable[str]) -> list[str]:
    """The reasons TikTok takes for these lines (none: all). Raises Refused with its own reason where one may not."""
    wanted, offered = set(lines), list[str]()
    for sku in api.eligibility(order, request).get("sku_eligibility") or ():
        for each in sku.get("line_item_eligibility") or ():
            held = {str(line) for line in each.get("order_line_items_ids") or ()}
            if each.get("request_type") != request or (wanted and not wanted & held):
                continue
            if not each.get("eligible"):
                raise Refused(
                    f"TikTok does not allow this now: {each.get('ineligible_reason') or 'no reason given'}."
                )
            offered += [str(name) for name in each.get("available_reason_names") or ()]
    if not offered:
        raise Refused(
            "TikTok offers no reason under which this may be done now. Look at the order in Seller Center."
        )
    return offered


def _lines(lines: Iterable[str]) -> Json:
    """None named means all."""
    named = [{"order_line_item_id": each} for each in lines]
    return {"order_line_list": named} if named else {}
