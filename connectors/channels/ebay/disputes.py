"""Inquiries, cases and payment disputes → DisputeChanged. Pure.

Each has numbers of its own, so ours are "inquiry/<n>", "case/<n>" and "payment/<n>".
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from connectors.channels.ebay import access
from connectors.channels.ebay.orders import page as order_page
from connectors.channels.ebay.values import Json, money_or_none, party, time, time_or_none, words
from connectors.contract import Account, RawDelivery
from connectors.events import DisputeAnswer as A
from connectors.events import DisputeChanged, DisputeKind, DisputeState

ENDED = ("CLOSED", "CS_CLOSED", "CLOSED_WITH_ESCALATION")
_SELLERS_TURN = ("OPEN", "PENDING", "WAITING_SELLER_RESPONSE")
_CHOICES = {"ACCEPT": A.ACCEPT, "CONTEST": A.CONTEST}


def inquiry_changed(account: Account, found: Json, delivery: RawDelivery) -> DisputeChanged:
    """A search's entry or the single read; they name the same things differently."""
    detail = found.get("inquiryDetails") or {}
    status = str(found.get("inquiryStatusEnum") or found.get("status") or "OTHER")
    opened = time(found.get("creationDate") or detail.get("creationDate"))
    ended = status in ENDED
    return DisputeChanged(
        external_id=f"inquiry/{found['inquiryId']}",
        kind=DisputeKind.INQUIRY,
        state=_inquiry_state(status),
        opened_at=opened,
        updated_at=delivery.received_at or datetime.now(UTC),
        label="Item not received",
        reason="Item not received",
        amount=money_or_none(found.get("claimAmount")),
        buyer=party(str(found["buyer"])) if found.get("buyer") else None,
        due_at=None
        if ended
        else time_or_none(found.get("respondByDate") or found.get("sellerMakeItRightByDate")),
        answers=() if ended else (A.PROVIDE_TRACKING, A.REFUND, A.WRITE),
        outcome="Went on to a case" if status == "CLOSED_WITH_ESCALATION" else words(status) if ended else "",
        url=_seller_hub(account),
    )


def case_changed(account: Account, found: Json, delivery: RawDelivery) -> DisputeChanged:
    """Since March 2026 a seller can only appeal through the API; all else happens on eBay's page."""
    status = str(found.get("caseStatusEnum") or found.get("status") or "OTHER")
    appeal = found.get("appealDetails") or {}
    ended = status in ENDED
    due = None if ended else time_or_none(found.get("respondByDate"))
    state = DisputeState.CLOSED if ended else DisputeState.ACTION_NEEDED if due else DisputeState.WAITING
    verdict = str(appeal.get("appealCloseReasonEnum") or "")
    return DisputeChanged(
        external_id=f"case/{found['caseId']}",
        kind=DisputeKind.CASE,
        state=DisputeState.WON
        if "SELLER_WINS" in verdict
        else DisputeState.LOST
        if "BUYER_WINS" in verdict
        else state,
        opened_at=time(found.get("creationDate") or (found.get("caseDetails") or {}).get("creationDate")),
        updated_at=delivery.received_at or datetime.now(UTC),
        label="Case",
        reason=words(found.get("escalateReason") or found.get("caseType")),
        amount=money_or_none(found.get("claimAmount")),
        buyer=party(str(found["buyer"])) if found.get("buyer") else None,
        due_at=due,
        answers=(A.APPEAL,) if appeal.get("eligibleForAppeal") else (),
        outcome=words(verdict or found.get("sellerClosureReason") or status) if ended else "",
        url=_seller_hub(account),
    )


def payment_dispute_changed(account: Account, found: Json, delivery: RawDelivery) -> DisputeChanged:
    choices = [_CHOICES[each] for each in map(str, found.get("availableChoices") or ()) if each in _CHOICES]
    if A.CONTEST in choices:
        choices += [A.ADD_EVIDENCE, A.PROVIDE_TRACKING]
    order = str(found.get("orderId") or "")
    end = found.get("resolution") or {}
    return DisputeChanged(
        external_id=f"payment/{found['paymentDisputeId']}",
        kind=DisputeKind.PAYMENT_DISPUTE,
        state=_payment_state(found),
        opened_at=time(found["openDate"]),
        updated_at=delivery.received_at or datetime.now(UTC),
        label="Payment dispute",
        reason=words(found.get("reason")),
        amount=money_or_none(found.get("amount")),
        order_id=order,
        order_number=order,
        buyer=party(str(found["buyerUsername"])) if found.get("buyerUsername") else None,
        due_at=time_or_none(found.get("respondByDate")),
        answers=tuple(choices),
        revision="" if found.get("revision") is None else str(found["revision"]),
        outcome=words(end.get("reasonForClosure")),
        url=order_page(account, order),
    )


def _inquiry_state(status: str) -> DisputeState:
    if status in ENDED:
        return DisputeState.CLOSED
    return DisputeState.ACTION_NEEDED if status in _SELLERS_TURN else DisputeState.WAITING


def _payment_state(found: Json) -> DisputeState:
    """Won and lost by where the money went; eBay's word for why it was closed is from no published list."""
    status, end = found["paymentDisputeStatus"], found.get("resolution") or {}
    if status != "CLOSED":
        return DisputeState.ACTION_NEEDED if status == "ACTION_NEEDED" else DisputeState.WAITING
    paid, kept = (
        Decimal(str((end.get(name) or {}).get("value") or 0)) for name in ("recoupAmount", "protectedAmount")
    )
    return DisputeState.LOST if paid else DisputeState.WON if kept else DisputeState.CLOSED


def _seller_hub(account: Account) -> str:
    """Post-Order names no order, so this is as near as a link can come."""
    return f"{access.host(account, 'www')}/sh/ord"
