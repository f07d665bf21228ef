"""Disputes of Shopify Payments: a shopper's bank takes the money back, or asks first.

They are read where the shop granted it; their webhooks may get lost, so the few there are are read once an hour.
Evidence is given in words; files are added in Shopify's admin, on the order's page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.channels.shopify import access, client, mutations
from connectors.channels.shopify.changes import fetched
from connectors.channels.shopify.perform import done
from connectors.commands import AnswerDispute
from connectors.contract import Account, Money, RawDelivery, Receipt
from connectors.errors import Refused
from connectors.events import DisputeAnswer, DisputeChanged, DisputeKind, DisputeState

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
ANSWERS = (DisputeAnswer.ADD_EVIDENCE, DisputeAnswer.CONTEST)
# Which field of Shopify's evidence takes the words of which kind of it.
EVIDENCE = {
    "": "uncategorizedText",
    "refund_refused": "refundRefusalExplanation",
    "cancellation": "cancellationRebuttal",
}
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
        answers=ANSWERS if state is DisputeState.ACTION_NEEDED else (),
        due_at=datetime.fromisoformat(found["evidenceDueBy"]) if found["evidenceDueBy"] else None,
        outcome=_words(found["status"]) if state in _OVER else "",
        url=f"{admin_url}/orders/{order['legacyResourceId']}" if order else f"{admin_url}/payments",
    )


def answer(account: Account, wish: AnswerDispute, key: str) -> Receipt:
    """ADD_EVIDENCE keeps the words with Shopify; CONTEST sends everything to the bank, which happens once."""
    if wish.answer not in ANSWERS:
        raise Refused("Shopify takes evidence only. To accept a dispute, let its deadline pass.")
    if wish.files:
        raise Refused("Shopify takes files for a dispute only in its admin. Send the words from here.")
    body: Json = {"submitEvidence": wish.answer is DisputeAnswer.CONTEST, **evidence(wish)}
    client.change(account, mutations.EVIDENCE, id=wish.dispute_id, input=body)
    return done(wish.dispute_id)


def evidence(wish: AnswerDispute) -> Json:
    field = EVIDENCE.get(wish.evidence_kind)
    if field is None:
        raise Refused(f"Shopify knows no evidence of the kind {wish.evidence_kind}.")
    tracking = f"Tracking number: {wish.carrier} {wish.tracking_number}" if wish.tracking_number else ""
    return {field: "\n\n".join(part for part in (wish.note, tracking) if part)}


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()
